import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Config, defaultLedger } from '../config/config.ts';
import { openDuckDB } from '../engine/duckdb.ts';
import type { Engine } from '../engine/engine.ts';
import { type IngestOutcome, ingest } from '../ledger/ingest.ts';
import { type Ledger, openLedger, type Snapshot } from '../ledger/snapshot.ts';
import { visible } from '../report/format/visible-text.ts';
import { type ExportFolder, locateExport } from '../source/cur/locate.ts';
import { type DeliveryOutcome, listDeliveries } from '../source/cur/manifest.ts';
import { NETS } from '../source/cur/normalize.ts';
import type { Context } from './context.ts';
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
      return lines(
        `${outcome.period}  FAILED: ${outcome.error.code}: ${outcome.error.message}\n  ${outcome.error.hint}`,
      );
  }
}

/** Names come from files that others wrote: no terminal escape gets through. */
function lines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

const count = (lines: number): string => `${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'}`;

function lineCounts({ control }: Snapshot): string {
  const bedrock = control.filter((total) => total.bedrock);
  return `${count(countLines(control))}, ${countLines(bedrock).toLocaleString('en')} of Bedrock`;
}

/** What one should know of how a period was read: sentences, for the one who looks after the ingest. */
export function remarksOn({ control, manifest }: Snapshot): string[] {
  const alone = Object.entries(SINGLE_NETS).flatMap(([net, name]) => {
    const caught = control.filter(({ bedrock, nets }) => bedrock && nets === Number(net));
    return caught.length === 0 ? [] : [`${count(countLines(caught))} by ${name}`];
  });
  return [
    ...(manifest === null ? ['no manifest: every Parquet file in its folder was taken'] : []),
    ...(alone.length === 0 ? [] : [`found to be Bedrock by one sign alone: ${alone.join(', ')}`]),
  ];
}

function countLines(control: Snapshot['control']): number {
  return control.reduce((sum, total) => sum + total.lines, 0);
}

/** The values of ControlTotal.nets that stand for a single net. */
const SINGLE_NETS: Readonly<Record<number, string>> = {
  0: 'a Marketplace product seen elsewhere',
  [NETS.family]: 'product family',
  [NETS.code]: 'product code',
  [NETS.edition]: 'Marketplace product name',
  [NETS.principal]: 'principal',
};
