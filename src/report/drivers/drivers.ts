import type { RowKey } from '../../domain/answer.ts';
import type { ComparedCells, Comparison } from '../../domain/comparison.ts';
import { DRIVERS, type Driver, type DriverParts, type UsageCell } from '../../domain/driver.ts';
import { divideHalfUp, type Money } from '../../domain/money.ts';
import type { Question } from '../../domain/question.ts';
import { atOnce, each, type Steps } from '../steps.ts';
import { FRACTION_BITS, PRICE, splitChange, VOLUME } from './split.ts';
import { usageTrees } from './usage-tree.ts';

/** How far the share of a foundation model, or of a way to call it, shifted, and what that cost. In no unit: compare them. */
interface Shift {
  readonly cost: bigint;
  readonly quantity: bigint;
}

/** Why a row changed. */
export interface RowDrivers {
  readonly parts: DriverParts;
  /** how many principals came and went */
  readonly came: number;
  readonly went: number;
  readonly models: ReadonlyMap<string, Shift>;
  readonly services: ReadonlyMap<string, Shift>;
}

/** The drivers on each level of shares of {@link usageTrees}. */
const LEVELS = ['modelMix', 'cache', 'tierRouting', 'tierRouting'] as const satisfies readonly Driver[];

/** Of which levels the names that shifted are kept. */
const SHIFTS: readonly ('models' | 'services' | undefined)[] = ['models', undefined, 'services'];

/** What is worked out, and not just added up. */
const SPLIT: readonly Driver[] = ['volume', 'modelMix', 'tierRouting', 'cache', 'price'];

/** Answers' rows, and what has the same key: `other` is never a cell's. */
export function rowKey({ time, values, adjustment }: Omit<RowKey, 'other'>): string {
  return JSON.stringify([time, values, adjustment]);
}

/**
 * What made each row of a comparison move, by {@link rowKey}. The order of the cells is irrelevant. Where nothing was restated,
 * exchanging before and now negates every part, and what came has gone.
 */
export function drivers(comparison: Comparison): ReadonlyMap<string, RowDrivers> {
  return atOnce(driversInSteps(comparison));
}

/** The same in steps. */
export function* driversInSteps({ cells, now: { question } }: Comparison): Steps<ReadonlyMap<string, RowDrivers>> {
  const tally = startDrivers(question);
  yield* tally.add(cells);
  return tally.finish();
}

/** The drivers of a comparison whose cells come in parts; all cells of a caller must be in one. */
export interface DriverTally {
  add(cells: ComparedCells): Steps<void>;
  finish(): ReadonlyMap<string, RowDrivers>;
}

export function startDrivers({ by }: Pick<Question, 'by'>): DriverTally {
  // Somebody is new where none of their usage was: using another model does not make them new in its row.
  const who = by.flatMap(({ source }, index) => (source.table === 'usage' ? [] : [index]));
  const presence = (cell: UsageCell): string => JSON.stringify([who.map((index) => cell.values[index]), cell.caller]);
  const sums = new Map<string, Sums>();
  return {
    *add(cells) {
      const rows = new Map<string, Row>();
      const rowOf = (cell: UsageCell): Row => {
        const key = rowKey(cell);
        const row = rows.get(key) ?? newRow();
        rows.set(key, row);
        return row;
      };
      const restated: UsageCell[] = [];
      yield* each(cells.before, (cell) => {
        if (cell.settled) rowOf(cell).exact.restatement -= cell.cost;
        else restated.push(cell);
      });
      yield* each(cells.now, (cell) => {
        if (!cell.settled) return;
        rowOf(cell).exact.restatement += cell.cost;
        restated.push(cell);
      });
      const seen = { before: new Set<string>(), now: new Set<string>() };
      const see = (side: 'before' | 'now') => (cell: UsageCell) => {
        if (isUse(cell)) seen[side].add(presence(cell));
      };
      yield* each(restated, see('before'));
      yield* each(cells.now, see('now'));
      yield* each(restated, (cell) => place(rowOf(cell), cell, 'before', seen.now.has(presence(cell))));
      yield* each(cells.now, (cell) => place(rowOf(cell), cell, 'now', seen.before.has(presence(cell))));
      for (const [key, row] of rows) {
        const known = sums.get(key) ?? newSums();
        sums.set(key, known);
        yield* addRow(known, row);
      }
    },
    finish: () => new Map([...sums].map(([key, row]) => [key, finished(row)])),
  };
}

