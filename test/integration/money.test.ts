import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseMoney } from '../../src/domain/money.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { differences, EXPECTED_EDGES, edges, sums, writeAmounts } from '../engines/amounts.ts';
import { type Lake, openLake } from './lake.ts';

let lake: Lake;
let engine: Engine;

beforeAll(async () => {
  lake = await openLake('money');
  const folder = join(lake.folder, 'amounts');
  mkdirSync(folder);
  const duckdb = await openDuckDB();
  await writeAmounts(duckdb, join(folder, 'amounts.parquet'));
  await duckdb.close();
  await lake.sql(
    `CREATE TABLE amounts (amount DOUBLE, as_text VARCHAR, expected BIGINT)
     WITH (format = 'PARQUET', external_location = 'local:///money/amounts')`,
  );
  engine = await lake.open();
});

afterAll(async () => {
  await engine.close();
  await lake.remove();
});

test.each(['amount', 'as_text'] as const)(
  'a million amounts as %s become the same money in Trino and in TypeScript',
  async (column) => {
    expect(await differences(engine, 'amounts', column)).toEqual([]);
  },
);

test('their sum is exact', async () => {
  const { lines, found, expected } = await sums(engine, 'amounts');
  expect(Number(lines)).toBeGreaterThan(1_000_000);
  expect(parseMoney(found)).toBe(parseMoney(expected));
});

test('what is no amount of money is told apart', async () => {
  expect(await edges(engine)).toEqual(EXPECTED_EDGES);
});
