import { parseMoney, ZERO } from '../domain/money.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { Engine } from '../engine/engine.ts';
import type { RawLines } from '../source/cur/read.ts';
import type { CostTotals } from './snapshot.ts';

/** The export's own sums for one payer, invoice and seller. */
export interface RawTotal {
  readonly payer: string;
  readonly invoice: string;
  readonly seller: string;
  readonly all: CostTotals;
  readonly bedrock: CostTotals;
}

/**
 * Adds up the raw lines once more, for the proof: a statement of its own that shares neither the money cast, nor the
 * nets, nor the choice of net with the ingest.
 * @param everyPeriod the raw lines of all periods: a Marketplace product seen in one is known in all
 */
export async function rawTotals(engine: Engine, raw: RawLines, everyPeriod: readonly RawLines[]): Promise<RawTotal[]> {
  const rows = await engine.rows(`
    WITH product AS (${everyPeriod.map((lines) => productsOf(engine.dialect, lines)).join(' UNION ')}),
    line AS (
      SELECT bill_payer_account_id AS payer, ${optional(raw, 'bill_invoice_id', `''`)} AS invoice, ${sellerOf(raw)} AS seller,
        line_item_line_item_type AS type,
        ${decimal('line_item_unblended_cost')} AS unblended,
        ${raw.types.has('line_item_net_unblended_cost') ? decimal('line_item_net_unblended_cost') : 'NULL'} AS net,
        ${raw.types.has('pricing_public_on_demand_cost') ? decimal('pricing_public_on_demand_cost') : 'NULL'} AS list,
        (${looksLikeBedrock(engine.dialect, raw)} OR (bill_billing_entity = 'AWS Marketplace' AND EXISTS (
          SELECT 1 FROM product WHERE product.code = line_item_product_code))) AS bedrock
      FROM ${raw.relation}),
    carries_net AS (
      SELECT payer FROM line WHERE bedrock GROUP BY payer
      HAVING max(CASE WHEN type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage') AND net <> 0 THEN 1 ELSE 0 END) = 1
         AND max(CASE WHEN type NOT LIKE '%Discount' AND net IS NULL AND unblended <> 0 THEN 1 ELSE 0 END) = 0),
    priced AS (
      SELECT line.payer, invoice, seller, bedrock, coalesce(unblended, 0) AS unblended, coalesce(list, 0) AS list,
        CASE WHEN carries_net.payer IS NULL THEN coalesce(unblended, 0) ELSE coalesce(net, 0) END AS net
      FROM line LEFT JOIN carries_net ON line.payer = carries_net.payer)
    SELECT payer, coalesce(invoice, '') AS invoice, seller, ${sums('all', 'TRUE')}, ${sums('bedrock', 'bedrock')}
    FROM priced GROUP BY payer, coalesce(invoice, ''), seller ORDER BY payer, coalesce(invoice, ''), seller`);
  const totals = (row: (typeof rows)[number], of: string): CostTotals => {
    const money = (cost: string) => (row[`${of}_${cost}`] === null ? ZERO : parseMoney(String(row[`${of}_${cost}`])));
    return { unblended: money('unblended'), net: money('net'), list: money('list') };
  };
  return rows.map((row) => ({
    payer: String(row.payer ?? ''),
    invoice: String(row.invoice),
    seller: String(row.seller),
    all: totals(row, 'all'),
    bedrock: totals(row, 'bedrock'),
  }));
}

function decimal(column: string): string {
  return `CAST(CAST(CAST(${column} AS VARCHAR) AS DECIMAL(38,30)) AS DECIMAL(18,10))`;
}

function sums(name: string, condition: string): string {
  return ['unblended', 'net', 'list']
    .map((cost) => `sum(CASE WHEN ${condition} THEN ${cost} ELSE 0 END) AS ${name}_${cost}`)
    .join(', ');
}

function optional(raw: RawLines, column: string, otherwise: string): string {
  return raw.types.has(column) ? column : otherwise;
}

function sellerOf(raw: RawLines): string {
  const named = ['line_item_legal_entity', 'bill_invoicing_entity'].filter((column) => raw.types.has(column));
  const values = [...named.map((column) => `CASE WHEN ${column} <> '' THEN ${column} END`), 'bill_billing_entity'];
  return `coalesce(${values.join(', ')}, '')`;
}

/** AWS's own dashboard's filter for Bedrock (CUDOS v5), the product family of July 2026, and the recorded principal. */
function looksLikeBedrock(dialect: Dialect, raw: RawLines): string {
  const named = raw.types.get('product')?.startsWith('MAP')
    ? `coalesce(bill_billing_entity = 'AWS Marketplace' AND ${dialect.mapValue('product', 'product_name')} LIKE '%(Amazon Bedrock Edition)%', FALSE)`
    : 'FALSE';
  return `(coalesce(line_item_product_code IN ('AmazonBedrock', 'AmazonBedrockService', 'AmazonBedrockFoundationModels', 'AmazonBedrockAgentCore'), FALSE)
    OR coalesce(${optional(raw, 'product_product_family', 'NULL')} = 'Amazon Bedrock', FALSE)
    OR coalesce(length(line_item_iam_principal) > 0, FALSE) OR ${named})`;
}

function productsOf(dialect: Dialect, raw: RawLines): string {
  return `SELECT line_item_product_code AS code FROM ${raw.relation}
    WHERE bill_billing_entity = 'AWS Marketplace' AND line_item_product_code <> '' AND ${looksLikeBedrock(dialect, raw)}`;
}
