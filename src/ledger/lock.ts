import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** tells this lock from every other */
  readonly token: string;
}

/** Locks of this process: another lock with our process id was left by an earlier process of that id. */
const ours = new Set<string>();

/**
 * Runs `action` as the only writer of the ledger folder. Readers need no lock: snapshots never change.
 * The lock of a process that was killed is taken over.
 * @throws OperatingError LEDGER_BUSY, FOLDER_NOT_WRITABLE
 */
export async function asOnlyWriter<T>(folder: string, action: () => Promise<T>): Promise<T> {
  const path = join(folder, 'ingest.lock');
  const holder: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  ours.add(holder.token);
  try {
    await take(path, holder);
    try {
      return await action();
    } finally {
      if ((await readHolder(path))?.token === holder.token) await rm(path, { force: true });
    }
  } finally {
    ours.delete(holder.token);
  }
}

async function take(path: string, holder: Holder): Promise<void> {
  if (await tryTake(path, holder)) return;
  const other = await readHolder(path);
  if (other !== null && isAlive(other)) throw busy(path, other);
  // Whoever renames the dead lock away may try again; what was renamed must be the lock that was found dead.
  const aside = `${path}.${holder.token}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (moved && (await readHolder(aside))?.token !== other?.token) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
  if (!(await tryTake(path, holder))) throw busy(path, await readHolder(path));
}

/** Linked into place with its content: nobody ever reads a lock without a name. */
async function tryTake(path: string, holder: Holder): Promise<boolean> {
  const mine = `${path}.${holder.token}.new`;
  try {
    await writeFile(mine, JSON.stringify(holder));
    await link(mine, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new OperatingError('FOLDER_NOT_WRITABLE', `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    await rm(mine, { force: true }).catch(() => {});
  }
}

function busy(path: string, holder: Holder | null): OperatingError {
  const who = holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new OperatingError('LEDGER_BUSY', `${who} is ingesting into this ledger; its lock file is ${path}`);
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isAlive({ pid, host, token }: Holder): boolean {
  // Nothing can be known of a process on another machine.
  if (host !== hostname()) return true;
  if (pid === process.pid) return ours.has(token);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
