import { mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';
import { formatMoney, type Money, parseMoney } from '../domain/money.ts';
import type { Day, Period } from '../domain/period.ts';
import { namingBrokenFile } from '../engine/broken-file.ts';
import type { Engine } from '../engine/engine.ts';

/** Raised when the ledger's files change in form; an older snapshot is then made anew from the export. */
export const SCHEMA_VERSION = 1;

/** The ledger's tables, one Parquet file each in a snapshot's folder. */
export const TABLES = ['fact', 'fact_day', 'usage', 'caller', 'tag_set'] as const;
export type Table = (typeof TABLES)[number];

export interface CostTotals {
  readonly unblended: Money;
  /** net unblended where the payer's {@link NetBasis} says so, else unblended */
  readonly net: Money;
  readonly list: Money;
}

/** The sum of all lines of the export that share these values: Bedrock's and the rest. */
export interface ControlTotal extends CostTotals {
  readonly payer: string;
  readonly invoice: string;
  readonly seller: string;
  readonly entity: string;
  readonly productCode: string;
  readonly lineItemType: string;
  /** the nets that caught the lines: a sum of source/cur's NETS */
  readonly nets: number;
  /** caught by a net, or of a Marketplace product that a net caught elsewhere */
  readonly bedrock: boolean;
  readonly lines: number;
}

/** Which cost `net` means for a payer in this period, decided once for all its lines. */
export interface NetBasis {
  readonly payer: string;
  readonly cost: 'net' | 'unblended';
  readonly why: string;
}

/** Something of the export that Bursar could not read for what it is; its cost counts. */
export interface Unread {
  readonly what: 'usage-type' | 'unit';
  readonly productCode: string;
  readonly usageType: string;
  readonly unit: string;
}

/** All that is known of one period as it was ingested once; the Parquet files lie beside it. */
export interface Snapshot {
  readonly schemaVersion: number;
  readonly classifierVersion: number;
  readonly id: string;
  readonly period: Period;
  readonly createdAt: string;
  readonly fingerprint: string;
  /** `null`: there was none, the folder was listed */
  readonly manifest: string | null;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly control: readonly ControlTotal[];
  readonly netBasis: readonly NetBasis[];
  /** product codes of Marketplace that a net caught in this period */
  readonly marketplace: readonly string[];
  readonly currency: string;
  readonly firstDay: Day | null;
  readonly lastDay: Day | null;
  /** the end of each seller's last usage, UTC */
  readonly dataThrough: readonly { readonly seller: string; readonly through: string }[];
  readonly tagKeys: readonly string[];
  readonly unread: readonly Unread[];
  /** usage lines whose amount is no number */
  readonly amountsUnread: number;
}

export type SnapshotName = Pick<Snapshot, 'period' | 'id'>;

export interface Ledger {
  readonly path: string;
}

/** For the small files of the ledger, which name no period. */
const DAMAGED_FILE_HINT = 'Delete the ledger folder and run bursar ingest again: the export still has everything.';

const CURRENT = 'current';
const FILE = 'snapshot.json';
/** The one that counts and the one before. */
const KEPT = 2;

/**
 * Opens or makes the ledger folder for an export.
 * @throws OperatingError LEDGER_OF_ANOTHER_EXPORT, LEDGER_DAMAGED, FOLDER_NOT_WRITABLE
 */
export async function openLedger(path: string, exportPath: string): Promise<Ledger> {
  await writing(path, () => mkdir(path, { recursive: true }));
  const ledger: Ledger = { path: await realpath(path) };
  const marker = join(ledger.path, 'ledger.json');
  const known = await readJson<{ export: string }>(marker);
  if (known === null) await writing(marker, () => writeAtomically(marker, JSON.stringify({ export: exportPath })));
  else if (known.export !== exportPath) {
    throw new OperatingError(
      'LEDGER_OF_ANOTHER_EXPORT',
      `${path} is the ledger of ${known.export}, not of ${exportPath}`,
    );
  }
  return ledger;
}

/**
 * The snapshot that counts for a period; `null` where the period was never ingested whole.
 * @throws OperatingError LEDGER_DAMAGED
 */
export async function currentSnapshot(ledger: Ledger, period: Period): Promise<Snapshot | null> {
  const pointer = await readFile(join(periodFolder(ledger, period), CURRENT), 'utf8').catch(() => null);
  if (pointer === null) return null;
  const path = join(snapshotFolder(ledger, { period, id: pointer.trim() }), FILE);
  const snapshot = await readJson<Record<string, unknown>>(path, reviveMoney);
  if (snapshot === null) throw new OperatingError('LEDGER_DAMAGED', `${path} is missing or is not JSON`);
  return snapshot as unknown as Snapshot;
}

/** The same where it is whole and of today's schema; any other is as good as none, for the export has everything. */
export async function usableSnapshot(ledger: Ledger, period: Period): Promise<Snapshot | null> {
  const snapshot = await currentSnapshot(ledger, period).catch(() => null);
  return snapshot?.schemaVersion === SCHEMA_VERSION ? snapshot : null;
}

export function tableFile(ledger: Ledger, snapshot: SnapshotName, table: Table): string {
  return join(snapshotFolder(ledger, snapshot), `${table}.parquet`);
}

export function snapshotFolder(ledger: Ledger, { period, id }: SnapshotName): string {
  return join(periodFolder(ledger, period), `snapshot=${basename(id)}`);
}

/**
 * Runs something that reads the tables of snapshots.
 * @throws OperatingError LEDGER_DAMAGED naming the file that broke it
 */
export function readingLedger<T>(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly SnapshotName[],
  action: () => Promise<T>,
): Promise<T> {
  const paths = snapshots.flatMap((snapshot) => TABLES.map((table) => tableFile(ledger, snapshot, table)));
  return namingBrokenFile(
    engine,
    paths,
    action,
    (path, reason, cause) => new OperatingError('LEDGER_DAMAGED', `${path} cannot be read: ${reason}`, { cause }),
  );
}

/** The snapshots of the same periods that count now: a reader whose files were replaced under it looks again. */
export async function refreshed(ledger: Ledger, snapshots: readonly Snapshot[]): Promise<Snapshot[]> {
  const now = await Promise.all(snapshots.map(({ period }) => currentSnapshot(ledger, period)));
  return now.filter((snapshot) => snapshot !== null);
}

/** A new folder for a snapshot in the making: nothing points to it until {@link publish}. */
export async function newSnapshotFolder(ledger: Ledger, period: Period, id: string): Promise<string> {
  const folder = snapshotFolder(ledger, { period, id });
  await writing(folder, () => mkdir(folder, { recursive: true }));
  return folder;
}

/**
 * Makes a complete snapshot the one that counts, in one rename, and removes what is neither it nor the one before.
 * A kill at any point leaves the earlier snapshot whole and current.
 */
export async function publish(ledger: Ledger, snapshot: Snapshot): Promise<void> {
  const folder = snapshotFolder(ledger, snapshot);
  const previous = await currentSnapshot(ledger, snapshot.period).catch(() => null);
  await writing(folder, async () => {
    for (const table of TABLES) await synced(join(folder, `${table}.parquet`));
    await writeAtomically(join(folder, FILE), JSON.stringify(snapshot, moneyAsText, 1));
    await writeAtomically(join(periodFolder(ledger, snapshot.period), CURRENT), snapshot.id);
  });
  const keep = [snapshot.id, previous?.id].slice(0, KEPT).map((id) => `snapshot=${id}`);
  for (const name of await readdir(periodFolder(ledger, snapshot.period))) {
    if (name.startsWith('snapshot=') && !keep.includes(name)) {
      // What cannot be removed only takes room: the new snapshot counts already.
      await rm(join(periodFolder(ledger, snapshot.period), name), { recursive: true, force: true }).catch(() => {});
    }
  }
}

function periodFolder(ledger: Ledger, period: Period): string {
  return join(ledger.path, `period=${period}`);
}

const MONEY_FIELDS = new Set(['unblended', 'net', 'list']);

function moneyAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? formatMoney(value as Money) : value;
}

function reviveMoney(key: string, value: unknown): unknown {
  return MONEY_FIELDS.has(key) && typeof value === 'string' ? parseMoney(value) : value;
}

async function readJson<T>(path: string, revive?: (key: string, value: unknown) => unknown): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text, revive) as T;
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
