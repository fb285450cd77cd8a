import { EXPORTS_REGION, findDataExport } from '../../aws/read/data-exports.ts';
import type { AwsSession } from '../../aws/session.ts';
import { createDataExport, deleteDataExport, type NewExport, requestOf } from '../../aws/write/data-exports.ts';
import { type Change, type ChangeWords, type Json, type State, sameJson } from '../../domain/change.ts';
import { CUR_TABLE, type DataExport, exportFolder, parseExportQuery } from '../../domain/data-export.ts';
import { OperatingError } from '../../domain/errors.ts';
import { block, expression, resource as hclResource, label } from '../hcl.ts';
import type { Kind, StackResource } from '../kind.ts';
import { bucketChangeId, logicalId } from '../own-bucket.ts';
import { deliveryChangeId, deliveryLogicalId } from './allow-delivery.ts';

/** One part: `export` -> what it is to be. */
export function exportState({ description, query, tables, destination }: NewExport): State {
  return { export: { description, query, tables, destination: { ...destination } } };
}

/** A CUR 2.0 export. The resource is its name: its ARN has an end that AWS makes. */
export const createExportKind: Kind = {
  words,
  read: async (session, change, signal) => {
    const found = await findDataExport(session, change.resource, signal);
    return { export: found === null ? null : seen(found, madeBy(change)) };
  },
  write: async (session, change, parts, signal) => {
    if (parts.export === undefined) return;
    const found = await findDataExport(session, change.resource, signal);
    if (parts.export !== null) return make(session, change, found, signal);
    if (found !== null) await deleteDataExport(session, found.arn, signal);
  },
  cli: (change) => {
    const text = JSON.stringify(requestOf(newExport(change)));
    return [['bcm-data-exports', 'create-export', '--region', EXPORTS_REGION, '--export', text]];
  },
  cliThere: ({ resource }) => {
    const query = `Exports[?ExportName=='${resource}'].ExportName`;
    return ['bcm-data-exports', 'list-exports', '--region', EXPORTS_REGION, '--query', query];
  },
  terraform,
  cloudformation: stack,
};

async function make(session: AwsSession, change: Change, found: DataExport | null, signal: AbortSignal): Promise<void> {
  const isMade = (there: DataExport | null) => there !== null && seen(there, madeBy(change)) === madeBy(change);
  if (isMade(found)) return;
  try {
    await createDataExport(session, change.account, newExport(change), signal);
  } catch (error) {
    // AWS had made it, and its answer was lost. Lists may not have it yet, so only one that is another is a clash.
    if (!(error instanceof OperatingError) || error.code !== 'EXPORT_NAME_TAKEN') throw error;
    const there = await findDataExport(session, change.resource, signal);
    if (there !== null && !isMade(there)) throw error;
  }
}

/** What the change makes, or has made where it is taken back. */
function madeBy({ after, before }: Change): Json {
  return after.export ?? before.export ?? null;
}

function newExport(change: Change): NewExport {
  const made = madeBy(change) as unknown as Omit<NewExport, 'name'>;
  return { name: change.resource, ...made };
}

/** The export as the change says it, if it is the same: AWS adds settings that nobody named, and may add the principal's column. */
function seen(found: DataExport, made: Json): Json {
  const wanted = made as unknown as Omit<NewExport, 'name'> | null;
  const { query, tables, destination } = found;
  const actual = { query, tables, destination: { ...destination } };
  if (wanted === null) return actual;
  const sameDestination = sameJson(actual.destination, { ...wanted.destination });
  const settings = Object.entries(wanted.tables[CUR_TABLE] ?? {});
  const sameSettings = settings.every(([name, value]) => tables[CUR_TABLE]?.[name] === value);
  return sameDestination && sameSettings && selectsAll(query, wanted.query) ? made : actual;
}

function selectsAll(query: string, wanted: string): boolean {
  const [found, asked] = [parseExportQuery(query), parseExportQuery(wanted)];
  if (found === null || asked === null) return false;
  const columns = new Set(found.columns);
  return !found.filtered && found.table === asked.table && asked.columns.every((column) => columns.has(column));
}

function words(change: Change): ChangeWords {
  const { destination, tables } = newExport(change);
  const folder = exportFolder(destination.bucket, destination.prefix, change.resource);
  const settings = tables[CUR_TABLE] ?? {};
  const granularity = settings.TIME_GRANULARITY?.toLowerCase();
  const resources = settings.INCLUDE_RESOURCES === 'TRUE' ? ', with resources' : '';
  return {
    does: `make the CUR 2.0 export ${change.resource} with the names of callers (${granularity}${resources}), delivered to ${folder}`,
    effect:
      'AWS delivers the bill of this month within 24 hours, then up to three times a day. It holds no earlier months.',
    costs: `AWS takes nothing for the export, S3 for storing and reading its files: ${rowsOf(settings.TIME_GRANULARITY)}, besides the rest of the bill`,
    undo: { possible: true, how: 'the export is deleted; the files that were delivered stay in the bucket' },
  };
}

/** The provider compares every setting, also those that AWS adds by itself, so all are named. */
function terraform(change: Change): string {
  const { description, query, tables, destination } = newExport(change);
  const settings = {
    ...tables[CUR_TABLE],
    INCLUDE_CAPACITY_RESERVATION_DATA: 'FALSE',
    BILLING_VIEW_ARN: `arn:aws:billing::${change.account}:billingview/primary`,
  };
  const output = block(
    's3_output_configurations',
    ['output_type', destination.outputType],
    ['format', destination.format],
    ['compression', destination.compression],
    ['overwrite', destination.overwrite],
  );
  const target = block(
    's3_destination',
    ['s3_bucket', destination.bucket],
    ['s3_prefix', destination.prefix],
    ['s3_region', destination.region],
    output,
  );
  return hclResource(
    'aws_bcmdataexports_export',
    label(change.resource),
    block(
      'export',
      ['name', change.resource],
      ['description', description],
      block('data_query', ['query_statement', query], ['table_configurations', { [CUR_TABLE]: settings }]),
      block('destination_configurations', target),
      block('refresh_cadence', ['frequency', 'SYNCHRONOUS']),
    ),
    ...(writesPolicy(change)
      ? [['depends_on', expression(`[aws_s3_bucket_policy.${label(destination.bucket)}]`)] as const]
      : []),
  );
}

/** CloudFormation has it in us-east-1 alone: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-bcmdataexports-export.html */
function stack(change: Change): StackResource {
  const made = newExport(change);
  return {
    logicalId: logicalId('Export', change.resource),
    body: {
      Type: 'AWS::BCMDataExports::Export',
      Properties: { Export: requestOf(made) },
      ...(makesBucket(change) ? { DependsOn: [deliveryLogicalId(made.destination.bucket)] } : {}),
    },
  };
}

/** Whether the plan writes the policy of the bucket. */
function writesPolicy(change: Change): boolean {
  const { bucket } = newExport(change).destination;
  return change.dependsOn.includes(deliveryChangeId(change.account, bucket));
}

/** Whether the plan makes the bucket, and so its policy in one file with the export. */
function makesBucket(change: Change): boolean {
  return change.dependsOn.includes(bucketChangeId(change.account, newExport(change).destination.bucket));
}

/** AWS says up to three deliveries a day, and that rows multiply with the callers of a model: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html */
function rowsOf(granularity: string | undefined): string {
  const rows = { HOURLY: 'up to 744 rows', DAILY: 'up to 31 rows', MONTHLY: 'one row' }[granularity ?? ''] ?? 'rows';
  return `${rows} a month for each caller and usage type (a model and a kind of token is one)`;
}
