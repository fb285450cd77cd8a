import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OperatingError } from '../../domain/errors.ts';
import { type CacheLock, takeLock, tryLock } from './cache-lock.ts';
import type { Delivery } from './export.ts';

/**
 * Deliveries of buckets on this machine, at most so many bytes:
 *
 *     EXPORT-HASH/PERIOD-FINGERPRINT/         the files of a delivery, and `used`, whose time is that of the last use
 *     EXPORT-HASH/PERIOD-FINGERPRINT.in-use   the lock of those who read it
 *     EXPORT-HASH/PERIOD-FINGERPRINT.fetching the lock of the one who downloads
 *     room.lock                               the lock of the one who makes room
 */
export interface CacheSettings {
  readonly folder: string;
  readonly bytes: number;
}

/** A delivery that nobody removes until it is released. */
export interface Held {
  readonly folder: string;
  release(): void;
}

const USED = 'used';

/** The delivery's folder, made where there is none, and safe from removal. */
export async function holdDelivery(
  cache: CacheSettings,
  place: string,
  { period, fingerprint }: Delivery,
  signal: AbortSignal,
): Promise<Held> {
  const hash = createHash('sha256').update(place).digest('hex').slice(0, 8);
  const ofExport = join(cache.folder, `${basename(place).replaceAll(/[^\w.-]/g, '_')}-${hash}`);
  const folder = join(ofExport, `${period}-${fingerprint.slice(0, 16)}`);
  return onDisk(cache, async () => {
    await mkdir(ofExport, { recursive: true });
    const lock = await takeLock(`${folder}.in-use`, 'shared', signal);
    await mkdir(folder, { recursive: true });
    const now = new Date();
    await writeFile(join(folder, USED), '', { flag: 'a' });
    await utimes(join(folder, USED), now, now);
    return { folder, release: () => lock.release() };
  });
}

/** Runs the download into a held delivery as the only one who does. */
export async function asOnlyFetcher<T>(held: Held, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  const lock = await takeLock(`${held.folder}.fetching`, 'alone', signal);
  try {
    return await action();
  } finally {
    lock.release();
  }
}

/**
 * Removes deliveries that nobody reads, the least recently used first, until so many bytes more fit, and lets `reserve` make
 * files of that size before anybody else counts.
 * @throws OperatingError CACHE_FULL
 */
export async function withRoom(
  cache: CacheSettings,
  bytes: number,
  signal: AbortSignal,
  reserve: () => Promise<void>,
): Promise<void> {
  await onDisk(cache, async () => {
    const lock = await takeLock(join(cache.folder, 'room.lock'), 'alone', signal);
    try {
      const all = (await cachedDeliveries(cache.folder)).sort((a, b) => a.used - b.used);
      let free = cache.bytes - all.reduce((sum, delivery) => sum + delivery.bytes, 0);
      for (const delivery of all) {
        if (free >= bytes) break;
        if (await removeUnused(delivery.folder)) free += delivery.bytes;
      }
      if (free < bytes) throw full(cache, bytes, free);
      await reserve();
    } finally {
      lock.release();
    }
  });
}

/**
 * Told before the first byte comes, not after the last that fits: files with holes take their room only as they are filled.
 * @throws OperatingError FOLDER_NOT_WRITABLE
 */
export async function checkDisk({ folder }: CacheSettings, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new OperatingError(
    'FOLDER_NOT_WRITABLE',
    `the disk of the cache ${folder} has ${gigabytes(free)} left; ${gigabytes(bytes)} are to be downloaded`,
    { hint: OTHER_FOLDER_HINT },
  );
}

const OTHER_FOLDER_HINT = 'Choose another folder with cache.folder in bursar.yaml or BURSAR_CACHE, or free some space.';

function gigabytes(count: number): string {
  return `${(count / 1e9).toFixed(count < 1e9 ? 3 : 1)} GB`;
}

function full(cache: CacheSettings, bytes: number, free: number): OperatingError {
  const least = Math.ceil((cache.bytes - free + bytes) / 1e9);
  return new OperatingError(
    'CACHE_FULL',
    `${cache.folder} may hold ${gigabytes(cache.bytes)}; ${gigabytes(bytes)} more are needed, and what is there is in use`,
    { hint: `Raise cache.gigabytes in bursar.yaml, to ${least} or more.` },
  );
}

interface CachedDelivery {
  readonly folder: string;
  readonly bytes: number;
  /** milliseconds since 1970 */
  readonly used: number;
}

async function cachedDeliveries(cache: string): Promise<CachedDelivery[]> {
  const found: CachedDelivery[] = [];
  for (const ofExport of await foldersIn(cache)) {
    for (const folder of await foldersIn(ofExport)) {
      const files = await Promise.all((await readdir(folder)).map((name) => sizeAndTime(join(folder, name))));
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      found.push({ folder, bytes, used: (await sizeAndTime(join(folder, USED))).mtimeMs });
    }
  }
  return found;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

/** A file that another process has just renamed is counted next time. */
function sizeAndTime(path: string): Promise<{ size: number; mtimeMs: number }> {
  return stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
}

async function removeUnused(folder: string): Promise<boolean> {
  const lock: CacheLock | null = await tryLock(`${folder}.in-use`, 'alone');
  if (lock === null) return false;
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}.fetching`, { force: true });
  await lock.remove();
  return true;
}

/** What the file system refuses is the user's to mend. */
export async function onDisk<T>({ folder }: CacheSettings, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const { code, errcode } = cause as { code?: string; errcode?: number };
    if (!(cause instanceof Error) || cause instanceof OperatingError || cause.name === 'AbortError') throw cause;
    if (errcode === undefined && !/^E[A-Z]+$/.test(code ?? '')) throw cause;
    throw new OperatingError('FOLDER_NOT_WRITABLE', `the cache ${folder} cannot be written: ${cause.message}`, {
      hint: OTHER_FOLDER_HINT,
      cause,
    });
  }
}
