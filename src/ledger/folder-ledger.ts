import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';
import type { Period } from '../domain/period.ts';
import { namingBrokenFile, whyFailing } from '../engine/broken-file.ts';
import type { FileEngine } from '../engine/engine.ts';
import type { Ledger } from './ledger.ts';
import { removeLeftOvers } from './left-over.ts';
import { asOnlyWriter } from './lock.ts';
import { formatSnapshot, newSnapshotId, parseSnapshot, type Snapshot, type SnapshotName } from './snapshot.ts';
import { TABLE_NAMES, type Table } from './tables.ts';

/** For the small files of the ledger, which name no period. */
const DAMAGED_FILE_HINT = 'Delete the ledger folder and run bursar ingest again: the export still has everything.';

const CURRENT = 'current';
const FILE = 'snapshot.json';
/** before the id, in a folder's name */
const SNAPSHOT = 'snapshot=';

const ALLOCATION_PREFIX = 'allocation-';

/** The one just made and the one before, which somebody may be reading. */
const ALLOCATIONS_KEPT = 2;

/**
 * Opens or makes the ledger folder for an export: one Parquet file a table in a folder for each snapshot.
 * @param exportPlace {@link CurExport.place}
 * @throws OperatingError LEDGER_OF_ANOTHER_EXPORT, LEDGER_DAMAGED, FOLDER_NOT_WRITABLE
 */
export async function openFolderLedger(path: string, exportPlace: string): Promise<Ledger> {
  await writing(path, () => mkdir(path, { recursive: true }));
  const place = await realpath(path);
  const marker = join(place, 'ledger.json');
  const known = await readMarker(marker);
  if (known === null) await writing(marker, () => writeAtomically(marker, JSON.stringify({ export: exportPlace })));
  else if (known.export !== exportPlace) {
    throw new OperatingError(
      'LEDGER_OF_ANOTHER_EXPORT',
      `${path} is the ledger of ${known.export}, not of ${exportPlace}`,
    );
  }
  return new FolderLedger(place);
}

class FolderLedger implements Ledger {
  readonly place: string;

  constructor(place: string) {
    this.place = place;
  }

