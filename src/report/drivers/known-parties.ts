import type { Cell } from './cells.ts';
import type { LinesOfPeriod } from './party-sums.ts';
import { type Row, RowSums } from './rows.ts';

/** What some callers' lines come to in a row of cells. */
interface KnownRow {
  /** the first cell of the row */
  readonly cell: number;
  /** of {@link KnownHere.sums} */
  readonly row: Row;
}

/** What parties have come to in comparisons of the same lines in the same cells, by their callers. */
export interface KnownHere {
  readonly sums: RowSums;
  /** @param callers of each period */
  get(callers: string): readonly KnownRow[] | undefined;
  /** What is to be kept of a party; `null`: there is no room. */
  open(callers: string): KnownRow[] | null;
  /** @param row of `sums`, is copied */
  add(party: KnownRow[], cell: number, sums: RowSums, row: Row): void;
}

/** Rows that are kept, a kilobyte each: 5,000 callers have some 7,000. */
const ROWS_KEPT = 20_000;

/** Characters that name callers: a role that many jobs take has thousands of them. */
const NAMES_KEPT = 2_000_000;

/**
 * What callers have come to in the last comparisons of some lines that are kept: they do not change, and most questions only put their
 * callers together in other ways. Holds no lines.
 */
export class KnownParties {
  readonly #lines = new WeakMap<object, number>();
  #numbered = 0;
  #kept: { readonly key: string; readonly here: KnownHere } | null = null;

  /** @returns `null`: nothing is kept of such a comparison */
  of(sources: readonly LinesOfPeriod[], all: readonly Cell[]): KnownHere | null {
    // By what was used, callers have many rows each.
    if (all.some(({ values }) => values.some((value) => value !== null))) return null;
    const numbers = sources.map(({ lines }) => [this.#numberOf(lines.starts), this.#numberOf(lines.cost)]);
    const key = JSON.stringify([
      numbers,
      sources.map(({ isNow, cells, settledBefore }) => [isNow, [...cells.read], [...cells.unread], [...settledBefore]]),
      all.map(({ correction, row, counts, perUnit, path }) => [correction, row, counts, perUnit, path]),
    ]);
    if (this.#kept?.key !== key) this.#kept = { key, here: openHere() };
    return this.#kept.here;
  }

  #numberOf(lines: object): number {
    const number = this.#lines.get(lines) ?? this.#numbered++;
    this.#lines.set(lines, number);
    return number;
  }
}

function openHere(): KnownHere {
  const kept = new RowSums();
  const parties = new Map<string, KnownRow[]>();
  let names = 0;
  return {
    sums: kept,
    get: (callers) => parties.get(callers),
    open: (callers) => {
      if (kept.rows.length >= ROWS_KEPT || names + callers.length > NAMES_KEPT) return null;
      names += callers.length;
      const party: KnownRow[] = [];
      parties.set(callers, party);
      return party;
    },
    add: (party, cell, sums, row) => {
      const copy = kept.open();
      kept.addAll(copy, sums, row);
      party.push({ cell, row: copy });
    },
  };
}
