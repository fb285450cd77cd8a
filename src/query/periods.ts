import { OperatingError } from '../domain/errors.ts';
import { type Day, type Period, periodsBetween } from '../domain/period.ts';
import type { Snapshot } from '../ledger/snapshot.ts';

/** What the user said about time; `null` = nothing. */
export interface AskedTime {
  /** billing periods, both included */
  readonly periods: { readonly first: Period; readonly last: Period } | null;
  /** usage days, half-open */
  readonly from: Day | null;
  readonly to: Day | null;
}

/**
 * The snapshots that answer. Without a billing period: those with usage on the days asked for (a late line may lie in
 * the next period), else the newest with data.
 * @param snapshots current snapshots, oldest first
 * @returns the snapshots, and the periods asked for that have none
 * @throws OperatingError PERIOD_WITHOUT_DATA
 */
export function snapshotsFor(
  asked: AskedTime,
  snapshots: readonly Snapshot[],
): { found: Snapshot[]; missing: Period[] } {
  const withData = snapshots.filter(({ firstDay }) => firstDay !== null);
  const found = pick(asked, withData);
  if (found.length === 0) throw withoutData(asked, withData);
  const { periods } = asked;
  const wanted = periods === null ? [] : periodsBetween(periods.first, periods.last);
  return { found, missing: wanted.filter((period) => !found.some((snapshot) => snapshot.period === period)) };
}

function pick({ periods, from, to }: AskedTime, withData: readonly Snapshot[]): Snapshot[] {
  if (periods !== null) return withData.filter(({ period }) => periods.first <= period && period <= periods.last);
  if (from === null && to === null) return withData.slice(-1);
  return withData.filter(
    ({ firstDay, lastDay }) => (to === null || (firstDay ?? '') < to) && (from === null || (lastDay ?? '') >= from),
  );
}

function withoutData({ periods, from, to }: AskedTime, withData: readonly Snapshot[]): OperatingError {
  const what =
    periods === null
      ? `days ${from ?? 'the beginning'} to ${to ?? 'the end'}`
      : periods.first === periods.last
        ? `billing period ${periods.first}`
        : `billing periods ${periods.first} to ${periods.last}`;
  const available = withData.map(({ period }) => period);
  const hint =
    available.length === 0
      ? 'The export holds no Bedrock lines at all: check that Bedrock is used, and that the export covers its accounts.'
      : `There are: ${available.join(', ')}.`;
  return new OperatingError(
    'PERIOD_WITHOUT_DATA',
    `there are no Bedrock lines for ${periods === null && from === null && to === null ? 'any billing period' : what}`,
    { hint },
  );
}
