import type { BCMDataExportsClient, ExportReference, GetExportResponse } from '@aws-sdk/client-bcm-data-exports';
import type { DataExport, ExportColumn, ExportHealth } from '../../domain/data-export.ts';
import { OperatingError } from '../../domain/errors.ts';
import { askingAws, serviceAnswer } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/** Data Exports has one address for all regions: https://docs.aws.amazon.com/general/latest/gr/billing.html */
export const EXPORTS_REGION = 'us-east-1';

/** An account has five exports of a table; a list that goes on is one that goes round. */
const MAX_PAGES = 100;

/**
 * All exports of the account, in AWS's order.
 * @throws OperatingError those of `askingAws`
 */
export async function readDataExports(session: AwsSession, signal: AbortSignal): Promise<DataExport[]> {
  const actions = ['bcm-data-exports:ListExports', 'bcm-data-exports:GetExport', 'bcm-data-exports:ListExecutions'];
  return withDataExports(session, 'read the exports of the account', actions, ['*'], async (client) => {
    const exports: DataExport[] = [];
    for (const reference of await listExports(client, signal)) {
      const one = await readExport(client, reference, signal);
      if (one !== null) exports.push(one);
    }
    return exports;
  });
}

/**
 * The export of that name; `null` = there is none.
 * @throws OperatingError those of `askingAws`
 */
export async function findDataExport(
  session: AwsSession,
  name: string,
  signal: AbortSignal,
): Promise<DataExport | null> {
  const actions = ['bcm-data-exports:ListExports', 'bcm-data-exports:GetExport', 'bcm-data-exports:ListExecutions'];
  return withDataExports(session, `read the export ${name}`, actions, ['*'], async (client) => {
    const found = (await listExports(client, signal)).find(({ ExportName }) => ExportName === name);
    return found === undefined ? null : readExport(client, found, signal);
  });
}

/**
 * The columns that a table has with these settings.
 * @throws OperatingError those of `askingAws`; AWS_REFUSED where AWS does not know a setting
 */
export async function readExportTable(
  session: AwsSession,
  table: string,
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ExportColumn[]> {
  const resources = [`arn:aws:bcm-data-exports:${EXPORTS_REGION}:*:table/${table}`];
  const what = `read the columns of the table ${table}`;
  return withDataExports(session, what, ['bcm-data-exports:GetTable'], resources, async (client) => {
    const { GetTableCommand } = await import('@aws-sdk/client-bcm-data-exports');
    const command = new GetTableCommand({ TableName: table, TableProperties: settings });
    const { Schema = [] } = await client.send(command, { abortSignal: signal });
    return Schema.flatMap(({ Name, Type = '' }) => (Name === undefined ? [] : [{ name: Name, type: Type }]));
  });
}

async function listExports(client: BCMDataExportsClient, signal: AbortSignal): Promise<ExportReference[]> {
  const { ListExportsCommand } = await import('@aws-sdk/client-bcm-data-exports');
  const references: ExportReference[] = [];
  let NextToken: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await client.send(new ListExportsCommand({ NextToken }), { abortSignal: signal });
    references.push(...(page.Exports ?? []));
    NextToken = page.NextToken;
    if (NextToken === undefined) return references;
  }
  throw new OperatingError('AWS_REFUSED', `the list of exports has more than ${MAX_PAGES} pages`, {
    hint: 'What answers is hardly AWS Data Exports: check --endpoint-url.',
  });
}

/** `null` = it was deleted since it was listed. */
async function readExport(
  client: BCMDataExportsClient,
  { ExportArn }: ExportReference,
  signal: AbortSignal,
): Promise<DataExport | null> {
  const { GetExportCommand } = await import('@aws-sdk/client-bcm-data-exports');
  try {
    const answer = await client.send(new GetExportCommand({ ExportArn }), { abortSignal: signal });
    return exportOf(answer, ExportArn ?? '', await healthOf(client, answer, ExportArn, signal));
  } catch (error) {
    if (serviceAnswer(error).code === 'ResourceNotFoundException') return null;
    throw error;
  }
}

async function healthOf(
  client: BCMDataExportsClient,
  { ExportStatus = {} }: GetExportResponse,
  ExportArn: string | undefined,
  signal: AbortSignal,
): Promise<ExportHealth> {
  const healthy = ExportStatus.StatusCode !== 'UNHEALTHY';
  const reason = ExportStatus.StatusReason ?? null;
  if (ExportStatus.LastRefreshedAt !== undefined) return { healthy, reason, delivered: true };
  const { ListExecutionsCommand } = await import('@aws-sdk/client-bcm-data-exports');
  const { Executions = [] } = await client.send(new ListExecutionsCommand({ ExportArn }), { abortSignal: signal });
  const delivered = Executions.some(({ ExecutionStatus }) => ExecutionStatus?.StatusCode === 'DELIVERY_SUCCESS');
  return { healthy, reason, delivered };
}

function exportOf({ Export }: GetExportResponse, arn: string, health: ExportHealth): DataExport {
  const { S3Destination } = Export?.DestinationConfigurations ?? {};
  const output = S3Destination?.S3OutputConfigurations;
  return {
    arn,
    name: Export?.Name ?? '',
    query: Export?.DataQuery?.QueryStatement ?? '',
    tables: Export?.DataQuery?.TableConfigurations ?? {},
    destination: {
      bucket: S3Destination?.S3Bucket ?? '',
      prefix: S3Destination?.S3Prefix ?? '',
      region: S3Destination?.S3Region ?? '',
      format: output?.Format ?? '',
      compression: output?.Compression ?? '',
      overwrite: output?.Overwrite ?? '',
      outputType: output?.OutputType ?? '',
    },
    health,
  };
}

/** Runs calls of Data Exports with a client of its own. */
export async function withDataExports<T>(
  session: AwsSession,
  what: string,
  actions: readonly string[],
  resources: readonly string[],
  run: (client: BCMDataExportsClient) => Promise<T>,
): Promise<T> {
  const request = { what, actions, resources, profile: session.settings.profile };
  return askingAws(request, async () => {
    const { BCMDataExportsClient } = await import('@aws-sdk/client-bcm-data-exports');
    const options = await session.clientOptions(EXPORTS_REGION);
    const client = new BCMDataExportsClient({ ...options, region: EXPORTS_REGION });
    try {
      return await run(client);
    } finally {
      client.destroy();
    }
  });
}
