import { setTimeout } from 'node:timers/promises';
import { OperatingError } from '../domain/errors.ts';
import type { Period } from '../domain/period.ts';
import type { Dialect, TableDialect } from '../engine/dialect/dialect.ts';
import { type Columns, type Engine, EngineError } from '../engine/engine.ts';
import type { Ledger } from './ledger.ts';
import {
  formatSnapshot,
  idStamp,
  newSnapshotId,
  parseSnapshot,
  SCHEMA_VERSION,
  type Snapshot,
  type SnapshotName,
} from './snapshot.ts';
import { ALLOCATION, TABLE_NAMES, TABLES, type Table } from './tables.ts';

const PARTITIONS = { period: 'VARCHAR', snapshot: 'VARCHAR' } as const;

/** An allocation belongs to a snapshot and goes with it; its id ends with the hash of its rules. */
const ALLOCATION_PARTITIONS = { ...PARTITIONS, allocation: 'VARCHAR' } as const;

/** One partition a published snapshot, written last and at once: the greatest id of a period is the one that counts. */
const SNAPSHOT = { export: 'VARCHAR', part: 'INTEGER', document: 'VARCHAR' } as const;

/** Characters of one part of a snapshot's document. */
const PART = 200_000;

/** Ids are dated; what began longer ago and was never published was left by a process that is gone. */
const LEFT_AFTER_MS = 24 * 3600 * 1000;

/** What a table of the ledger is called in the schema. */
export const nameOf = (table: Table | 'snapshot' | 'caller_allocation'): string => `bursar_v${SCHEMA_VERSION}_${table}`;

/**
 * Opens the ledger in the engine's schema, or makes its tables there. The tables of another version of Bursar's schema
 * have other names and are left alone.
 * @param schema catalog.schema, for people
 * @param exportPlace {@link CurExport.place}
 * @throws OperatingError LEDGER_OF_ANOTHER_EXPORT, TABLE_MISSING, ENGINE_REFUSED
 */
export async function openSchemaLedger(
  engine: Engine,
  tables: TableDialect,
  schema: string,
  exportPlace: string,
): Promise<Ledger> {
  const ledger = new SchemaLedger(engine, tables, schema, exportPlace);
  await suitable(schema, async () => {
    try {
      await ledger.checkOwner();
    } catch (error) {
      if (!(error instanceof OperatingError) || error.code !== 'TABLE_MISSING') throw error;
      await createTables(engine, tables);
      await ledger.checkOwner();
    }
  });
  return ledger;
}

/** A catalog that knows no partitions, or tables of these names that are somebody else's. */
async function suitable(schema: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof EngineError) || error.why !== 'unknown') throw error;
    throw new OperatingError('SCHEMA_UNSUITABLE', `${schema} cannot hold the ledger: ${error.message}`, {
      cause: error,
    });
  }
}

async function createTables(engine: Engine, tables: TableDialect): Promise<void> {
  const { identifier } = engine.dialect;
  // The table that says whether there is a ledger comes last.
  const wanted: [name: string, columns: Columns][] = [
    ...TABLE_NAMES.map((table): [string, Columns] => [nameOf(table), TABLES[table]]),
    [nameOf('snapshot'), SNAPSHOT],
  ];
  for (const [name, columns] of wanted) {
    await create(engine, tables.createPartitioned(name, columns, PARTITIONS));
    // One that was there already may be another's: then this statement fails.
    const names = Object.keys({ ...columns, ...PARTITIONS }).map(identifier);
    await engine.run(`SELECT ${names.join(', ')} FROM ${identifier(name)} WHERE FALSE`);
  }
}

const CREATE_ATTEMPTS = 5;
const CREATE_AGAIN_MS = 500;

/** Where two begin at once, the second finds the folder of the first before its table (HIVE_PATH_ALREADY_EXISTS). */
async function create(engine: Engine, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await engine.run(statement);
    } catch (error) {
      const taken = error instanceof OperatingError && error.code === 'FOLDER_NOT_WRITABLE';
      if (!taken || attempt === CREATE_ATTEMPTS) throw error;
      await setTimeout(CREATE_AGAIN_MS);
    }
  }
}

