import type { Config } from '../config/config.ts';
import type { Engine } from '../engine/engine.ts';
import { type IngestOutcome, ingest } from '../ledger/ingest.ts';
import type { DeliveryOutcome } from '../source/cur/export.ts';
import type { Context } from './context.ts';
import { describeOutcome } from './outcome-text.ts';
import { openPlace, type Place } from './place.ts';
import { openProgress } from './progress.ts';

export interface LedgerInUse extends Pick<Place, 'source' | 'ledger' | 'openReader'> {
  readonly deliveries: readonly DeliveryOutcome[];
  readonly outcomes: readonly IngestOutcome[];
}

/** Finds the export and its ledger, brings the ledger up to date, and runs a command's own work on both. */
export async function withLedger<T>(
  config: Config,
  context: Context,
  action: (inUse: LedgerInUse) => Promise<T>,
): Promise<T> {
  const place = await openPlace(config, context);
  try {
    return await action({ ...place, ...(await upToDate(place, context)) });
  } finally {
    await place.close();
  }
}

async function upToDate(
  { source, ledger, openWriter }: Place,
  context: Context,
): Promise<Pick<LedgerInUse, 'deliveries' | 'outcomes'>> {
  let engine: Engine | null = null;
  const progress = await openProgress(context, () => engine?.progress() ?? null);
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

/** Says on standard error what a command that was not asked to ingest has ingested, and where it keeps it. */
export function announce({ ledger, outcomes }: LedgerInUse, { stderr }: Context): void {
  const changed = outcomes.filter(({ kind }) => kind === 'ingested' || kind === 'reclassified');
  if (changed.length > 0) stderr.write(`${[...changed.map(describeOutcome), `Ledger: ${ledger.place}`].join('\n')}\n`);
}