  async current(periods: readonly Period[]): Promise<Map<Period, Snapshot>> {
    const read = await Promise.all(periods.map((period) => this.#read(period)));
    return new Map(read.flatMap((snapshot) => (snapshot === null ? [] : [[snapshot.period, snapshot]])));
  }

  async kept(period: Period): Promise<Snapshot[]> {
    const current = await this.#pointer(period);
    const names = await readdir(join(this.place, `period=${period}`)).catch(() => []);
    const ids = names
      .filter((name) => name.startsWith(SNAPSHOT))
      .map((name) => name.slice(SNAPSHOT.length))
      // What is newer than the one that counts is in the making, or was left by a kill.
      .filter((id) => id <= current);
    const read = await Promise.all(
      ids
        .sort()
        .reverse()
        .map((id) => this.#document({ period, id })),
    );
    return read.filter((snapshot) => snapshot !== null);
  }

  relation(engine: FileEngine, snapshot: SnapshotName, table: Table): string {
    return engine.parquet([this.#file(snapshot, table)]);
  }

  async allocation(engine: FileEngine, snapshot: SnapshotName, hash: string): Promise<string | null> {
    const file = this.#file(snapshot, `${ALLOCATION_PREFIX}${hash}`);
    return existsSync(file) ? engine.parquet([file]) : null;
  }

  /** Written beside and renamed: two processes may work it out at once, and both write the same. */
  async writeAllocation(engine: FileEngine, snapshot: SnapshotName, hash: string, query: string): Promise<string> {
    const file = this.#file(snapshot, `${ALLOCATION_PREFIX}${hash}`);
    const beside = `${file}.${process.pid}.tmp`;
    try {
      await engine.writeParquet(query, beside);
      await writing(file, () => rename(beside, file));
    } catch (error) {
      await rm(beside, { force: true }).catch(() => {});
      throw error;
    }
    const old = await byAge(await this.#allocations(snapshot));
    for (const path of old.slice(ALLOCATIONS_KEPT)) await rm(path, { force: true }).catch(() => {});
    return engine.parquet([file]);
  }

  async reading<T>(engine: FileEngine, snapshots: readonly SnapshotName[], action: () => Promise<T>): Promise<T> {
    const allocations = await Promise.all(snapshots.map((snapshot) => this.#allocations(snapshot)));
    const tables = snapshots.flatMap((snapshot) => TABLE_NAMES.map((table) => this.#file(snapshot, table)));
    return namingBrokenFile(
      [...tables, ...allocations.flat()],
      (path) => whyFailing(engine, () => engine.probe(engine.parquet([path]))),
      action,
      (path, reason, cause) => new OperatingError('LEDGER_DAMAGED', `${path} cannot be read: ${reason}`, { cause }),
    );
  }

  asOnlyWriter<T>(action: () => Promise<T>): Promise<T> {
    return asOnlyWriter(this.place, async () => {
      await removeLeftOvers(this.place);
      return action();
    });
  }

  async begin(period: Period): Promise<SnapshotName> {
    const snapshot = { period, id: newSnapshotId(await this.#pointer(period)) };
    const folder = this.#folder(snapshot);
    await writing(folder, () => mkdir(folder, { recursive: true }));
    return snapshot;
  }

  write(engine: FileEngine, snapshot: SnapshotName, table: Table, query: string): Promise<void> {
    return engine.writeParquet(query, this.#file(snapshot, table));
  }

  async copy(_engine: FileEngine, from: SnapshotName, to: SnapshotName, table: Table): Promise<void> {
    const [source, target] = [this.#file(from, table), this.#file(to, table)];
    await link(source, target).catch(() => copyFile(source, target));
  }

  async publish(snapshot: Snapshot): Promise<void> {
    const folder = this.#folder(snapshot);
    const previous = await this.#pointer(snapshot.period);
    await writing(folder, async () => {
      for (const table of TABLE_NAMES) await synced(this.#file(snapshot, table));
      await writeAtomically(join(folder, FILE), formatSnapshot(snapshot));
      await writeAtomically(join(dirname(folder), CURRENT), snapshot.id);
    });
    const keep = [snapshot.id, previous].map((id) => `${SNAPSHOT}${id}`);
    for (const name of await readdir(dirname(folder))) {
      if (name.startsWith(SNAPSHOT) && !keep.includes(name)) {
        // What cannot be removed only takes room: the new snapshot counts already.
        await rm(join(dirname(folder), name), { recursive: true, force: true }).catch(() => {});
      }
    }
  }

  async discard(snapshot: SnapshotName): Promise<void> {
    await rm(this.#folder(snapshot), { recursive: true, force: true }).catch(() => {});
  }

  async #read(period: Period): Promise<Snapshot | null> {
    return this.#document({ period, id: await this.#pointer(period) });
  }

  async #document(snapshot: SnapshotName): Promise<Snapshot | null> {
    return parseSnapshot(await readFile(join(this.#folder(snapshot), FILE), 'utf8').catch(() => ''));
  }

  /** The id of the snapshot that counts; empty where there is none. */
  async #pointer(period: Period): Promise<string> {
    return (await readFile(join(this.place, `period=${period}`, CURRENT), 'utf8').catch(() => '')).trim();
  }

  #folder({ period, id }: SnapshotName): string {
    return join(this.place, `period=${period}`, `${SNAPSHOT}${basename(id)}`);
  }

  #file(snapshot: SnapshotName, name: Table | `${typeof ALLOCATION_PREFIX}${string}`): string {
    return join(this.#folder(snapshot), `${name}.parquet`);
  }

  async #allocations(snapshot: SnapshotName): Promise<string[]> {
    const names = await readdir(this.#folder(snapshot)).catch(() => []);
    return names
      .filter((name) => name.startsWith(ALLOCATION_PREFIX) && name.endsWith('.parquet'))
      .map((name) => join(this.#folder(snapshot), name));
  }
}

/** The newest first; what is gone meanwhile is left out. */
async function byAge(paths: readonly string[]): Promise<string[]> {
  const stats = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  const dated = paths.flatMap((path, index) => {
    const made = stats[index]?.mtimeMs;
    return made === undefined ? [] : [{ path, made }];
  });
  return dated.sort((a, b) => b.made - a.made).map(({ path }) => path);
}

async function readMarker(path: string): Promise<{ export: string } | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as { export: string };
  } catch (cause) {
    throw new OperatingError('LEDGER_DAMAGED', `${path} is not JSON`, { hint: DAMAGED_FILE_HINT, cause });
  }
}

/** Written beside, synced, renamed: a reader sees the old content or the new, a crash loses neither. */
async function writeAtomically(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  const handle = await open(beside, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, path);
  await synced(dirname(path));
}

async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw new OperatingError('FOLDER_NOT_WRITABLE', `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}
