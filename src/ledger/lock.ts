import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';
import type { Ledger } from './snapshot.ts';

/**
 * Runs `action` as the only writer of the ledger. Readers need no lock: snapshots never change.
 * The lock of a process that was killed is taken over.
 * @throws OperatingError LEDGER_BUSY
 */
export async function asOnlyWriter<T>(ledger: Ledger, action: () => Promise<T>): Promise<T> {
  const path = join(ledger.path, 'ingest.lock');
  await take(path);
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, retried = false): Promise<void> {
  const mine = `${path}.${process.pid}`;
  try {
    // Linked into place with its content: nobody ever reads a lock without a name.
    await writeFile(mine, JSON.stringify({ pid: process.pid, host: hostname() }));
    await link(mine, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new OperatingError('FOLDER_NOT_WRITABLE', `${path} cannot be written: ${(cause as Error).message}`, {
        cause,
      });
    }
    const holder = await readHolder(path);
    if (retried || (holder !== null && isAlive(holder))) {
      const who = holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}`;
      throw new OperatingError('LEDGER_BUSY', `${who} is ingesting into this ledger (${path})`);
    }
    await rm(path, { force: true });
    await take(path, true);
  } finally {
    await rm(mine, { force: true });
  }
}

interface Holder {
  readonly pid: number;
  readonly host: string;
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isAlive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
