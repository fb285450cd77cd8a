import { DRIVERS, type Driver } from '../../domain/driver.ts';
import { cent, roundTo } from '../both-cents.ts';
import type { ChangeReport, ChangeRow } from '../change.ts';

/** Digits of printed costs. */
export const CENT_DIGITS = 2;

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

/** All that is printed of a report beside what {@link ChangeRow.cents} says, rounded once. */
export function inCents({ rows, before, now }: ChangeReport): ChangeCents {
  const printed = rows.map(rowCents);
  const total = { before: cent(before), now: cent(now), change: cent(now) - cent(before) };
  const unmoved = printed.reduce((left, row) => left - row.before, total.before);
  return { rows: printed, total: { ...total, parts: addParts(printed) }, unmoved };
}

function rowCents({ drivers, cents: { before, now } }: ChangeRow): RowCents {
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
