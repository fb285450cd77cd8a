import { randomUUID } from 'node:crypto';
import { GetBucketPolicyCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { allows, type Policy } from '../control/policy.ts';
import { BILLING_REGION } from '../organization.ts';
import { AwsError } from '../wire/answer.ts';
import type { Moto } from '../wire/moto-relay.ts';
import { CUR_PROPERTIES, curColumns } from './cur-columns.ts';
import type { FakeService, Scene } from './fake.ts';
import { pageOf } from './pages.ts';

interface Export {
  readonly ExportArn?: string;
  readonly Name: string;
  readonly Description?: string;
  readonly DataQuery: {
    readonly QueryStatement: string;
    readonly TableConfigurations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly DestinationConfigurations: {
    readonly S3Destination: { readonly S3Bucket: string; readonly S3BucketOwner?: string; readonly S3Prefix: string };
  };
  readonly RefreshCadence: { readonly Frequency: string };
}

interface Execution {
  readonly id: string;
  readonly at: Date;
  readonly failure: string | null;
  readonly export: Export;
}

interface Kept {
  readonly account: string;
  readonly created: Date;
  export: Export & { readonly ExportArn: string };
  updated: Date;
  tags: Map<string, string>;
  executions: Execution[];
}

type Arn = { readonly ExportArn: string };
type Page = { readonly NextToken?: string; readonly MaxResults?: number };
type Tags = readonly { readonly Key: string; readonly Value: string }[];

const TABLE = 'COST_AND_USAGE_REPORT';
/** https://docs.aws.amazon.com/cur/latest/userguide/dataexports-create.html */
const QUOTA = 5;
const HOUR = 3_600_000;
/** The first delivery takes up to a day, later ones come daily. */
const FIRST_DELIVERY = 10 * HOUR;
const REFRESH = 24 * HOUR;

/**
 * NOT AWS: Data Exports (bcm-data-exports), which moto has not. Shapes and codes are those of the service model, rules those of
 * https://docs.aws.amazon.com/cur/latest/userguide/; nothing was taken from an account, and messages are AWS's only where a source quotes them.
 */
export class DataExports {
  /** Sources differ: does GetTable name line_item_iam_principal, and may a query select it? If not, exports get it by themselves. */
  selectsPrincipal = true;
  /** Sources differ: may UpdateExport change the settings of the table? */
  settingsMayChange = true;
  #exports: Kept[] = [];

  reset(): void {
    this.#exports = [];
    this.selectsPrincipal = true;
    this.settingsMayChange = true;
  }

  readonly operations: FakeService = {
    ListTables: (input: Page) => {
      const { page, next } = pageOf([TABLE_DESCRIPTION], input.NextToken, input.MaxResults ?? 300);
      return { Tables: page, ...next };
    },
    GetTable: (input: { TableName: string; TableProperties?: Record<string, string> }) => {
      const settings = this.#settings(input.TableName, input.TableProperties ?? {}, '');
      const Schema = this.#columns(settings);
      return { TableName: TABLE, Description: TABLE_DESCRIPTION.Description, TableProperties: settings, Schema };
    },
    CreateExport: async (input: { Export: Export; ResourceTags?: Tags }, { call, now, moto }) => {
      const mine = this.#exports.filter(({ account }) => account === call.account);
      const { Name } = input.Export;
      if (mine.some(({ export: { Name: taken } }) => taken === Name))
        throw new AwsError('ValidationException', `duplicate export name: ${Name}`);
      if (mine.length >= QUOTA)
        throw new AwsError(
          'ServiceQuotaExceededException',
          `You have reached the limit of ${QUOTA} exports for ${TABLE}.`,
        );
      const ExportArn = `arn:aws:bcm-data-exports:${BILLING_REGION}:${call.account}:export/${Name}-${randomUUID()}`;
      const whole = { ...this.#checked(input.Export, call.account), ExportArn };
      if (!(await mayWrite(moto, call.account, whole)))
        throw new AwsError('ValidationException', `S3 bucket permission validation failed for ${bucketOf(whole)}`);
      const tags = new Map((input.ResourceTags ?? []).map(({ Key, Value }) => [Key, Value]));
      this.#exports.push({ account: call.account, created: now, updated: now, export: whole, tags, executions: [] });
      return { ExportArn };
    },
    GetExport: ({ ExportArn }: Arn, scene) => {
      const kept = this.#find(ExportArn, scene);
      return { Export: kept.export, ExportStatus: statusOf(kept) };
    },
    ListExports: (input: Page, { call }) => {
      const mine = this.#exports.filter(({ account }) => account === call.account);
      const { page, next } = pageOf(mine, input.NextToken, input.MaxResults ?? 300);
      const Exports = page.map((kept) => ({
        ExportArn: kept.export.ExportArn,
        ExportName: kept.export.Name,
        ExportStatus: statusOf(kept),
      }));
      return { Exports, ...next };
    },
    UpdateExport: async (input: Arn & { Export: Export }, scene) => {
      const kept = this.#find(input.ExportArn, scene);
      const { account } = kept;
      const whole = { ...this.#checked(input.Export, account), ExportArn: input.ExportArn };
      if (whole.Name !== kept.export.Name)
        throw new AwsError('ValidationException', 'The name of an export cannot be changed.');
      const settings = ({ DataQuery }: Export) => JSON.stringify(DataQuery.TableConfigurations);
      if (!this.settingsMayChange && settings(whole) !== settings(kept.export))
        throw new AwsError('ValidationException', 'The table configurations of an export cannot be changed.');
      if (!(await mayWrite(scene.moto, account, whole)))
        throw new AwsError('ValidationException', `S3 bucket permission validation failed for ${bucketOf(whole)}`);
      kept.export = whole;
      kept.updated = scene.now;
      return { ExportArn: input.ExportArn };
    },
    DeleteExport: ({ ExportArn }: Arn, scene) => {
      const kept = this.#find(ExportArn, scene);
      this.#exports = this.#exports.filter((other) => other !== kept);
      return { ExportArn };
    },
    ListExecutions: (input: Arn & Page, scene) => {
      const kept = this.#find(input.ExportArn, scene);
      const { page, next } = pageOf(kept.executions.toReversed(), input.NextToken, input.MaxResults ?? 300);
      return {
        Executions: page.map((one) => ({ ExecutionId: one.id, ExecutionStatus: executionStatus(one) })),
        ...next,
      };
    },
    GetExecution: (input: Arn & { ExecutionId: string }, scene) => {
      const found = this.#find(input.ExportArn, scene).executions.find(({ id }) => id === input.ExecutionId);
      if (found === undefined) throw notFound(`Execution ${input.ExecutionId}`);
      return { ExecutionId: found.id, Export: found.export, ExecutionStatus: executionStatus(found) };
    },
    TagResource: (input: { ResourceArn: string; ResourceTags: Tags }, scene) => {
      const { tags } = this.#find(input.ResourceArn, scene);
      for (const { Key, Value } of input.ResourceTags) tags.set(Key, Value);
      return {};
    },
    UntagResource: (input: { ResourceArn: string; ResourceTagKeys: readonly string[] }, scene) => {
      const { tags } = this.#find(input.ResourceArn, scene);
      for (const key of input.ResourceTagKeys) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input: { ResourceArn: string } & Page, scene) => {
      const all = [...this.#find(input.ResourceArn, scene).tags].map(([Key, Value]) => ({ Key, Value }));
      const { page, next } = pageOf(all, input.NextToken, input.MaxResults ?? 300);
      return { ResourceTags: page, ...next };
    },
  };

  /** All exports that are there, without what is drawn at random. */
  state(): unknown[] {
    return this.#exports.map(({ account, export: { ExportArn, ...rest }, tags, executions }) => {
      return { account, ...rest, tags: Object.fromEntries(tags), health: executions.at(-1)?.failure ?? 'HEALTHY' };
    });
  }

  /** Time has passed: exports that are due are delivered, or fail because the bucket lets nobody in. */
  async deliver(now: Date, moto: Moto): Promise<void> {
    for (const kept of this.#exports) {
      for (;;) {
        const last = kept.executions.at(-1)?.at;
        const due = last === undefined ? kept.created.getTime() + FIRST_DELIVERY : last.getTime() + REFRESH;
        if (due > now.getTime()) break;
        const failure = (await mayWrite(moto, kept.account, kept.export)) ? null : 'INSUFFICIENT_PERMISSION';
        kept.executions.push({ id: randomUUID(), at: new Date(due), failure, export: kept.export });
      }
    }
  }

  /** Puts an execution there, such as a failed one; `failure` is a StatusReason or null. */
  execute(name: string, failure: string | null, at: Date): void {
    const kept = this.#exports.find(({ export: { Name } }) => Name === name);
    if (kept === undefined) throw new Error(`there is no export ${name}`);
    kept.executions.push({ id: randomUUID(), at, failure, export: kept.export });
  }

  #find(arn: string, { call }: Scene): Kept {
    const found = this.#exports.find(
      ({ account, export: { ExportArn } }) => account === call.account && ExportArn === arn,
    );
    if (found === undefined) throw notFound(`Export ${arn}`);
    return found;
  }

  #columns(settings: Readonly<Record<string, string>>) {
    return curColumns(settings).filter(({ Name }) => this.selectsPrincipal || Name !== 'line_item_iam_principal');
  }

  /** The settings, whole: what nobody said has its first value. */
  #settings(table: string, given: Readonly<Record<string, string>>, account: string): Record<string, string> {
    if (table !== TABLE) throw new AwsError('ValidationException', `Table ${table} does not exist`);
    const known: Record<string, string> = Object.fromEntries(
      Object.entries(CUR_PROPERTIES).map(([name, [initial]]) => [name, initial]),
    );
    if (account !== '') known.BILLING_VIEW_ARN = `arn:aws:billing::${account}:billingview/primary`;
    for (const [name, value] of Object.entries(given)) {
      const values = CUR_PROPERTIES[name];
      if (values === undefined && name !== 'BILLING_VIEW_ARN')
        throw new AwsError('ValidationException', `Table property ${name} provided but table has no such property`);
      if (values !== undefined && !values.includes(value))
        throw new AwsError('ValidationException', `Table property ${name} has no valid value ${value}`);
      known[name] = value;
    }
    return known;
  }

  /** The export with all its settings, if its query selects what the table has. */
  #checked(given: Export, account: string): Export {
    const { QueryStatement, TableConfigurations = {} } = given.DataQuery;
    const [, list = '', table = ''] =
      /^\s*SELECT\s+(.+?)\s+FROM\s+(\w+)(?:\s+(?:WHERE|LIMIT)\s.+)?\s*$/is.exec(QueryStatement) ?? [];
    const other = Object.keys(TableConfigurations).find((name) => name !== table);
    if (other !== undefined) throw new AwsError('ValidationException', `The query does not read table ${other}`);
    const settings = this.#settings(table, TableConfigurations[table] ?? {}, account);
    const columns = new Map(this.#columns(settings).map(({ Name, Type }) => [Name, Type]));
    for (const item of list.split(',')) {
      const [, name = '', attribute] = /^\s*(\w+)(?:\.(\w+))?(?:\s+AS\s+\w+)?\s*$/i.exec(item) ?? [];
      const type = columns.get(name);
      if (type === undefined || (attribute !== undefined && !type.startsWith('map')))
        throw new AwsError('ValidationException', 'The columns in the query provided are not a subset of the table');
    }
    return { ...given, DataQuery: { QueryStatement, TableConfigurations: { [table]: settings } } };
  }
}

