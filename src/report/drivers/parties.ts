import type { ComparedCaller, ComparedPeriod } from '../../domain/driver.ts';

/** A caller under some values of the row that say who: new where none of their usage was, gone where none is. */
export interface Party extends Omit<ComparedCaller, 'name'> {
  /** the same number for the same time and values: its rows are of it */
  readonly who: number;
}

/** The parties of a comparison, in an order that only their names decide. */
export interface Parties {
  readonly all: readonly Party[];
  /** by period, in the order in which their callers are given: the party of each caller; -1: it is left out */
  readonly ofPeriods: readonly Int32Array[];
}

export function partiesOf(periods: readonly ComparedPeriod['callers'][]): Parties {
  const first = new Map<string, ComparedCaller>();
  const keys = periods.map((callers) =>
    Array.from(callers, (caller) => {
      if (caller === undefined) return null;
      const key = JSON.stringify([caller.name, caller.time, caller.values]);
      if (!first.has(key)) first.set(key, caller);
      return key;
    }),
  );
  const places = new Map([...first.keys()].sort().map((key, place) => [key, place]));
  const whos = new Map<string, number>();
  const all = [...places.keys()].map((key): Party => {
    const { named, time, values } = first.get(key) as ComparedCaller;
    const whoKey = JSON.stringify([time, values]);
    const who = whos.get(whoKey) ?? whos.size;
    whos.set(whoKey, who);
    return { named, time, values, who };
  });
  const placesOf = (of: readonly (string | null)[]): Int32Array =>
    Int32Array.from(of, (key) => (key === null ? -1 : (places.get(key) ?? -1)));
  return { all, ofPeriods: keys.map(placesOf) };
}

/** The lines of each party: those of party p stand at `order` from `starts[p]` up to `starts[p + 1]`. */
export interface LinesByParty {
  readonly starts: Int32Array;
  readonly order: Int32Array;
}

/** @param ofCaller {@link Parties.ofPeriods} of the period @param count of parties */
export function linesByParty(
  { lines: { count, caller } }: ComparedPeriod,
  ofCaller: Int32Array,
  parties: number,
): LinesByParty {
  const starts = new Int32Array(parties + 1);
  const partyOf = (line: number): number => ofCaller[caller[line] as number] as number;
  for (let line = 0; line < count; line++) {
    const next = partyOf(line) + 1;
    if (next > 0) starts[next] = (starts[next] as number) + 1;
  }
  for (let party = 0; party < parties; party++) {
    starts[party + 1] = (starts[party + 1] as number) + (starts[party] as number);
  }
  const order = new Int32Array(starts[parties] as number);
  const next = starts.slice();
  for (let line = 0; line < count; line++) {
    const party = partyOf(line);
    if (party < 0) continue;
    const at = next[party] as number;
    order[at] = line;
    next[party] = at + 1;
  }
  return { starts, order };
}
