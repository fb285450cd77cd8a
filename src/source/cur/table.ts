import { createHash } from 'node:crypto';
import { OperatingError } from '../../domain/errors.ts';
import { isPeriod, type Period } from '../../domain/period.ts';
import { type Engine, EngineError, type Row } from '../../engine/engine.ts';
import { checkColumns, PRINCIPAL } from './columns.ts';
import type { CurExport, DataFile, Delivery, DeliveryOutcome, RawLines } from './export.ts';

/** The partition column of the table that AWS's crawler and Cloud Intelligence Dashboards make (facts 5). */
const PERIOD = 'billing_period';

/** Stands for NULL, which is a partition too. */
const NO_PERIOD = 'none';

/**
 * The export as a table over its Parquet files, in an engine that tells from which file a row comes (Trino's hidden
 * columns "$path", "$file_size" and "$file_modified_time": https://trino.io/docs/current/connector/hive.html).
 * @param name catalog, schema and table
 * @throws OperatingError TABLE_MISSING, TABLE_UNSUITABLE
 */
export async function openExportTable(
  engine: Engine,
  name: readonly [catalog: string, schema: string, table: string],
): Promise<CurExport> {
  // Trino folds every name; one table must not become two exports by its spelling.
  const [catalog, schema, folded] = name.map((part) => part.toLowerCase()) as [string, string, string];
  const table = new TableExport(engine, [catalog, schema, folded]);
  await table.check();
  return table;
}

class TableExport implements CurExport {
  readonly place: string;
  readonly #engine: Engine;
  readonly #table: string;
  readonly #partitions: string;
  #types: ReadonlyMap<string, string> = new Map();

  constructor(engine: Engine, name: readonly [string, string, string]) {
    const quoted = name.map(engine.dialect.identifier);
    this.place = name.join('.');
    this.#engine = engine;
    this.#table = quoted.join('.');
    this.#partitions = [...quoted.slice(0, 2), engine.dialect.identifier(`${name[2]}$partitions`)].join('.');
  }

  async check(): Promise<void> {
    this.#types = await this.#engine.columns(this.#table);
    if (!this.#types.get(PERIOD)?.startsWith('VARCHAR')) {
      throw this.#unsuitable(`has no text column ${PERIOD}`);
    }
  }

