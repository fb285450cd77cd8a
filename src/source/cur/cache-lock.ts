import { open, rm, stat } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';

/** A lock that ends with the process that holds it, however that ends. */
export interface CacheLock {
  release(): void;
  /** Removes its file first; only for the one who holds it alone. */
  remove(): Promise<void>;
}

const POLL_MS = 100;

/**
 * Takes the lock of a file: `shared` beside others, or `alone`. Waits as long as others hold it.
 *
 * The system's file locks are what SQLite takes, in a database that stays empty: Node has no other way to them, and a lock
 * by process id would outlive processes in containers that share a cache.
 */
export async function takeLock(path: string, how: 'shared' | 'alone', signal: AbortSignal): Promise<CacheLock> {
  for (;;) {
    const lock = await tryLock(path, how);
    if (lock !== null) return lock;
    await wait(POLL_MS, undefined, { signal });
  }
}

/** As {@link takeLock}; `null` where somebody else holds it now. */
export async function tryLock(path: string, how: 'shared' | 'alone'): Promise<CacheLock | null> {
  const before = await inode(path, true);
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path, { timeout: 0 });
  // The file may have been removed with its lock, and made anew by another, between the look and the lock.
  if (begin(database, how) && before === (await inode(path, false))) {
    return {
      release: () => database.close(),
      remove: async () => {
        await rm(path, { force: true });
        database.close();
      },
    };
  }
  database.close();
  return null;
}

const BUSY = 5;

function begin(database: DatabaseSync, how: 'shared' | 'alone'): boolean {
  try {
    if (how === 'alone') database.exec('BEGIN EXCLUSIVE');
    else {
      database.exec('BEGIN');
      // The lock is taken with the first look.
      database.prepare('SELECT count(*) FROM sqlite_master').get();
    }
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === BUSY) return false;
    throw error;
  }
}

async function inode(path: string, make: boolean): Promise<bigint | null> {
  if (make) await (await open(path, 'a')).close();
  return stat(path, { bigint: true }).then(
    ({ ino }) => ino,
    () => null,
  );
}
