import type { Period } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import type { Snapshot, SnapshotName } from './snapshot.ts';
import type { Table } from './tables.ts';

/**
 * Where the snapshots of one export are kept: a folder of this machine, or a schema that an engine reaches. The engine
 * given is one of the kind that the ledger was opened for.
 */
export interface Ledger {
  /** for people: a folder, or catalog.schema */
  readonly place: string;
  /**
   * The snapshots that count. Left out are periods that were never ingested whole, and snapshots that are damaged or not
   * of today's schema: they are as good as none, for the export has everything.
   */
  current(periods: readonly Period[]): Promise<ReadonlyMap<Period, Snapshot>>;
  /** The snapshots of a period that can still be read: the one that counts, then the one before. */
  kept(period: Period): Promise<readonly Snapshot[]>;
  /** A table of a snapshot as SQL. */
  relation(engine: Engine, snapshot: SnapshotName, table: Table): string;
  /** To what the snapshot's callers are allocated under the rules of a hash, as SQL; `null` = nobody worked it out yet. */
  allocation(engine: Engine, snapshot: SnapshotName, hash: string): Promise<string | null>;
  /**
   * Keeps an allocation, a query with the columns of ALLOCATION, until newer ones take its place or the snapshot goes.
   * @returns SQL that names it
   */
  writeAllocation(engine: Engine, snapshot: SnapshotName, hash: string, query: string): Promise<string>;
  /**
   * Runs something that reads the tables of snapshots.
   * @throws OperatingError LEDGER_DAMAGED saying what broke it
   */
  reading<T>(engine: Engine, snapshots: readonly SnapshotName[], action: () => Promise<T>): Promise<T>;
  /**
   * Runs `action` as the only writer, as far as the place can tell writers apart.
   * @throws OperatingError LEDGER_BUSY
   */
  asOnlyWriter<T>(action: () => Promise<T>): Promise<T>;
  /** Begins a snapshot of a period under a new id: nothing shows it until {@link publish}. */
  begin(period: Period): Promise<SnapshotName>;
  /** Writes one table of a begun snapshot, whole, from a query that has the table's columns. */
  write(engine: Engine, snapshot: SnapshotName, table: Table, query: string): Promise<void>;
  /** Takes a table of another snapshot of the period over, as it is. */
  copy(engine: Engine, from: SnapshotName, to: SnapshotName, table: Table): Promise<void>;
  /**
   * Makes a complete snapshot the one that counts, in one step, and removes what is neither it nor the one before.
   * A kill at any point leaves the earlier snapshot whole and current.
   * @throws OperatingError LEDGER_BUSY when another writer was quicker
   */
  publish(snapshot: Snapshot): Promise<void>;
  /** Removes what {@link begin} and {@link write} left of a snapshot that will not be published. */
  discard(snapshot: SnapshotName): Promise<void>;
}
