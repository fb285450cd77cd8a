import type { z } from 'zod';
import type { CostAnswer, CostRow } from '../../domain/answer.ts';
import { OperatingError } from '../../domain/errors.ts';
import { formatMoney, type Money, subtract, sum } from '../../domain/money.ts';
import { type Day, daysAfter, daysBetween, isPeriod, type Period } from '../../domain/period.ts';
import { columnsBody, columnsQuery } from '../api/columns.ts';
import { beforeOf, dimensionsOf, noted, questionOf, scopeOf } from '../asked.ts';
import { monthsAfter, monthsFrom } from '../before.ts';
import { calendarOf, shownDays, unfinishedFrom } from '../calendar.ts';
import { beforeText, envelopeOf } from '../envelope.ts';
import { route } from '../route.ts';

/** So many names have a colour of their own. */
const MOST_SERIES = 7;

type Body = z.input<typeof columnsBody>;
type Series = Body['series'][number];

export const columns = route({
  path: '/api/columns',
  summary: 'Cost by day, or by month where it is long, of the greatest groups.',
  query: columnsQuery,
  body: columnsBody,
  answer: async (page, query, signal) => {
    const by = dimensionsOf(page, query.by, 1);
    const [dimension] = by;
    if (dimension === undefined) throw new OperatingError('OPTION_INVALID', 'by names no dimension');
    const scope = await scopeOf(page, query);
    const before = await beforeOf(page, query, scope, query.compare);
    const { grain, times } = calendarOf(shownDays(scope.now.question, scope.now.snapshots));
    const [now, earlier] = await Promise.all([
      page.askCosts(scope.now.snapshots, questionOf(scope, scope.now, { by, grain, top: MOST_SERIES }), signal),
      before.kind === 'time'
        ? page.askCosts(before.snapshots, questionOf(scope, before, { by: [], grain }), signal)
        : null,
    ]);
    const totals = totalsOf(now.rows, times);
    return {
      ...envelopeOf(noted(now, scope)),
      before: beforeText(before, earlier),
      by: dimension.name,
      grain,
      times: [...times],
      series: seriesOf(now, times),
      totals: totals.map(formatMoney),
      columnsBefore: earlier === null ? null : columnsBefore(times, now, earlier),
      withoutTime: formatMoney(subtract(now.total, sum(totals))),
      unfinishedFrom: scope.now.snapshots.map(unfinishedFrom).find((day) => day !== null) ?? null,
    };
  },
});

function seriesOf(answer: CostAnswer, times: readonly string[]): Series[] {
  const kinds = Map.groupBy(answer.rows, (row) => kindOf(row));
  const values = Map.groupBy(kinds.get('value') ?? [], ({ values: [value] }) => value ?? null);
  const named = [...values].map(([value, rows]) => series('value', value, rows, times));
  const rest = (['rest', 'adjustments'] as const).flatMap((kind) => {
    const rows = kinds.get(kind);
    return rows === undefined ? [] : [series(kind, null, rows, times)];
  });
  return [...named.sort(byTotal), ...rest];
}

function kindOf({ other, adjustment }: CostRow): Series['kind'] {
  if (adjustment !== null) return 'adjustments';
  return other ? 'rest' : 'value';
}

function series(
  kind: Series['kind'],
  value: string | null,
  rows: readonly CostRow[],
  times: readonly string[],
): Series {
  return {
    kind,
    value,
    total: formatMoney(sum(rows.map(({ cost }) => cost))),
    costs: totalsOf(rows, times).map(formatMoney),
  };
}

function byTotal(a: Series, b: Series): number {
  return Number(b.total) - Number(a.total);
}

function totalsOf(rows: readonly CostRow[], times: readonly string[]): Money[] {
  const byTime = Map.groupBy(rows, ({ time }) => time);
  return times.map((time) => sum((byTime.get(time) ?? []).map(({ cost }) => cost)));
}

/** Days are matched by how far they lie from the first day asked for; months by their number. */
function columnsBefore(times: readonly string[], now: CostAnswer, earlier: CostAnswer): Body['columnsBefore'] {
  const byTime = Map.groupBy(earlier.rows, ({ time }) => time);
  return times.map((time) => {
    const match = timeBefore(time, now, earlier);
    const rows = byTime.get(match) ?? [];
    if (rows.length === 0 && (match < earlier.period.from.slice(0, match.length) || match >= earlier.period.to))
      return null;
    const usage = rows.filter(({ adjustment }) => adjustment === null);
    const all = sum(rows.map(({ cost }) => cost));
    const used = sum(usage.map(({ cost }) => cost));
    return { time: match, usage: formatMoney(used), adjustments: formatMoney(subtract(all, used)) };
  });
}

function timeBefore(time: string, now: CostAnswer, earlier: CostAnswer): string {
  if (isPeriod(time)) {
    return monthsAfter(
      earlier.period.from.slice(0, 7) as Period,
      monthsFrom(now.period.from.slice(0, 7) as Period, time),
    );
  }
  return daysAfter(earlier.period.from, daysBetween(now.period.from, time as Day));
}
