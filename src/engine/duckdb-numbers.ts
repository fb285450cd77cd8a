import type { DuckDBDataChunk, DuckDBDecimal128Vector, DuckDBVector } from '@duckdb/node-api';
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

/** Of more than 18 digits DuckDB's decimals are integers of 128 bits, the lowest byte first. */
const BYTES = 16;
const TWO_32 = 2 ** 32;
const TWO_64 = 2 ** 64;

function amountsIn(vector: DuckDBVector, rows: number): Amounts {
  const amounts = openAmounts(rows);
  const { high, low } = amounts;
  const { dataView: bytes } = vector as { dataView?: unknown };
  const decimals = vector as DuckDBDecimal128Vector;
  if (!(bytes instanceof DataView) || bytes.byteLength !== rows * BYTES) {
    for (let row = 0; row < rows; row++) setAmount(amounts, row, decimals.getScaledValue(row) ?? 0n);
    return amounts;
  }
  for (let row = 0; row < rows; row++) {
    const at = row * BYTES;
    const second = bytes.getInt32(at + 4, true);
    const third = bytes.getInt32(at + 8, true);
    const fourth = bytes.getInt32(at + 12, true);
    low[row] = bytes.getUint32(at, true);
    const narrow = third === fourth && fourth === second >> 31;
    high[row] = narrow ? second : (second >>> 0) + (third >>> 0) * TWO_32 + fourth * TWO_64;
  }
  return amounts;
}
