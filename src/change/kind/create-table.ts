import { type CatalogTable, readTable } from '../../aws/read/glue.ts';
import {
  deleteTable,
  PARQUET_INPUT,
  PARQUET_OUTPUT,
  PARQUET_SERDE,
  tableInput,
  writeTable,
} from '../../aws/write/glue.ts';
import type { Change, ChangeWords, Json, State } from '../../domain/change.ts';
import { block, expression, resource as hclResource, label } from '../hcl.ts';
import type { Kind, StackResource } from '../kind.ts';
import { logicalId } from '../own-bucket.ts';
import { catalogOf } from '../place.ts';

/** One part: `table` -> where it reads, its columns, how partitions are found. */
export function tableState(table: CatalogTable | null): State {
  return { table: table === null ? null : { ...table } };
}

/** The same table, whatever else Glue and Athena write into it, and whatever columns it has besides. */
export function sameTable(there: CatalogTable, wanted: CatalogTable): boolean {
  const has = (all: Readonly<Record<string, string>>, some: Readonly<Record<string, string>>) =>
    Object.entries(some).every(([name, value]) => all[name] === value);
  return (
    there.location === wanted.location &&
    has(there.columns, wanted.columns) &&
    has(there.parameters, wanted.parameters) &&
    has(there.partitions, wanted.partitions) &&
    Object.keys(there.partitions).length === Object.keys(wanted.partitions).length
  );
}

/** The raw table of the bill. The resource is `database.table`. */
export const createTableKind: Kind = {
  words,
  read: async (session, change, signal) => {
    const { database, name } = nameOf(change);
    const there = await readTable(session, catalogOf(change), database, name, signal);
    if (there === null) return tableState(null);
    const known = [change.after.table, change.before.table].find((one) => isTable(one) && sameTable(there, one));
    return { table: known ?? tableState(there).table ?? null };
  },
  write: async (session, change, { table }, signal) => {
    const { database, name } = nameOf(change);
    if (isTable(table)) await writeTable(session, catalogOf(change), database, name, table, signal);
    else if (table === null) await deleteTable(session, catalogOf(change), database, name, signal);
  },
  cli: (change) => {
    const { database, name } = nameOf(change);
    const verb = change.before.table === null ? 'create-table' : 'update-table';
    const input = JSON.stringify(tableInput(name, madeBy(change)));
    const where = ['--region', catalogOf(change).region, '--database-name', database];
    return [['glue', verb, ...where, '--table-input', input]];
  },
  cliThere: (change) => {
    if (change.before.table !== null) return null;
    const { database, name } = nameOf(change);
    const where = ['--region', catalogOf(change).region, '--database-name', database];
    return ['glue', 'get-tables', ...where, '--query', `TableList[?Name=='${name}'].Name`];
  },
  terraform,
  cloudformation: stack,
};

function words(change: Change): ChangeWords {
  const { location, columns } = madeBy(change);
  const isNew = change.before.table === null;
  return {
    does: `${isNew ? 'make' : 'change'} the table ${change.resource} over ${location} (${Object.keys(columns).length} columns, a partition a month)`,
    effect: 'Athena can ask the bill; it finds new months by itself, without a crawler.',
    costs: 'nothing for the table; Athena takes money for the bytes that a query reads',
    undo: { possible: true, how: isNew ? 'the table is removed; the files stay' : 'the table is as before' },
  };
}

function terraform(change: Change): string {
  const { database, name } = nameOf(change);
  const { location, columns, partitions, parameters } = madeBy(change);
  const column = (head: string) => (entry: readonly [string, string]) =>
    block(head, ['name', entry[0]], ['type', entry[1]]);
  return hclResource(
    'aws_glue_catalog_table',
    label(change.resource),
    ['name', name],
    [
      'database_name',
      makesDatabase(change) ? expression(`aws_glue_catalog_database.${label(database)}.name`) : database,
    ],
    ['table_type', 'EXTERNAL_TABLE'],
    ['parameters', parameters],
    ...Object.entries(partitions).map(column('partition_keys')),
    block(
      'storage_descriptor',
      ['location', location],
      ['input_format', PARQUET_INPUT],
      ['output_format', PARQUET_OUTPUT],
      block('ser_de_info', ['serialization_library', PARQUET_SERDE]),
      ...Object.entries(columns).map(column('columns')),
    ),
  );
}

/** A stack makes tables, and takes none over. */
function stack(change: Change): StackResource | null {
  if (change.before.table !== null) return null;
  const { database, name } = nameOf(change);
  return {
    logicalId: logicalId('Table', change.resource),
    body: {
      Type: 'AWS::Glue::Table',
      Properties: {
        CatalogId: change.account,
        DatabaseName: database,
        TableInput: tableInput(name, madeBy(change)),
      },
      ...(makesDatabase(change) ? { DependsOn: [logicalId('Database', database)] } : {}),
    },
  };
}

/** The id of the change that makes a database. */
export const databaseChangeId = ({ account, region }: Pick<Change, 'account' | 'region'>, database: string): string =>
  `create-database/${account}/${region}/${database}`;

function makesDatabase(change: Change): boolean {
  return change.dependsOn.includes(databaseChangeId(change, nameOf(change).database));
}

function nameOf({ resource }: Change): { readonly database: string; readonly name: string } {
  const [database = '', name = ''] = resource.split('.');
  return { database, name };
}

function madeBy({ after, id }: Change): CatalogTable {
  if (!isTable(after.table)) throw new Error(`${id} makes no table`);
  return after.table;
}

function isTable(part: Json | undefined): part is Json & CatalogTable {
  return typeof part === 'object' && part !== null && 'columns' in part;
}
