import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseMoney } from '../../src/domain/money.ts';
import { moneyOf } from '../../src/engine/cells.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { FileEngine } from '../../src/engine/engine.ts';
import { temporaryFolder } from '../fixtures/run.ts';
import { differences, EXPECTED_EDGES, edges, sums, writeAmounts } from './amounts.ts';

// test/integration/money.test.ts asks the same of Trino.

const folder = temporaryFolder();
let engine: FileEngine;
let corpus: string;

beforeAll(async () => {
  engine = await openDuckDB();
  const file = join(folder.path, 'amounts.parquet');
  await writeAmounts(engine, file);
  corpus = engine.parquet([file]);
});

afterAll(async () => {
  await engine.close();
  folder.remove();
});

test('a million doubles become the same money in DuckDB and in TypeScript', async () => {
  expect(await differences(engine, corpus, 'amount')).toEqual([]);
});

test('so do their texts', async () => {
  // Text takes the dear way for every amount: a tenth of the corpus is enough.
  expect(await differences(engine, `(SELECT * FROM ${corpus} WHERE hash(amount) % 10 = 0)`, 'as_text')).toEqual([]);
});

test('their sum is exact', async () => {
  const { lines, found, expected } = await sums(engine, corpus);
  expect(Number(lines)).toBeGreaterThan(1_000_000);
  expect(parseMoney(found)).toBe(parseMoney(expected));
});

test('what is no amount of money is told apart', async () => {
  expect(await edges(engine)).toEqual(EXPECTED_EDGES);
});

test('sums of addends are exact where sums of doubles are not', async () => {
  const { dialect } = engine;
  const [row = {}] = await engine.rows(
    `SELECT ${dialect.sumAddends(dialect.toAddend('x', 'DOUBLE'))} AS total, sum(x) AS doubles
     FROM (SELECT 0.1::DOUBLE AS x FROM range(1000000)) AS dimes`,
  );
  expect(moneyOf(row, 'total')).toBe(parseMoney('100000'));
  expect(row.doubles).not.toBe(100_000);
});