/** A table of a snapshot in the engine's schema: the partition is named, so that nothing else is read. */
export function relationIn({ identifier, text }: Dialect, { period, id }: SnapshotName, table: Table): string {
  return `(SELECT * FROM ${identifier(nameOf(table))} WHERE period = ${text(period)} AND snapshot = ${text(id)})`;
}

class SchemaLedger implements Ledger {
  readonly place: string;
  readonly #engine: Engine;
  readonly #tables: TableDialect;
  readonly #export: string;
  /** period -> the id that counted when a snapshot of it was begun */
  readonly #begunUpon = new Map<Period, string>();

  constructor(engine: Engine, tables: TableDialect, schema: string, exportPlace: string) {
    this.place = schema;
    this.#engine = engine;
    this.#tables = tables;
    this.#export = exportPlace;
  }

  async checkOwner(): Promise<void> {
    const { dialect } = this.#engine;
    const newest = await this.#ids();
    if (newest.size === 0) return;
    const ids = [...newest.values()].map(dialect.text).join(', ');
    const periods = [...newest.keys()].map(dialect.text).join(', ');
    const others = await this.#engine
      .rows(
        `SELECT DISTINCT export FROM ${dialect.identifier(nameOf('snapshot'))}
       WHERE period IN (${periods}) AND snapshot IN (${ids}) AND export <> ${dialect.text(this.#export)}`,
      )
      .catch((error: unknown) => {
        // What cannot be read is nobody's: it will be made anew.
        if (!isData(error)) throw error;
        return [];
      });
    const [other] = others;
    if (other === undefined) return;
    throw new OperatingError(
      'LEDGER_OF_ANOTHER_EXPORT',
      `${this.place} holds the ledger of ${other.export}, not of ${this.#export}`,
      { hint: 'Give each export a schema of its own: trino.schema in bursar.yaml.' },
    );
  }

  async current(periods: readonly Period[]): Promise<Map<Period, Snapshot>> {
    const read = await this.#readable([...(await this.#ids(periods))]);
    return new Map(read.map((snapshot) => [snapshot.period, snapshot]));
  }

