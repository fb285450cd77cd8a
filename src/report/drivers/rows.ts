import { addSum, clearSum, openSums, type Sums, sumOf, widened } from '../../domain/amounts.ts';
import type { RowKey } from '../../domain/answer.ts';
import {
  type ComparedRow,
  DRIVERS,
  type Driver,
  type RowDrivers,
  type Shift,
  SPLIT_DRIVERS,
  type SplitDriver,
} from '../../domain/driver.ts';
import { DIGITS, type Money } from '../../domain/money.ts';
import type { Cell } from './cells.ts';
import type { Party } from './parties.ts';
import type { Tell } from './split.ts';

/** The drivers on each level of shares: see usage-path.ts. */
const LEVELS = ['modelMix', 'cache', 'tierRouting', 'tierRouting'] as const satisfies readonly SplitDriver[];

/** Levels of which the names that shifted are kept. */
const [MODELS, SERVICES] = [0, 2];

/**
 * What is added up of a row, exactly. All that it cost before (0) and now (1) is in one of these: corrections, gone and new principals, the
 * leaves that are split, the rest.
 */
const SUMS = ['restated', 'corrected0', 'corrected1', 'gone0', 'new1', 'leaf0', 'leaf1', 'rest0', 'rest1'] as const;
export type RowSum = (typeof SUMS)[number];

const PLACES = Object.fromEntries(SUMS.map((name, place) => [name, place])) as Record<RowSum, number>;

/** While it is being added up. */
type ShiftSum = { -readonly [Name in keyof Shift]: Shift[Name] };

/** What is added up of a row beside its exact sums. */
export class Row implements Tell {
  /** in its {@link RowSums} */
  readonly index: number;
  /** whether now has any line of it */
  isNow = false;
  came = 0;
  went = 0;
  readonly parts: Record<SplitDriver, number> = { volume: 0, modelMix: 0, tierRouting: 0, cache: 0, price: 0 };
  /** `null`: none; of tens of thousands of rows most have none */
  models: Map<string, ShiftSum> | null = null;
  services: Map<string, ShiftSum> | null = null;

  constructor(index: number) {
    this.index = index;
  }

  volume(part: number): void {
    this.parts.volume += part;
  }

  price(part: number): void {
    this.parts.price += part;
  }

  shift(level: number, part: number, name: string, cost: number, quantity: number): void {
    this.parts[LEVELS[level] ?? 'tierRouting'] += part;
    if (level === MODELS) this.models = withShift(this.models, name, cost, quantity);
    else if (level === SERVICES) this.services = withShift(this.services, name, cost, quantity);
  }

  addAll({ isNow, came, went, parts, models, services }: Row): void {
    if (isNow) this.isNow = true;
    this.came += came;
    this.went += went;
    this.parts.volume += parts.volume;
    this.parts.modelMix += parts.modelMix;
    this.parts.tierRouting += parts.tierRouting;
    this.parts.cache += parts.cache;
    this.parts.price += parts.price;
    if (models !== null) this.models = withShifts(this.models, models);
    if (services !== null) this.services = withShifts(this.services, services);
  }

  clear(): void {
    this.isNow = false;
    this.came = 0;
    this.went = 0;
    for (const driver of SPLIT_DRIVERS) this.parts[driver] = 0;
    this.models = null;
    this.services = null;
  }
}

const LEAST_ROWS = 64;

/** Rows with their exact sums. */
export class RowSums {
  readonly rows: Row[] = [];
  #sums = openSums(LEAST_ROWS * SUMS.length);

  open(): Row {
    const row = new Row(this.rows.length);
    this.rows.push(row);
    const room = this.#sums.whole.length;
    if (this.rows.length * SUMS.length > room) this.#sums = widened(this.#sums, room * 2);
    return row;
  }

