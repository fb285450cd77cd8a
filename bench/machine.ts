import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { version as duckdbVersion } from '@duckdb/node-api';

/** The goals are meant for so many. */
const CORES = 2;
/** A machine is quiet while other work needs no more than this. */
export const QUIET_CORES = 0.25;
const SAMPLED_MS = 400;
const PATIENCE_MS = 120_000;

/** What the numbers depend on, to be printed above them. */
export function machineFacts(): string {
  return [
    `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${(totalmem() / 1e9).toFixed(0)} GB of memory`,
    `${platform()} ${release()}, Node ${process.version}, DuckDB ${duckdbVersion()}`,
    ...(availableParallelism() === CORES ? [] : [`NOTE: the goals are meant for ${CORES} cores`]),
  ].join('\n');
}

/** Waits while other work keeps the machine busy: it would make every time longer. In the end it runs all the same. */
export async function untilQuiet(): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += SAMPLED_MS) {
    const before = busyMs();
    await setTimeout(SAMPLED_MS);
    if (busyMs() - before <= QUIET_CORES * SAMPLED_MS) return;
  }
}

/** Processor time that the whole machine has used since it started. */
export function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}
