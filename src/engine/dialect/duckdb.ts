import type { Dialect } from './dialect.ts';

const quote = (value: string, mark: string): string => mark + value.replaceAll(mark, mark + mark) + mark;

const text = (value: string): string => {
  // A NUL byte ends DuckDB's statement text; chr(0) carries it.
  if (!value.includes('\0')) return quote(value, "'");
  return `(${value
    .split('\0')
    .map((part) => quote(part, "'"))
    .join(' || chr(0) || ')})`;
};

/**
 * From text to DECIMAL in two steps: DuckDB 1.5.6 casts the text of a tiny number wrongly when digits are cut off
 * ('7.6e-12' becomes 0.0000000001), while cutting a DECIMAL rounds half up as it should.
 */
const viaText = (expression: string, wide: string, narrow: string): string =>
  `CAST(CAST(CAST(${expression} AS VARCHAR) AS ${wide}) AS ${narrow})`;

const moneyViaText = (expression: string): string => viaText(expression, 'DECIMAL(38,30)', 'DECIMAL(18,10)');

/**
 * Five times cheaper than the text, with the same result. Below 50,000 a double times 1e10 stays under 2^49, so the
 * product is off by less than 1/8 and the nearest integer is the shortest decimal's, unless the product lies near a
 * half: there, and above, the text decides. test/engines compares both on a corpus.
 */
const nearestUnits = (expression: string): { readonly safe: string; readonly units: string } => {
  const product = `(${expression} * 1e10)`;
  // Twice the relative error of one rounding of the double and one of the product: 2^-51.
  const distance = `abs(abs(${product}) - floor(abs(${product})) - 0.5) > abs(${product}) * 4.440892098500626e-16`;
  return { safe: `abs(${expression}) < 5e4 AND ${distance}`, units: `CAST(round(${product}) AS BIGINT)` };
};

export const duckdbDialect: Dialect = {
  identifier: (name) => quote(name, '"'),
  text,
  date: (day) => `DATE ${quote(day, "'")}`,
  toMoney: (expression, columnType) => {
    if (columnType !== 'DOUBLE') return moneyViaText(expression);
    const { safe, units } = nearestUnits(expression);
    const money = `CAST(${units} AS DECIMAL(18,0)) * 0.0000000001`;
    return `CAST(CASE WHEN ${safe} THEN ${money} ELSE ${moneyViaText(expression)} END AS DECIMAL(18,10))`;
  },
  toMoneyUnits: (expression, columnType) => {
    const exact = `CAST(${moneyViaText(expression)} * 10000000000 AS BIGINT)`;
    if (columnType !== 'DOUBLE') return exact;
    const { safe, units } = nearestUnits(expression);
    return `CASE WHEN ${safe} THEN ${units} ELSE ${exact} END`;
  },
  sumMoneyUnits: (expression) => `CAST(sum(${expression}) AS DECIMAL(38,0)) * 0.0000000001`,
  toQuantity: (expression) => viaText(expression, 'DECIMAL(38,20)', 'DECIMAL(28,10)'),
  isMoney: (expression) =>
    `coalesce(abs(TRY_CAST(CAST(${expression} AS VARCHAR) AS DOUBLE)) < 1e8, ${expression} IS NULL)`,
  toTimestamp: (expression, columnType) =>
    columnType === 'TIMESTAMP WITH TIME ZONE'
      ? `(${expression} AT TIME ZONE 'UTC')`
      : `CAST(${expression} AS TIMESTAMP)`,
  mapValue: (map, key) => `${map}[${text(key)}]`,
  mapText: (map) => `CAST(to_json(${map}) AS VARCHAR)`,
  textMap: (json) => `from_json(${json}, '"MAP(VARCHAR, VARCHAR)"')`,
  mapKeys: (map, relation) => `SELECT DISTINCT unnest(map_keys(${map})) AS key FROM ${relation}`,
  parquet: (files, options = {}) => {
    const list = `[${files.map(text).join(', ')}]`;
    const rows = options.rowNumbers ? ', filename = true, file_row_number = true' : '';
    return `read_parquet(${list}, union_by_name = true, hive_partitioning = false${rows})`;
  },
};
