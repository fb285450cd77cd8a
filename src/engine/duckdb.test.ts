import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { amountOf } from '../domain/amounts.ts';
import { parseMoney } from '../domain/money.ts';
import { moneyOf, textOf } from './cells.ts';
import { openDuckDB } from './duckdb.ts';

/** With DuckDB's cache of files one in forty was read with pages of the file before. */
const TIMES = 200;

test('a file that is written anew within a moment is read anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-duckdb-'));
  const engine = await openDuckDB();
  try {
    const file = join(folder, 'x.parquet');
    for (let time = 0; time < TIMES; time++) {
      rmSync(file, { force: true });
      await engine.writeParquet(
        `SELECT CAST(hash(r + ${time}) % 1000 AS VARCHAR) AS value, ${time} AS time FROM range(500) AS t(r)`,
        file,
      );
      const [row] = await engine.rows(`SELECT max(time) AS time, count(value) AS lines FROM ${engine.parquet([file])}`);
      expect(row).toEqual({ time, lines: '500' });
    }
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
});

/** The texts lie inline, beside each other, far apart, and again and again; each column has NULLs, and two are of one name. */
const MANY = `SELECT r::INTEGER AS i, r % 2 = 0 AS b, r * 1e15::BIGINT AS big, r::HUGEINT * -1e30::HUGEINT AS huge, r / 7 AS f, (r / 3)::FLOAT AS g,
    'ä' || r AS short, repeat('lång ', (r % 50)::INTEGER) || r AS long, ['one of a few long texts', 'and another of them'][1 + r % 2] AS few,
    DATE '2026-01-01' + (r % 400)::INTEGER AS day, TIMESTAMP '2026-01-01 00:00:00.5' + INTERVAL (r) HOUR AS time,
    (-r / 7)::DECIMAL(4,1) AS tiny, (-r / 7)::DECIMAL(9,2) AS small, (-r / 7)::DECIMAL(18,9) AS middle, (r / -7)::DECIMAL(38,12) AS wide,
    r::DECIMAL(18,0) AS whole, [r, NULL] AS list, {'a': r, 'b': 'x'} AS struct, MAP {'k': r} AS map, r::UTINYINT AS u, r::TEXT AS "__proto", 2 AS i
  FROM (SELECT r % 200 AS r FROM range(5000) AS t(r)) AS numbers`;

const WITH_NULLS = `SELECT CASE WHEN i % 3 <> 0 THEN columns(*) END FROM (${MANY})`;

/** Ends of ranges, and what is no number. */
const EXTREMES = [
  'SELECT (-2147483648)::INTEGER AS v UNION ALL SELECT 2147483647',
  'SELECT (-9223372036854775808)::BIGINT AS v UNION ALL SELECT 9223372036854775807',
  "SELECT unnest(['NaN', 'Infinity', '-Infinity', '-0', '5e-324', '1.7976931348623157e308'])::DOUBLE AS v",
  "SELECT unnest(['-0.1', '-99999999.9999999999', '0'])::DECIMAL(18,9) AS v",
  "SELECT unnest(['-0.0000000001', '99999999999999999999999999.999999999999', '-18446744073709551616'])::DECIMAL(38,12) AS v",
  "SELECT unnest(['5877642-06-25 (BC)', '0001-01-01', '5881580-07-10', 'infinity', '-infinity'])::DATE AS v",
  "SELECT unnest(['', '123456789012', '1234567890123', repeat('x', 100000), 'a' || chr(0) || 'b', '😀😀😀😀'])  AS v",
  'SELECT NULL AS v UNION ALL SELECT NULL',
  "SELECT INTERVAL 3 DAY AS v, 'ab'::BLOB AS blob, uuid() IS NULL AS b, 'x'::ENUM('x', 'y') AS e",
];

test.each([MANY, WITH_NULLS, ...EXTREMES])('values are what the library makes of them: %s', async (sql) => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const engine = await openDuckDB({ keepOrder: true });
  try {
    const expected = await (await connection.run(sql)).getRowObjectsJson();
    expect(expected.length).toBeGreaterThan(0);
    expect(await engine.rows(sql)).toStrictEqual(expected);
  } finally {
    await engine.close();
    connection.closeSync();
    instance.closeSync();
  }
});

