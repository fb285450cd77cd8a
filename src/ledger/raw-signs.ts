import { foundationModel } from '../domain/foundation-model.ts';
import type { RawHealth, Uncounted, UncountedSign } from '../domain/health.ts';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import { knownProvider } from '../domain/model-provider.ts';
import { moneyOf } from '../engine/cells.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { RawLines } from '../source/cur/export.ts';
import { costType, lineColumns, MARKETPLACE } from '../source/cur/normalize.ts';
import { isBedrock } from './bedrock-lines.ts';
import type { ControlTotal } from './snapshot.ts';

/** The word that makes a line worth a look. */
const WORD = '%bedrock%';

/** Products of Marketplace may have a name of their own on every line; a bill has a few thousand products. */
const MAX_GROUPS = 200_000;

/**
 * One scan of the lines that are not counted as Bedrock's: those with a word of it, and how far usage reaches.
 * @param control the totals of the snapshot that counts: they know which lines are Bedrock's
 */
export async function scanUncounted(
  engine: Engine,
  raw: RawLines,
  control: readonly ControlTotal[],
): Promise<Pick<RawHealth, 'through' | 'uncounted'>> {
  const { dialect } = engine;
  const columns = lineColumns(raw, dialect);
  const optional = (column: string): string => (raw.types.has(column) ? `coalesce(${column}, '')` : `''`);
  const texts: readonly (readonly [UncountedSign, string])[] = [
    ['product code', columns.product_code],
    ['product family', columns.product_family],
    ['product name', columns.product_name],
    ['usage type', columns.usage_type],
    ['resource', columns.resource],
    ['description', optional('line_item_line_item_description')],
  ];
  const first = (pick: (sign: UncountedSign, text: string) => string): string =>
    texts.map(([sign, text]) => `WHEN lower(${text}) LIKE '${WORD}' THEN ${pick(sign, text)}`).join(' ');
  const usageTypes = [...USAGE_LINE_TYPES].map(dialect.text).join(', ');
  // A hosted zone or a firewall is billed for the whole month on its first day: that says nothing of how far usage reaches.
  const through = `CASE WHEN ${columns.line_item_type} IN (${usageTypes}) AND ${columns.usage_end} <= ${columns.usage_start} + INTERVAL '1' DAY
    THEN ${columns.usage_end} END`;
  const rows = await engine.rows(
    `SELECT sign, entity, seller, product_code, product_name, min(example) AS example, count(*) AS lines,
       ${dialect.sumAddends('cost')} AS cost, max(through) AS through
     FROM (SELECT CASE ${first((sign) => dialect.text(sign))} ELSE '' END AS sign, CASE ${first((_, text) => text)} END AS example,
         ${columns.entity} AS entity, ${columns.seller} AS seller, ${columns.product_code} AS product_code,
         ${columns.product_name} AS product_name,
         ${dialect.toAddend(columns.unblended, costType(raw, 'unblended'))} AS cost, ${through} AS through
       FROM ${raw.relation} AS line WHERE NOT coalesce((${isBedrock(dialect, columns, control)}), FALSE)) AS others
     GROUP BY sign, entity, seller, product_code, product_name`,
    MAX_GROUPS,
  );
  const ends = rows.flatMap((row) => (row.through === null ? [] : [instantOf(String(row.through))]));
  return { through: ends.length === 0 ? null : Math.max(...ends), uncounted: rows.flatMap(uncounted) };
}

function uncounted(row: Row): Uncounted[] {
  const text = (column: string): string => String(row[column] ?? '');
  const [entity, productName, seller] = [text('entity'), text('product_name'), text('seller')];
  const model = text('sign') === '' && entity === MARKETPLACE ? ofModelMaker(productName, seller) : null;
  if (text('sign') === '' && model === null) return [];
  return [
    {
      sign: model === null ? (text('sign') as UncountedSign) : 'model name',
      entity,
      productCode: text('product_code'),
      productName,
      example: model ?? text('example'),
      lines: Number(row.lines),
      cost: moneyOf(row, 'cost'),
    },
  ];
}

/** The name by which a Marketplace product is a foundation model, or its seller the maker of some. */
function ofModelMaker(productName: string, seller: string): string | null {
  if (foundationModel(productName)?.known === true) return productName;
  return [productName, seller].find((name) => knownProvider(name.split(/[\s,]/)[0] ?? '') !== null) ?? null;
}

/** An engine's text of a UTC timestamp, in milliseconds since 1970. */
function instantOf(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);
}
