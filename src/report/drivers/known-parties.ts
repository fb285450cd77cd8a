import type { Cell } from './cells.ts';
import type { LinesOfPeriod } from './party-sums.ts';
import { type Row, RowSums } from './rows.ts';

/** What some callers' lines come to in the row of a cell. */
export interface KnownRow {
  /** the first cell of the row */
  readonly cell: number;
  readonly sums: RowSums;
  readonly row: Row;
}

/** What parties have come to in comparisons of the same lines in the same cells, by their callers. */
export interface KnownHere {
  /** @param callers of each period */
  get(callers: string): readonly KnownRow[] | undefined;
  /** @param row of `sums`, is copied */
  add(callers: string, cell: number, sums: RowSums, row: Row): void;
}

/** Beyond so many parties nothing is kept: each takes a kilobyte or two. */
const MOST_PARTIES = 20_000;

/**
 * What callers have come to in the last comparison of some lines: lines do not change, and most questions only put their callers together
 * in other ways. Holds no lines.
 */
export class KnownParties {
  readonly #lines = new WeakMap<object, number>();
  #numbered = 0;
  #kept: { readonly key: string; readonly here: KnownHere } | null = null;

  /** @returns `null`: nothing is kept of such a comparison */
  of(sources: readonly LinesOfPeriod[], cells: readonly Cell[], parties: number): KnownHere | null {
    // By what was used, callers have many rows each.
    if (parties > MOST_PARTIES || cells.some(({ values }) => values.some((value) => value !== null))) return null;
    const key = JSON.stringify([
      sources.map(({ lines, isNow, cells, settledBefore }) => [
        isNow,
        this.#numberOf(lines.starts),
        this.#numberOf(lines.cost),
        [...cells.read],
        [...cells.unread],
        [...settledBefore],
      ]),
      cells.map(({ correction, row, counts, perUnit, path }) => [correction, row, counts, perUnit, path]),
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
  return {
    get: (callers) => parties.get(callers),
    add: (callers, cell, sums, row) => {
      const copy = kept.open();
      kept.addAll(copy, sums, row);
      const rows = parties.get(callers) ?? [];
      rows.push({ cell, sums: kept, row: copy });
      parties.set(callers, rows);
    },
  };
}
