import type { Engine } from '../engine/engine.ts';
import type { ColumnType } from './columns.ts';
import type { ExportFormat } from './parameters.ts';

const ROW_GROUP_LINES = 122_880;
const BYTE_ORDER_MARK = '\ufeff';

/** How data files of a format are named, and how the manifest calls their compression. */
export const FILE_FORMATS: Readonly<Record<ExportFormat, { readonly ending: string; readonly compression: string }>> = {
  parquet: { ending: '.snappy.parquet', compression: 'Parquet' },
  csv: { ending: '.csv.gz', compression: 'GZIP' },
};

/**
 * Writes one data file of an export.
 * @param query whose columns are exactly `columns`
 */
export async function writeDataFile(
  engine: Engine,
  query: string,
  columns: Readonly<Record<string, ColumnType>>,
  file: string,
  format: ExportFormat,
): Promise<void> {
  const path = engine.dialect.text(file);
  if (format === 'parquet') {
    await engine.run(`COPY (${query}) TO ${path}
      (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${ROW_GROUP_LINES})`);
    return;
  }
  const texts = Object.entries(columns).map(([name, type], index) => {
    const header = index === 0 ? BYTE_ORDER_MARK + name : name;
    return `${asCsvText(type, engine.dialect.identifier(name))} AS ${engine.dialect.identifier(header)}`;
  });
  await engine.run(`COPY (SELECT ${texts.join(', ')} FROM (${query}))
    TO ${path} (FORMAT csv, HEADER, COMPRESSION gzip)`);
}

/** Maps are JSON text, times are ISO 8601, numbers have no exponent. */
function asCsvText(type: ColumnType, column: string): string {
  switch (type) {
    case 'DOUBLE':
      return `CAST(CAST(CAST(${column} AS VARCHAR) AS DECIMAL(28,10)) AS VARCHAR)`;
    case 'TIMESTAMP_NS':
      return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.000Z')`;
    case 'MAP(VARCHAR, VARCHAR)':
    case 'MAP(VARCHAR, DOUBLE)':
      return `CAST(to_json(${column}) AS VARCHAR)`;
    case 'VARCHAR':
      return column;
  }
}
