import { expectedCosts, isQuiet, type Series, WEEK } from './pattern.ts';
import { mean, sum } from './statistics.ts';

/** So many of the last days, each this many times what was expected of it or less than that part, may be a new level. */
const TURN_DAYS = 2;
const TURN = 3;

/** No days to come are estimated at more than this many times the dearest that there ever were as many of. */
const OVER_DEAREST = 1.5;

/**
 * The most that the next days are estimated at: half as much again as the dearest `count` days in a row of all that are known.
 * With fewer known, as much a day.
 */
export function mostFor({ costs }: Series, known: number, count: number): number {
  const length = Math.min(count, known);
  let run = sum(costs.slice(0, length));
  let dearest = run;
  for (let end = length; end < known; end++) {
    run += (costs[end] ?? 0) - (costs[end - length] ?? 0);
    dearest = Math.max(dearest, run);
  }
  return (OVER_DEAREST * dearest * count) / length;
}

/**
 * Where the last days look like a new level, nobody knows yet whether they are one: what the last `count` of the days to come will
 * cost if they were an exception, and if it goes on like them.
 * @returns `null` where they look like those before, or where no day is like another
 */
export function turn(series: Series, known: number, ahead: number, count: number): readonly [number, number] | null {
  const before = known - TURN_DAYS;
  if (before < WEEK || isQuiet(series, before)) return null;
  const expected = expectedCosts(series, before, TURN_DAYS + ahead);
  const ratios = expected.slice(0, TURN_DAYS).map((cost, day) => (series.costs[before + day] ?? 0) / cost);
  if (!ratios.every((ratio) => ratio > TURN) && !ratios.every((ratio) => ratio < 1 / TURN)) return null;
  const asBefore = sum(expected.slice(-count));
  const goingOn = asBefore * mean(ratios);
  return asBefore < goingOn ? [asBefore, goingOn] : [goingOn, asBefore];
}
