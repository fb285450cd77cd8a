import type { Amounts } from '../domain/amounts.ts';
import type { Dialect } from './dialect/dialect.ts';

/**
 * A value as it leaves an engine: 64-bit integers, dates and timestamps are text, so nothing is rounded. Decimals are text
 * too, but one with ten digits behind the point may be a bigint, in units of 1e-10: what holds such is read by cells.ts.
 */
export type Value = string | number | boolean | bigint | null;
export type Row = Readonly<Record<string, Value>>;

/** Column name -> SQL type, in order. */
export type Columns = Readonly<Record<string, string>>;

/** What a statement of numbers gives: columns of integers, and amounts behind them. */
export interface NumberColumns {
  readonly integers: number;
  readonly amounts: number;
}

/** Some of its rows, by column. */
export interface Numbers {
  readonly rows: number;
  /** 32 bits; a date is the day since 1970 */
  readonly integers: readonly Int32Array[];
  /** decimals with ten digits behind the point; anything where it is NULL */
  readonly amounts: readonly Amounts[];
}

/** Runs SQL somewhere. Statements are made by query/, ledger/ and demo/ with the words of `dialect`. */
export interface Engine {
  /** the name that answers state as their engine */
  readonly name: string;
  readonly dialect: Dialect;
  /** how many statements may run at once to be done sooner; 1: a second one is a bug */
  readonly parallel: number;
  /** whether it is asked for long: tables that many questions read are then kept in it */
  readonly keepsTables: boolean;
  /** whether it is this process: work tables are in nobody's way then */
  readonly inProcess: boolean;
  /** Runs a statement whose rows, if any, nobody needs. */
  run(sql: string): Promise<void>;
  /** All rows of a statement that is known to give few; more than `limit` is a bug and throws. */
  rows(sql: string, limit?: number): Promise<Row[]>;
  /** Rows in chunks, for results of any size; a consumer that stops early frees the statement. */
  stream(sql: string): AsyncIterable<readonly Row[]>;
  /** The rows of a statement whose columns are numbers, of which there may be a million; no integer and no date is NULL. */
  numbers(sql: string, columns: NumberColumns): AsyncIterable<Numbers>;
  /** The columns of a relation in their order, with the engine's type in capitals. */
  columns(relation: string): Promise<Map<string, string>>;
  /**
   * Creates a work table, for this engine's lifetime, from rows that come in chunks, also while they are being streamed.
   * @returns SQL that names it; a table that was loaded under the name before is gone
   */
  load(name: string, columns: Columns, chunks: AsyncIterable<readonly Row[]>): Promise<string>;
  /**
   * The same from the rows of a query.
   * @param long it is kept for many questions: made as small as the engine can
   */
  keep(name: string, query: string, long?: boolean): Promise<string>;
  /** Statements that begin from now on end when the signal is aborted, and no longer with the one before. */
  endWith(signal: AbortSignal): void;
  /** Share of the running statement that is done, 0 to 1; `null` where the engine does not know. */
  progress(): number | null;
  /** Drops the work tables and ends what still runs. */
  close(): Promise<void>;
}

/** Maps, lists and structures of a Parquet file. */
export const NESTED = 'nested';

/** An engine in this process, which reads and writes files of this machine. */
export interface FileEngine extends Engine {
  /** A relation over Parquet files. `rowNumbers` adds `filename` and `file_row_number`, from 0 on. */
  parquet(files: readonly string[], options?: { readonly rowNumbers?: boolean }): string;
  /** The columns of each Parquet file, without reading data: file -> column -> type, {@link NESTED} for what holds others. */
  parquetColumns(files: readonly string[]): Promise<Map<string, ReadonlyMap<string, string>>>;
  /** A relation over CSV files (RFC 4180, UTF-8, plain or gzip, with a header): every column is text, an empty field is NULL. */
  csv(files: readonly string[], options?: { readonly fileNames?: boolean }): string;
  /** SQL that reads every value of a relation, and fails where one cannot be read. */
  probe(relation: string): string;
  /** Writes the rows of a query to one Parquet file, compressed; the file is complete when the promise resolves. */
  writeParquet(query: string, file: string): Promise<void>;
}

/** A statement failed in a way that the engine cannot explain to the user: its caller may know better; else it is a bug. */
export class EngineError extends Error {
  readonly sql: string;
  /** `interrupted`: the user stopped it; `data`: a file that the statement read is missing, broken or not what it should be */
  readonly why: 'interrupted' | 'data' | 'unknown';
  constructor(message: string, sql: string, options: { cause?: unknown; why?: EngineError['why'] } = {}) {
    super(message, { cause: options.cause });
    this.name = 'EngineError';
    this.sql = sql;
    this.why = options.why ?? 'unknown';
  }
}

const DEFAULT_ROW_LIMIT = 1_000_000;

/** The rows of a stream that is known to give few; more than the limit is a bug. */
export async function collected(
  stream: AsyncIterable<readonly Row[]>,
  sql: string,
  limit = DEFAULT_ROW_LIMIT,
): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of stream) {
    if (all.length + rows.length > limit) throw new Error(`more than ${limit} rows from: ${sql}`);
    for (const row of rows) all.push(row);
  }
  return all;
}
