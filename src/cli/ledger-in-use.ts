import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { Period } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import { type IngestOutcome, ingest } from '../ledger/ingest.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { snapshotsNamed } from '../query/snapshots.ts';
import type { DeliveryOutcome } from '../source/cur/export.ts';
import type { Context } from './context.ts';
import type { ViewAsked } from './cost-explorer/view-asked.ts';
import { describeOutcome } from './outcome-text.ts';
import { openPlace, type Place } from './place.ts';
import { describeFetching, type HowFar, openProgress, type Progress } from './progress.ts';

export interface LedgerInUse
  extends Pick<Place, 'source' | 'ledger' | 'openReader' | 'openLongReader' | 'fetching' | 'about'> {
  readonly deliveries: readonly DeliveryOutcome[];
  readonly outcomes: readonly IngestOutcome[];
}

/**
 * Finds the export and its ledger, brings the ledger up to date, and runs a command's own work on both.
 * @param asked what Cost Explorer is asked for, where it is the source
 */
export async function withLedger<T>(
  config: Config,
  context: Context,
  action: (inUse: LedgerInUse) => Promise<T>,
  asked: ViewAsked | null = null,
): Promise<T> {
  const place = await openPlace(config, context, asked);
  try {
    return await action({ ...place, ...(await upToDate(place, context)) });
  } finally {
    await place.close();
  }
}

/** How long to wait before AWS is asked again for periods that it is just delivering. */
const PAUSES_MS = [1_000, 4_000];

async function upToDate(place: Place, context: Context): Promise<Pick<LedgerInUse, 'deliveries' | 'outcomes'>> {
  let found = await ingestDelivered(place, context);
  for (const pause of PAUSES_MS) {
    if (!found.outcomes.some(({ period }) => wasReplaced(found, period))) break;
    await wait(pause, undefined, { signal: context.signal });
    const again = await ingestDelivered(place, context);
    found = { ...again, outcomes: again.outcomes.map((outcome) => sinceTheStart(found.outcomes, outcome)) };
  }
  return found;
}

/** What was listed was gone when it was to be downloaded: another look finds what has come in its place. */
function wasReplaced({ deliveries, outcomes }: Pick<LedgerInUse, 'deliveries' | 'outcomes'>, period: Period): boolean {
  const outcome = outcomes.find((each) => each.period === period);
  const wasListed = deliveries.some((each) => each.kind === 'delivery' && each.delivery.period === period);
  return wasListed && outcome?.kind === 'failed' && outcome.error.code === 'CUR_BEING_REWRITTEN';
}

/** What an earlier round ingested is unchanged for the later one; the user wants to hear of it all the same. */
function sinceTheStart(earlier: readonly IngestOutcome[], outcome: IngestOutcome): IngestOutcome {
  const before = earlier.find(({ period }) => period === outcome.period);
  return outcome.kind === 'unchanged' && before !== undefined && before.kind !== 'failed'
    ? { ...outcome, kind: before.kind }
    : outcome;
}

async function ingestDelivered(
  { source, ledger, openWriter, fetching }: Place,
  context: Context,
): Promise<Pick<LedgerInUse, 'deliveries' | 'outcomes'>> {
  let engine: Engine | null = null;
  const progress = await openProgress(context, () => howFar(fetching, engine));
  try {
    const deliveries = await source.deliveries();
    const outcomes = await ingest(
      async () => {
        engine = await openWriter();
        return engine;
      },
      source,
      ledger,
      deliveries,
      ({ done, steps, what }) => progress.update(done / steps, 1 / steps, what),
    );
    return { deliveries, outcomes };
  } finally {
    progress.stop();
  }
}

/** Runs the work of a command on an engine of its own, with a bar that the work tells its steps. */
export async function withReader<T>(
  { openReader, fetching }: LedgerInUse,
  context: Context,
  action: (engine: Engine, progress: Progress) => Promise<T>,
): Promise<T> {
  const engine = await openReader();
  const progress = await openProgress(context, () => howFar(fetching, engine));
  try {
    return await action(engine, progress);
  } finally {
    progress.stop();
    await engine.close();
  }
}

/** A step waits for its download first, then for the engine. */
function howFar(fetching: Place['fetching'], engine: Engine | null): HowFar {
  const now = fetching();
  return now === null ? (engine?.progress() ?? null) : describeFetching(now);
}

/** Says on standard error what a command that was not asked to ingest has ingested, and where it keeps it. */
export function announce({ ledger, outcomes }: LedgerInUse, { stderr }: Context): void {
  const changed = outcomes.filter(({ kind }) => kind === 'ingested' || kind === 'reclassified');
  if (changed.length > 0) stderr.write(`${[...changed.map(describeOutcome), `Ledger: ${ledger.place}`].join('\n')}\n`);
}

/** The snapshots that --snapshot names, where `found` are those that would answer without it. */
export function namedSnapshots(
  { ledger, outcomes }: LedgerInUse,
  name: string,
  found: readonly Snapshot[],
): Promise<Snapshot[]> {
  const periods = (all: readonly { readonly period: Period }[]): Period[] => all.map(({ period }) => period);
  return snapshotsNamed(ledger, name, periods(found), periods(outcomes));
}
