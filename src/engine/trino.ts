import { randomUUID } from 'node:crypto';
import { OperatingError } from '../domain/errors.ts';
import { trinoDialect } from './dialect/trino.ts';
import { type Columns, collected, type Engine, type NumberColumns, type Numbers, type Row } from './engine.ts';
import { TrinoClient, type TrinoLimits, type TrinoPage, type TrinoServer, type TrinoStats } from './trino-client.ts';
import { explainFailure, TrinoFailure } from './trino-failure.ts';
import { inserts, numbersOf, rowsOf, typeName } from './trino-rows.ts';

/** The oldest version that Bursar is tested with. */
export const OLDEST_TRINO = 476;

interface TrinoOptions {
  /** in place of {@link TRINO_LIMITS} */
  readonly limits?: Partial<TrinoLimits>;
  /** Cancels what runs when aborted. */
  readonly signal?: AbortSignal;
}

/** A Trino server. Work tables are real tables in its schema, under names that no other engine makes. */
interface TrinoEngine extends Engine {
  /** Drops work tables that are older than a day: whoever made them was killed. */
  dropLeftWorkTables(): Promise<void>;
  /** what the statement that ended last took of the server */
  readonly lastStatement: TrinoStats | null;
}

/** @throws OperatingError ENGINE_UNREACHABLE, ENGINE_REFUSED, ENGINE_TOO_OLD, CONFIG_INVALID */
export async function openTrino(server: TrinoServer, { limits, signal }: TrinoOptions = {}): Promise<TrinoEngine> {
  const client = new TrinoClient(server, limits);
  try {
    checkVersion(client.at, await client.version(signal));
    return new Trino(client, signal);
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** A version begins with its number; vendors add theirs: `476`, `480-e.1`, `476-amzn-0`. Presto's begins with `0.`. */
function checkVersion(at: string, version: string): void {
  if (Number.parseInt(version, 10) >= OLDEST_TRINO) return;
  throw new OperatingError('ENGINE_TOO_OLD', `Trino at ${at} is version ${version}`, {
    hint: `Use Trino ${OLDEST_TRINO} or newer.`,
  });
}

const PREFIX = 'bursar_work_';
const DAY_MS = 24 * 3600 * 1000;
const CLEAN_UP_MS = 20_000;

class Trino implements TrinoEngine {
  readonly name = 'trino';
  readonly dialect = trinoDialect;
  /** the way there and the planning take longer than a small statement itself */
  readonly parallel = 4;
  /** they would be work tables of the user's schema */
  readonly keepsTables = false;
  readonly inProcess = false;
  readonly #client: TrinoClient;
  #signal: AbortSignal | undefined;
  readonly #prefix = `${PREFIX}${stamp(Date.now())}_${randomUUID().slice(0, 8)}_`;
  /** SQL that names the work tables that may exist */
  readonly #tables = new Set<string>();

  constructor(client: TrinoClient, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#signal = signal;
  }

  endWith(signal: AbortSignal): void {
    this.#signal = signal;
  }

  async run(sql: string): Promise<void> {
    await this.#finish(sql, this.#signal);
  }

  rows(sql: string, limit?: number): Promise<Row[]> {
    return collected(this.stream(sql), sql, limit);
  }

  async *stream(sql: string): AsyncGenerator<readonly Row[]> {
    for await (const page of this.#pages(sql, this.#signal)) {
      if (page.data.length > 0) yield rowsOf(page, sql);
    }
  }

  async *numbers(sql: string, columns: NumberColumns): AsyncGenerator<Numbers> {
    for await (const rows of this.stream(sql)) yield numbersOf(rows, columns);
  }

  async columns(relation: string): Promise<Map<string, string>> {
    const sql = `SELECT * FROM ${relation} WHERE FALSE`;
    const { columns } = await this.#finish(sql, this.#signal);
    const types = new Map(columns.map((column) => [column.name, typeName(column)]));
    if (types.size < columns.length) throw new Error(`two columns of one name from: ${sql}`);
    return types;
  }

  async load(name: string, columns: Columns, chunks: AsyncIterable<readonly Row[]>): Promise<string> {
    const table = await this.#newTable(name);
    const definition = Object.entries(columns).map(([column, type]) => `${trinoDialect.identifier(column)} ${type}`);
    await this.run(`CREATE TABLE ${table} (${definition.join(', ')})`);
    for await (const insert of inserts(table, columns, chunks)) await this.run(insert);
    return table;
  }

  async keep(name: string, query: string): Promise<string> {
    const table = await this.#newTable(name);
    await this.run(`CREATE TABLE ${table} AS ${query}`);
    return table;
  }

  progress(): number | null {
    return this.#client.progress();
  }

  get lastStatement(): TrinoStats | null {
    return this.#client.lastStats;
  }

  async dropLeftWorkTables(): Promise<void> {
    const listed = await this.rows(`SHOW TABLES LIKE '${PREFIX.replaceAll('_', '!_')}%' ESCAPE '!'`);
    const oldest = `${PREFIX}${stamp(Date.now() - DAY_MS)}`;
    const left = listed
      .map((row) => String(Object.values(row)[0]))
      .filter((name) => STAMPED.test(name) && name < oldest);
    // Somebody else's, perhaps: what cannot be dropped only takes room.
    await this.#drop(left.map(trinoDialect.identifier), this.#signal);
  }

  /** Also after an interrupt, which therefore must not stop it. */
  async close(): Promise<void> {
    await this.#client.stop();
    await this.#drop(this.#tables, AbortSignal.timeout(CLEAN_UP_MS));
    this.#tables.clear();
    await this.#client.close();
  }

  async #newTable(name: string): Promise<string> {
    const table = trinoDialect.identifier(this.#prefix + name);
    if (this.#tables.has(table)) await this.run(`DROP TABLE IF EXISTS ${table}`);
    this.#tables.add(table);
    return table;
  }

  async #drop(tables: Iterable<string>, signal: AbortSignal | undefined): Promise<void> {
    await Promise.allSettled([...tables].map((table) => this.#finish(`DROP TABLE IF EXISTS ${table}`, signal)));
  }

  /** Runs a statement to its end. @returns its last page that has columns, or none */
  async #finish(sql: string, signal: AbortSignal | undefined): Promise<Pick<TrinoPage, 'columns'>> {
    let last: Pick<TrinoPage, 'columns'> = { columns: [] };
    for await (const page of this.#pages(sql, signal)) if (page.columns.length > 0) last = page;
    return last;
  }

  async *#pages(sql: string, signal: AbortSignal | undefined): AsyncGenerator<TrinoPage> {
    try {
      yield* this.#client.pages(sql, signal);
    } catch (error) {
      throw error instanceof TrinoFailure ? explainFailure(this.#client.at, error) : error;
    }
  }
}

/** UTC to the second, as a part of a table's name that sorts by time. */
function stamp(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase()}z`;
}

const STAMPED = new RegExp(`^${PREFIX}\\d{8}t\\d{6}z_`);
