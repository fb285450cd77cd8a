import { divideHalfUp, type Money, sum } from '../domain/money.ts';

const CENT = 10n ** 8n;

/** An amount before and now, in whole cents. */
export interface BothCents {
  readonly before: bigint;
  readonly now: bigint;
}

/**
 * Amounts before and now in cents: both columns add up to their rounded sums, and what is the same on both sides is printed
 * the same. Now less before is then the change, wherever it is shown.
 * @param rows in one order for all who print them: the earlier wins a tie
 */
export function bothInCents(rows: readonly { readonly before: Money; readonly now: Money }[]): BothCents[] {
  const [same, moved] = [true, false].map((unmoved) =>
    [...rows.keys()].filter((index) => (rows[index]?.before === rows[index]?.now) === unmoved),
  ) as [number[], number[]];
  const side = (name: 'before' | 'now'): bigint[] => {
    const cents = rows.map(() => 0n);
    const amounts = (of: readonly number[]) => of.map((index) => rows[index]?.[name] as Money);
    const round = (of: readonly number[], target: bigint): void => {
      for (const [at, rounded] of roundTo(amounts(of), target).entries()) cents[of[at] ?? 0] = rounded;
    };
    const unmoved = cent(sum(amounts(same)));
    round(same, unmoved);
    round(moved, cent(sum(rows.map((row) => row[name]))) - unmoved);
    return cents;
  };
  const [before, now] = [side('before'), side('now')];
  return rows.map((_, index) => ({ before: before[index] ?? 0n, now: now[index] ?? 0n }));
}

/** Half up. */
export function cent(amount: bigint): bigint {
  return divideHalfUp(amount, CENT);
}

/** Cents of parts that come to `target`, which is their sum but for roundings: by largest remainder. What is 0 stays 0. */
export function roundTo(parts: readonly bigint[], target: bigint): bigint[] {
  const cents = parts.map((part) => (part - (((part % CENT) + CENT) % CENT)) / CENT);
  const order = parts
    .map((part, index) => ({ index, part, remainder: part - (cents[index] ?? 0n) * CENT }))
    .filter(({ part }) => part !== 0n)
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  let left = cents.reduce((rest, units) => rest - units, target);
  for (let turn = 0; left !== 0n && order.length > 0; turn++) {
    const step = left > 0n ? 1n : -1n;
    const at = order.at(left > 0n ? turn % order.length : -1 - (turn % order.length))?.index ?? 0;
    cents[at] = (cents[at] ?? 0n) + step;
    left -= step;
  }
  return cents;
}
