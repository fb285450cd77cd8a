import type { RowKey } from '../../domain/answer.ts';
import {
  DRIVERS,
  type Driver,
  type RowDrivers,
  type RowSums,
  type Shift,
  SPLIT_DRIVERS,
  type SplitDriver,
  type UsageLeaves,
  type UsedThing,
} from '../../domain/driver.ts';
import { type Money, moneyFromDouble } from '../../domain/money.ts';
import { type PlacedLeaf, splitUsage, type Tell } from './split.ts';
import { type UsagePlace, usagePlaces } from './usage-place.ts';

/** The drivers on each level of shares: see usage-place.ts. */
const LEVELS = ['modelMix', 'cache', 'tierRouting', 'tierRouting'] as const satisfies readonly SplitDriver[];

/** Levels of which the names that shifted are kept. */
const [MODELS, SERVICES] = [0, 2];

/** Answers' rows, and what has the same key: `other` is never a leaf's. */
export function rowKey({ time, values, adjustment }: Omit<RowKey, 'other'>): string {
  return JSON.stringify([time, values, adjustment]);
}

/** Takes what the rows of a comparison are made of, and tells what made each move. */
export interface DriverTally {
  /** @param things by the number that leaves have of theirs */
  start(sums: readonly RowSums[], things: ReadonlyMap<number, UsedThing>): void;
  /** @param leaves those of a caller in a row follow each other */
  add(leaves: UsageLeaves): void;
  /**
   * By {@link rowKey}; the parts of each row add up to its change. Where nothing was restated, exchanging before and now
   * negates every part, and what came has gone.
   */
  finish(): ReadonlyMap<string, RowDrivers>;
}

export function startDrivers(): DriverTally {
  const rows = new Map<number, { readonly sums: RowSums; readonly split: Split }>();
  let places: ReadonlyMap<number, UsagePlace> = new Map();
  let [openRow, openCaller] = [-1, -1];
  const open: PlacedLeaf[] = [];
  // Used again for every caller: hundreds of thousands of leaves would be garbage a moment later.
  const used: PlacedLeaf[] = [];
  const close = (): void => {
    const split = rows.get(openRow)?.split;
    if (split !== undefined) splitUsage(open, split);
    open.length = 0;
  };
  return {
    start: (sums, things) => {
      for (const own of sums) rows.set(own.row, { sums: own, split: new Split() });
      places = usagePlaces(things);
    },
    add: ({ row, caller, thing, q0, q1, c0, c1 }) => {
      for (let index = 0; index < row.length; index++) {
        const place = places.get(thing[index] ?? -1);
        if (place === undefined) throw new Error(`a leaf is of thing ${thing[index]}, which there is not`);
        if (row[index] !== openRow || caller[index] !== openCaller) {
          close();
          openRow = row[index] ?? -1;
          openCaller = caller[index] ?? -1;
        }
        const leaf = used[open.length] ?? { place, q0: 0, q1: 0, c0: 0, c1: 0 };
        used[open.length] = leaf;
        leaf.place = place;
        leaf.q0 = q0[index] ?? 0;
        leaf.q1 = q1[index] ?? 0;
        leaf.c0 = c0[index] ?? 0;
        leaf.c1 = c1[index] ?? 0;
        open.push(leaf);
      }
    },
    finish: () => {
      close();
      return new Map([...rows.values()].map(({ sums, split }) => [rowKey(sums), finished(sums, split)]));
    },
  };
}

/** The sum of rows. */
export function addDrivers(rows: readonly RowDrivers[]): RowDrivers {
  const parts = ofEach(DRIVERS, () => 0n);
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

function ofEach<D extends Driver, T>(drivers: readonly D[], make: (driver: D) => T): Record<D, T> {
  return Object.fromEntries(drivers.map((driver) => [driver, make(driver)])) as Record<D, T>;
}

/** The leaves of a row so far. */
class Split implements Tell {
  readonly parts: Record<SplitDriver, number> = { volume: 0, modelMix: 0, tierRouting: 0, cache: 0, price: 0 };
  readonly models = new Map<string, Shift>();
  readonly services = new Map<string, Shift>();

  volume(part: number): void {
    this.parts.volume += part;
  }

  price(part: number): void {
    this.parts.price += part;
  }

  shift(level: number, part: number, name: string, cost: number, quantity: number): void {
    this.parts[LEVELS[level] ?? 'tierRouting'] += part;
    if (level === MODELS) addShift(this.models, name, { cost, quantity });
    else if (level === SERVICES) addShift(this.services, name, { cost, quantity });
  }
}

function addShift(shifts: Map<string, Shift>, name: string, { cost, quantity }: Shift): void {
  const sum = shifts.get(name) ?? { cost: 0, quantity: 0 };
  shifts.set(name, { cost: sum.cost + cost, quantity: sum.quantity + quantity });
}

function finished(sums: RowSums, { parts, models, services }: Split): RowDrivers {
  const { restatement, adjustments, newPrincipals, gonePrincipals, rest, came, went } = sums;
  const exact = { restatement, adjustments, newPrincipals, gonePrincipals, rest };
  return { parts: { ...rounded(parts, sums.split), ...exact }, came, went, models, services };
}

/** Parts as money that add up to the change: what doubles lose goes to the greatest, on both sides alike. */
function rounded(split: Readonly<Record<SplitDriver, number>>, change: Money): Record<SplitDriver, Money> {
  const greatest = SPLIT_DRIVERS.reduce((most, driver) =>
    Math.abs(split[driver]) > Math.abs(split[most]) ? driver : most,
  );
  const parts = ofEach(SPLIT_DRIVERS, (driver): bigint => moneyFromDouble(split[driver]));
  const left = SPLIT_DRIVERS.reduce((rest, driver) => rest - parts[driver], change as bigint);
  parts[greatest] = parts[greatest] + left;
  return parts as Record<SplitDriver, Money>;
}
