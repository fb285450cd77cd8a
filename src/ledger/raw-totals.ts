import type { Money } from '../domain/money.ts';
import { moneyOf } from '../engine/cells.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { RawLines } from '../source/cur/export.ts';
import { mapColumn } from '../source/cur/normalize.ts';
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
 * Adds up the raw lines once more, for the proof: by statements of their own that share neither the money cast, nor the
 * nets, nor the choice of net with the ingest.
 * @param products product codes of Marketplace that are Bedrock's: {@link rawProducts} of all periods
 */
export async function rawTotals(engine: Engine, raw: RawLines, products: readonly string[]): Promise<RawTotal[]> {
  const { dialect } = engine;
  const bedrock = `(${looksLikeBedrock(dialect, raw)} OR coalesce(bill_billing_entity = 'AWS Marketplace'
    AND ${isOneOf(dialect, 'line_item_product_code', products)}, FALSE))`;
  const payers = await textsOf(engine, payersWithNet(raw, bedrock));
  const unblended = decimal(raw, 'line_item_unblended_cost');
  const net = `CASE WHEN ${isOneOf(dialect, 'bill_payer_account_id', payers)}
    THEN ${decimal(raw, 'line_item_net_unblended_cost')} ELSE ${unblended} END`;
  const rows = await engine.rows(`
    SELECT payer, invoice, seller, ${sums('all', 'TRUE')}, ${sums('bedrock', 'bedrock')}
    FROM (SELECT coalesce(bill_payer_account_id, '') AS payer, coalesce(${optional(raw, 'bill_invoice_id')}, '') AS invoice,
        ${sellerOf(raw)} AS seller, ${bedrock} AS bedrock, ${unblended} AS unblended, ${net} AS net,
        ${decimal(raw, 'pricing_public_on_demand_cost')} AS list
      FROM ${raw.relation}) AS line
    GROUP BY payer, invoice, seller`);
  return rows.map((row) => ({
    payer: String(row.payer),
    invoice: String(row.invoice),
    seller: String(row.seller),
    all: totals(row, 'all'),
    bedrock: totals(row, 'bedrock'),
  }));
}

/** The product codes of Marketplace that some line shows to be Bedrock's: seen in one period, known in all. */
export async function rawProducts(engine: Engine, raw: RawLines): Promise<string[]> {
  return textsOf(
    engine,
    `SELECT DISTINCT line_item_product_code AS text FROM ${raw.relation}
     WHERE bill_billing_entity = 'AWS Marketplace' AND line_item_product_code <> '' AND ${looksLikeBedrock(engine.dialect, raw)}`,
  );
}

function totals(row: Row, of: 'all' | 'bedrock'): CostTotals {
  const money = (cost: string): Money => moneyOf(row, `${of}_${cost}`);
  return { unblended: money('unblended'), net: money('net'), list: money('list') };
}

/** A payer has net values when its Bedrock usage carries some and no line but a discount would be lost without one. */
function payersWithNet(raw: RawLines, bedrock: string): string {
  const net = number(raw, 'line_item_net_unblended_cost');
  const anyOf = (condition: string): string => `max(CASE WHEN ${condition} THEN 1 ELSE 0 END)`;
  const usage = `line_item_line_item_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage')`;
  const lost = `coalesce(line_item_line_item_type, '') NOT LIKE '%Discount' AND ${net} IS NULL AND ${number(raw, 'line_item_unblended_cost')} <> 0`;
  return `SELECT bill_payer_account_id AS text FROM ${raw.relation} WHERE ${bedrock} GROUP BY bill_payer_account_id
    HAVING ${anyOf(`${usage} AND ${net} <> 0`)} = 1 AND ${anyOf(lost)} = 0`;
}

async function textsOf(engine: Engine, statement: string): Promise<string[]> {
  return (await engine.rows(statement)).map((row) => String(row.text));
}

function isOneOf(dialect: Dialect, column: string, texts: readonly string[]): string {
  return texts.length === 0 ? 'FALSE' : `coalesce(${column} IN (${texts.map(dialect.text).join(', ')}), FALSE)`;
}

function number(raw: RawLines, column: string): string {
  return raw.types.has(column) ? `TRY_CAST(${column} AS DOUBLE)` : 'CAST(NULL AS DOUBLE)';
}

/**
 * By its text alone; tiny amounts, which are printed with an exponent, by way of all their digits: docs/decisions/0001.
 * Nothing is 0.
 */
function decimal(raw: RawLines, column: string): string {
  if (!raw.types.has(column)) return 'CAST(0 AS DECIMAL(18,10))';
  const text = `CAST(${column} AS VARCHAR)`;
  return `CASE WHEN coalesce(${number(raw, column)}, 0) = 0 THEN 0
    WHEN abs(${number(raw, column)}) < 0.0001 THEN CAST(CAST(${text} AS DECIMAL(38,30)) AS DECIMAL(18,10))
    ELSE CAST(${text} AS DECIMAL(18,10)) END`;
}

function sums(name: string, condition: string): string {
  return ['unblended', 'net', 'list']
    .map((cost) => `sum(CASE WHEN ${condition} THEN ${cost} ELSE 0 END) AS ${name}_${cost}`)
    .join(', ');
}

function optional(raw: RawLines, column: string): string {
  return raw.types.has(column) ? column : 'NULL';
}

function sellerOf(raw: RawLines): string {
  const named = ['line_item_legal_entity', 'bill_invoicing_entity'].filter((column) => raw.types.has(column));
  const values = [...named.map((column) => `CASE WHEN ${column} <> '' THEN ${column} END`), 'bill_billing_entity'];
  return `coalesce(${values.join(', ')}, '')`;
}

/** AWS's own dashboard's filter for Bedrock (CUDOS v5), the product family of July 2026, and the recorded principal. */
function looksLikeBedrock(dialect: Dialect, raw: RawLines): string {
  const product = mapColumn(raw, dialect, 'product');
  const named =
    product === null
      ? 'FALSE'
      : `coalesce(bill_billing_entity = 'AWS Marketplace' AND ${dialect.mapValue(product, 'product_name')} LIKE '%(Amazon Bedrock Edition)%', FALSE)`;
  return `(coalesce(line_item_product_code IN ('AmazonBedrock', 'AmazonBedrockService', 'AmazonBedrockFoundationModels', 'AmazonBedrockAgentCore'), FALSE)
    OR coalesce(${optional(raw, 'product_product_family')} = 'Amazon Bedrock', FALSE)
    OR coalesce(length(${optional(raw, 'line_item_iam_principal')}) > 0, FALSE) OR ${named})`;
}
