import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BURSAR, DATA } from './folders.ts';
import { type Command, type Run, run } from './measure.ts';
import { type BenchSample, nameOf } from './samples.ts';

/** A Bursar command on a sample and its ledger in bench/data. */
export function bursar(name: string, of: BenchSample, ...options: string[]): Command {
  return [BURSAR, name, '--cur', of.cur, '--ledger', ledgerOf(of), ...options];
}

/** The ledger's folder. */
export function ledgerOf(of: BenchSample): string {
  return join(DATA, `ledger-${nameOf(of)}`);
}

const ready = new Set<string>();

/** `bursar ingest` into a ledger that does not exist yet. */
export async function ingestAnew(of: BenchSample): Promise<Run> {
  const ledger = ledgerOf(of);
  await rm(ledger, { recursive: true, force: true });
  const done = await run(bursar('ingest', of));
  if (!done.stdout.includes(' ingested: ')) throw new Error(`nothing was ingested:\n${done.stdout}`);
  ready.add(ledger);
  return done;
}

/** Makes the ledger unless this run of the bench has made it: one of earlier days may be of an older Bursar. */
export async function withLedger(of: BenchSample): Promise<void> {
  if (!ready.has(ledgerOf(of))) await ingestAnew(of);
}
