import type { AnswerHead } from './answer.ts';
import type { ComparedRow } from './driver.ts';
import { type Day, firstDay, isDay, nextPeriod, type Period } from './period.ts';

/** The same question, answered from two snapshots of a period or from two periods, and what made the answers differ. */
export interface Comparison {
  readonly before: AnswerHead;
  readonly now: AnswerHead;
  /** those of now in the order of an answer, then those that are gone: see report/drivers */
  readonly rows: readonly ComparedRow[];
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
