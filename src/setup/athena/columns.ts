import { CUR_TABLE, type DataExport, type ExportColumn, parseExportQuery } from '../../domain/data-export.ts';

/** The column of the caller: AWS may add it by itself to what an export selects. */
const PRINCIPAL = 'line_item_iam_principal';

/**
 * The columns of the raw table: name -> Hive's type.
 * @param schema of the table of CUR 2.0, with the settings of the export
 * @param selected of the export that is there; `null` = all
 */
export function tableColumns(
  schema: readonly ExportColumn[],
  selected: readonly string[] | null,
): Readonly<Record<string, string>> {
  const chosen = schema.filter(({ name }) => selected === null || selected.includes(name));
  const types = Object.fromEntries(chosen.map(({ name, type }) => [name, hiveType(name, type)]));
  return { ...types, [PRINCIPAL]: 'string' };
}

/** What an export selects; `null` where its query is not understood. */
export const selectedBy = ({ query }: DataExport): readonly string[] | null => parseExportQuery(query)?.columns ?? null;

/**
 * How Athena reads a column. Costs and amounts lie in the files as doubles, so nothing else does, whatever AWS calls them.
 * Source: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html
 */
function hiveType(name: string, type: string): string {
  const known = type.toLowerCase();
  if (known.startsWith('map') || known.startsWith('struct'))
    return known.includes('double') || name === 'discount' ? 'map<string,double>' : 'map<string,string>';
  if (/^(double|float|real|decimal|numeric|number|bigint|int)/.test(known)) return 'double';
  return /^(timestamp|datetime)/.test(known) ? 'timestamp' : 'string';
}

/** Settings to ask for the columns of an export that is there: GetTable takes those of the table, not the view of the bill. */
export function settingsOf({ tables }: DataExport): Readonly<Record<string, string>> {
  const { BILLING_VIEW_ARN: _, ...settings } = tables[CUR_TABLE] ?? {};
  return settings;
}
