import {
  divideHalfUp,
  formatRounded,
  formatUnits,
  groupThousands,
  type Money,
  roundParts,
} from '../../domain/money.ts';
import type { TokenKind } from '../../domain/usage.ts';
import { allTokens, RATIO_DIGITS, type SpendReport, type SpendRow, shares, TOKEN_KINDS } from '../spend.ts';
import { type TextColumn, textColumn } from './text-table.ts';

export type Measure = 'cost' | 'share' | 'tokens' | TokenKind | 'price' | 'cache-hit';

/** The columns of numbers. What people add up in their head adds up: costs, shares and tokens are rounded together. */
export const MEASURES: Readonly<Record<Measure, (report: SpendReport) => TextColumn>> = {
  cost: costColumn,
  share: shareColumn,
  tokens: (report) => tokenColumn('Tokens', report, allTokens),
  input: (report) => tokenColumn('Input', report, (tokens) => tokens.input),
  output: (report) => tokenColumn('Output', report, (tokens) => tokens.output),
  'cache-read': (report) => tokenColumn('Cache read', report, (tokens) => tokens['cache-read']),
  'cache-write': (report) => tokenColumn('Cache write', report, (tokens) => tokens['cache-write']),
  price: priceColumn,
  'cache-hit': cacheHitColumn,
};

const COST_DIGITS = 2;

/** Shares are printed in tenths of a percent. */
const SHARE_DIGITS = 3;
const RATIO_UNITS_IN_A_TENTH = 10n ** BigInt(RATIO_DIGITS - SHARE_DIGITS);

const LEAST_PRICE_DIGITS = 2;

/** 1 as money. */
const ONE = 10n ** 10n;

const CURRENCY_SIGNS: Readonly<Record<string, string>> = { USD: '$' };

function costColumn({ rows, total }: SpendReport): TextColumn {
  const cents = roundParts(
    rows.map(({ row }) => row.cost),
    COST_DIGITS,
  );
  return numbers(
    'Cost',
    cents.map((units) => groupThousands(formatUnits(units, COST_DIGITS))),
    formatRounded(total.cost, COST_DIGITS),
  );
}

function shareColumn({ rows }: SpendReport): TextColumn {
  const parts = shares(
    rows.map(({ row }) => row.cost),
    SHARE_DIGITS,
  );
  return numbers('Share', parts?.map(percent) ?? rows.map(() => ''), parts === null ? '' : percent(1000n));
}

/** Empty where a row has no tokens at all; a 0 says that it has others. */
function tokenColumn(
  head: string,
  report: SpendReport,
  count: (tokens: SpendRow['row']['tokens']) => bigint,
): TextColumn {
  const whole = roundParts(
    report.rows.map(({ row }) => count(row.tokens)),
    0,
  );
  return numbers(
    head,
    whole.map((tokens, index) => (hasTokens(report.rows[index]) ? groupThousands(String(tokens)) : '')),
    formatRounded(count(report.total.tokens), 0),
  );
}

/** Prices have the digits that they need, 2 to 4, with the points in one line. */
function priceColumn({ rows, total, currency }: SpendReport): TextColumn {
  const prices = [...rows, total].map(({ costPerMillionTokens }) => costPerMillionTokens);
  const digits = prices.map((price) => (price === null ? LEAST_PRICE_DIGITS : priceDigits(price)));
  const most = digits.reduce((a, b) => Math.max(a, b), LEAST_PRICE_DIGITS);
  const cells = prices.map((price, index) => {
    const shown = digits[index] ?? most;
    return price === null ? '' : formatRounded(price, shown) + ' '.repeat(most - shown);
  });
  return numbers(`${CURRENCY_SIGNS[currency] ?? currency}/1M tokens`, cells.slice(0, -1), cells.at(-1) ?? '');
}

function priceDigits(price: Money): number {
  const size = price < 0n ? -price : price;
  if (size === 0n || size >= ONE) return LEAST_PRICE_DIGITS;
  return size >= ONE / 10n ? LEAST_PRICE_DIGITS + 1 : LEAST_PRICE_DIGITS + 2;
}

function cacheHitColumn({ rows, total }: SpendReport): TextColumn {
  const text = (rate: bigint | null) => (rate === null ? '' : percent(divideHalfUp(rate, RATIO_UNITS_IN_A_TENTH)));
  return numbers(
    'Cache hit',
    rows.map(({ cacheHitRate }) => text(cacheHitRate)),
    text(total.cacheHitRate),
  );
}

function percent(tenths: bigint): string {
  return `${groupThousands(formatUnits(tenths, 1))} %`;
}

function hasTokens(row: SpendRow | undefined): boolean {
  return row !== undefined && TOKEN_KINDS.some((kind) => row.row.tokens[kind] !== 0n);
}

function numbers(head: string, cells: readonly string[], foot: string): TextColumn {
  return textColumn({ head, align: 'right', cells, foot });
}