/** The sum of rows. */
export function addDrivers(rows: readonly RowDrivers[]): RowDrivers {
  const parts = noParts();
  const all = { came: 0, went: 0, models: new Map<string, Shift>(), services: new Map<string, Shift>() };
  for (const row of rows) {
    for (const driver of DRIVERS) parts[driver] += row.parts[driver];
    all.came += row.came;
    all.went += row.went;
    for (const [name, shift] of row.models) addShift(all.models, name, shift);
    for (const [name, shift] of row.services) addShift(all.services, name, shift);
  }
  return { ...all, parts: parts as Record<Driver, Money> };
}

/** What one part of the cells holds of a row. */
interface Row {
  readonly exact: Record<Driver, bigint>;
  readonly came: Set<string>;
  readonly went: Set<string>;
  readonly callers: Map<string, { readonly before: UsageCell[]; readonly now: UsageCell[] }>;
}

/** A row so far. */
interface Sums {
  readonly exact: Record<Driver, bigint>;
  /** what is worked out, in 2^-96 of a unit of money: rounded once, at the end */
  readonly split: Record<Driver, bigint>;
  /** what the split parts come to */
  change: bigint;
  came: number;
  went: number;
  readonly models: Map<string, Shift>;
  readonly services: Map<string, Shift>;
}

const noParts = (): Record<Driver, bigint> =>
  Object.fromEntries(DRIVERS.map((driver) => [driver, 0n])) as Record<Driver, bigint>;

function newRow(): Row {
  return { exact: noParts(), came: new Set(), went: new Set(), callers: new Map() };
}

function newSums(): Sums {
  return { exact: noParts(), split: noParts(), change: 0n, came: 0, went: 0, models: new Map(), services: new Map() };
}

function isUse({ adjustment, corrects, cost, quantity }: UsageCell): boolean {
  return adjustment === null && !corrects && (cost !== 0n || quantity !== 0n);
}

/** Adds a cell to what it is a part of; what both sides have is split later. */
function place(row: Row, cell: UsageCell, side: 'before' | 'now', onOtherSide: boolean): void {
  const amount = side === 'now' ? cell.cost : -cell.cost;
  if (cell.adjustment !== null || cell.corrects) {
    row.exact.adjustments += amount;
  } else if (!cell.named || onOtherSide) {
    const caller = row.callers.get(cell.caller) ?? { before: [], now: [] };
    caller[side].push(cell);
    row.callers.set(cell.caller, caller);
  } else {
    row.exact[side === 'now' ? 'newPrincipals' : 'gonePrincipals'] += amount;
    if (isUse(cell)) row[side === 'now' ? 'came' : 'went'].add(cell.caller);
  }
}

function* addRow(sums: Sums, { exact, callers, came, went }: Row): Steps<void> {
  for (const driver of DRIVERS) sums.exact[driver] += exact[driver];
  sums.came += came.size;
  sums.went += went.size;
  const { split, models, services } = sums;
  for (const { before, now } of callers.values()) {
    const { roots, uncounted } = usageTrees(before, now);
    sums.exact.rest += uncounted.c1 - uncounted.c0;
    for (const root of roots) {
      sums.change += root.c1 - root.c0;
      splitChange(root, (level, part, child) => {
        const driver = driverOf(level);
        split[driver] += part;
        const names = SHIFTS[level];
        if (child !== null && names !== undefined) addShift(names === 'models' ? models : services, child.name, child);
      });
    }
    yield;
  }
}

function finished({ exact, split, change, came, went, models, services }: Sums): RowDrivers {
  const parts = { ...exact };
  for (const [driver, amount] of rounded(split, change)) parts[driver] += amount;
  return { parts: parts as Record<Driver, Money>, came, went, models, services };
}

function driverOf(level: number): Driver {
  if (level === VOLUME) return 'volume';
  return level === PRICE ? 'price' : (LEVELS[level] ?? 'tierRouting');
}

function addShift(shifts: Map<string, Shift>, name: string, { cost, quantity }: Shift): void {
  const sum = shifts.get(name) ?? { cost: 0n, quantity: 0n };
  shifts.set(name, { cost: sum.cost + cost, quantity: sum.quantity + quantity });
}

/** Parts as money that add up to the change: what rounding leaves goes to the greatest, on both sides alike. */
function rounded(split: Readonly<Record<Driver, bigint>>, change: bigint): Map<Driver, bigint> {
  const size = (driver: Driver): bigint => (split[driver] < 0n ? -split[driver] : split[driver]);
  const greatest = SPLIT.reduce((most, driver) => (size(driver) > size(most) ? driver : most));
  const parts = new Map(SPLIT.map((driver) => [driver, divideHalfUp(split[driver], 1n << FRACTION_BITS)]));
  const left = [...parts.values()].reduce((sum, part) => sum - part, change);
  return parts.set(greatest, (parts.get(greatest) ?? 0n) + left);
}
