import { formatMoney } from '../domain/money.ts';
import { textCell } from '../report/format/csv-cell.ts';
import { shortDecimal, TOKEN_DIGITS, TOKEN_FIELDS } from '../report/format/fields.ts';
import { allTokens, RATIO_DIGITS, TOKEN_KINDS } from '../report/spend.ts';
import { centsText, ratioOf } from './envelope.ts';
import { type greatestOf, type Ranked, rowKey } from './ranking.ts';

interface Column {
  readonly head: string;
  readonly cell: (ranked: Ranked) => string;
}

/**
 * The table as CSV (RFC 4180) with the columns of the screen: cost and change are its cents, which add up; `exactCost` has
 * all digits.
 * @param models `null`: no column of models
 */
export function csvOf(
  by: readonly string[],
  currency: string,
  rows: readonly Ranked[],
  models: ReturnType<typeof greatestOf> | null,
): string {
  const columns: Column[] = [
    ...by.map((name, index) => ({
      head: textCell(name),
      cell: ({ row }: Ranked) => textCell(row.values[index] ?? null),
    })),
    { head: 'adjustment', cell: ({ row }) => textCell(row.adjustment) },
    { head: 'other', cell: ({ row }) => (row.other ? 'true' : '') },
    { head: 'cost', cell: ({ cents }) => centsText(cents) },
    { head: 'currency', cell: () => textCell(currency) },
    { head: 'share', cell: ({ share }) => ratioCell(share) },
    {
      head: 'costBefore',
      cell: ({ change }) => (change === null ? '' : centsText(change.beforeCents)),
    },
    { head: 'change', cell: ({ change }) => (change === null ? '' : centsText(change.cents)) },
    {
      head: 'changeRatio',
      cell: ({ change }) => (change === null ? '' : ratioCell(ratioOf(change.amount, change.before))),
    },
    { head: 'tokens', cell: ({ row }) => shortDecimal(allTokens(row.tokens), TOKEN_DIGITS) },
    ...TOKEN_KINDS.map((kind) => ({
      head: `tokens.${TOKEN_FIELDS[kind]}`,
      cell: ({ row }: Ranked) => shortDecimal(row.tokens[kind], TOKEN_DIGITS),
    })),
    {
      head: 'costPerMillionTokens',
      cell: ({ costPerMillionTokens: price }) => (price === null ? '' : formatMoney(price)),
    },
    { head: 'cacheHitRate', cell: ({ cacheHitRate }) => ratioCell(cacheHitRate) },
    ...(models === null
      ? []
      : [{ head: 'topModel', cell: ({ row }: Ranked) => textCell(models.get(rowKey(row))?.value ?? null) }]),
    { head: 'exactCost', cell: ({ row }) => formatMoney(row.cost) },
  ];
  const lines = [columns.map(({ head }) => head), ...rows.map((row) => columns.map(({ cell }) => cell(row)))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function ratioCell(ratio: bigint | null): string {
  return ratio === null ? '' : shortDecimal(ratio, RATIO_DIGITS);
}
