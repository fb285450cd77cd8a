import type { ComparedPeriod, ComparedUsage } from '../../domain/driver.ts';
import { pathOf } from './usage-path.ts';

/** What the lines of a caller are added up in: the same thing, in the same row. */
export interface Cell {
  /** of a row, in the order of the question's dimensions: those that say what was used */
  readonly values: readonly (string | null)[];
  /** {@link ComparedUsage.correction} */
  readonly correction: string | null;
  /** the same number for the same values and correction: such cells of a party are of one row */
  readonly row: number;
  /** whether its cost paid for an amount that is known */
  readonly counts: boolean;
  /** how much one of its usage amounts is; 1 where its usages differ in that: see {@link CellsOfUsages.times} */
  readonly perUnit: number;
  /** where its usage stands in the tree of a caller's usage: {@link pathOf} */
  readonly path: readonly string[];
}

/** Which cells lines are added to, by the index of their usage; -1: it is left out. */
export interface CellsOfUsages {
  readonly read: Int32Array;
  /** of lines whose amount could not be read */
  readonly unread: Int32Array;
  /** how often an amount is added to its cell */
  readonly times: Float64Array;
}

/** The cells of a comparison: those of one row follow each other, and in it those of one node of the tree. */
export interface Cells {
  readonly all: readonly Cell[];
  /** by period, in the order in which their usages are given */
  readonly ofPeriods: readonly CellsOfUsages[];
}

export function cellsOf(periods: readonly ComparedPeriod['usages'][]): Cells {
  const cells = new Map<string, Omit<Cell, 'perUnit'> & { readonly key: string; readonly perUnits: Set<number> }>();
  const rows = new Map<string, number>();
  const names = new Map<string, string>();
  const keyOf = (usage: ComparedUsage, isRead: boolean): string => {
    const { values, correction, perUnit } = usage;
    // One string for one name: those are compared a million times, and are the same without a look at their letters.
    const path = pathOf(usage.thing).map((name) => {
      if (!names.has(name)) names.set(name, name);
      return names.get(name) ?? name;
    });
    const counts = isRead && perUnit !== null;
    const rowKey = JSON.stringify([values, correction]);
    const row = rows.get(rowKey) ?? rows.size;
    rows.set(rowKey, row);
    const key = JSON.stringify([row, path, counts]);
    const cell = cells.get(key) ?? { key, values, correction, row, counts, path, perUnits: new Set<number>() };
    cells.set(key, cell);
    cell.perUnits.add(perUnit ?? 1);
    return key;
  };
  const keysOf = (usages: ComparedPeriod['usages'], isRead: boolean): (string | null)[] =>
    Array.from(usages, (usage) => (usage === undefined ? null : keyOf(usage, isRead)));
  const keys = periods.map((usages) => ({ read: keysOf(usages, true), unread: keysOf(usages, false) }));
  const found = [...cells.values()].sort((a, b) => a.row - b.row || byNames(a.path, b.path) || byText(a.key, b.key));
  const all = found.map(({ key, perUnits, ...cell }) => ({ ...cell, key, perUnit: onlyOf(perUnits) ?? 1 }));
  const places = new Map(all.map(({ key }, index) => [key, index]));
  const placesOf = (of: readonly (string | null)[]): Int32Array =>
    Int32Array.from(of, (key) => (key === null ? -1 : (places.get(key) ?? -1)));
  const timesOf = (usages: ComparedPeriod['usages'], read: readonly (string | null)[]): Float64Array =>
    Float64Array.from(usages, (usage, index) => {
      const perUnits = cells.get(read[index] ?? '')?.perUnits;
      return perUnits === undefined || onlyOf(perUnits) !== null ? 1 : (usage?.perUnit ?? 1);
    });
  const ofPeriods = keys.map(({ read, unread }, index) => ({
    read: placesOf(read),
    unread: placesOf(unread),
    times: timesOf(periods[index] ?? [], read),
  }));
  return { all, ofPeriods };
}

/** `null`: there are several. */
function onlyOf(numbers: ReadonlySet<number>): number | null {
  const [first, ...more] = numbers;
  return more.length > 0 ? null : (first ?? null);
}

function byNames(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((name, index) => name !== b[index]);
  return at < 0 ? a.length - b.length : byText(a[at] ?? '', b[at] ?? '');
}

function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
