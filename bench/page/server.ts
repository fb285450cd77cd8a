import { type ServeProcess, serveProcess } from '../../test/fixtures/serve-process.ts';
import { DATA } from '../folders.ts';
import { ledgerOf } from '../ledgers.ts';
import { cleanEnvironment, readPeak } from '../measure.ts';
import type { BenchSample } from '../samples.ts';
import type { View } from './views.ts';

/** `bursar serve` of a sample, as users start it. */
export interface PageServer extends Pick<ServeProcess, 'url'> {
  /** the greatest resident set so far, in bytes; `null` where the system does not tell */
  peak(): number | null;
  close(): Promise<void>;
}

export async function startServer(of: BenchSample): Promise<PageServer> {
  const args = ['--cur', of.cur, '--ledger', ledgerOf(of), '--config', of.config];
  const { url, pid, end } = await serveProcess(args, { cwd: DATA, env: cleanEnvironment() });
  return {
    url,
    peak: () => readPeak(pid),
    close: async () => {
      await end();
    },
  };
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
