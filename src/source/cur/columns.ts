import { OperatingError } from '../../domain/errors.ts';
import { NESTED } from '../../engine/engine.ts';
import { TEXT_COLUMNS } from './normalize.ts';

/** Without these no dollar can be placed (CUR 2.0 data dictionary). */
const REQUIRED = [
  'bill_payer_account_id',
  'bill_billing_entity',
  'line_item_usage_account_id',
  'line_item_line_item_type',
  'line_item_product_code',
  'line_item_usage_type',
  'line_item_usage_amount',
  'line_item_usage_start_date',
  'line_item_unblended_cost',
];

/** AWS records it from 2026-04-08 on, in exports that ask for it (facts: INCLUDE_IAM_PRINCIPAL_DATA). */
export const PRINCIPAL = 'line_item_iam_principal';

const TIMESTAMPS = ['line_item_usage_start_date', 'line_item_usage_end_date'];

const AMOUNTS = [
  'line_item_unblended_cost',
  'line_item_net_unblended_cost',
  'pricing_public_on_demand_cost',
  'line_item_usage_amount',
];

/** Statements compare text as it is stored. */
const TEXTS = [
  ...Object.values(TEXT_COLUMNS),
  'line_item_legal_entity',
  'bill_invoicing_entity',
  'line_item_line_item_description',
];

/** In CSV files the maps are text that holds JSON (facts 1.1). */
export const MAPS: readonly string[] = ['tags', 'product'];

const MAP_OF_TEXTS = new RegExp(`^(MAP\\(VARCHAR[^,]*, VARCHAR[^,]*\\)|${NESTED})$`);
const MAP_OR_TEXT = new RegExp(`${MAP_OF_TEXTS.source}|^VARCHAR`);

const MAKE_ONE = 'Create a CUR 2.0 export (table COST_AND_USAGE_REPORT): docs/guides/own-export.md says how.';

/** What else AWS delivers into such folders, by the columns that tell it. */
const OTHER_FORMATS: readonly { readonly name: string; readonly is: (has: (column: string) => boolean) => boolean }[] =
  [
    {
      name: 'a legacy Cost and Usage Report (CSV)',
      is: (has) => has('lineItem/UnblendedCost') || has('lineItem/LineItemType'),
    },
    {
      name: 'a legacy Cost and Usage Report',
      // In Parquet it has the same names for most columns, but no map at all.
      is: (has) => has('product_product_name') && ![...MAPS, 'resource_tags', 'cost_category'].some(has),
    },
    { name: 'a FOCUS export', is: (has) => has('BilledCost') || has('ChargeCategory') },
  ];

/**
 * Checks that the columns that answers need are there and hold what their names say. Principal and tags may be missing:
 * exports of before April 2026 have none, and their dollars count all the same.
 * @param types column name -> the engine's type in capitals
 * @param where the period and the file or table, for the message
 * @param mapsAsText whether a map may be text that holds JSON
 * @throws OperatingError CUR_COLUMN_MISSING, CUR_OTHER_FORMAT
 */
export function checkColumns(types: ReadonlyMap<string, string>, where: string, mapsAsText: boolean): void {
  const other = OTHER_FORMATS.find(({ is }) => is((column) => types.has(column)));
  if (other !== undefined) {
    throw new OperatingError('CUR_OTHER_FORMAT', `${where} is ${other.name}, not a CUR 2.0 export`, { hint: MAKE_ONE });
  }
  checkRequired(types, where);
  checkTypes(types, where, mapsAsText);
}

/**
 * Checks that the columns hold what their names say.
 * @param types of all columns or some; one that is {@link NESTED} may be a map
 * @throws OperatingError CUR_COLUMN_MISSING
 */
export function checkTypes(types: ReadonlyMap<string, string>, where: string, mapsAsText: boolean): void {
  const holds = (columns: readonly string[], wanted: RegExp, what: string): void => {
    for (const column of columns) {
      const type = types.get(column);
      if (type === undefined || wanted.test(type)) continue;
      throw new OperatingError('CUR_COLUMN_MISSING', `${where}: the column ${column} holds ${type}, not ${what}`);
    }
  };
  holds(TIMESTAMPS, /^(TIMESTAMP|DATE|VARCHAR)/, 'a time');
  holds(AMOUNTS, /^(DOUBLE|REAL|FLOAT|DECIMAL|VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT)/, 'an amount');
  holds(TEXTS, /^(VARCHAR|CHAR)/, 'text');
  const map = mapsAsText ? MAP_OR_TEXT : MAP_OF_TEXTS;
  holds(MAPS, map, 'a map of texts');
}

/**
 * Checks the names of the columns alone.
 * @throws OperatingError CUR_COLUMN_MISSING
 */
export function checkRequired(columns: { has(column: string): boolean }, where: string): void {
  const missing = REQUIRED.filter((column) => !columns.has(column));
  if (missing.length > 0)
    throw new OperatingError('CUR_COLUMN_MISSING', `${where} has no column ${missing.join(', ')}`);
}
