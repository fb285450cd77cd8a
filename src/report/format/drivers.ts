import { DRIVER_HEADS, DRIVERS, type Driver } from '../../domain/driver.ts';
import { divideHalfUp, formatUnits, groupThousands, ZERO } from '../../domain/money.ts';
import type { ChangeReport, ChangeRow } from '../change.ts';
import { because } from '../drivers/because.ts';
import { CENT_DIGITS, type ChangeCents, type RowCents } from './change-cents.ts';
import { amountWithSign } from './headline.ts';
import { type TextColumn, tableWidth, textColumn } from './text-table.ts';
import { visible } from './visible-text.ts';

/** More sentences than this nobody reads; the table has every row. */
const SENTENCES = 5;

/**
 * The change of each row and the drivers that it adds up from; those that moved nothing are left out.
 * @param room for them; `null` = all they need. Where it is short, the least drivers are one column.
 */
export function driverColumns(cents: ChangeCents, room: number | null): TextColumn[] {
  const present = DRIVERS.filter((driver) => cents.rows.some(({ parts }) => parts[driver] !== 0n));
  const weight = (driver: Driver): bigint => cents.rows.reduce((sum, { parts }) => sum + size(parts[driver]), 0n);
  const byWeight = present.toSorted((a, b) => (weight(a) < weight(b) ? 1 : weight(a) > weight(b) ? -1 : 0));
  for (let own = byWeight.length; ; own = own === byWeight.length ? own - 2 : own - 1) {
    const named = present.filter((driver) => byWeight.indexOf(driver) < own);
    const others = present.filter((driver) => !named.includes(driver));
    const columns = [
      amountColumn('Change', cents, (row) => row.change),
      ...named.map((driver) => amountColumn(DRIVER_HEADS[driver], cents, ({ parts }) => parts[driver])),
      ...(others.length === 0 ? [] : [amountColumn('Other', cents, (row) => partsOf(row, others))]),
    ];
    if (room === null || own <= 1 || tableWidth(columns) <= room) return columns;
  }
}

function partsOf({ parts }: RowCents, drivers: readonly Driver[]): bigint {
  return drivers.reduce((sum, driver) => sum + parts[driver], 0n);
}

/** A driver that did nothing to a row leaves its cell empty: the others are found faster. */
function amountColumn(head: string, { rows, total }: ChangeCents, amountOf: (row: RowCents) => bigint): TextColumn {
  const text = (row: RowCents): string => (amountOf(row) === 0n ? '' : signed(amountOf(row)));
  return textColumn({ head, align: 'right', cells: rows.map(text), foot: text(total) || '0.00' });
}

/** A sentence for each of the greatest changes, and one for all. */
export function whyLines(
  report: ChangeReport,
  cents: ChangeCents,
  labels: readonly TextColumn[],
  currency: string,
): string[] {
  if (report.rows.length === 0) return [];
  const rows = report.rows.slice(0, SENTENCES).flatMap((row, index) => {
    const printed = cents.rows[index];
    const name = labels.map(({ cells }) => cells[index]?.trim()).filter(Boolean);
    return printed === undefined ? [] : [sentence(name.join(' · '), row, printed, currency)];
  });
  return [...rows, ...(report.rows.length === 1 ? [] : [sentence('Total', report, cents.total, currency)])];
}

/** `backend +$1,234.00 (+18.0 %): mostly more volume (+$900.00) and a shift to Claude Opus 4.6 (+$300.00)` */
export function sentence(
  name: string,
  row: Pick<ChangeRow, 'before' | 'change' | 'drivers'>,
  printed: RowCents,
  currency: string,
): string {
  const amount = (units: bigint): string =>
    `${units > 0n ? '+' : ''}${amountWithSign(formatUnits(units, CENT_DIGITS), currency)}`;
  const percent = percentText(row);
  const why = because(row.drivers, printed.parts, amount);
  return visible(`${name} ${amount(printed.change)}${percent === '' ? '' : ` (${percent})`}: ${why}`);
}

/** `+12.3 %`; what was nothing before is new. */
export function percentText({ before, change }: Pick<ChangeRow, 'before' | 'change'>): string {
  if (before === ZERO) return change === ZERO ? '' : 'new';
  const tenths = divideHalfUp(change * 1000n, size(before));
  return `${tenths > 0n ? '+' : ''}${groupThousands(formatUnits(tenths, 1))} %`;
}

export function signed(units: bigint): string {
  return `${units > 0n ? '+' : ''}${groupThousands(formatUnits(units, CENT_DIGITS))}`;
}

function size(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