/** Each in the eight bytes of DECIMAL(18,10), the sixteen of DECIMAL(38,10), or only there. */
const AMOUNTS = [
  '0',
  '1',
  '-1',
  '0.0000000001',
  '-0.0000000001',
  '-12.5',
  '99999999.9999999999',
  '-99999999.9999999999',
];
const LARGE = [
  '922337203.6854775808',
  '-922337203.6854775808',
  '-922337203.6854775809',
  '1844674407.3709551616',
  '-1844674407.3709551616',
].concat(`${'9'.repeat(28)}.9999999999`, `-${'9'.repeat(28)}.9999999999`);

test.each([
  ['DECIMAL(18,10)', AMOUNTS],
  ['DECIMAL(10,10)', ['-0.5', '0.0000000001']],
  ['DECIMAL(38,10)', [...AMOUNTS, ...LARGE]],
])('%s is units of 1e-10, and written as DuckDB writes it', async (type, amounts) => {
  const engine = await openDuckDB({ keepOrder: true });
  try {
    const values = amounts.map((amount) => `('${amount}')`).join(', ');
    const rows = await engine.rows(
      `SELECT v::${type} AS amount, v::${type}::DECIMAL(38,10)::VARCHAR AS text FROM (VALUES ${values}, (NULL)) AS t(v)`,
    );
    expect(rows.map((row) => row.amount)).toEqual([...amounts.map((amount) => parseMoney(amount)), null]);
    expect(rows.map((row) => textOf(row, 'amount'))).toEqual(rows.map(({ text }) => text));
    expect(rows.map((row) => moneyOf(row, 'amount'))).toEqual(rows.map((row) => moneyOf(row, 'text')));
  } finally {
    await engine.close();
  }
});

test('rows are loaded again as they were read, amounts as text', async () => {
  const engine = await openDuckDB();
  try {
    expect(await engine.rows('SELECT 1 AS one WHERE FALSE')).toEqual([]);
    const rows = engine.stream(
      `SELECT r::INTEGER AS i, 't' || r AS text, (r / -4)::DECIMAL(18,10) AS amount FROM range(5000) AS t(r)`,
    );
    const table = await engine.load('again', { i: 'INTEGER', text: 'VARCHAR', amount: 'VARCHAR' }, rows);
    expect(
      await engine.rows(`SELECT count(*) AS lines, count(DISTINCT text) AS texts, sum(amount::DECIMAL(18,10)) AS amount,
        min(amount) FILTER (WHERE i = 2) AS two FROM ${table}`),
    ).toEqual([{ lines: '5000', texts: '5000', amount: parseMoney('-3124375'), two: '-0.5000000000' }]);
  } finally {
    await engine.close();
  }
});

/** What fits into 8 bytes, what does not, and what does not fit into the 64 bits of an integer. */
const WIDE_AND_NARROW = [
  '0',
  '1e-10',
  '-1e-10',
  '123456.7890123456',
  '-99999999.9999999999',
  '922337203685.4775807',
  '-1e15',
  '3e15',
];

test('numbers come as columns: integers, days and amounts, however wide', async () => {
  const engine = await openDuckDB();
  try {
    for (const [width, most] of [
      [18, 1e8],
      [28, 1e18],
      [38, 1e28],
    ] as const) {
      const texts = WIDE_AND_NARROW.filter((text) => Math.abs(Number(text)) < most);
      const rows = texts.map(
        (text, index) => `(${index - 2}, DATE '1969-12-31', CAST('${text}' AS DECIMAL(${width},10)))`,
      );
      const sql = `SELECT n, day, amount FROM (VALUES ${rows.join(', ')}) AS v(n, day, amount) ORDER BY n`;
      const [chunk, ...more] = await Array.fromAsync(engine.numbers(sql, { integers: 2, amounts: 1 }));
      const { integers = [], amounts: [amounts] = [] } = chunk ?? {};
      expect(more).toEqual([]);
      expect(integers.map((column) => [...column])).toEqual([texts.map((_, index) => index - 2), texts.map(() => -1)]);
      expect(texts.map((_, index) => amounts && amountOf(amounts, index))).toEqual(texts.map(parseMoney));
    }
    const wrong = engine.numbers("SELECT 'a' AS a", { integers: 1, amounts: 0 });
    await expect(Array.fromAsync(wrong)).rejects.toThrow('a column of VARCHAR');
  } finally {
    await engine.close();
  }
});
