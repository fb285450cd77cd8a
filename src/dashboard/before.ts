import { type Day, daysAfter, daysBetween, firstDay, nextDay, nextPeriod, type Period } from '../domain/period.ts';
import type { AskedTime } from '../query/periods.ts';

/** The time that is looked at: its billing periods, the days asked for, and the last day with usage. */
export interface ShownTime {
  readonly first: Period;
  readonly last: Period;
  /** half-open; `null` = not asked for */
  readonly from: Day | null;
  readonly to: Day | null;
  /** of the last period */
  readonly lastDay: Day | null;
  /** whether billing periods were asked for, or days alone */
  readonly byPeriod: boolean;
}

/**
 * As much time directly before: the same number of billing periods, or of days. Of a month that is not over, the same days
 * of the month before: `1 to 24 November` is compared with `1 to 24 October`.
 */
export function timeBefore({ first, last, from, to, lastDay, byPeriod }: ShownTime): AskedTime {
  if (!byPeriod && from !== null) {
    const end = to ?? nextDay(lastDay ?? from);
    return { periods: null, from: daysAfter(from, -daysBetween(from, end)), to: from };
  }
  const months = monthsFrom(first, last) + 1;
  const periods = { first: monthsAfter(first, -months), last: monthsAfter(last, -months) };
  if (from !== null || to !== null) {
    const shift = (day: Day | null): Day | null => (day === null ? null : sameDay(day, -months));
    return { periods, from: shift(from), to: shift(to) };
  }
  const end = firstDay(nextPeriod(last));
  if (lastDay === null || nextDay(lastDay) >= end) return { periods, from: null, to: null };
  return { periods, from: firstDay(periods.first), to: nextDay(sameDay(lastDay, -months)) };
}

/** Another period as it is; of a month that is not over, its same days. */
export function timeOfPeriods(
  periods: { first: Period; last: Period },
  { last, lastDay, from, to }: ShownTime,
): AskedTime {
  const over = lastDay === null || nextDay(lastDay) >= firstDay(nextPeriod(last));
  if (from !== null || to !== null || over || periods.first !== periods.last) return { periods, from: null, to: null };
  return { periods, from: firstDay(periods.first), to: nextDay(sameDay(lastDay, monthsFrom(last, periods.last))) };
}

/** Whole months from one period to another. */
export function monthsFrom(one: Period, other: Period): number {
  const index = (period: Period): number => Number(period.slice(0, 4)) * 12 + Number(period.slice(5));
  return index(other) - index(one);
}

export function monthsAfter(of: Period, months: number): Period {
  const index = Number(of.slice(0, 4)) * 12 + Number(of.slice(5)) - 1 + months;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}` as Period;
}

/** The same day of another month, or its last where it has fewer: 31 March, a month before, is 28 February. */
function sameDay(day: Day, months: number): Day {
  const period = monthsAfter(day.slice(0, 7) as Period, months);
  const same = `${period}${day.slice(7)}` as Day;
  const last = daysAfter(firstDay(nextPeriod(period)), -1);
  return [same, last].toSorted()[0] ?? last;
}
