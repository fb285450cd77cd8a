import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DATA } from '../folders.ts';
import { bursar } from '../ledgers.ts';
import { cleanEnvironment, readPeak } from '../measure.ts';
import type { BenchSample } from '../samples.ts';
import type { View } from './views.ts';

/** `bursar serve` as users start it, in a process of its own. */
export interface PageServer {
  readonly url: string;
  /** the greatest resident set so far, in bytes; `null` where the system does not tell */
  peak(): number | null;
  close(): Promise<void>;
}

export async function startServer(of: BenchSample): Promise<PageServer> {
  const command = bursar('serve', of, '--config', of.config, '--port', '0');
  const child = spawn(process.execPath, command, {
    cwd: DATA,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const url = /^Bursar serves (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    return {
      url,
      peak: () => readPeak(child.pid),
      close: async () => {
        child.kill('SIGINT');
        await ended;
      },
    };
  }
  throw new Error('bursar serve ended before it served');
}

/** An answer: how long it took, in milliseconds, and whether it was one. */
export interface Asked {
  readonly path: string;
  readonly ms: number;
  readonly ok: boolean;
}

/** Asks all that a view asks, as a browser does. */
export async function look({ url }: PageServer, { waves }: View): Promise<Asked[]> {
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
