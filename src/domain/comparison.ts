import type { Answer } from './answer.ts';
import type { UsageCell } from './driver.ts';
import { type Day, firstDay, isDay, nextPeriod, type Period } from './period.ts';

/** What made two answers differ: their rows, broken down. */
export interface ComparedCells {
  readonly before: readonly UsageCell[];
  readonly now: readonly UsageCell[];
}

/** The same question, answered from two snapshots of a period or from two periods, and what made the answers differ. */
export interface Comparison {
  readonly before: Answer;
  readonly now: Answer;
  /** the rows of both answers, broken down: they add up to them */
  readonly cells: ComparedCells;
}

/**
 * The same day of another month; where that month is shorter, the first of the next: days are bounds of half-open ranges.
 * @param day of `period`, or the day after its last
 */
export function sameDay(day: Day, period: Period, other: Period): Day {
  const end = firstDay(nextPeriod(other));
  if (day >= firstDay(nextPeriod(period))) return end;
  const same = `${other}${day.slice('YYYY-MM'.length)}`;
  return isDay(same) ? same : end;
}
