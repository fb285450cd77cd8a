import { sum } from '../domain/money.ts';
import { type Day, daysAfter, daysBetween, firstDay, nextDay, nextPeriod, type Period } from '../domain/period.ts';
import type { Grain, Question } from '../domain/question.ts';
import type { Snapshot } from '../ledger/snapshot.ts';

/** More days than this are shown as months. */
const MOST_DAYS = 93;

/** The columns of a chart: every day or month of the time shown, also those without usage. */
export interface Calendar {
  readonly grain: Grain;
  readonly times: readonly string[];
}

/** @param period half-open */
export function calendarOf({ from, to }: { readonly from: Day; readonly to: Day }): Calendar {
  const days = daysBetween(from, to);
  if (days <= MOST_DAYS) {
    return { grain: 'day', times: Array.from({ length: Math.max(days, 0) }, (_, index) => daysAfter(from, index)) };
  }
  const times: Period[] = [];
  for (let month = from.slice(0, 7) as Period; firstDay(month) < to; month = nextPeriod(month)) times.push(month);
  return { grain: 'month', times };
}

/**
 * The days asked for that have usage; where none were asked for, all days with usage: late lines of a bill lie before its
 * month. Of a month that is not over, only its days so far.
 */
export function shownDays(
  { from, to }: Pick<Question, 'from' | 'to'>,
  snapshots: readonly Snapshot[],
): { from: Day; to: Day } {
  const used = snapshots.flatMap(({ firstDay, lastDay }) =>
    firstDay === null || lastDay === null ? [] : [firstDay, lastDay],
  );
  const [first, last] = [used.toSorted()[0], used.toSorted().at(-1)];
  if (first === undefined || last === undefined) throw new Error('snapshots that answer have usage');
  return { from: from ?? first, to: to !== null && to <= last ? to : nextDay(last) };
}

/** A seller of less than this part of the bill delays nothing: 5 %. */
const SMALL = 20n;

/**
 * The first day of an open period that may still grow: data of a seller who matters do not reach its end. `null`: none. A
 * seller's last usage is all that the bill tells of how far its data are.
 */
export function unfinishedFrom({ state, control, dataThrough, lastDay }: Snapshot): Day | null {
  if (state.kind !== 'open' || lastDay === null) return null;
  const bedrock = control.filter((total) => total.bedrock);
  const bill = sum(bedrock.map(({ net }) => net));
  const matters = dataThrough.filter(({ seller }) => {
    const own = sum(bedrock.filter((total) => total.seller === seller).map(({ net }) => net));
    return own * SMALL >= bill;
  });
  const [day = lastDay] = matters.map(({ through }) => through.slice(0, 10) as Day).toSorted();
  return day <= lastDay ? day : null;
}
