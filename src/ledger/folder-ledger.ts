import { copyFile, link, mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';
import type { Period } from '../domain/period.ts';
import { namingBrokenFile } from '../engine/broken-file.ts';
import type { FileEngine } from '../engine/engine.ts';
import type { Ledger } from './ledger.ts';
import { asOnlyWriter } from './lock.ts';
import { formatSnapshot, newSnapshotId, parseSnapshot, type Snapshot, type SnapshotName } from './snapshot.ts';
import { TABLE_NAMES, type Table } from './tables.ts';

/** For the small files of the ledger, which name no period. */
const DAMAGED_FILE_HINT = 'Delete the ledger folder and run bursar ingest again: the export still has everything.';

const CURRENT = 'current';
const FILE = 'snapshot.json';
/** before the id, in a folder's name */
const SNAPSHOT = 'snapshot=';

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

  reading<T>(engine: FileEngine, snapshots: readonly SnapshotName[], action: () => Promise<T>): Promise<T> {
    return namingBrokenFile(
      engine,
      snapshots.flatMap((snapshot) => TABLE_NAMES.map((table) => this.#file(snapshot, table))),
      (path) => engine.probe(engine.parquet([path])),
      action,
      (path, reason, cause) => new OperatingError('LEDGER_DAMAGED', `${path} cannot be read: ${reason}`, { cause }),
    );
  }

  asOnlyWriter<T>(action: () => Promise<T>): Promise<T> {
    return asOnlyWriter(this.place, action);
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

  #file(snapshot: SnapshotName, table: Table): string {
    return join(this.#folder(snapshot), `${table}.parquet`);
  }
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
