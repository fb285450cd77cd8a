import {
  type DuckDBDataChunk,
  type DuckDBDateValue,
  type DuckDBDecimal64Vector,
  type DuckDBDecimal128Vector,
  DuckDBDecimalType,
  type DuckDBResult,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBVector,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api';
import { DIGITS, formatUnits } from '../domain/money.ts';
import type { Row, Value } from './engine.ts';

/** Reads one value of a column; `null` = NULL. */
type ReadValue = (vector: DuckDBVector, at: number) => Value;

/** A column's values in one chunk. */
type ReadColumn = (chunk: DuckDBDataChunk, index: number) => readonly Value[];

/**
 * Reads the chunks of a result. What each value becomes is what the library's `yieldRowObjectJson` makes of it, but for
 * decimals with the digits of money, which are units; that one takes a microsecond for each.
 */
export function rowReader(result: DuckDBResult): (chunk: DuckDBDataChunk) => Row[] {
  const names = result.deduplicatedColumnNames();
  const columns = result.columnTypes().map(columnReader);
  return (chunk) => {
    const values = columns.map((read, index) => read(chunk, index));
    const rows: Row[] = [];
    const count = chunk.rowCount;
    for (let at = 0; at < count; at++) {
      const row: Record<string, Value> = {};
      for (let index = 0; index < names.length; index++) {
        row[names[index] as string] = (values[index] as readonly Value[])[at] as Value;
      }
      rows.push(row);
    }
    return rows;
  };
}

/** Spelled out for what most columns are; what is nested or rare the library converts. */
function columnReader(type: DuckDBType): ReadColumn {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.VARCHAR:
      return items((vector, at) => vector.getItem(at) as Value);
    case DuckDBTypeId.BIGINT:
      return items((vector, at) => textOrNull(vector.getItem(at) as bigint | null));
    case DuckDBTypeId.DOUBLE:
      return items((vector, at) => {
        const value = vector.getItem(at) as number | null;
        // JSON has no NaN and no infinity.
        return value === null || Number.isFinite(value) ? value : String(value);
      });
    case DuckDBTypeId.DATE:
      return items(dates());
    default:
      return type instanceof DuckDBDecimalType ? decimals(type) : byLibrary;
  }
}

const byLibrary: ReadColumn = (chunk, index) =>
  chunk.convertColumnValues(index, JsonDuckDBValueConverter) as readonly Value[];

function items(read: ReadValue): ReadColumn {
  return (chunk, index) => {
    const vector = chunk.getColumnVector(index);
    const values: Value[] = [];
    const count = chunk.rowCount;
    for (let at = 0; at < count; at++) values.push(read(vector, at));
    return values;
  };
}

const textOrNull = (value: bigint | null): string | null => (value === null ? null : String(value));

/** Many rows, few days. */
function dates(): ReadValue {
  const texts = new Map<number, string>();
  return (vector, at) => {
    const date = vector.getItem(at) as DuckDBDateValue | null;
    if (date === null) return null;
    const text = texts.get(date.days) ?? date.toString();
    texts.set(date.days, text);
    return text;
  };
}

/** DuckDB keeps up to 9 digits in less than 8 bytes. */
function decimals({ width, scale }: DuckDBDecimalType): ReadColumn {
  if (width <= 9) return byLibrary;
  return items((vector, at) => {
    const units = (vector as DuckDBDecimal64Vector | DuckDBDecimal128Vector).getScaledValue(at);
    return units === null || scale === DIGITS ? units : formatUnits(units, scale);
  });
}
