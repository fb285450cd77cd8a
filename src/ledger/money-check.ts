import { moneyFromDouble } from '../domain/money.ts';
import { moneyOf, textOf } from '../engine/cells.ts';
import type { Engine } from '../engine/engine.ts';

/** Doubles whose decimals are easy to get wrong: ties at the eleventh digit, tiny and large ones, discounted products. */
const TRICKY = [
  262347.59, 0.00169364475, 0.0016936447499999998, 5e-11, 4.9e-11, -5e-11, 7.643302956656501e-12, 99999999.99,
  -99999999.99, 49999.99999999995, 50000.00000000005, 0.1, 3.0625e-8, 2e-3,
];

/**
 * Proves on the engine at hand that doubles become the money that TypeScript makes of them, before a bill is read: how an
 * engine casts depends on its version, and on Trino on the server's Java.
 */
export async function checkMoney(engine: Engine): Promise<void> {
  const { dialect } = engine;
  const rows = TRICKY.map((amount, index) => `SELECT ${index} AS position, CAST('${amount}' AS DOUBLE) AS amount`);
  const cast = await engine.rows(
    `SELECT position, ${dialect.toMoney('amount', 'DOUBLE')} AS money FROM (${rows.join(' UNION ALL ')}) AS tricky`,
  );
  const wrong = cast.filter(
    (row) => row.money === null || moneyOf(row, 'money') !== moneyFromDouble(TRICKY[Number(row.position)] ?? 0),
  );
  if (cast.length !== TRICKY.length || wrong.length > 0) {
    const shown = wrong.map((row) => `${TRICKY[Number(row.position)]} becomes ${textOf(row, 'money')}`);
    throw new Error(`${engine.name} casts money in another way than Bursar: ${shown.join(', ')}`);
  }
}
