import type { ComparedCaller, ComparedPeriod } from '../../domain/driver.ts';

/** A caller under some values of the row that say who: new where none of their usage was, gone where none is. */
export interface Party extends Omit<ComparedCaller, 'name'> {
  /** the same number for the same time and values: its rows are of it */
  readonly who: number;
}

/** The parties of a comparison, in an order that only their names decide. */
export interface Parties {
  readonly all: readonly Party[];
  /** by period, in the order in which their callers are given: the callers of each party */
  readonly ofPeriods: readonly (readonly (readonly number[])[])[];
}

export function partiesOf(periods: readonly ComparedPeriod['callers'][]): Parties {
  const byName = new Map<string, Found[]>();
  const partyOf = (caller: ComparedCaller): Found => {
    const own = byName.get(caller.name) ?? [];
    if (own.length === 0) byName.set(caller.name, own);
    const known = own.find(({ caller: { time, values } }) => time === caller.time && areSame(values, caller.values));
    if (known !== undefined) return known;
    const found = { caller, callers: periods.map(() => []) };
    own.push(found);
    return found;
  };
  for (const [period, callers] of periods.entries()) {
    for (const [index, caller] of callers.entries()) {
      if (caller !== undefined) partyOf(caller).callers[period]?.push(index);
    }
  }
  const found = [...byName.values()].flat().sort((a, b) => inOrder(a.caller, b.caller));
  const whos = new Map<string, number>();
  return {
    all: found.map(({ caller: { named, time, values } }) => {
      const key = JSON.stringify([time, values]);
      const who = whos.get(key) ?? whos.size;
      whos.set(key, who);
      return { named, time, values, who };
    }),
    ofPeriods: periods.map((_, period) => found.map(({ callers }) => callers[period] ?? [])),
  };
}

interface Found {
  readonly caller: ComparedCaller;
  /** by period */
  readonly callers: readonly number[][];
}

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.every((value, index) => value === b[index]);
}

function inOrder(a: ComparedCaller, b: ComparedCaller): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [first, second] = [JSON.stringify([a.time, a.values]), JSON.stringify([b.time, b.values])];
  return first < second ? -1 : 1;
}
