import { fileList } from './duckdb.ts';
import { EngineError, type FileEngine } from './engine.ts';

/** A file has a few hundred product codes. */
const MOST_VALUES = 10_000;

/**
 * Why a Parquet file whose every page can be read still gives wrong rows: its index (statistics, Bloom filters) denies what
 * its pages hold, and DuckDB believes the index: docs/decisions/0016.
 * @param compared text columns that statements compare with values, so that the reader skips what the index denies
 * @returns `null` where index and pages agree
 */
export async function whyIndexIsWrong(
  engine: FileEngine,
  path: string,
  compared: readonly string[],
): Promise<string | null> {
  try {
    const file = engine.parquet([path]);
    const types = await engine.columns(file);
    const columns = [...types.keys()];
    for (const column of columns.filter((name) => compared.includes(name))) {
      const reason = await whyValuesAreDenied(engine, file, column);
      if (reason !== null) return reason;
    }
    const texts = columns.filter((name) => types.get(name) === 'VARCHAR');
    return (await whyNullsAreDenied(engine, path, columns)) ?? (await whyRangeIsTooNarrow(engine, path, texts));
  } catch (error) {
    if (!(error instanceof EngineError) || error.why === 'interrupted') throw error;
    return error.message.split('\n')[0] ?? '';
  }
}

async function whyValuesAreDenied(engine: FileEngine, file: string, column: string): Promise<string | null> {
  const name = engine.dialect.identifier(column);
  const all = `SELECT ${name} AS value, count(*) AS lines FROM ${file} GROUP BY 1`;
  for (const { value, lines } of await engine.rows(all, MOST_VALUES)) {
    if (value === null) continue;
    const equal = `${name} = ${engine.dialect.text(String(value))}`;
    const [row] = await engine.rows(`SELECT count(*) AS lines FROM ${file} WHERE ${equal}`);
    if (row?.lines !== lines) return `its index denies lines whose ${column} is ${value}`;
  }
  return null;
}

/** Where the statistics say that there is no NULL, DuckDB leaves out what looks for it. */
async function whyNullsAreDenied(engine: FileEngine, path: string, columns: readonly string[]): Promise<string | null> {
  const { identifier } = engine.dialect;
  const counts = columns.map(
    (column) => `count(*) FILTER (WHERE ${identifier(column)} IS NULL) AS ${identifier(column)}`,
  );
  const [there] = await engine.rows(`SELECT ${counts.join(', ')} FROM ${engine.parquet([path])}`);
  const told = await engine.rows(
    `SELECT path_in_schema AS name, CAST(sum(stats_null_count) AS BIGINT) AS nulls
     FROM parquet_metadata(${fileList([path])}) GROUP BY 1 HAVING count(stats_null_count) = count(*)`,
  );
  const wrong = told.find(({ name, nulls }) => there?.[String(name)] !== undefined && there[String(name)] !== nulls);
  return wrong === undefined ? null : `its index denies lines without ${wrong.name}`;
}

/** Where the statistics tell the least or the greatest text, DuckDB leaves out what looks for those beyond. */
async function whyRangeIsTooNarrow(
  engine: FileEngine,
  path: string,
  columns: readonly string[],
): Promise<string | null> {
  // An expression: of the column itself DuckDB might tell what the statistics say.
  const ends = columns.map((column) => {
    const text = `${engine.dialect.identifier(column)} || ''`;
    return `[min(${text}), max(${text})] AS ${engine.dialect.identifier(column)}`;
  });
  if (ends.length === 0) return null;
  const [there = {}] = await engine.rows(`SELECT ${ends.join(', ')} FROM ${engine.parquet([path])}`);
  const told = await engine.rows(
    `SELECT path_in_schema AS name, min(stats_min_value) AS low, max(stats_max_value) AS high
     FROM parquet_metadata(${fileList([path])})
     GROUP BY 1 HAVING count(stats_min_value) = count(*) AND count(stats_max_value) = count(*)`,
  );
  for (const { name, low, high } of told) {
    const [least, greatest] = (there[String(name)] ?? [null, null]) as readonly (string | null)[];
    if (least === null || least === undefined || greatest === null || greatest === undefined) continue;
    // What is no text is told in escapes, which are in no order.
    if (/\\x/.test(`${low}${high}`)) continue;
    if (isBefore(least, String(low)) || isBefore(String(high), greatest)) {
      return `its index denies lines with some values of ${name}`;
    }
  }
  return null;
}

/** In the order of bytes, as DuckDB compares. */
function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}
