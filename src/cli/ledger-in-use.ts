import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Config, defaultLedger } from '../config/config.ts';
import { openDuckDB } from '../engine/duckdb.ts';
import type { Engine } from '../engine/engine.ts';
import { type IngestOutcome, ingest } from '../ledger/ingest.ts';
import { type Ledger, openLedger } from '../ledger/snapshot.ts';
import { type ExportFolder, locateExport } from '../source/cur/locate.ts';
import { type DeliveryOutcome, listDeliveries } from '../source/cur/manifest.ts';
import type { Context } from './context.ts';
import { describeOutcome } from './outcome-text.ts';
import { openProgress } from './progress.ts';

export interface LedgerInUse {
  readonly export: ExportFolder;
  readonly ledger: Ledger;
  readonly deliveries: readonly DeliveryOutcome[];
  readonly outcomes: readonly IngestOutcome[];
}

/** Finds the export and its ledger and brings the ledger up to date. */
export async function useLedger(config: Config, context: Context): Promise<LedgerInUse> {
  const folder = await locateExport(config.cur);
  const deliveries = await listDeliveries(folder);
  const ledger = await openLedger(config.ledger ?? defaultLedger(folder.path, context.env), folder.path);
  let engine: Engine | null = null;
  const progress = await openProgress(context, () => engine?.progress() ?? null);
  try {
    const outcomes = await ingest(
      async () => {
        engine = await openWriter(ledger, context);
        return engine;
      },
      ledger,
      deliveries,
      ({ done, steps, what }) => progress.update(done / steps, 1 / steps, what),
    );
    return { export: folder, ledger, deliveries, outcomes };
  } finally {
    progress.stop();
  }
}

/** Says on standard error what a command that was not asked to ingest has ingested, and where it keeps it. */
export function announce({ ledger, outcomes }: LedgerInUse, { stderr }: Context): void {
  const changed = outcomes.filter(({ kind }) => kind === 'ingested' || kind === 'reclassified');
  if (changed.length > 0) stderr.write(`${[...changed.map(describeOutcome), `Ledger: ${ledger.path}`].join('\n')}\n`);
}

/** Each thread holds buffers of its own; this much for each keeps the whole process below 1.5 GB on small machines. */
const MEMORY_PER_THREAD_MB = 400;

/** An engine whose overflow lies in the ledger, in a folder of this process. */
export async function openEngine(ledger: Ledger, context: Context): Promise<Engine> {
  return openIn(join(ledger.path, `tmp-${process.pid}`), context);
}

/** The writer's: what an ingest that was killed left there is removed first. */
async function openWriter(ledger: Ledger, context: Context): Promise<Engine> {
  const folder = join(ledger.path, 'tmp-ingest');
  await rm(folder, { recursive: true, force: true });
  return openIn(folder, context);
}

function openIn(temporaryFolder: string, { signal }: Context): Promise<Engine> {
  const memoryLimit = `${Math.max(2, availableParallelism()) * MEMORY_PER_THREAD_MB}MB`;
  return openDuckDB({ temporaryFolder, memoryLimit, signal });
}
