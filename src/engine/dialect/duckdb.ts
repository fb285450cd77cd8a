import { ABSURD_COST } from '../../domain/money.ts';
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
 * DuckDB 1.5.6 casts the text of a tiny number to DECIMAL wrongly when digits are cut off ('7.6e-12' becomes
 * 0.0000000001), while cutting a DECIMAL rounds half up as it should: texts with a negative exponent go through a
 * DECIMAL that holds all their digits. All others are cast at once, for the wide one is fifteen times as dear.
 */
const viaText = (expression: string, type: string): string => {
  const asText = `CAST(${expression} AS VARCHAR)`;
  const wide = `TRY_CAST(TRY_CAST(${asText} AS DECIMAL(38,30)) AS ${type})`;
  return `CASE WHEN contains(lower(${asText}), 'e-') THEN ${wide} ELSE TRY_CAST(${asText} AS ${type}) END`;
};

const moneyViaText = (expression: string): string => viaText(expression, 'DECIMAL(18,10)');

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

// DuckDB orders NaN above every number, so one comparison finds NaN, infinity and absurd amounts.
const isMoney = (expression: string, columnType: string): string => {
  const number = columnType === 'DOUBLE' ? expression : `TRY_CAST(CAST(${expression} AS VARCHAR) AS DOUBLE)`;
  return `(${expression} IS NULL OR coalesce(abs(${number}) < ${ABSURD_COST}, false))`;
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
  // Whole units of 1e-10.
  toAddend: (expression, columnType) => {
    const exact = `CAST(${moneyViaText(expression)} * 10000000000 AS BIGINT)`;
    const slow = `WHEN ${isMoney(expression, columnType)} THEN ${exact}`;
    if (columnType !== 'DOUBLE') return `CASE ${slow} END`;
    const { safe, units } = nearestUnits(expression);
    return `CASE WHEN ${safe} THEN ${units} ${slow} END`;
  },
  sumAddends: (expression) => `CAST(sum(${expression}) AS DECIMAL(38,0)) * 0.0000000001`,
  toQuantity: (expression, columnType) => {
    const exact = viaText(expression, 'DECIMAL(28,10)');
    if (columnType !== 'DOUBLE') return exact;
    const { safe, units } = nearestUnits(expression);
    const quick = `CAST(${units} AS DECIMAL(18,0)) * 0.0000000001`;
    // DECIMAL(28,10) is read from text fifty times as slowly as DECIMAL(18,10), which holds what is below 100 million.
    const medium = `abs(${expression}) BETWEEN 1 AND 9e7 THEN CAST(CAST(${expression} AS VARCHAR) AS DECIMAL(18,10))`;
    return `CAST(CASE WHEN ${safe} THEN ${quick} WHEN ${medium} ELSE ${exact} END AS DECIMAL(28,10))`;
  },
  isMoney,
  toTimestamp: (expression, columnType) => {
    if (columnType === 'TIMESTAMP WITH TIME ZONE') return `(${expression} AT TIME ZONE 'UTC')`;
    // Text may carry an offset, or none, which then means UTC: the session's zone.
    if (columnType === 'VARCHAR') return `(TRY_CAST(${expression} AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE 'UTC')`;
    return `CAST(${expression} AS TIMESTAMP)`;
  },
  mapValue: (map, key) => `${map}[${text(key)}]`,
  mapText: (map) => `CAST(to_json(${map}) AS VARCHAR)`,
  textMap: (json) => `from_json(${json}, '"MAP(VARCHAR, VARCHAR)"')`,
  mapKeys: (map, relation) => `SELECT DISTINCT unnest(map_keys(${map})) AS key FROM ${relation}`,
};