  async kept(period: Period): Promise<Snapshot[]> {
    const rows = await this.#engine.rows(
      `SELECT snapshot FROM ${this.#tables.partitionsOf(nameOf('snapshot'))} WHERE period = ${this.#engine.dialect.text(period)}`,
    );
    const ids = rows.map(({ snapshot }) => String(snapshot)).sort();
    return this.#readable(ids.reverse().map((id) => [period, id]));
  }

  relation(engine: Engine, snapshot: SnapshotName, table: Table): string {
    return relationIn(engine.dialect, snapshot, table);
  }

  async allocation(_engine: Engine, snapshot: SnapshotName, hash: string): Promise<string | null> {
    const newest = (await this.#allocations(snapshot)).filter((id) => id.endsWith(`-${hash}`)).at(-1);
    return newest === undefined ? null : this.#allocationIn(snapshot, newest);
  }

  /** Each writer has a partition of its own: two that work it out at once would else write every row twice. */
  async writeAllocation(engine: Engine, snapshot: SnapshotName, hash: string, query: string): Promise<string> {
    const { identifier, text } = engine.dialect;
    const table = nameOf('caller_allocation');
    await create(engine, this.#tables.createPartitioned(table, ALLOCATION, ALLOCATION_PARTITIONS));
    const id = `${newSnapshotId()}-${hash}`;
    const names = Object.keys(ALLOCATION).map(identifier).join(', ');
    const partition = [snapshot.period, snapshot.id, id].map(text).join(', ');
    await engine.run(
      `INSERT INTO ${identifier(table)} (${[names, ...Object.keys(ALLOCATION_PARTITIONS)].join(', ')})
       SELECT ${names}, ${partition} FROM (${query}) AS written`,
    );
    const begunBefore = idStamp(Date.now() - LEFT_AFTER_MS);
    const left = (await this.#allocations(snapshot)).filter((old) => old < begunBefore);
    for (const old of left.slice(0, -1)) {
      const { period, id: of } = snapshot;
      await engine.run(this.#tables.deletePartition(table, { period, snapshot: of, allocation: old })).catch(() => {});
    }
    return this.#allocationIn(snapshot, id);
  }

  #allocationIn(snapshot: SnapshotName, id: string): string {
    const { identifier, text } = this.#engine.dialect;
    return `(SELECT * FROM ${identifier(nameOf('caller_allocation'))} WHERE period = ${text(snapshot.period)}
      AND snapshot = ${text(snapshot.id)} AND allocation = ${text(id)})`;
  }

  /** The ids of a snapshot's allocations, the oldest first. */
  async #allocations({ period, id }: SnapshotName): Promise<string[]> {
    const { text } = this.#engine.dialect;
    const partitions = this.#tables.partitionsOf(nameOf('caller_allocation'));
    const rows = await this.#engine
      .rows(`SELECT allocation FROM ${partitions} WHERE period = ${text(period)} AND snapshot = ${text(id)}`)
      .catch((error: unknown) => {
        if (!(error instanceof OperatingError) || error.code !== 'TABLE_MISSING') throw error;
        return [];
      });
    return rows.map(({ allocation }) => String(allocation)).sort();
  }

  async reading<T>(_engine: Engine, snapshots: readonly SnapshotName[], action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof EngineError) || error.why !== 'data') throw error;
      const periods = snapshots.map(({ period }) => period).join(', ');
      throw new OperatingError('LEDGER_DAMAGED', `${periods} in ${this.place} cannot be read: ${error.message}`, {
        hint: `Delete the period's partitions of ${nameOf('snapshot')} and run bursar ingest again: the export still has everything.`,
        cause: error,
      });
    }
  }

  /** Writers do not wait for each other here: {@link publish} lets one of them win. */
  asOnlyWriter<T>(action: () => Promise<T>): Promise<T> {
    return action();
  }

  async begin(period: Period): Promise<SnapshotName> {
    const newest = (await this.#ids([period])).get(period) ?? '';
    this.#begunUpon.set(period, newest);
    return { period, id: newSnapshotId(newest) };
  }

  async write(engine: Engine, snapshot: SnapshotName, table: Table, query: string): Promise<void> {
    await engine.run(this.#insert(snapshot, table, Object.keys(TABLES[table]), query));
  }

  async copy(engine: Engine, from: SnapshotName, to: SnapshotName, table: Table): Promise<void> {
    await this.write(engine, to, table, `SELECT * FROM ${this.relation(engine, from, table)} AS old`);
  }

  async publish(snapshot: Snapshot): Promise<void> {
    const { dialect } = this.#engine;
    await this.#mustCount(snapshot, this.#begunUpon.get(snapshot.period) ?? '');
    const parts = await this.#engine.load(
      'document',
      { part: 'INTEGER', document: 'VARCHAR' },
      inParts(formatSnapshot(snapshot)),
    );
    const query = `SELECT ${dialect.text(this.#export)} AS export, part, document FROM ${parts}`;
    await this.#engine.run(this.#insert(snapshot, 'snapshot', Object.keys(SNAPSHOT), query));
    await this.#mustCount(snapshot, snapshot.id);
    await this.#removeOld(snapshot);
  }

  async discard(snapshot: SnapshotName): Promise<void> {
    await this.#remove(snapshot).catch(() => {});
  }

  /** @throws OperatingError LEDGER_BUSY when another snapshot counts than is expected */
  async #mustCount({ period }: SnapshotName, expected: string): Promise<void> {
    const newest = (await this.#ids([period])).get(period) ?? '';
    if (newest === expected) return;
    throw new OperatingError('LEDGER_BUSY', `another process published ${period} into ${this.place} meanwhile`, {
      hint: 'Its snapshot counts. Run the command again: it brings up to date what is left to do.',
    });
  }

  #insert({ period, id }: SnapshotName, table: Table | 'snapshot', columns: readonly string[], query: string): string {
    const { identifier, text } = this.#engine.dialect;
    const names = columns.map(identifier).join(', ');
    return `INSERT INTO ${identifier(nameOf(table))} (${names}, period, snapshot)
      SELECT ${names}, ${text(period)}, ${text(id)} FROM (${query}) AS written`;
  }

  /** Those of the snapshots that can be read: one that cannot must not hide the others. */
  async #readable(wanted: readonly (readonly [Period, string])[]): Promise<Snapshot[]> {
    try {
      return await this.#documents(wanted);
    } catch (error) {
      if (!isData(error)) throw error;
    }
    const one = (entry: readonly [Period, string]) =>
      this.#documents([entry]).catch((error: unknown) => {
        if (!isData(error)) throw error;
        return [];
      });
    return (await Promise.all(wanted.map(one))).flat();
  }

  async #documents(newest: readonly (readonly [Period, string])[]): Promise<Snapshot[]> {
    if (newest.length === 0) return [];
    const { dialect } = this.#engine;
    const list = (values: readonly string[]): string => values.map(dialect.text).join(', ');
    const rows = await this.#engine.rows(
      `SELECT period, snapshot, part, document FROM ${dialect.identifier(nameOf('snapshot'))}
       WHERE period IN (${list(newest.map(([period]) => period))}) AND snapshot IN (${list(newest.map(([, id]) => id))})
       ORDER BY period, part`,
    );
    return newest.flatMap(([period, id]) => {
      const parts = rows.filter((row) => row.period === period && row.snapshot === id);
      const snapshot = parseSnapshot(parts.map(({ document }) => String(document)).join(''));
      return snapshot === null ? [] : [snapshot];
    });
  }

  /** The id that counts by period, of the given periods or all. */
  async #ids(periods?: readonly Period[]): Promise<Map<Period, string>> {
    if (periods?.length === 0) return new Map();
    const only = periods === undefined ? '' : ` WHERE period IN (${periods.map(this.#engine.dialect.text).join(', ')})`;
    const rows = await this.#engine.rows(
      `SELECT period, max(snapshot) AS id FROM ${this.#tables.partitionsOf(nameOf('snapshot'))}${only} GROUP BY period`,
    );
    return new Map(rows.map(({ period, id }) => [period as Period, String(id)]));
  }

  /** All but the one that counts, the one before, and what another process may be writing just now. */
  async #removeOld({ period, id }: SnapshotName): Promise<void> {
    const { text } = this.#engine.dialect;
    const idsIn = async (table: Table | 'snapshot'): Promise<string[]> =>
      (
        await this.#engine.rows(
          `SELECT snapshot FROM ${this.#tables.partitionsOf(nameOf(table))} WHERE period = ${text(period)}`,
        )
      ).map(({ snapshot }) => String(snapshot));
    const published = new Set(await idsIn('snapshot'));
    const [, previous] = [...published].sort().reverse();
    const begunBefore = idStamp(Date.now() - LEFT_AFTER_MS);
    const all = new Set([...published, ...(await idsIn('fact')), ...(await idsIn('usage'))]);
    for (const old of all) {
      const isLeft = published.has(old) || old < begunBefore;
      // What cannot be removed only takes room: the new snapshot counts already.
      if (old !== id && old !== previous && isLeft) await this.#remove({ period, id: old }).catch(() => {});
    }
  }

  /** The pointer first: a kill in between leaves rows that nothing shows. */
  async #remove({ period, id }: SnapshotName): Promise<void> {
    for (const table of ['snapshot', ...TABLE_NAMES] as const) {
      await this.#engine.run(this.#tables.deletePartition(nameOf(table), { period, snapshot: id }));
    }
    if ((await this.#allocations({ period, id })).length === 0) return;
    await this.#engine.run(this.#tables.deletePartition(nameOf('caller_allocation'), { period, snapshot: id }));
  }
}

const isData = (error: unknown): boolean => error instanceof EngineError && error.why === 'data';

async function* inParts(text: string): AsyncGenerator<{ part: number; document: string }[]> {
  // JSON may say every character in ASCII: no part then ends within one.
  const document = text.replace(/[^ -~\n]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  for (let part = 0; part * PART < document.length; part++) {
    yield [{ part, document: document.slice(part * PART, (part + 1) * PART) }];
  }
}
