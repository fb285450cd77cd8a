import type { DuckDBConnection, DuckDBDataChunk, DuckDBResult, DuckDBType } from '@duckdb/node-api';
import { OperatingError } from '../domain/errors.ts';
import { written } from './cells.ts';
import { duckdbDialect } from './dialect/duckdb.ts';
import { numbersIn } from './duckdb-numbers.ts';
import {
  type Columns,
  collected,
  EngineError,
  type FileEngine,
  NESTED,
  type NumberColumns,
  type Numbers,
  type Row,
} from './engine.ts';

interface DuckDBOptions {
  /** Where DuckDB puts what does not fit into memory; made when needed. */
  readonly temporaryFolder?: string;
  /** DuckDB's own limit, e.g. `900MB`; what is above goes to the temporary folder. */
  readonly memoryLimit?: string;
  /** Results and files in the order of their input; costs memory, so only where somebody needs it. */
  readonly keepOrder?: boolean;
  /** {@link Engine.keepsTables} */
  readonly keepsTables?: boolean;
  /** Ends the running statement when aborted. */
  readonly signal?: AbortSignal;
}

/** DuckDB inside this process, over a database that lives in memory only. */
export async function openDuckDB(options: DuckDBOptions = {}): Promise<FileEngine> {
  // 70 MB of native code: loaded only by the commands that ask something.
  const { DuckDBInstance, DuckDBDataChunk } = await import('@duckdb/node-api');
  const { rowReader } = await import('./duckdb-rows.ts');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: options.memoryLimit ?? '1GB',
    ...(options.temporaryFolder === undefined ? {} : { temp_directory: options.temporaryFolder }),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: String(options.keepOrder ?? false),
    // It takes a file for unchanged that was written anew within a moment, and mixes old pages with new ones.
    enable_external_file_cache: 'false',
  });
  const connection = await instance.connect();
  const loader = await instance.connect();
  // AWS bills in UTC; without this a timestamp with time zone would shift to the machine's zone.
  await connection.run("SET TimeZone = 'UTC'");
  // Without it DuckDB does not count how far a statement is; it must not print a bar of its own.
  await connection.run('SET enable_progress_bar = true; SET enable_progress_bar_print = false');
  const close = (): void => {
    connection.closeSync();
    loader.closeSync();
    instance.closeSync();
  };
  return new DuckDBEngine({
    connection,
    loader,
    createChunk: DuckDBDataChunk.create.bind(DuckDBDataChunk),
    rowReader,
    signal: options.signal,
    temporaryFolder: options.temporaryFolder,
    keepsTables: options.keepsTables ?? false,
    close,
  });
}

const INTERRUPT_AGAIN_MS = 50;

/** A database in memory whose tables are compressed. */
const COMPRESSED = 'kept';

type CreateChunk = (types: readonly DuckDBType[], rowCount?: number) => DuckDBDataChunk;

interface DuckDBParts {
  readonly connection: DuckDBConnection;
  /** A statement on a connection ends the stream that is still being read there: tables are filled beside it. */
  readonly loader: DuckDBConnection;
  readonly createChunk: CreateChunk;
  readonly rowReader: (result: DuckDBResult) => (chunk: DuckDBDataChunk) => Row[];
  readonly signal: AbortSignal | undefined;
  readonly temporaryFolder: string | undefined;
  readonly keepsTables: boolean;
  readonly close: () => void;
}

class DuckDBEngine implements FileEngine {
  readonly name = 'duckdb';
  readonly dialect = duckdbDialect;
  /** one statement uses every core */
  readonly parallel = 1;
  readonly #parts: DuckDBParts;
  #streaming = false;

  readonly keepsTables: boolean;
  readonly inProcess = true;
  #signal: AbortSignal | undefined;
  #interrupting: NodeJS.Timeout | undefined;

  constructor(parts: DuckDBParts) {
    this.#parts = parts;
    this.keepsTables = parts.keepsTables;
    if (parts.signal !== undefined) this.endWith(parts.signal);
  }

  endWith(signal: AbortSignal): void {
    this.#forgetSignal();
    this.#signal = signal;
    signal.addEventListener('abort', this.#interrupt);
  }

  /** One that comes while a statement is being prepared hits nothing, and the statement would run to its end. */
  readonly #interrupt = (): void => {
    this.#parts.connection.interrupt();
    this.#interrupting = setInterval(() => this.#parts.connection.interrupt(), INTERRUPT_AGAIN_MS).unref();
  };

  #forgetSignal(): void {
    this.#signal?.removeEventListener('abort', this.#interrupt);
    clearInterval(this.#interrupting);
  }

  async run(sql: string): Promise<void> {
    await this.#translated(sql, () => this.#parts.connection.run(sql));
  }

  rows(sql: string, limit?: number): Promise<Row[]> {
    return collected(this.stream(sql), sql, limit);
  }

  stream(sql: string): AsyncGenerator<readonly Row[]> {
    return this.#chunks(sql, this.#parts.rowReader);
  }

  numbers(sql: string, columns: NumberColumns): AsyncGenerator<Numbers> {
    return this.#chunks(sql, () => (chunk) => numbersIn(chunk, columns));
  }