  async deliveries(): Promise<DeliveryOutcome[]> {
    const periods = await this.#periods();
    if (periods.length === 0) throw this.#unsuitable('has no partition');
    const outcomes: DeliveryOutcome[] = [];
    for (const [period, found] of await this.#filesOrError(periods)) {
      if (found instanceof OperatingError) outcomes.push({ kind: 'failed', period: this.#month(period), error: found });
      else outcomes.push({ kind: 'delivery', delivery: this.#delivery(this.#month(period), found) });
    }
    const periodOf = (outcome: DeliveryOutcome): Period =>
      outcome.kind === 'failed' ? outcome.period : outcome.delivery.period;
    return outcomes.sort((a, b) => periodOf(a).localeCompare(periodOf(b)));
  }

  async open(_engine: Engine, { period, files }: Delivery): Promise<RawLines> {
    checkColumns(this.#types, `${period}: ${this.place}`, false);
    const where = `WHERE ${PERIOD} = ${this.#engine.dialect.text(period)}`;
    return {
      relation: `(SELECT * FROM ${this.#table} ${where})`,
      types: this.#types,
      // A table shows the column for all of its files, as NULL where a file lacks it.
      withPrincipals: { files: this.#types.has(PRINCIPAL) ? files.length : 0, of: files.length },
      placed: {
        relation: `(SELECT *, "$path" AS line_file FROM ${this.#table} ${where})`,
        place: this.#types.has('identity_line_item_id')
          ? `line_file || ', line item ' || coalesce(identity_line_item_id, '?')`
          : 'line_file',
      },
    };
  }

  async checkUnchanged({ period, fingerprint }: Delivery): Promise<void> {
    const files = (await this.#files([period])).get(period) ?? [];
    if (this.#delivery(period, files).fingerprint !== fingerprint) {
      throw new OperatingError(
        'CUR_FILES_CHANGED',
        `${period}: the files of ${this.place} changed while they were read`,
      );
    }
  }

  async reading<T>(_engine: Engine, { period }: Delivery, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw this.#unreadable(period, error);
    }
  }

  /** The list of partitions is metadata: no file is opened. */
  async #periods(): Promise<string[]> {
    const rows = await this.#told(() =>
      this.#engine.rows(`SELECT DISTINCT coalesce(${PERIOD}, '${NO_PERIOD}') AS period FROM ${this.#partitions}`),
    );
    return rows.map(({ period }) => String(period));
  }

  /** What is not in a month would be in no answer: it must not go unsaid. */
  #month(period: string): Period {
    if (isPeriod(period)) return period;
    throw this.#unsuitable(`has files whose ${PERIOD} is no month: ${period}`);
  }

  /** All at once, as long as every file can be opened; else period by period: one bad month must not hide the others. */
  async #filesOrError(periods: readonly string[]): Promise<Map<string, DataFile[] | OperatingError>> {
    try {
      return await this.#told(() => this.#files(periods));
    } catch (error) {
      if (!(error instanceof EngineError) || error.why !== 'data') throw error;
    }
    const all = new Map<string, DataFile[] | OperatingError>();
    for (const period of periods) {
      try {
        for (const [name, files] of await this.#files([period])) all.set(name, files);
      } catch (error) {
        all.set(period, this.#unreadable(period, error));
      }
    }
    return all;
  }

  /** Files by period. Names no stored column but the partition's, so that nothing of the files is read but their footers. */
  async #files(periods: readonly string[]): Promise<Map<string, DataFile[]>> {
    const { text } = this.#engine.dialect;
    const wanted = periods.map((period) =>
      period === NO_PERIOD ? `${PERIOD} IS NULL` : `${PERIOD} = ${text(period)}`,
    );
    const rows = await this.#engine.rows(
      `SELECT coalesce(${PERIOD}, '${NO_PERIOD}') AS period, "$path" AS path, "$file_size" AS bytes,
         CAST(to_unixtime("$file_modified_time") * 1000 AS BIGINT) AS modified
       FROM ${this.#table} WHERE ${wanted.join(' OR ')} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2`,
    );
    const byPeriod = Map.groupBy(rows, ({ period }) => String(period));
    const file = ({ path, bytes, modified }: Row): DataFile => ({
      path: String(path),
      bytes: Number(bytes),
      modified: Number(modified),
    });
    return new Map([...byPeriod].map(([period, list]) => [period, list.map(file)]));
  }

  /** A view, or a table of a connector that does not tell its files, cannot say what was delivered. */
  async #told<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const untold =
        error instanceof OperatingError
          ? error.code === 'TABLE_MISSING'
          : error instanceof EngineError && error.why === 'unknown';
      if (!untold) throw error;
      throw this.#unsuitable(`does not tell its files: ${(error as Error).message}`, error);
    }
  }

  /** The engine's own words name the file. */
  #unreadable(period: string, error: unknown): OperatingError {
    if (!(error instanceof EngineError) || error.why !== 'data') throw error;
    const message = `${period}: ${this.place} cannot be read: ${error.message}`;
    return new OperatingError('CUR_FILE_UNREADABLE', message, { cause: error });
  }

  #unsuitable(what: string, cause?: unknown): OperatingError {
    return new OperatingError('TABLE_UNSUITABLE', `${this.place} ${what}`, { cause });
  }

  #delivery(period: Period, files: readonly DataFile[]): Delivery {
    const hash = createHash('sha256');
    // A column that the table gains or types anew shows more of the same files.
    hash.update(JSON.stringify([...this.#types]));
    for (const file of files) hash.update(`\0${file.path}\0${file.bytes}\0${file.modified}`);
    return { period, files, listedBy: this.place, fingerprint: hash.digest('hex') };
  }
}
