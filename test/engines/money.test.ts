import { expect, test } from 'vitest';
import { formatMoney, moneyFromDouble, parseMoney } from '../../src/domain/money.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';

/** Doubles whose decimals are easy to get wrong: ties at the eleventh digit, tiny ones, large ones, products of a discount. */
const NAMED = [
  '262347.59',
  '0.00169364475',
  '0.0016936447499999998',
  '-0.0',
  '5e-11',
  '4.9e-11',
  '-5e-11',
  '7.643302956656501e-12',
  '99999999.99',
  '-99999999.99',
  '49999.99999999995',
  '50000.00000000005',
  '0.1',
  '1e-10',
  '1e7',
];

const CORPUS = `
  SELECT unnest([${NAMED.join(', ')}]::DOUBLE[]) AS x
  UNION ALL SELECT n * 8.75e-9 FROM range(200000) AS r(n)
  UNION ALL SELECT (n + 0.5) * 1e-10 FROM range(100000) AS r(n)
  UNION ALL SELECT (n + 0.5) / 1e10 + 49999 FROM range(100000) AS r(n)
  UNION ALL SELECT (hash(n) % 100000000) / 1e10 * 0.93 FROM range(200000) AS r(n)
  UNION ALL SELECT (hash(n) % 1000000000) / 1e9 * pow(10, (hash(n * 7) % 24)::INT - 16) FROM range(400000) AS r(n)`;

const zeroless = (text: string): string => text.replace(/^-(0\.0+)$/, '$1');

test.each([
  ['DOUBLE', 1],
  // Text takes the dear way for every amount: a tenth of the corpus is enough.
  ['VARCHAR', 10],
])('a million %s amounts (one in %i) become the same money in DuckDB and in TypeScript', async (type, oneIn) => {
  const engine = await openDuckDB();
  const { dialect } = engine;
  const column = type === 'DOUBLE' ? 'x' : 'CAST(x AS VARCHAR)';
  await engine.run(`CREATE TABLE corpus AS SELECT * FROM (${CORPUS}) WHERE abs(x) < 1e8 AND hash(x) % ${oneIn} = 0`);
  const different: unknown[] = [];
  let rows = 0;
  const statement = `SELECT x, ${dialect.toMoney(column, type)} AS money,
    ${dialect.toMoneyUnits(column, type)} AS units, ${dialect.toQuantity(column, type)} AS quantity FROM corpus`;
  for await (const chunk of engine.stream(statement)) {
    for (const { x, money, units, quantity } of chunk) {
      rows++;
      const expected = moneyFromDouble(Number(x));
      const same =
        zeroless(formatMoney(expected)) === money &&
        String(expected) === units &&
        zeroless(formatMoney(expected)) === quantity;
      if (!same && different.length < 5) different.push({ x, money, units, quantity, expected: formatMoney(expected) });
    }
  }
  engine.close();
  expect(different).toEqual([]);
  expect(rows).toBeGreaterThan(900_000 / oneIn);
});

test.each([
  ["'NaN'::DOUBLE", false],
  ["'Infinity'::DOUBLE", false],
  ["'-Infinity'::DOUBLE", false],
  ['1e8::DOUBLE', false],
  ['-1e8::DOUBLE', false],
  ['99999999.99::DOUBLE', true],
  ['NULL::DOUBLE', true],
])('isMoney of %s is %s', async (value, expected) => {
  const engine = await openDuckDB();
  const [row] = await engine.rows(
    `SELECT ${engine.dialect.isMoney('x', 'DOUBLE')} AS yes, ${engine.dialect.toMoneyUnits('x', 'DOUBLE')} AS units FROM (SELECT ${value} AS x)`,
  );
  engine.close();
  expect(row?.yes).toBe(expected);
  if (!expected) expect(row?.units).toBeNull();
});

test('sums of units are exact where sums of doubles are not', async () => {
  const engine = await openDuckDB();
  const { dialect } = engine;
  const [row] = await engine.rows(
    `SELECT ${dialect.sumMoneyUnits(dialect.toMoneyUnits('x', 'DOUBLE'))} AS total FROM (SELECT 0.1::DOUBLE AS x FROM range(1000000))`,
  );
  engine.close();
  expect(parseMoney(String(row?.total))).toBe(parseMoney('100000'));
});
