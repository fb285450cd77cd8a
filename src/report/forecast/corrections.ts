import { WEEK } from './pattern.ts';

/** Corrections are counted in the last eight weeks; where more than a tenth of the days are some, no range can be told. */
const COUNTED_DAYS = 8 * WEEK;
const MOST_SHARE = 0.1;

/** Days of usage as a pattern may be read from them, and how many were taken out. */
export interface Used {
  readonly costs: readonly number[];
  readonly corrections: number;
  /** corrections come so often that what they take off cannot be left out */
  readonly corrected: boolean;
}

/**
 * Nobody uses less than nothing: a day below zero is a correction (a refund booked as usage), and what was used on it is not known.
 * It counts as the newest such weekday before it that is none; where there is none, as the day before.
 * @param costs of consecutive days, the first above zero
 */
export function withoutCorrections(costs: readonly number[]): Used {
  const used: number[] = [];
  for (const [day, cost] of costs.entries()) {
    used.push(cost < 0 ? (sameWeekdayBefore(costs, day) ?? used[day - 1] ?? 0) : cost);
  }
  const recent = costs.slice(-COUNTED_DAYS);
  return { costs: used, corrections: below(costs), corrected: below(recent) > recent.length * MOST_SHARE };
}

function sameWeekdayBefore(costs: readonly number[], day: number): number | undefined {
  for (let before = day - WEEK; before >= 0; before -= WEEK) {
    const cost = costs[before] ?? 0;
    if (cost >= 0) return cost;
  }
  return undefined;
}

function below(costs: readonly number[]): number {
  return costs.filter((cost) => cost < 0).length;
}
