import type { CostRow, RowKey } from '../domain/answer.ts';
import type { Comparison } from '../domain/comparison.ts';
import { DRIVERS, type RowDrivers } from '../domain/driver.ts';
import { type Money, subtract, sum, ZERO } from '../domain/money.ts';
import { type BothCents, bothInCents } from './both-cents.ts';
import { addDrivers } from './drivers/rows.ts';
import { atOnce, each, type Steps } from './steps.ts';

/** A row of both answers, or of one: then the other has 0. */
interface PairedRow {
  readonly row: CostRow;
  readonly before: Money;
  readonly now: Money;
}

export interface ChangeRow extends Omit<PairedRow, 'row'> {
  readonly row: RowKey;
  readonly change: Money;
  /** those of all rows add up: {@link bothInCents} */
  readonly cents: BothCents;
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
  return atOnce(changesInSteps(comparison, top));
}

/** The same in steps. */
export function* changesInSteps({ before, now, rows }: Comparison, top: number | null): Steps<ChangeReport> {
  const cents = bothInCents(rows);
  yield;
  const moved: ChangeRow[] = [];
  yield* each(rows.entries(), ([index, { time, values, adjustment, isNow: _, ...row }]) => {
    const change = checked(row.drivers, subtract(row.now, row.before));
    if (DRIVERS.every((driver) => row.drivers.parts[driver] === ZERO)) return;
    const key = { time, values, adjustment, other: false };
    moved.push({ ...row, row: key, change, cents: cents[index] ?? { before: 0n, now: 0n } });
  });
  moved.sort((a, b) => (size(a.change) < size(b.change) ? 1 : size(a.change) > size(b.change) ? -1 : 0));
  yield;
  const shown = top === null || moved.length <= top ? moved : [...moved.slice(0, top), rest(moved.slice(top), now)];
  return {
    rows: shown,
    before: before.total,
    now: now.total,
    change: subtract(now.total, before.total),
    drivers: addDrivers(shown.map(({ drivers }) => drivers)),
  };
}

/** Rows of both answers side by side, in the order of the later one; who is gone comes last. */
export function pairRows(before: readonly CostRow[], now: readonly CostRow[]): PairedRow[] {
  const gone = new Map(before.map((row) => [pairKey(row), row]));
  const there = now.map((row) => {
    const key = pairKey(row);
    const earlier = gone.get(key);
    gone.delete(key);
    return { row, before: earlier?.cost ?? ZERO, now: row.cost };
  });
  return [...there, ...[...gone.values()].map((row) => ({ row, before: row.cost, now: ZERO }))];
}

function pairKey({ time, values, adjustment, other }: RowKey): string {
  return JSON.stringify([time, values, adjustment, other]);
}

function checked({ parts }: RowDrivers, change: Money): Money {
  const all = sum(DRIVERS.map((driver) => parts[driver]));
  if (all !== change) throw new Error(`the drivers of a change of ${change} come to ${all}`);
  return change;
}

const size = (amount: Money): bigint => (amount < 0n ? -amount : amount);

function rest(rows: readonly ChangeRow[], { question }: Comparison['now']): ChangeRow {
  return {
    row: { time: null, values: question.by.map(() => null), adjustment: null, other: true },
    before: sum(rows.map((row) => row.before)),
    now: sum(rows.map((row) => row.now)),
    change: sum(rows.map((row) => row.change)),
    cents: {
      before: rows.reduce((all, { cents }) => all + cents.before, 0n),
      now: rows.reduce((all, { cents }) => all + cents.now, 0n),
    },
    drivers: addDrivers(rows.map((row) => row.drivers)),
  };
}
