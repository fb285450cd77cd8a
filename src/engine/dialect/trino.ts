import { ABSURD_COST } from '../../domain/money.ts';
import type { Dialect, TableDialect } from './dialect.ts';

const quote = (value: string, mark: string): string => mark + value.replaceAll(mark, mark + mark) + mark;

const text = (value: string): string => quote(value, "'");

/**
 * Trino casts a double to DECIMAL by its shortest decimal, half up: `BigDecimal.valueOf`, which is `Double.toString`,
 * exact since JDK 19. test/integration compares a million amounts with TypeScript's; the ingest some on every server.
 */
const decimal = (expression: string, type: string): string => `TRY_CAST(${expression} AS ${type})`;

// Every comparison with NaN is false.
const isMoney = (expression: string, columnType: string): string => {
  const number = columnType === 'DOUBLE' ? expression : `TRY_CAST(${expression} AS DOUBLE)`;
  return `(${expression} IS NULL OR coalesce(abs(${number}) < ${ABSURD_COST}, FALSE))`;
};

export const trinoDialect: Dialect = {
  identifier: (name) => quote(name, '"'),
  text,
  date: (day) => `DATE ${text(day)}`,
  toMoney: (expression) => decimal(expression, 'DECIMAL(18,10)'),
  toAddend: (expression) => decimal(expression, 'DECIMAL(18,10)'),
  // DECIMAL(18,10) adds up as DECIMAL(38,10).
  sumAddends: (expression) => `sum(${expression})`,
  toQuantity: (expression) => decimal(expression, 'DECIMAL(28,10)'),
  isMoney,
  toTimestamp: (expression, columnType) => {
    if (columnType.endsWith('WITH TIME ZONE')) return `CAST(${expression} AT TIME ZONE 'UTC' AS TIMESTAMP(6))`;
    // Text may carry an offset, or none, which then means UTC: the session's zone. A day alone is its first instant.
    if (columnType.startsWith('VARCHAR')) {
      const iso = `replace(trim(${expression}), ' ', 'T')`;
      const instant = `from_iso8601_timestamp_nanos(CASE WHEN length(${iso}) = 10 THEN ${iso} || 'T00:00:00' ELSE ${iso} END)`;
      return `CAST(TRY(${instant}) AT TIME ZONE 'UTC' AS TIMESTAMP(6))`;
    }
    return `CAST(${expression} AS TIMESTAMP(6))`;
  },
  // map[key] fails where the key is missing.
  mapValue: (map, key) => `element_at(${map}, ${text(key)})`,
  mapText: (map) => `json_format(CAST(${map} AS JSON))`,
  textMap: (json) => `CAST(json_parse(${json}) AS MAP(VARCHAR, VARCHAR))`,
  mapKeys: (map, relation) =>
    `SELECT DISTINCT one.key FROM ${relation} AS maps CROSS JOIN UNNEST(map_keys(${map})) AS one(key)`,
};

/** Of the hive connector: partition columns come last, and deleting by them deletes folders. */
export const trinoTables: TableDialect = {
  createPartitioned: (table, columns, partitions) => {
    const all = Object.entries({ ...columns, ...partitions }).map(([name, type]) => `${quote(name, '"')} ${type}`);
    const by = Object.keys(partitions).map(text).join(', ');
    return `CREATE TABLE IF NOT EXISTS ${quote(table, '"')} (${all.join(', ')}) WITH (format = 'PARQUET', partitioned_by = ARRAY[${by}])`;
  },
  partitionsOf: (table) => quote(`${table}$partitions`, '"'),
  deletePartition: (table, values) => {
    const where = Object.entries(values).map(([name, value]) => `${quote(name, '"')} = ${text(value)}`);
    return `DELETE FROM ${quote(table, '"')} WHERE ${where.join(' AND ')}`;
  },
};
