import { CUR_TABLE, type ExportColumn } from '../../domain/data-export.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { ExportWish } from '../../domain/setup.ts';

/**
 * Columns that reports read. An export with all of them serves; that of the caller is not among them: it comes with its setting,
 * and sources differ whether a query may name it.
 */
export const REPORT_COLUMNS: readonly string[] = [
  'bill_billing_entity',
  'bill_invoice_id',
  'bill_invoicing_entity',
  'bill_payer_account_id',
  'line_item_currency_code',
  'line_item_legal_entity',
  'line_item_line_item_description',
  'line_item_line_item_type',
  'line_item_net_unblended_cost',
  'line_item_operation',
  'line_item_product_code',
  'line_item_unblended_cost',
  'line_item_usage_account_id',
  'line_item_usage_amount',
  'line_item_usage_end_date',
  'line_item_usage_start_date',
  'line_item_usage_type',
  'pricing_public_on_demand_cost',
  'pricing_unit',
  'product',
  'product_product_family',
  'product_region_code',
  'tags',
];

/** The most that CreateExport takes: its service model. */
const LONGEST_QUERY = 36_000;

/** Settings of the table for a wish. Source: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html */
export function tableSettings({ granularity, resources }: ExportWish): Readonly<Record<string, string>> {
  return {
    TIME_GRANULARITY: granularity.toUpperCase(),
    INCLUDE_RESOURCES: resources ? 'TRUE' : 'FALSE',
    INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE',
    // Else discounts are lines of their own and the net columns are gone.
    INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY: 'FALSE',
    INCLUDE_SPLIT_COST_ALLOCATION_DATA: 'FALSE',
  };
}

/**
 * A query for all columns that AWS says the table has; Data Exports knows no `*`.
 * @throws OperatingError AWS_REFUSED where what reports need is not among them
 */
export function selectColumns(schema: readonly ExportColumn[]): string {
  const names = schema.map(({ name }) => name);
  const missing = REPORT_COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const what = `the table ${CUR_TABLE} of AWS Data Exports has no column ${missing.join(', ')}`;
    throw new OperatingError('AWS_REFUSED', what, {
      hint: 'Check --endpoint-url. If it is right, AWS has renamed columns, and a newer Bursar knows them.',
    });
  }
  const all = select(names);
  if (all.length <= LONGEST_QUERY) return all;
  return select([...REPORT_COLUMNS, ...names.filter((name) => MORE.has(name))]);
}

/** What reports read where it is there. */
const MORE = new Set(['line_item_iam_principal', 'line_item_resource_id']);

const select = (names: readonly string[]): string => `SELECT ${names.join(', ')} FROM ${CUR_TABLE}`;
