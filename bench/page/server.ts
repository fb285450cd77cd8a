import { setTimeout as wait } from 'node:timers/promises';
import { type ServeProcess, serveProcess } from '../../test/fixtures/serve-process.ts';
import { DATA } from '../folders.ts';
import { ledgerOf } from '../ledgers.ts';
import { cleanEnvironment, readOwnMs, readPeak } from '../measure.ts';
import type { BenchSample } from '../samples.ts';
import type { View } from './views.ts';

/** `bursar serve` of a sample, as users start it. */
export interface PageServer extends Pick<ServeProcess, 'url'> {
  /** the greatest resident set so far, in bytes; `null` where the system does not tell */
  peak(): number | null;
  /** Resolves when it has done what it does after its start, before anybody asks. */
  prepared(): Promise<void>;
  close(): Promise<void>;
}

export async function startServer(of: BenchSample): Promise<PageServer> {
  const args = ['--cur', of.cur, '--ledger', ledgerOf(of), '--config', of.config];
  const { url, pid, end } = await serveProcess(args, { cwd: DATA, env: cleanEnvironment() });
  return {
    url,
    peak: () => readPeak(pid),
    prepared: () => idle(pid),
    close: async () => {
      await end();
    },
  };
}

/** Milliseconds between two looks at what a process has worked. */
const LOOK_MS = 500;
/** It is idle when it has worked for less than a tenth of the time of so many looks. */
const LOOKS = 4;
/** Where the system does not tell. */
const LONG_ENOUGH_MS = 30_000;

async function idle(pid: number | undefined): Promise<void> {
  let quiet = 0;
  let before = readOwnMs(pid);
  if (before === null) await wait(LONG_ENOUGH_MS);
  while (before !== null && quiet < LOOKS) {
    await wait(LOOK_MS);
    const now = readOwnMs(pid) ?? before;
    quiet = now - before < LOOK_MS / 10 ? quiet + 1 : 0;
    before = now;
  }
}

/** An answer: how long it took, in milliseconds, and whether it was one. */
export interface Asked {
  readonly path: string;
  readonly ms: number;
  readonly ok: boolean;
}

/** Asks all that a view asks, as a browser does. */
export async function look({ url }: Pick<PageServer, 'url'>, { waves }: View): Promise<Asked[]> {
  const all: Asked[] = [];
  for (const wave of waves) all.push(...(await Promise.all(wave.map((path) => ask(url, path)))));
  return all;
}

export async function ask(url: string, path: string): Promise<Asked> {
  const start = performance.now();
  const response = await fetch(new URL(path, url)).catch(() => null);
  await response?.arrayBuffer();
  return { path, ms: performance.now() - start, ok: response?.ok === true };
}
