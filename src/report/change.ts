import type { RowKey } from '../domain/answer.ts';
import type { Comparison } from '../domain/comparison.ts';
import { DRIVERS } from '../domain/driver.ts';
import { type Money, subtract, sum, ZERO } from '../domain/money.ts';
import { addDrivers, drivers, type RowDrivers, rowKey } from './drivers/drivers.ts';

export interface ChangeRow {
  readonly row: RowKey;
  readonly before: Money;
  readonly now: Money;
  readonly change: Money;
  /** its parts add up to the change */
  readonly drivers: RowDrivers;
}

export interface ChangeReport {
  /** only what moved, the greatest change first whatever its sign; what --top leaves out is one row, the last */
  readonly rows: readonly ChangeRow[];
  readonly before: Money;
  readonly now: Money;
  /** now less before: the sum of the rows' changes */
  readonly change: Money;
  /** the sum of the rows' drivers */
  readonly drivers: RowDrivers;
}

/**
 * What moved between two answers to one question, and why.
 * @param top how many changes stand on their own; `null` = all
 */
export function changes(comparison: Comparison, top: number | null): ChangeReport {
  const { before, now } = comparison;
  const pairs = new Map<string, { row: RowKey; before: Money; now: Money }>();
  const add = (side: 'before' | 'now') => (row: RowKey & { readonly cost: Money }) => {
    const key = rowKey(row);
    const pair = pairs.get(key) ?? { row, before: ZERO, now: ZERO };
    pairs.set(key, { ...pair, [side]: row.cost });
  };
  before.rows.forEach(add('before'));
  now.rows.forEach(add('now'));
  const why = drivers(comparison);
  const moved = [...pairs]
    .map(([key, pair]): ChangeRow => {
      const change = subtract(pair.now, pair.before);
      return { ...pair, change, drivers: checked(why.get(key) ?? addDrivers([]), change) };
    })
    .filter((row) => DRIVERS.some((driver) => row.drivers.parts[driver] !== ZERO))
    .sort((a, b) => (size(a.change) < size(b.change) ? 1 : size(a.change) > size(b.change) ? -1 : 0));
  return {
    rows: top === null || moved.length <= top ? moved : [...moved.slice(0, top), rest(moved.slice(top), now)],
    before: before.total,
    now: now.total,
    change: subtract(now.total, before.total),
    drivers: addDrivers(moved.map((row) => row.drivers)),
  };
}

function checked(why: RowDrivers, change: Money): RowDrivers {
  const parts = sum(DRIVERS.map((driver) => why.parts[driver]));
  if (parts !== change) throw new Error(`the drivers of a change of ${change} come to ${parts}`);
  return why;
}

const size = (amount: Money): bigint => (amount < 0n ? -amount : amount);

function rest(rows: readonly ChangeRow[], { question }: Comparison['now']): ChangeRow {
  return {
    row: { time: null, values: question.by.map(() => null), adjustment: null, other: true },
    before: sum(rows.map((row) => row.before)),
    now: sum(rows.map((row) => row.now)),
    change: sum(rows.map((row) => row.change)),
    drivers: addDrivers(rows.map((row) => row.drivers)),
  };
}
