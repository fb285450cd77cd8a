import { OperatingError } from '../../domain/errors.ts';
import { serviceAnswer } from '../failure.ts';
import { type Catalog, type CatalogTable, readAnyTable, readTable, withGlue } from '../read/glue.ts';
import type { AwsSession } from '../session.ts';

/** Makes the database; one that is there stays as it is. @throws OperatingError those of `askingAws` */
export async function createDatabase(
  session: AwsSession,
  catalog: Catalog,
  database: string,
  description: string,
  signal: AbortSignal,
): Promise<void> {
  const asked = { what: `make the database ${database}`, actions: ['glue:CreateDatabase'], database, table: null };
  await withGlue(session, catalog, asked, async (client) => {
    const { CreateDatabaseCommand } = await import('@aws-sdk/client-glue');
    const command = new CreateDatabaseCommand({ DatabaseInput: { Name: database, Description: description } });
    await unless('AlreadyExistsException', () => client.send(command, { abortSignal: signal }));
  });
}

/**
 * Removes the database while it has no table: Glue would remove the tables with it.
 * @throws OperatingError DATABASE_NOT_EMPTY, and those of `askingAws`
 */
export async function deleteEmptyDatabase(
  session: AwsSession,
  catalog: Catalog,
  database: string,
  signal: AbortSignal,
): Promise<void> {
  const table = await readAnyTable(session, catalog, database, signal);
  if (table !== null) throw new OperatingError('DATABASE_NOT_EMPTY', `the database ${database} has a table ${table}`);
  const asked = { what: `remove the database ${database}`, actions: ['glue:DeleteDatabase'], database, table: '*' };
  await withGlue(session, catalog, asked, async (client) => {
    const { DeleteDatabaseCommand } = await import('@aws-sdk/client-glue');
    const command = new DeleteDatabaseCommand({ Name: database });
    await unless('EntityNotFoundException', () => client.send(command, { abortSignal: signal }));
  });
}

/** Makes the table, or makes it so. @throws OperatingError those of `askingAws` */
export async function writeTable(
  session: AwsSession,
  catalog: Catalog,
  database: string,
  name: string,
  table: CatalogTable,
  signal: AbortSignal,
): Promise<void> {
  const isThere = (await readTable(session, catalog, database, name, signal)) !== null;
  // Where an answer was lost, the second try finds a table there.
  const actions = isThere ? ['glue:UpdateTable'] : ['glue:CreateTable', 'glue:UpdateTable'];
  const asked = { what: `write the table ${database}.${name}`, actions, database, table: name };
  await withGlue(session, catalog, asked, async (client) => {
    const { CreateTableCommand, UpdateTableCommand } = await import('@aws-sdk/client-glue');
    const input = { DatabaseName: database, TableInput: tableInput(name, table) };
    const options = { abortSignal: signal };
    const update = () => client.send(new UpdateTableCommand(input), options);
    if (isThere) await update();
    else await instead('AlreadyExistsException', () => client.send(new CreateTableCommand(input), options), update);
  });
}

/** Removes the table, not the files that it reads. @throws OperatingError those of `askingAws` */
export async function deleteTable(
  session: AwsSession,
  catalog: Catalog,
  database: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const what = `remove the table ${database}.${name}`;
  const asked = { what, actions: ['glue:DeleteTable'], database, table: name };
  await withGlue(session, catalog, asked, async (client) => {
    const { DeleteTableCommand } = await import('@aws-sdk/client-glue');
    const command = new DeleteTableCommand({ DatabaseName: database, Name: name });
    await unless('EntityNotFoundException', () => client.send(command, { abortSignal: signal }));
  });
}

/**
 * `TableInput` of Glue, for the SDK, the CLI and CloudFormation: all three have the same names. Parquet columns are found by name.
 * Source: https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
 */
export function tableInput(name: string, { location, columns, partitions, parameters }: CatalogTable) {
  const listed = (types: Readonly<Record<string, string>>) =>
    Object.entries(types).map(([Name, Type]) => ({ Name, Type }));
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { ...parameters },
    PartitionKeys: listed(partitions),
    StorageDescriptor: {
      Location: location,
      Columns: listed(columns),
      InputFormat: PARQUET_INPUT,
      OutputFormat: PARQUET_OUTPUT,
      SerdeInfo: { SerializationLibrary: PARQUET_SERDE },
    },
  };
}

/** Source: https://docs.aws.amazon.com/athena/latest/ug/parquet-serde.html */
export const PARQUET_INPUT = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat';
export const PARQUET_OUTPUT = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat';
export const PARQUET_SERDE = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe';

async function unless(code: string, run: () => Promise<unknown>): Promise<void> {
  await instead(code, run, async () => {});
}

async function instead(code: string, run: () => Promise<unknown>, other: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (serviceAnswer(error).code !== code) throw error;
    await other();
  }
}
