import type { GlueClient } from '@aws-sdk/client-glue';
import { askingAws, serviceAnswer } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/** Where the Data Catalog is that a table is in. */
export interface Catalog {
  readonly account: string;
  readonly region: string;
}

/** A table of the Data Catalog over files in S3. */
export interface CatalogTable {
  /** s3://bucket/prefix/ */
  readonly location: string;
  /** name -> Hive's type, in the order of the table */
  readonly columns: Readonly<Record<string, string>>;
  readonly partitions: Readonly<Record<string, string>>;
  /** what Athena reads: how partitions are found, and others */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The description of a database; `null` = there is none. @throws OperatingError those of `askingAws` */
export async function readDatabase(
  session: AwsSession,
  catalog: Catalog,
  database: string,
  signal: AbortSignal,
): Promise<{ readonly description: string } | null> {
  const asked = { what: `read the database ${database}`, actions: ['glue:GetDatabase'], database, table: null };
  return withGlue(session, catalog, asked, async (client) => {
    const { GetDatabaseCommand } = await import('@aws-sdk/client-glue');
    const answer = await orNull(() => client.send(new GetDatabaseCommand({ Name: database }), { abortSignal: signal }));
    return answer === null ? null : { description: answer.Database?.Description ?? '' };
  });
}

/** `null` = there is no such table, or no such database. @throws OperatingError those of `askingAws` */
export async function readTable(
  session: AwsSession,
  catalog: Catalog,
  database: string,
  table: string,
  signal: AbortSignal,
): Promise<CatalogTable | null> {
  const asked = { what: `read the table ${database}.${table}`, actions: ['glue:GetTable'], database, table };
  return withGlue(session, catalog, asked, async (client) => {
    const { GetTableCommand } = await import('@aws-sdk/client-glue');
    const command = new GetTableCommand({ DatabaseName: database, Name: table });
    const answer = await orNull(() => client.send(command, { abortSignal: signal }));
    if (answer === null) return null;
    const { StorageDescriptor, PartitionKeys, Parameters = {} } = answer.Table ?? {};
    return {
      location: StorageDescriptor?.Location ?? '',
      columns: typesOf(StorageDescriptor?.Columns),
      partitions: typesOf(PartitionKeys),
      parameters: Parameters,
    };
  });
}

/** One table of the database; `null` = it is empty. @throws OperatingError those of `askingAws` */
export async function readAnyTable(
  session: AwsSession,
  catalog: Catalog,
  database: string,
  signal: AbortSignal,
): Promise<string | null> {
  const asked = {
    what: `list the tables of the database ${database}`,
    actions: ['glue:GetTables'],
    database,
    table: '*',
  };
  return withGlue(session, catalog, asked, async (client) => {
    const { GetTablesCommand } = await import('@aws-sdk/client-glue');
    const command = new GetTablesCommand({ DatabaseName: database, MaxResults: 1 });
    const answer = await orNull(() => client.send(command, { abortSignal: signal }));
    return answer?.TableList?.[0]?.Name ?? null;
  });
}

type Columns = readonly { readonly Name?: string | undefined; readonly Type?: string | undefined }[];

function typesOf(columns: Columns = []): Readonly<Record<string, string>> {
  return Object.fromEntries(columns.map(({ Name = '', Type = '' }) => [Name, Type]));
}

async function orNull<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (serviceAnswer(error).code === 'EntityNotFoundException') return null;
    throw error;
  }
}

interface Asked {
  readonly what: string;
  readonly actions: readonly string[];
  readonly database: string;
  /** `null` = the database alone */
  readonly table: string | null;
}

/** Runs calls of Glue with a client of its own. Permissions are needed on the catalog and all that lies above a table. */
export async function withGlue<T>(
  session: AwsSession,
  { account, region }: Catalog,
  { what, actions, database, table }: Asked,
  run: (client: GlueClient) => Promise<T>,
): Promise<T> {
  const arn = (rest: string): string => `arn:aws:glue:${region}:${account}:${rest}`;
  const resources = [arn('catalog'), arn(`database/${database}`)];
  if (table !== null) resources.push(arn(`table/${database}/${table}`));
  return askingAws({ what, actions, resources, profile: session.settings.profile }, async () => {
    const { GlueClient } = await import('@aws-sdk/client-glue');
    const client = new GlueClient({ ...(await session.clientOptions(region)), region });
    try {
      return await run(client);
    } finally {
      client.destroy();
    }
  });
}
