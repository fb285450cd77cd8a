import { DRIVERS, type Driver } from '../../domain/driver.ts';
import { divideHalfUp, subtract, sum } from '../../domain/money.ts';
import type { ChangeReport, ChangeRow } from '../change.ts';

/** Digits of printed costs, and 1 printed unit in money. */
export const CENT_DIGITS = 2;
const CENT = 10n ** 8n;

type DriverCents = Readonly<Record<Driver, bigint>>;

/** A row in cents: readers subtract and add up in their head, so now less before is the change, and the parts come to it. */
export interface RowCents {
  readonly before: bigint;
  readonly now: bigint;
  readonly change: bigint;
  readonly parts: DriverCents;
}

/** A report in cents: the columns add up too, with what did not move. */
export interface ChangeCents {
  readonly rows: readonly RowCents[];
  readonly total: RowCents;
  /** what is in both sums, in no row */
  readonly unmoved: bigint;
}

/** All that is printed of a report is rounded here, once. */
export function inCents({ rows, before, now }: ChangeReport): ChangeCents {
  const unmoved = cent(subtract(before, sum(rows.map((row) => row.before))));
  const befores = roundTo(
    rows.map((row) => row.before),
    cent(before) - unmoved,
  );
  const nows = roundTo(
    rows.map((row) => row.now),
    cent(now) - unmoved,
  );
  const printed = rows.map((row, index) => rowCents(row, befores[index] ?? 0n, nows[index] ?? 0n));
  const total = { before: cent(before), now: cent(now), change: cent(now) - cent(before) };
  return { rows: printed, total: { ...total, parts: addParts(printed) }, unmoved };
}

function rowCents({ drivers }: ChangeRow, before: bigint, now: bigint): RowCents {
  const cents = roundTo(
    DRIVERS.map((driver) => drivers.parts[driver]),
    now - before,
  );
  const parts = Object.fromEntries(DRIVERS.map((driver, index) => [driver, cents[index] ?? 0n])) as DriverCents;
  return { before, now, change: now - before, parts };
}

function addParts(rows: readonly RowCents[]): DriverCents {
  const of = (driver: Driver): bigint => rows.reduce((sum, { parts }) => sum + parts[driver], 0n);
  return Object.fromEntries(DRIVERS.map((driver) => [driver, of(driver)])) as DriverCents;
}

function cent(amount: bigint): bigint {
  return divideHalfUp(amount, CENT);
}

/** Cents of parts that come to `target`, which is their sum but for roundings: by largest remainder. What is 0 stays 0. */
function roundTo(parts: readonly bigint[], target: bigint): bigint[] {
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
