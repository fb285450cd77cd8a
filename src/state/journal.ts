import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Change, only } from '../domain/change.ts';
import { OperatingError } from '../domain/errors.ts';

export type RunKind = 'apply' | 'undo';

/** Something that Bursar began in an account. */
export interface Entry {
  /** `3.2`: the second of run 3 */
  readonly id: string;
  readonly run: number;
  readonly runKind: RunKind;
  /** the change with the parts that were written: as they were, and as they became */
  readonly change: Change;
  /** ARN of whoever did it */
  readonly caller: string;
  /** ISO 8601 */
  readonly began: string;
  /** `begun`: it is not known how far it came; `done`: read back; `void`: nothing of it was written */
  readonly state: 'begun' | 'done' | 'void';
  /** id of the entry that it takes back */
  readonly undoes: string | null;
}

export interface Run {
  readonly id: number;
  readonly kind: RunKind;
  readonly began: string;
  /** `null` = it did not come to its end, or is under way */
  readonly ended: string | null;
}

const VERSION = 1n;

const SCHEMA = `
CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  began TEXT NOT NULL,
  ended TEXT
) STRICT;
CREATE TABLE entry (
  run INTEGER NOT NULL REFERENCES run,
  number INTEGER NOT NULL,
  change TEXT NOT NULL,
  caller TEXT NOT NULL,
  began TEXT NOT NULL,
  ended TEXT,
  state TEXT NOT NULL,
  undoes TEXT,
  PRIMARY KEY (run, number)
) STRICT;
PRAGMA user_version = ${VERSION};
`;

/**
 * What Bursar did in the accounts: a file of SQLite. Whoever has it open is the only one: the lock ends with the process. What a
 * method wrote is on the disk when it returns.
 */
export class Journal {
  readonly #database: DatabaseSync;
  readonly #path: string;

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.#database = database;
  }

  /**
   * Makes the file where there is none.
   * @throws OperatingError JOURNAL_BUSY, JOURNAL_UNREADABLE, FOLDER_NOT_WRITABLE
   */
  static async open(path: string): Promise<Journal> {
    const { DatabaseSync } = await import('node:sqlite');
    try {
      mkdirSync(dirname(path), { recursive: true });
      const database = new DatabaseSync(path, { timeout: 0, readBigInts: true });
      try {
        // Exclusive: the lock of the first transaction is kept until the process or the connection ends.
        database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE');
        prepare(path, database);
        database.exec('COMMIT');
      } catch (error) {
        database.close();
        throw error;
      }
      return new Journal(path, database);
    } catch (error) {
      throw journalFailure(path, error);
    }
  }

  close(): void {
    this.#database.close();
  }

  beginRun(kind: RunKind, began: string): number {
    return this.#guard(() => {
      const statement = this.#database.prepare('INSERT INTO run (kind, began) VALUES (?, ?)');
      return Number(statement.run(kind, began).lastInsertRowid);
    });
  }

  endRun(run: number, ended: string): void {
    this.#guard(() => this.#database.prepare('UPDATE run SET ended = ? WHERE id = ?').run(ended, run));
  }

  /** Says what is about to be written. */
  begin(entry: Pick<Entry, 'run' | 'change' | 'caller' | 'began' | 'undoes'>): string {
    const { run, change, caller, began, undoes } = entry;
    return this.#guard(() => {
      const statement = this.#database.prepare(
        `INSERT INTO entry (run, number, change, caller, began, state, undoes)
         SELECT ?1, COALESCE(MAX(number), 0) + 1, ?2, ?3, ?4, 'begun', ?5 FROM entry WHERE run = ?1
         RETURNING number`,
      );
      const row = statement.get(run, JSON.stringify(change), caller, began, undoes) as { number: bigint };
      return `${run}.${row.number}`;
    });
  }

  /**
   * Says what came of it.
   * @param parts that were written: names of `after`; an entry without any is void, unless the caller knows better
   */
  settle(
    { id, change }: Pick<Entry, 'id' | 'change'>,
    parts: readonly string[],
    ended: string,
    state: Entry['state'] = parts.length === 0 ? 'void' : 'done',
  ): void {
    const written = { ...change, before: only(change.before, parts), after: only(change.after, parts) };
    const [run = 0, number = 0] = id.split('.').map(Number);
    this.#guard(() =>
      this.#database
        .prepare('UPDATE entry SET state = ?, change = ?, ended = ? WHERE run = ? AND number = ?')
        .run(state, JSON.stringify(written), ended, run, number),
    );
  }

  /** In the order in which they were begun. */
  entries(): Entry[] {
    return this.#guard(() =>
      this.#database
        .prepare(
          `SELECT entry.run, number, kind, change, caller, entry.began, state, undoes
           FROM entry JOIN run ON run.id = entry.run ORDER BY entry.run, number`,
        )
        .all()
        .map((row) => ({
          id: `${row.run}.${row.number}`,
          run: Number(row.run),
          runKind: row.kind as RunKind,
          change: JSON.parse(String(row.change)) as Change,
          caller: String(row.caller),
          began: String(row.began),
          state: row.state as Entry['state'],
          undoes: row.undoes === null ? null : String(row.undoes),
        })),
    );
  }

  runs(): Run[] {
    return this.#guard(() =>
      this.#database
        .prepare('SELECT id, kind, began, ended FROM run ORDER BY id')
        .all()
        .map(({ id, kind, began, ended }) => ({
          id: Number(id),
          kind: kind as RunKind,
          began: String(began),
          ended: ended === null ? null : String(ended),
        })),
    );
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw journalFailure(this.#path, error);
    }
  }
}

function prepare(path: string, database: DatabaseSync): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: bigint };
  if (version === VERSION) return;
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_master').get() as { count: bigint };
  if (version === 0n && tables.count === 0n) database.exec(SCHEMA);
  else if (version > VERSION) {
    throw new OperatingError('JOURNAL_UNREADABLE', `${path} was written by a newer version of Bursar`, {
      hint: 'Use that version, or a newer one.',
    });
  } else throw new OperatingError('JOURNAL_UNREADABLE', `${path} is a database of something else`);
}

/** Result codes of SQLite: https://sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const DAMAGED = [11, 26];

function journalFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof OperatingError) return error;
  const { errcode, code } = error as { errcode?: number; code?: string };
  // The lower byte is the kind of error, the others are more about it.
  const kind = errcode === undefined ? null : errcode & 0xff;
  if (kind === BUSY || kind === LOCKED) {
    return new OperatingError('JOURNAL_BUSY', `another bursar process is changing accounts with ${path}`, {
      cause: error,
    });
  }
  if (kind !== null && DAMAGED.includes(kind)) {
    return new OperatingError('JOURNAL_UNREADABLE', `${path} is damaged, or no journal: ${error.message}`, {
      cause: error,
    });
  }
  if (kind === null && !/^E[A-Z]+$/.test(code ?? '')) return error;
  return new OperatingError('FOLDER_NOT_WRITABLE', `the journal ${path} cannot be written: ${error.message}`, {
    hint: 'Nothing is changed in an account that cannot be journaled. BURSAR_JOURNAL names another file.',
    cause: error,
  });
}
