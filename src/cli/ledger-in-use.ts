import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Config, defaultLedger } from '../config/config.ts';
import { openDuckDB } from '../engine/duckdb.ts';
import type { Engine } from '../engine/engine.ts';
import { type IngestOutcome, ingest } from '../ledger/ingest.ts';
import { type Ledger, openLedger, type Snapshot } from '../ledger/snapshot.ts';
import { type ExportFolder, locateExport } from '../source/cur/locate.ts';
import { type DeliveryOutcome, listDeliveries } from '../source/cur/manifest.ts';
import type { Context } from './context.ts';
import { openProgress } from './progress.ts';

export interface LedgerInUse {
  readonly export: ExportFolder;
  readonly ledger: Ledger;
  readonly deliveries: readonly DeliveryOutcome[];
  readonly outcomes: readonly IngestOutcome[];
  /** of the periods that could be read, oldest first */
  readonly snapshots: readonly Snapshot[];
}

/** Finds the export and its ledger and brings the ledger up to date. What was done is said on standard error. */
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
    const snapshots = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
    return { export: folder, ledger, deliveries, outcomes, snapshots };
  } finally {
    progress.stop();
  }
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

/** One line a period: what became of it. */
export function describeOutcome(outcome: IngestOutcome): string {
  switch (outcome.kind) {
    case 'unchanged':
      return `${outcome.period}  unchanged`;
    case 'reclassified':
      return `${outcome.period}  usage types and principals read anew`;
    case 'ingested':
      return `${outcome.period}  ingested: ${lineCounts(outcome.snapshot)}`;
    case 'failed':
      return `${outcome.period}  FAILED: ${outcome.error.code}: ${outcome.error.message}\n  ${outcome.error.hint}`;
  }
}

function lineCounts({ control }: Snapshot): string {
  const lines = (bedrock: boolean): number =>
    control.filter((total) => !bedrock || total.bedrock).reduce((sum, total) => sum + total.lines, 0);
  return `${lines(false).toLocaleString('en')} lines, ${lines(true).toLocaleString('en')} of Bedrock`;
}
