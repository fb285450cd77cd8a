import { openAmounts, setAmount } from '../domain/amounts.ts';
import { OperatingError } from '../domain/errors.ts';
import { parseMoney } from '../domain/money.ts';
import { written } from './cells.ts';
import { trinoDialect } from './dialect/trino.ts';
import type { Columns, NumberColumns, Numbers, Row, Value } from './engine.ts';
import type { TrinoColumn, TrinoPage } from './trino-client.ts';

/** The rows of a page: decimals, dates and timestamps are text as the server sends them. */
export function rowsOf({ columns, data }: TrinoPage, sql: string): Row[] {
  const names = new Set(columns.map(({ name }) => name));
  if (names.size < columns.length) throw new Error(`two columns of one name from: ${sql}`);
  const readers = columns.map(({ name, type }) => ({ name, read: readerOf(type) }));
  return data.map((values) => {
    const row: Record<string, Value> = {};
    // The innermost loop of every answer: Object.fromEntries takes four times as long.
    for (let index = 0; index < readers.length; index++) {
      const reader = readers[index] as (typeof readers)[number];
      row[reader.name] = reader.read(values[index]);
    }
    return row;
  });
}

const DAY_MS = 24 * 3600 * 1000;

/** Rows that hold numbers only, by column. */
export function numbersOf(rows: readonly Row[], { integers, amounts }: NumberColumns): Numbers {
  const names = Object.keys(rows[0] ?? {});
  const values = (index: number): Value[] => rows.map((row) => row[names[index] ?? ''] ?? null);
  return {
    rows: rows.length,
    integers: Array.from({ length: integers }, (_, index) => Int32Array.from(values(index), integerOf)),
    amounts: Array.from({ length: amounts }, (_, index) => {
      const all = openAmounts(rows.length);
      for (const [row, value] of values(integers + index).entries()) {
        setAmount(all, row, value === null ? 0n : parseMoney(String(value)));
      }
      return all;
    }),
  };
}

/** A date is text, as an integer of 64 bits is. */
function integerOf(value: Value): number {
  return typeof value === 'string' && value.includes('-', 1) ? Date.parse(value) / DAY_MS : Number(value);
}

/** The type of a column in {@link Engine.columns}' spelling, such as `MAP(VARCHAR, DECIMAL(18, 10))`. */
export const typeName = ({ type }: TrinoColumn): string => type.toUpperCase();

function readerOf(type: string): (value: unknown) => Value {
  if (type === 'bigint') return (value) => (value === null ? null : wholeNumber(value));
  // bigints deep inside are rounded without a word: nothing asks for such.
  return (value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Value));
}

function wholeNumber(value: unknown): string {
  if (!Number.isSafeInteger(value)) throw new Error(`a BIGINT that JSON has rounded: ${value}`);
  return String(value);
}

/** Characters of JSON in one INSERT: Trino takes statements of 1,000,000 characters by default (query.max-length). */
const MAX_CHARACTERS = 900_000;
const MAX_ROWS = 20_000;

/**
 * INSERTs that fill a table with rows, as few as fit. The rows travel as one JSON literal of texts: VALUES take Trino twenty
 * times as long to plan, and JSON carries every character.
 * @throws OperatingError ENGINE_LIMIT where a row alone is too long
 */
export async function* inserts(
  table: string,
  columns: Columns,
  chunks: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string> {
  const names = Object.keys(columns);
  let texts: string[] = [];
  let characters = 0;
  for await (const rows of chunks) {
    for (const row of rows) {
      const text = JSON.stringify(names.map((name) => plain(row[name] ?? null))).replaceAll("'", "''");
      if (text.length > MAX_CHARACTERS) throw tooLong(text);
      if (characters + text.length > MAX_CHARACTERS || texts.length === MAX_ROWS) {
        yield insert(table, columns, texts);
        [texts, characters] = [[], 0];
      }
      texts.push(text);
      characters += text.length + 1;
    }
  }
  if (texts.length > 0) yield insert(table, columns, texts);
}

function insert(table: string, columns: Columns, texts: readonly string[]): string {
  const { identifier } = trinoDialect;
  const fields = Object.keys(columns).map((name) => `${identifier(name)} VARCHAR`);
  const values = Object.entries(columns).map(([name, type]) => `CAST(${identifier(name)} AS ${type})`);
  const rows = `CAST(json_parse('[${texts.join(',')}]') AS ARRAY(ROW(${fields.join(', ')})))`;
  return `INSERT INTO ${table} SELECT ${values.join(', ')} FROM UNNEST(${rows})`;
}

/** JSON has no NaN and no infinity; as text they are cast like any number. */
function plain(value: Value): string | boolean | null {
  const one = written(value);
  return typeof one === 'number' ? String(one) : one;
}

function tooLong(text: string): OperatingError {
  const start = JSON.stringify(text.slice(0, 100));
  return new OperatingError('ENGINE_LIMIT', `a row of ${text.length} characters is too long for Trino: ${start}…`);
}
