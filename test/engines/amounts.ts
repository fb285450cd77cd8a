import { moneyFromDouble } from '../../src/domain/money.ts';
import { textOf } from '../../src/engine/cells.ts';
import type { FileEngine } from '../../src/engine/engine.ts';

/** Amounts whose decimals are easy to get wrong: ties at the eleventh digit, tiny ones, large ones, products of a discount. */
const NAMED = [
  262347.59, 0.00169364475, 0.0016936447499999998, -0, 5e-11, 4.9e-11, -5e-11, 7.643302956656501e-12, 99999999.99,
  -99999999.99, 49999.99999999995, 50000.00000000005, 0.1, 1e-10, 1e7, 2e-3, 5e-324,
];

/** A small generator with a seed (mulberry32): the same corpus on every machine and engine. */
function* random(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** A million amounts below 1e8, the named ones first. */
function* amounts(): Generator<number> {
  const draw = random(20_261_125);
  const next = (): number => draw.next().value as number;
  yield* NAMED;
  for (let n = 0; n < 200_000; n++) yield n * 8.75e-9;
  for (let n = 0; n < 100_000; n++) yield (n + 0.5) * 1e-10;
  for (let n = 0; n < 100_000; n++) yield (n + 0.5) / 1e10 + 49_999;
  // A price times a discount, and a price times a discount times an amount.
  for (let n = 0; n < 200_000; n++) yield (Math.floor(next() * 1e8) / 1e10) * 0.93;
  for (let n = 0; n < 100_000; n++) yield (Math.floor(next() * 1e6) / 1e6) * 0.87 * Math.floor(next() * 1000);
  for (let n = 0; n < 300_000; n++) yield (next() - 0.5) * 10 ** (Math.floor(next() * 24) - 16);
}

/**
 * Writes the corpus to a Parquet file: columns `amount` DOUBLE, `as_text` as JavaScript prints it, `expected` whole units
 * of 1e-10 by TypeScript's rule.
 */
export async function writeAmounts(engine: FileEngine, file: string): Promise<void> {
  const columns = { amount: 'DOUBLE', as_text: 'VARCHAR', expected: 'VARCHAR' };
  const table = await engine.load('corpus', columns, chunks());
  await engine.writeParquet(`SELECT * REPLACE (CAST(expected AS BIGINT) AS expected) FROM ${table}`, file);
}

async function* chunks() {
  let chunk = [];
  for (const amount of amounts()) {
    chunk.push({ amount, as_text: String(amount), expected: String(moneyFromDouble(amount)) });
    if (chunk.length < 10_000) continue;
    yield chunk;
    chunk = [];
  }
  yield chunk;
}

/**
 * The amounts of the corpus that the engine makes other money of than TypeScript does: as money, as an addend, as a
 * usage amount, or when it is asked whether they are money.
 * @param relation the corpus in the engine
 */
export async function differences(
  engine: Pick<FileEngine, 'dialect' | 'rows'>,
  relation: string,
  column: 'amount' | 'as_text',
): Promise<unknown[]> {
  const { dialect } = engine;
  const type = column === 'amount' ? 'DOUBLE' : 'VARCHAR';
  const expected = 'CAST(expected AS DECIMAL(18,0)) * 0.0000000001';
  const found = {
    money: dialect.toMoney(column, type),
    quantity: dialect.toQuantity(column, type),
    is_money: dialect.isMoney(column, type),
  };
  const wrong = [
    `${found.money} IS DISTINCT FROM ${expected}`,
    `${found.quantity} IS DISTINCT FROM ${expected}`,
    `NOT ${found.is_money}`,
    `(${dialect.toAddend(column, type)} <> 0) <> (expected <> 0)`,
  ];
  return engine.rows(
    `SELECT ${column}, ${Object.entries(found).map(([name, sql]) => `${sql} AS ${name}`)}, expected
     FROM ${relation} AS corpus WHERE ${wrong.join(' OR ')} LIMIT 5`,
  );
}

/** The exact sum of the corpus as the engine's addends give it, and as TypeScript's units do, both as decimal text. */
export async function sums(
  engine: Pick<FileEngine, 'dialect' | 'rows'>,
  relation: string,
): Promise<{ readonly lines: string; readonly found: string; readonly expected: string }> {
  const { dialect } = engine;
  const [row = {}] = await engine.rows(
    `SELECT CAST(count(*) AS VARCHAR) AS lines, ${dialect.sumAddends(dialect.toAddend('amount', 'DOUBLE'))} AS found,
       CAST(sum(CAST(expected AS DECIMAL(38,0))) AS DECIMAL(38,0)) * 0.0000000001 AS expected FROM ${relation} AS corpus`,
  );
  return { lines: String(row.lines), found: String(textOf(row, 'found')), expected: String(textOf(row, 'expected')) };
}

/** Doubles that are no amount, and their neighbours that are: SQL -> whether it is money. */
const EDGES = {
  "CAST('NaN' AS DOUBLE)": false,
  "CAST('Infinity' AS DOUBLE)": false,
  "CAST('-Infinity' AS DOUBLE)": false,
  "CAST('1e8' AS DOUBLE)": false,
  "CAST('-1e8' AS DOUBLE)": false,
  "CAST('99999999.99' AS DOUBLE)": true,
  "CAST('-0' AS DOUBLE)": true,
  'CAST(NULL AS DOUBLE)': true,
} as const;

/** How the engine sees the {@link EDGES}: whether each is money, and whether it has an addend. */
export async function edges(
  engine: Pick<FileEngine, 'dialect' | 'rows'>,
): Promise<Record<string, { isMoney: unknown; hasAddend: unknown }>> {
  const { dialect } = engine;
  const seen: Record<string, { isMoney: unknown; hasAddend: unknown }> = {};
  for (const sql of Object.keys(EDGES)) {
    const [row] = await engine.rows(
      `SELECT ${dialect.isMoney('x', 'DOUBLE')} AS is_money, ${dialect.toAddend('x', 'DOUBLE')} IS NOT NULL AS has_addend
       FROM (SELECT ${sql} AS x) AS edge`,
    );
    seen[sql] = { isMoney: row?.is_money, hasAddend: row?.has_addend };
  }
  return seen;
}

export const EXPECTED_EDGES = Object.fromEntries(
  Object.entries(EDGES).map(([sql, isMoney]) => [sql, { isMoney, hasAddend: isMoney && !sql.includes('NULL') }]),
);
