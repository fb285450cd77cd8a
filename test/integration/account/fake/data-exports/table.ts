import { AwsError } from '../../wire/answer.ts';
import { type Column, CUR_PROPERTIES, curColumns } from './cur-columns.ts';
import type { Export } from './export.ts';

type Settings = Readonly<Record<string, string>>;

export const TABLE = 'COST_AND_USAGE_REPORT';

/** As ListTables shows it. */
export const TABLE_DESCRIPTION = {
  TableName: TABLE,
  Description: 'Cost and usage, line by line.',
  TableProperties: Object.entries(CUR_PROPERTIES).map(([Name, values]) => ({
    Name,
    ValidValues: [...values],
    DefaultValue: values[0],
    Description: Name.toLowerCase().replaceAll('_', ' '),
  })),
};

/** Sources differ on whether a query may select the caller, or exports get that column by themselves. */
export function columnsOf(settings: Settings, selectsPrincipal: boolean): Column[] {
  return curColumns(settings).filter(({ Name }) => selectsPrincipal || Name !== 'line_item_iam_principal');
}

/**
 * The settings of the table, whole: what nobody said has its first value.
 * @param account whose lines an export has; null where nobody exports
 * @throws AwsError for settings that the table has not
 */
export function wholeSettings(table: string, given: Settings, account: string | null): Settings {
  if (table !== TABLE) throw refusal(`Table ${table} does not exist`);
  const initial = Object.entries(CUR_PROPERTIES).map(([name, [first]]): [string, string] => [name, first]);
  const view = account === null ? {} : { BILLING_VIEW_ARN: `arn:aws:billing::${account}:billingview/primary` };
  for (const [name, value] of Object.entries(given)) {
    const values = CUR_PROPERTIES[name];
    if (values === undefined && name !== 'BILLING_VIEW_ARN')
      throw refusal(`Table property ${name} provided but table has no such property`);
    if (values !== undefined && !values.includes(value))
      throw refusal(`Table property ${name} has no valid value ${value}`);
  }
  return { ...Object.fromEntries(initial), ...view, ...given };
}

/**
 * The export with all its settings.
 * @throws AwsError when its query does not select columns that the table has with these settings
 */
export function checkedQuery(given: Export, account: string, selectsPrincipal: boolean): Export {
  const { QueryStatement, TableConfigurations = {} } = given.DataQuery;
  const [, list = '', table = ''] = QUERY.exec(QueryStatement) ?? [];
  const other = Object.keys(TableConfigurations).find((name) => name !== table);
  if (other !== undefined) throw refusal(`The query does not read table ${other}`);
  const settings = wholeSettings(table, TableConfigurations[table] ?? {}, account);
  const types = new Map(columnsOf(settings, selectsPrincipal).map(({ Name, Type }) => [Name, Type]));
  for (const item of list.split(',')) {
    const [, name = '', attribute] = ITEM.exec(item) ?? [];
    const type = types.get(name);
    if (type === undefined || (attribute !== undefined && !type.startsWith('map')))
      throw refusal('The columns in the query provided are not a subset of the table');
  }
  return { ...given, DataQuery: { QueryStatement, TableConfigurations: { [table]: settings } } };
}

/** https://docs.aws.amazon.com/cur/latest/userguide/dataexports-data-query.html */
const QUERY = /^\s*SELECT\s+(.+?)\s+FROM\s+(\w+)(?:\s+(?:WHERE|LIMIT)\s.+)?\s*$/is;
const ITEM = /^\s*(\w+)(?:\.(\w+))?(?:\s+AS\s+\w+)?\s*$/i;

function refusal(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