  add({ index }: Row, sum: RowSum, sums: Sums, at: number): void {
    addSum(this.#sums, index * SUMS.length + PLACES[sum], sums, at);
  }

  /** @param of one of `other` */
  addAll(row: Row, other: RowSums, of: Row): void {
    row.addAll(of);
    for (let place = 0; place < SUMS.length; place++) {
      addSum(this.#sums, row.index * SUMS.length + place, other.#sums, of.index * SUMS.length + place);
    }
  }

  clear(row: Row): void {
    row.clear();
    for (let place = 0; place < SUMS.length; place++) clearSum(this.#sums, row.index * SUMS.length + place);
  }

  sum({ index }: Row, name: RowSum): bigint {
    return sumOf(this.#sums, index * SUMS.length + PLACES[name]);
  }
}

/** More rows of cells no comparison has: its usages have fewer values. */
const CELL_ROWS = 2 ** 24;

/** The rows of a comparison. */
export class Rows {
  readonly #sums = new RowSums();
  /** by the index of their row */
  readonly #keys: Omit<RowKey, 'other'>[] = [];
  readonly #byKey = new Map<string, Row>();
  /** by the numbers of who a party is and of what a cell is of */
  readonly #found = new Map<number, Row>();

  /** @param row of `sums`: what the party's lines come to in the cell's row */
  add(party: Party, cell: Cell, sums: RowSums, row: Row): void {
    this.#sums.addAll(this.#of(party, cell), sums, row);
  }

  finished(): ComparedRow[] {
    return this.#sums.rows.map((row, index) => this.#finished(row, this.#keys[index] as Omit<RowKey, 'other'>));
  }

  #of(party: Party, cell: Cell): Row {
    const near = (party.who * CELL_ROWS + cell.row) * 2 + (party.named ? 1 : 0);
    const found = this.#found.get(near);
    if (found !== undefined) return found;
    // Lines that name a principal are its row's, whatever they are.
    const key: Omit<RowKey, 'other'> = {
      time: party.time,
      values: party.values.map((value, index) => value ?? cell.values[index] ?? null),
      adjustment: party.named ? null : cell.correction,
    };
    const text = JSON.stringify([key.time, key.values, key.adjustment]);
    const known = this.#byKey.get(text);
    const row = known ?? this.#sums.open();
    if (known === undefined) this.#keys.push(key);
    this.#byKey.set(text, row);
    this.#found.set(near, row);
    return row;
  }

  #finished(row: Row, key: Omit<RowKey, 'other'>): ComparedRow {
    const { isNow, came, went, parts, models, services } = row;
    const sum = (name: RowSum): bigint => this.#sums.sum(row, name);
    const [corrected0, corrected1, gone0, new1] = [sum('corrected0'), sum('corrected1'), sum('gone0'), sum('new1')];
    const [leaf0, leaf1, rest0, rest1] = [sum('leaf0'), sum('leaf1'), sum('rest0'), sum('rest1')];
    const restated = sum('restated');
    const exact = {
      newPrincipals: new1,
      gonePrincipals: -gone0,
      restatement: restated,
      adjustments: corrected1 - corrected0,
      rest: rest1 - rest0,
    };
    const all = { ...rounded(parts, leaf1 - leaf0), ...exact } as Record<Driver, Money>;
    return {
      ...key,
      before: (corrected0 + gone0 + leaf0 + rest0 - restated) as Money,
      now: (corrected1 + new1 + leaf1 + rest1) as Money,
      isNow,
      drivers: { parts: all, came, went, models: models ?? NO_SHIFTS, services: services ?? NO_SHIFTS },
    };
  }
}

/** The sum of rows. */
export function addDrivers(rows: readonly RowDrivers[]): RowDrivers {
  const parts = ofEach(DRIVERS, () => 0n);
  const all = { came: 0, went: 0, models: new Map<string, ShiftSum>(), services: new Map<string, ShiftSum>() };
  for (const row of rows) {
    for (const driver of DRIVERS) parts[driver] += row.parts[driver];
    all.came += row.came;
    all.went += row.went;
    withShifts(all.models, row.models);
    withShifts(all.services, row.services);
  }
  return { ...all, parts: parts as Record<Driver, Money> };
}

function ofEach<D extends Driver, T>(drivers: readonly D[], make: (driver: D) => T): Record<D, T> {
  return Object.fromEntries(drivers.map((driver) => [driver, make(driver)])) as Record<D, T>;
}

type Shifts = Map<string, ShiftSum>;

const NO_SHIFTS: ReadonlyMap<string, Shift> = new Map();

/** @param shifts are added to; `null`: there are none yet */
function withShift(shifts: Shifts | null, name: string, cost: number, quantity: number): Shifts {
  const sum = shifts?.get(name);
  if (sum === undefined) return (shifts ?? new Map()).set(name, { cost, quantity });
  sum.cost += cost;
  sum.quantity += quantity;
  return shifts as Shifts;
}

function withShifts(shifts: Shifts | null, more: ReadonlyMap<string, Shift>): Shifts {
  let all = shifts ?? new Map();
  for (const [name, { cost, quantity }] of more) all = withShift(all, name, cost, quantity);
  return all;
}

const ONE = 10 ** DIGITS;

/** A part as money, and its opposite as the opposite: doubles have lost more than their text could tell apart. */
function inUnits(part: number): bigint {
  const units = Math.round(Math.abs(part) * ONE);
  return BigInt(part < 0 ? -units : units);
}

/** Parts as money that add up to the change: what doubles lose goes to the greatest, on both sides alike. */
function rounded(split: Readonly<Record<SplitDriver, number>>, change: bigint): Record<SplitDriver, bigint> {
  const greatest = SPLIT_DRIVERS.reduce((most, driver) =>
    Math.abs(split[driver]) > Math.abs(split[most]) ? driver : most,
  );
  const parts = ofEach(SPLIT_DRIVERS, (driver): bigint => inUnits(split[driver]));
  const left = SPLIT_DRIVERS.reduce((rest, driver) => rest - parts[driver], change);
  parts[greatest] = parts[greatest] + left;
  return parts;
}
