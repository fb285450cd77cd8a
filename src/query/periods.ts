import { OperatingError } from '../domain/errors.ts';
import { type Day, firstDay, nextPeriod, type Period, periodsBetween } from '../domain/period.ts';
import type { IngestOutcome } from '../ledger/ingest.ts';
import type { Snapshot } from '../ledger/snapshot.ts';

/** What the user said about time; `null` = nothing. */
export interface AskedTime {
  /** billing periods, both included */
  readonly periods: { readonly first: Period; readonly last: Period } | null;
  /** usage days, half-open */
  readonly from: Day | null;
  readonly to: Day | null;
}

/** What answers: snapshots, the periods asked for that have no data, and periods that could not be read but are not needed. */
export interface Answering {
  readonly found: readonly Snapshot[];
  readonly missing: readonly Period[];
  readonly passedOver: readonly { readonly period: Period; readonly error: OperatingError }[];
}

/**
 * The snapshots that answer. Without a billing period: those with usage on the days asked for (a late line may lie in
 * a later period), else the newest with data.
 * @param outcomes of the ingest, oldest period first
 * @throws OperatingError PERIOD_WITHOUT_DATA; the error of a period that is needed but could not be read, for without it
 *   the sum would be wrong
 */
export function snapshotsFor(asked: AskedTime, outcomes: readonly IngestOutcome[]): Answering {
  const snapshots = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
  const withData = snapshots.filter(({ firstDay }) => firstDay !== null);
  const failed = outcomes.filter((outcome) => outcome.kind === 'failed');
  const inTheWay = failed.find(({ period }) => mayHold(asked, period, withData.at(-1)?.period ?? null));
  if (inTheWay !== undefined) throw inTheWay.error;
  const found = pick(asked, withData);
  if (found.length === 0) throw withoutData(asked, withData);
  const { periods } = asked;
  const wanted = periods === null ? [] : periodsBetween(periods.first, periods.last);
  const held = new Set(found.map(({ period }) => period));
  return {
    found,
    missing: wanted.filter((period) => !held.has(period)),
    passedOver: failed,
  };
}

/**
 * Every snapshot of the billing periods, also of those without Bedrock lines: their other lines are to be proven too.
 * @param periods `null` = all
 * @throws OperatingError PERIOD_WITHOUT_DATA; the error of a period that could not be read
 */
export function allSnapshotsIn(periods: AskedTime['periods'], outcomes: readonly IngestOutcome[]): Snapshot[] {
  const asked = outcomes.filter(
    ({ period }) => periods === null || (periods.first <= period && period <= periods.last),
  );
  const snapshots = asked.map((outcome) => {
    if (outcome.kind === 'failed') throw outcome.error;
    return outcome.snapshot;
  });
  if (snapshots.length > 0) return snapshots;
  const all = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
  throw withoutData({ periods, from: null, to: null }, all);
}

/** Whether a period that could not be read may hold something of the answer. */
function mayHold({ periods, from, to }: AskedTime, period: Period, newest: Period | null): boolean {
  if (periods !== null) return periods.first <= period && period <= periods.last;
  if (from === null && to === null) return newest === null || period > newest;
  // Usage is never billed before its day, but may be billed months after it.
  return from === null || firstDay(nextPeriod(period)) > from;
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
