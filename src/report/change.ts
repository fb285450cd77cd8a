import type { RowKey } from '../domain/answer.ts';
import type { Comparison } from '../domain/comparison.ts';
import { type Money, subtract, sum, ZERO } from '../domain/money.ts';

export interface ChangeRow {
  readonly row: RowKey;
  readonly before: Money;
  readonly now: Money;
  readonly change: Money;
}

export interface ChangeReport {
  /** only what moved, the greatest change first whatever its sign; what --top leaves out is one row, the last */
  readonly rows: readonly ChangeRow[];
  readonly before: Money;
  readonly now: Money;
  /** now less before: the sum of the rows' changes */
  readonly change: Money;
}

/**
 * What moved between two answers to one question.
 * @param top how many changes stand on their own; `null` = all
 */
export function changes({ before, now }: Comparison, top: number | null): ChangeReport {
  const pairs = new Map<string, { row: RowKey; before: Money; now: Money }>();
  const add = (side: 'before' | 'now') => (row: RowKey & { readonly cost: Money }) => {
    const key = JSON.stringify([row.time, row.values, row.adjustment]);
    const pair = pairs.get(key) ?? { row, before: ZERO, now: ZERO };
    pairs.set(key, { ...pair, [side]: row.cost });
  };
  before.rows.forEach(add('before'));
  now.rows.forEach(add('now'));
  const moved = [...pairs.values()]
    .map((pair) => ({ ...pair, change: subtract(pair.now, pair.before) }))
    .filter(({ change }) => change !== ZERO)
    .sort((a, b) => (size(a.change) < size(b.change) ? 1 : size(a.change) > size(b.change) ? -1 : 0));
  return {
    rows: top === null || moved.length <= top ? moved : [...moved.slice(0, top), rest(moved.slice(top), now)],
    before: before.total,
    now: now.total,
    change: subtract(now.total, before.total),
  };
}

const size = (amount: Money): bigint => (amount < 0n ? -amount : amount);

function rest(rows: readonly ChangeRow[], { question }: Comparison['now']): ChangeRow {
  return {
    row: { time: null, values: question.by.map(() => null), adjustment: null, other: true },
    before: sum(rows.map((row) => row.before)),
    now: sum(rows.map((row) => row.now)),
    change: sum(rows.map((row) => row.change)),
  };
}
