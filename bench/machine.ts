import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { version as duckdbVersion } from '@duckdb/node-api';
import { gigabytes } from './table.ts';

/** The goals are meant for so many. */
const CORES = 2;
const SAMPLED_MS = 1000;

/** What the numbers depend on, to be printed above them. */
export function machineFacts(): string {
  return [
    `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${gigabytes(totalmem())} of memory`,
    `${platform()} ${release()}, Node ${process.version}, DuckDB ${duckdbVersion()}`,
    ...(availableParallelism() === CORES ? [] : [`NOTE: the goals are meant for ${CORES} cores`]),
  ].join('\n');
}

/** How many cores are at work while the bench does nothing: what else runs here makes every time longer. */
export async function otherWork(): Promise<number> {
  const before = busyMs();
  await setTimeout(SAMPLED_MS);
  return (busyMs() - before) / SAMPLED_MS;
}

export function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}