  /** What a reader makes of each chunk of a statement's result. */
  async *#chunks<T>(sql: string, reader: (result: DuckDBResult) => (chunk: DuckDBDataChunk) => T): AsyncGenerator<T> {
    const result = await this.#translated(sql, () => this.#parts.connection.stream(sql));
    const read = reader(result);
    this.#streaming = true;
    try {
      while (true) {
        const chunk = await this.#reading(sql, () => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        yield read(chunk);
      }
    } finally {
      this.#streaming = false;
    }
  }

  async columns(relation: string): Promise<Map<string, string>> {
    const described = await this.rows(`DESCRIBE SELECT * FROM ${relation}`);
    return new Map(described.map((row) => [String(row.column_name), String(row.column_type)]));
  }

  parquet(files: readonly string[], options: { readonly rowNumbers?: boolean } = {}): string {
    const rows = options.rowNumbers ? ', filename = true, file_row_number = true' : '';
    return `read_parquet(${fileList(files)}, union_by_name = true, hive_partitioning = false${rows})`;
  }

  async parquetColumns(files: readonly string[]): Promise<Map<string, ReadonlyMap<string, string>>> {
    const rows = await this.rows(`SELECT file_name, name, duckdb_type FROM parquet_schema(${fileList(files)})`);
    const byFile = Map.groupBy(rows, (row) => String(row.file_name));
    const typesOf = (named: readonly Row[]): Map<string, string> =>
      new Map(named.map(({ name, duckdb_type }) => [String(name), String(duckdb_type ?? NESTED)]));
    return new Map([...byFile].map(([file, named]) => [file, typesOf(named)]));
  }

  csv(files: readonly string[], options: { readonly fileNames?: boolean } = {}): string {
    // Nothing is left to the sniffer: a column of numbers would lose digits and leading zeros.
    const form = `all_varchar = true, header = true, delim = ',', quote = '"', escape = '"'`;
    const names = options.fileNames ? ', filename = true' : '';
    return `read_csv(${fileList(files)}, ${form}, union_by_name = true, hive_partitioning = false${names})`;
  }

  probe(relation: string): string {
    return `SELECT count(COLUMNS(*)) FROM ${relation}`;
  }

  async writeParquet(query: string, file: string): Promise<void> {
    try {
      await this.run(`COPY (${query}) TO ${duckdbDialect.text(file)} (FORMAT parquet, COMPRESSION zstd)`);
    } catch (error) {
      // A full disk is told as a lack of room for the statement: here it is the file's.
      const told =
        error instanceof EngineError || (error instanceof OperatingError && error.code === 'ENGINE_OUT_OF_MEMORY');
      if (!told || !error.message.includes(file)) throw error;
      const why = (error.cause as Error).message;
      throw new OperatingError('FOLDER_NOT_WRITABLE', `${file} cannot be written: ${why}`, { cause: error });
    }
  }

  async load(name: string, columns: Columns, chunks: AsyncIterable<readonly Row[]>): Promise<string> {
    const table = duckdbDialect.identifier(name);
    const names = Object.keys(columns);
    const definition = names.map((column) => `${duckdbDialect.identifier(column)} ${columns[column]}`).join(', ');
    const create = `CREATE OR REPLACE TABLE ${table} (${definition})`;
    // The loader is a connection of its own.
    await this.#reading(create, () => this.#parts.loader.run(create));
    const appender = await this.#parts.loader.createAppender(name);
    const types = names.map((_, index) => appender.columnType(index));
    for await (const rows of chunks) {
      for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
        const some = rows.slice(from, from + CHUNK_ROWS);
        const chunk = this.#parts.createChunk(types, some.length);
        chunk.setColumns(names.map((column) => some.map((row) => written(row[column] ?? null))));
        appender.appendDataChunk(chunk);
      }
    }
    appender.closeSync();
    return table;
  }

  async keep(name: string, query: string, long = false): Promise<string> {
    const table = `${long ? `${COMPRESSED}.` : ''}${duckdbDialect.identifier(name)}`;
    if (long) await this.run(`ATTACH IF NOT EXISTS ':memory:' AS ${COMPRESSED} (COMPRESS)`);
    await this.run(`CREATE OR REPLACE TABLE ${table} AS ${query}`);
    // Only then are its rows compressed: to a fifth.
    if (long) await this.run(`CHECKPOINT ${COMPRESSED}`);
    return table;
  }

  progress(): number | null {
    const { percentage } = this.#parts.connection.progress;
    return percentage < 0 ? null : percentage / 100;
  }

  async close(): Promise<void> {
    this.#forgetSignal();
    this.#parts.close();
  }

  /** Begins a statement. One on the connection of an open stream would end it without a word: its rows would be missing. */
  #translated<T>(sql: string, action: () => Promise<T>): Promise<T> {
    if (this.#streaming) throw new Error(`a statement while another is being read: ${sql}`);
    return this.#reading(sql, action);
  }

  /** An interrupt between two statements would hit nothing: none begins after it. */
  async #reading<T>(sql: string, action: () => Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (signal?.aborted) throw new EngineError('interrupted', sql, { cause: signal.reason, why: 'interrupted' });
    try {
      return await action();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (OUT_OF_MEMORY.test(message)) {
        const { temporaryFolder } = this.#parts;
        const where = temporaryFolder === undefined ? '' : ` (its temporary files go to ${temporaryFolder})`;
        throw new OperatingError('ENGINE_OUT_OF_MEMORY', `DuckDB could not finish a statement${where}: ${message}`, {
          cause: error,
        });
      }
      throw new EngineError(message, sql, { cause: error, why: signal?.aborted ? 'interrupted' : 'unknown' });
    }
  }
}

/** DuckDB takes a path for a pattern: a bracket in a folder's name must stand for itself. */
export function fileList(files: readonly string[]): string {
  return `[${files.map((file) => duckdbDialect.text(file.replace(/[[*?]/g, '[$&]'))).join(', ')}]`;
}

/** DuckDB's vector size: the most rows a data chunk takes. */
const CHUNK_ROWS = 2048;

/**
 * DuckDB's node API tells the kind of an error only as the first words of its message: this is the one place that reads
 * them. A full disk shows while temporary files are written.
 */
const OUT_OF_MEMORY = /^(Out of Memory Error|IO Error: .*(No space left|Could not write|failed to offload))/s;
