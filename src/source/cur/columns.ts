import { OperatingError } from '../../domain/errors.ts';

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

const TIMESTAMPS = ['line_item_usage_start_date', 'line_item_usage_end_date'];

/**
 * Checks that the columns that answers need are there and hold what their names say.
 * @param types column name -> the engine's type in capitals
 * @param where the period and the file or table, for the message
 * @throws OperatingError CUR_COLUMN_MISSING, CUR_IDENTITY_MISSING, CUR_TAGS_MISSING
 */
export function checkColumns(types: ReadonlyMap<string, string>, where: string): void {
  const missing = REQUIRED.filter((column) => !types.has(column));
  if (missing.length > 0)
    throw new OperatingError('CUR_COLUMN_MISSING', `${where} has no column ${missing.join(', ')}`);
  if (!types.has('line_item_iam_principal')) {
    throw new OperatingError('CUR_IDENTITY_MISSING', `${where} has no column line_item_iam_principal`);
  }
  if (!types.get('tags')?.startsWith('MAP')) {
    throw new OperatingError('CUR_TAGS_MISSING', `${where} has no map column tags`);
  }
  for (const column of TIMESTAMPS) {
    const type = types.get(column);
    if (type !== undefined && !/^(TIMESTAMP|DATE|VARCHAR)/.test(type)) {
      throw new OperatingError('CUR_COLUMN_MISSING', `${where}: the column ${column} holds ${type}, not a time`);
    }
  }
}
