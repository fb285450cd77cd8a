import { mean, median } from './statistics.ts';

/**
 * Costs of consecutive days as numbers: estimates need no cents. `fromMonthEnd` has an entry for the days to come too:
 * 0 for the last day of a month, 1 for the one before, …
 */
export interface Series {
  readonly costs: readonly number[];
  readonly fromMonthEnd: readonly number[];
}

export const WEEK = 7;

/** How far back the shape of a week and the level are read from. */
const SHAPE_DAYS = 8 * WEEK;

/** Month ends come once a month: they are looked for in half a year. */
const MONTH_END_DAYS = 190;
const MONTH_END_LENGTH = 3;
const LEAST_MONTH_ENDS = 3;

/** The level is read from these, and a day counts half as much as one that is this many days newer. */
const LEVEL_DAYS = 4 * WEEK;
const HALF_LIFE = 8;

/** A day further than this many spreads from the middle of its week is a spike, and counts as one at the edge. */
const SPIKE = 3;

/** A week that is more than this many times the newest, or less than that part of it, is of another time. */
const BREAK = 3;

/** No weekday is so quiet that one may divide by less. */
const LEAST_FACTOR = 0.05;

/** With more days without any cost than this there is no shape to find. */
const QUIET_SHARE = 0.25;
const QUIET_DAYS = 4 * WEEK;

/**
 * What the days after the first `known` will cost if all goes on as it did: the level of the last weeks, times what such a
 * weekday is to the mean of its week, times what such a day at a month's end is to the days before.
 * @param known days from the first on that are known; at least 1
 */
export function expectedCosts(series: Series, known: number, count: number): number[] {
  if (isQuiet(series, known)) {
    const recent = recentCosts(series, known);
    // One day of usage is no habit: the dearest counts as the next.
    const [, next = 0] = recent.toSorted((a, b) => b - a);
    return Array.from({ length: count }, () => mean(recent.map((cost) => Math.min(cost, next))));
  }
  const weekday = weekdayFactors(series, known);
  const monthEnd = monthEndFactors(series, known, weekday);
  const factor = (day: number): number => factorOf(series, day, weekday, monthEnd);
  const level = levelOf(series, known, factor);
  return Array.from({ length: count }, (_, ahead) => level * factor(known + ahead));
}

/** Whether so many days cost nothing that no day says what the next will cost. */
export function isQuiet(series: Series, known: number): boolean {
  const recent = recentCosts(series, known);
  return recent.filter((cost) => cost === 0).length > recent.length * QUIET_SHARE;
}

function recentCosts({ costs }: Series, known: number): readonly number[] {
  return costs.slice(Math.max(0, known - QUIET_DAYS), known);
}

function factorOf(
  { fromMonthEnd }: Series,
  day: number,
  weekday: readonly number[],
  monthEnd: readonly number[],
): number {
  return (weekday[day % WEEK] ?? 1) * (monthEnd[fromMonthEnd[day] ?? MONTH_END_LENGTH] ?? 1);
}

/** For each day of the week, counted from the series' first, the median of what it was to the mean of the 7 days around it. */
function weekdayFactors({ costs, fromMonthEnd }: Series, known: number): number[] {
  const first = Math.max(0, known - SHAPE_DAYS);
  const ratios: number[][] = Array.from({ length: WEEK }, () => []);
  for (let day = first; day < known && known - first >= WEEK; day++) {
    if (isMonthEnd(fromMonthEnd[day])) continue;
    const start = Math.max(first, Math.min(day - 3, known - WEEK));
    const around = mean(costs.slice(start, start + WEEK));
    if (around > 0) ratios[day % WEEK]?.push((costs[day] ?? 0) / around);
  }
  // Half a week of a plain shape beside what was seen, so that one odd Monday does not make a rule.
  const factors = ratios.map((seen) => (median(seen) * seen.length + 0.5) / (seen.length + 0.5));
  const average = mean(factors);
  return factors.map((factor) => (average > 0 ? Math.max(factor / average, LEAST_FACTOR) : 1));
}

/** What the last days of months were to the days before them, where there were enough months to tell. */
function monthEndFactors({ costs, fromMonthEnd }: Series, known: number, weekday: readonly number[]): number[] {
  const plain = (day: number): number => (costs[day] ?? 0) / (weekday[day % WEEK] ?? 1);
  return Array.from({ length: MONTH_END_LENGTH }, (_, place) => {
    const ratios: number[] = [];
    for (let day = Math.max(WEEK, known - MONTH_END_DAYS + WEEK); day < known; day++) {
      if (fromMonthEnd[day] !== place) continue;
      const before = Array.from({ length: WEEK + 1 }, (_, index) => day - 10 + index);
      const around = mean(before.filter((other) => other >= 0 && !isMonthEnd(fromMonthEnd[other])).map(plain));
      if (around > 0) ratios.push(plain(day) / around);
    }
    if (ratios.length < LEAST_MONTH_ENDS) return 1;
    return Math.max((median(ratios) * ratios.length + 1) / (ratios.length + 1), LEAST_FACTOR);
  });
}

function isMonthEnd(fromMonthEnd: number | undefined): boolean {
  return fromMonthEnd !== undefined && fromMonthEnd < MONTH_END_LENGTH;
}

/** The mean of what days would have cost as plain days, the newer the weightier, spikes cut. */
function levelOf({ costs }: Series, known: number, factor: (day: number) => number): number {
  const first = Math.max(0, known - LEVEL_DAYS);
  const plain = Array.from(
    { length: known - first },
    (_, index) => (costs[first + index] ?? 0) / factor(first + index),
  );
  const newest = median(plain.slice(-WEEK));
  let [weights, sum] = [0, 0];
  for (let end = plain.length; end > 0; end -= WEEK) {
    const week = plain.slice(Math.max(0, end - WEEK), end);
    const usual = median(week);
    if (newest > 0 && (usual > BREAK * newest || usual < newest / BREAK)) continue;
    const spread = 1.4826 * median(week.map((cost) => Math.abs(cost - usual))) + 0.05 * Math.abs(usual);
    for (const [index, cost] of week.entries()) {
      const age = plain.length - end + week.length - 1 - index;
      const weight = 0.5 ** (age / HALF_LIFE);
      weights += weight;
      sum += weight * Math.min(Math.max(cost, usual - SPIKE * spread), usual + SPIKE * spread);
    }
  }
  return weights === 0 ? 0 : Math.max(0, sum / weights);
}
