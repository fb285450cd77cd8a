import type { DuckDBDataChunk, DuckDBDecimal16Vector, DuckDBDecimal32Vector, DuckDBVector } from '@duckdb/node-api';
import { type Amounts, openAmounts, setAmount } from '../domain/amounts.ts';
import type { NumberColumns, Numbers } from './engine.ts';

/** The numbers of a chunk of a result: copies, for the memory of a vector is gone with its chunk. */
export function numbersIn(chunk: DuckDBDataChunk, { integers, amounts }: NumberColumns): Numbers {
  const rows = chunk.rowCount;
  return {
    rows,
    integers: Array.from({ length: integers }, (_, index) => integersIn(chunk.getColumnVector(index), rows)),
    amounts: Array.from({ length: amounts }, (_, index) => amountsIn(chunk.getColumnVector(integers + index), rows)),
  };
}

/** INTEGER and DATE. */
function integersIn(vector: DuckDBVector, rows: number): Int32Array {
  const { items } = vector as { items?: unknown };
  if (!(items instanceof Int32Array)) throw new Error(`a column of ${vector.type} where integers were asked for`);
  return items.slice(0, rows);
}

const TWO_32 = 2 ** 32;

/** Of 10 to 18 digits DuckDB's decimals are integers of 64 bits, of more digits of 128 bits; the lowest byte is the first. */
function amountsIn(vector: DuckDBVector, rows: number): Amounts {
  const amounts = openAmounts(rows);
  const { high, low } = amounts;
  const { dataView: wide, items } = vector as { dataView?: unknown; items?: unknown };
  if (wide instanceof DataView && wide.byteLength === rows * 16) {
    for (let row = 0; row < rows; row++) {
      const at = row * 16;
      const second = wide.getInt32(at + 4, true);
      const third = wide.getInt32(at + 8, true);
      const fourth = wide.getInt32(at + 12, true);
      low[row] = wide.getUint32(at, true);
      const fits = third === fourth && fourth === second >> 31;
      high[row] = fits ? second : (second >>> 0) + ((third >>> 0) + fourth * TWO_32) * TWO_32;
    }
  } else if (items instanceof BigInt64Array) {
    const narrow = new DataView(items.buffer, items.byteOffset, items.byteLength);
    for (let row = 0; row < rows; row++) {
      low[row] = narrow.getUint32(row * 8, true);
      high[row] = narrow.getInt32(row * 8 + 4, true);
    }
  } else {
    const decimals = vector as DuckDBDecimal16Vector | DuckDBDecimal32Vector;
    for (let row = 0; row < rows; row++) setAmount(amounts, row, BigInt(decimals.getScaledValue(row) ?? 0));
  }
  return amounts;
}
