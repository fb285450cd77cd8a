import type { Dialect } from '../engine/dialect/dialect.ts';
import type { RawLines } from '../source/cur/export.ts';
import { type LineColumns, lineColumns, MARKETPLACE, netsOf } from '../source/cur/normalize.ts';
import type { ControlTotal } from './snapshot.ts';

/**
 * The Bedrock lines of an export with normalised columns, as a relation.
 * @param control the finished control totals: they know which product codes are Bedrock's
 */
export function bedrockLines(dialect: Dialect, raw: RawLines, control: readonly ControlTotal[]): string {
  const columns = lineColumns(raw, dialect);
  const named = Object.entries(columns).map(([name, sql]) => `${sql} AS ${dialect.identifier(name)}`);
  return `(SELECT ${named.join(', ')} FROM ${raw.relation} WHERE ${isBedrock(dialect, columns, control)})`;
}

/**
 * Nearly every product code is Bedrock's on all of its lines or on none, as the control totals show: then comparing the
 * code is enough, and the columns that the nets look at need not be read again.
 */
export function isBedrock(dialect: Dialect, columns: LineColumns, control: readonly ControlTotal[]): string {
  const codesOf = (bedrock: boolean): Set<string> =>
    new Set(control.filter((total) => total.bedrock === bedrock).map(({ productCode }) => productCode));
  const others = codesOf(false);
  const codes = [...codesOf(true)];
  const whole = codes.filter((code) => !others.has(code));
  const mixed = codes.filter((code) => others.has(code));
  const caught = [`(${netsOf(columns, dialect)}) <> 0`, ...ofKnownProduct(dialect, columns, control)].join(' OR ');
  const conditions = [
    ...(whole.length > 0 ? [hasCode(dialect, whole)] : []),
    ...(mixed.length > 0 ? [`(${hasCode(dialect, mixed)} AND (${caught}))`] : []),
  ];
  return conditions.length === 0 ? 'FALSE' : conditions.join(' OR ');
}

/** A plain comparison with the stored column, so that the reader skips what it need not decode. */
function hasCode(dialect: Dialect, codes: readonly string[]): string {
  const stored = codes.filter((code) => code !== '').map(dialect.text);
  const list = stored.length > 0 ? [`line_item_product_code IN (${stored.join(', ')})`] : [];
  const none = codes.includes('') ? [`line_item_product_code IS NULL OR line_item_product_code = ''`] : [];
  return `(${[...list, ...none].join(' OR ')})`;
}

function ofKnownProduct(dialect: Dialect, columns: LineColumns, control: readonly ControlTotal[]): string[] {
  const codes = control
    .filter(({ bedrock, entity, productCode }) => bedrock && entity === MARKETPLACE && productCode !== '')
    .map(({ productCode }) => dialect.text(productCode));
  if (codes.length === 0) return [];
  return [
    `(${columns.entity} = ${dialect.text(MARKETPLACE)} AND ${columns.product_code} IN (${[...new Set(codes)].join(', ')}))`,
  ];
}
