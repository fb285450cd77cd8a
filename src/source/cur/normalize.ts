import type { Dialect } from '../../engine/dialect/dialect.ts';
import type { RawLines } from './export.ts';

/** The four product codes that AWS itself bills Bedrock under (facts: CUDOS's filter, price list offers). */
const BEDROCK_PRODUCT_CODES = [
  'AmazonBedrock',
  'AmazonBedrockService',
  'AmazonBedrockFoundationModels',
  'AmazonBedrockAgentCore',
];

/** product_product_family of every Bedrock line since 2026-07-20 (AWS announcement of standardized product metadata). */
const FAMILY = 'Amazon Bedrock';

/** How AWS names a model that is sold through Marketplace. */
const EDITION = '(Amazon Bedrock Edition)';

export const MARKETPLACE = 'AWS Marketplace';

/** Each way to see that a line is Bedrock's, as a bit: what one net catches alone is worth a look. */
export const NETS = { family: 1, code: 2, edition: 4, principal: 8 } as const;

/**
 * All that the ledger needs of a line: its CUR expression by what it means. In text columns `''` stands for NULL and for a
 * column that the export does not have, so that keys join with `=`; no tags are `{}`; costs and amount may be NULL.
 */
export type LineColumns = Readonly<Record<LineColumn, string>>;

export const TEXT_COLUMNS = {
  payer: 'bill_payer_account_id',
  invoice: 'bill_invoice_id',
  entity: 'bill_billing_entity',
  account: 'line_item_usage_account_id',
  product_code: 'line_item_product_code',
  usage_type: 'line_item_usage_type',
  operation: 'line_item_operation',
  line_item_type: 'line_item_line_item_type',
  unit: 'pricing_unit',
  product_family: 'product_product_family',
  region: 'product_region_code',
  resource: 'line_item_resource_id',
  currency: 'line_item_currency_code',
  principal: 'line_item_iam_principal',
} as const;

const PRODUCT_KEYS = { product_name: 'product_name', product_model: 'model', product_provider: 'provider' } as const;

type LineColumn =
  | keyof typeof TEXT_COLUMNS
  | keyof typeof PRODUCT_KEYS
  | 'seller'
  | 'description_field'
  | 'tags'
  | 'usage_start'
  | 'usage_end'
  | 'unblended'
  | 'net'
  | 'list'
  | 'usage_amount';

/** SQL expressions over the raw lines, by what they mean. Costs stay as the export has them: see {@link costType}. */
export function lineColumns(lines: RawLines, dialect: Dialect): LineColumns {
  const has = (column: string): boolean => lines.types.has(column);
  const text = (column: string): string =>
    has(column) ? `coalesce(CAST(${dialect.identifier(column)} AS VARCHAR), '')` : `''`;
  const timestamp = (column: string): string =>
    dialect.toTimestamp(dialect.identifier(column), lines.types.get(column) ?? '');
  const product = (key: string): string => {
    const map = mapColumn(lines, dialect, 'product');
    return map === null ? `''` : `coalesce(${dialect.mapValue(map, key)}, '')`;
  };
  const tags = mapColumn(lines, dialect, 'tags');
  const mapped = <K extends string>(table: Readonly<Record<K, string>>, make: (column: string) => string) =>
    Object.fromEntries(Object.entries<string>(table).map(([name, column]) => [name, make(column)])) as Record<
      K,
      string
    >;
  const orNull = (column: string): string => (has(column) ? dialect.identifier(column) : 'NULL');
  return {
    ...mapped(TEXT_COLUMNS, text),
    ...mapped(PRODUCT_KEYS, product),
    // The seller of record; lines that name none are their invoice's issuer's (CUR 2.0 dictionary, line_item_legal_entity).
    seller: `coalesce(nullif(${text('line_item_legal_entity')}, ''), nullif(${text('bill_invoicing_entity')}, ''), ${text('bill_billing_entity')})`,
    // Marketplace lines name their unit there; the rest of the description repeats rates and would split usage keys.
    description_field: `trim(BOTH ' ' FROM coalesce(split_part(${text('line_item_line_item_description')}, '|', 3), ''))`,
    tags: tags === null ? `'{}'` : `coalesce(${dialect.mapText(tags)}, '{}')`,
    usage_start: timestamp('line_item_usage_start_date'),
    usage_end: has('line_item_usage_end_date')
      ? timestamp('line_item_usage_end_date')
      : timestamp('line_item_usage_start_date'),
    unblended: dialect.identifier('line_item_unblended_cost'),
    net: orNull('line_item_net_unblended_cost'),
    list: orNull('pricing_public_on_demand_cost'),
    usage_amount: dialect.identifier('line_item_usage_amount'),
  };
}

/** A map column of the export as a map, `null` where it has none. In CSV files it is text that holds JSON. */
export function mapColumn({ types }: RawLines, dialect: Dialect, column: 'tags' | 'product'): string | null {
  const type = types.get(column);
  if (type === undefined) return null;
  return type.startsWith('MAP') ? column : `(${dialect.textMap(column)})`;
}

/** The engine's type of a cost column, for the dialect's money functions. */
export function costType(lines: RawLines, cost: 'unblended' | 'net' | 'list'): string {
  const column = {
    unblended: 'line_item_unblended_cost',
    net: 'line_item_net_unblended_cost',
    list: 'pricing_public_on_demand_cost',
  }[cost];
  return lines.types.get(column) ?? 'DOUBLE';
}

/** The nets that catch a line, as a sum of {@link NETS}. */
export function netsOf(columns: LineColumns, dialect: Dialect): string {
  const codes = BEDROCK_PRODUCT_CODES.map(dialect.text).join(', ');
  const when = (condition: string, bit: number): string => `CASE WHEN ${condition} THEN ${bit} ELSE 0 END`;
  return [
    when(`${columns.product_family} = ${dialect.text(FAMILY)}`, NETS.family),
    when(`${columns.product_code} IN (${codes})`, NETS.code),
    // The entity comes first: a map is dear to read, and few lines are Marketplace's.
    when(
      `${columns.entity} = ${dialect.text(MARKETPLACE)} AND ${columns.product_name} LIKE ${dialect.text(`%${EDITION}%`)}`,
      NETS.edition,
    ),
    when(`${columns.principal} <> ''`, NETS.principal),
  ].join(' + ');
}
