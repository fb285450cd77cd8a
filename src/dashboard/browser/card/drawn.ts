import { formatMoney, type Money, parseMoney, sum, ZERO } from '../../../domain/money.ts';
import type { ColumnsBody } from '../../api/columns.ts';
import { cumulate } from '../chart/stack.ts';
import { amount, shortTime } from '../format.ts';
import type { Address } from '../state/address.ts';

type Series = ColumnsBody['series'][number];

/** What of the columns is drawn. Tax and credits are booked on single days, beside which the usage of a day is small. */
export interface Drawn {
  readonly series: readonly (Series & { readonly heights: readonly number[] })[];
  /** exact, one a time, of what is drawn */
  readonly totals: readonly Money[];
  /** as high as the columns; `null` = nothing is compared */
  readonly compared: readonly (number | null)[] | null;
}

export function drawnOf(body: ColumnsBody, { columns, adjustments }: Pick<Address, 'columns' | 'adjustments'>): Drawn {
  const whole = columns === 'cumulative';
  const all = adjustments === 'shown';
  const heights = (values: readonly number[]): number[] => (whole ? cumulate(values) : [...values]);
  const series = body.series.filter(({ kind }) => all || kind !== 'adjustments');
  return {
    series: series.map((each) => ({ ...each, heights: heights(each.costs.map(Number)) })),
    totals: body.times.map((_, index) => sum(series.map(({ costs }) => parseMoney(costs[index] ?? '0')))),
    compared: comparedOf(body, all, whole),
  };
}

function comparedOf({ columnsBefore }: ColumnsBody, all: boolean, whole: boolean): Drawn['compared'] {
  if (columnsBefore === null) return null;
  let before = 0;
  return columnsBefore.map((column) => {
    if (column === null) return null;
    const height = Number(column.usage) + (all ? Number(column.adjustments) : 0);
    before = whole ? before + height : height;
    return before;
  });
}

/** One sentence on what is drawn. */
export function summaryOf({ times, currency, grain }: ColumnsBody, { totals, series }: Drawn): string {
  const used = totals.filter((total) => total !== 0n);
  const most = totals.reduce((best, total, index) => (total > (totals[best] ?? total) ? index : best), 0);
  const time = times[most];
  if (time === undefined || used.length === 0) return 'No usage.';
  const what = series.some(({ kind }) => kind === 'adjustments') ? 'Usage, tax and credits' : 'Usage';
  const mean = Number(sum(totals)) / 1e10 / used.length;
  const money = (value: Money): string => amount(formatMoney(value), currency);
  return `${what}: ${money(sum(totals))} on ${used.length} ${grain}${used.length === 1 ? '' : 's'}, ${amount(mean.toFixed(2), currency)} a ${grain}; most on ${shortTime(time)}: ${money(totals[most] ?? ZERO)}.`;
}