const TABLE_DESCRIPTION = {
  TableName: TABLE,
  Description: 'Cost and usage, line by line.',
  TableProperties: Object.entries(CUR_PROPERTIES).map(([Name, values]) => ({
    Name,
    ValidValues: [...values],
    DefaultValue: values[0],
    Description: Name.toLowerCase().replaceAll('_', ' '),
  })),
};

function statusOf({ created, updated, executions }: Kept): Record<string, unknown> {
  const last = executions.at(-1);
  const failure = last?.failure ?? null;
  const times = { CreatedAt: created.toISOString(), LastUpdatedAt: updated.toISOString() };
  const refreshed = last === undefined ? {} : { LastRefreshedAt: last.at.toISOString() };
  if (failure === null) return { StatusCode: 'HEALTHY', ...times, ...refreshed };
  return { StatusCode: 'UNHEALTHY', StatusReason: failure, ...times, ...refreshed };
}

function executionStatus({ at, failure }: Execution): Record<string, unknown> {
  const times = { CreatedAt: at.toISOString(), CompletedAt: at.toISOString(), LastUpdatedAt: at.toISOString() };
  if (failure === null) return { StatusCode: 'DELIVERY_SUCCESS', ...times };
  return { StatusCode: 'DELIVERY_FAILURE', StatusReason: failure, ...times };
}

function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${what} was not found`);
}

function bucketOf({ DestinationConfigurations: { S3Destination } }: Export): string {
  return S3Destination.S3Bucket;
}

/** Whether the bucket is there, the owner's, and its policy lets Data Exports write for this export. */
async function mayWrite(moto: Moto, account: string, whole: Export & { readonly ExportArn: string }): Promise<boolean> {
  const { S3Bucket: Bucket, S3Prefix, S3BucketOwner = account } = whole.DestinationConfigurations.S3Destination;
  const s3 = moto.client(S3Client, S3BucketOwner);
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    return allows(JSON.parse(Policy) as Policy, {
      principal: { kind: 'Service', names: ['bcm-data-exports.amazonaws.com'] },
      action: 's3:PutObject',
      resource: `arn:aws:s3:::${Bucket}/${S3Prefix}/${whole.Name}/data/x.parquet`,
      context: { 'aws:SourceAccount': account, 'aws:SourceArn': whole.ExportArn },
    });
  } catch (error) {
    if (['NotFound', 'NoSuchBucket', 'NoSuchBucketPolicy', 'AccessDenied', '403'].includes((error as Error).name))
      return false;
    throw error;
  }
}
