import { addUnits, clearSum, openSums, type Sums, sumAsDouble } from '../../domain/amounts.ts';
import type { ComparedLines, ComparedPeriod } from '../../domain/driver.ts';
import type { Cell, CellsOfUsages } from './cells.ts';

/** A period's lines with what is said of them. */
export interface LinesOfPeriod {
  readonly lines: ComparedLines;
  readonly isNow: boolean;
  /** by party */
  readonly callers: readonly (readonly number[])[];
  readonly cells: CellsOfUsages;
  /** by usage */
  readonly settledBefore: Int32Array;
}

export function linesOfPeriod(
  { lines, usages }: ComparedPeriod,
  isNow: boolean,
  callers: LinesOfPeriod['callers'],
  cells: CellsOfUsages,
): LinesOfPeriod {
  return {
    lines,
    isNow,
    callers,
    cells,
    settledBefore: Int32Array.from(usages, (usage) => usage?.settledBefore ?? 0),
  };
}

/** {@link ComparedLines.flags} */
const UNREAD = 1;

/** What is true of cells that have lines. */
const HAS = { lines: 1, linesOfNow: 2 } as const;

/** The lines of one party by cell, before (0) and now (1). Settled days of before are replaced by those of now: what that changes is `restated`. */
export class PartySums {
  readonly restated: Sums;
  readonly cost0: Sums;
  readonly cost1: Sums;
  /** usage amounts: {@link Cell.perUnit} */
  readonly amount0: Sums;
  readonly amount1: Sums;
  /** cells that have lines: the first so many */
  readonly #touched: Int32Array;
  #count = 0;
  readonly #has: Uint8Array;
  readonly #cells: readonly Cell[];

  constructor(cells: readonly Cell[]) {
    const open = (): Sums => openSums(cells.length);
    [this.restated, this.cost0, this.cost1, this.amount0, this.amount1] = [open(), open(), open(), open(), open()];
    this.#has = new Uint8Array(cells.length);
    this.#touched = new Int32Array(cells.length);
    this.#cells = cells;
  }

  addAll(of: LinesOfPeriod, party: number): void {
    const { lines, isNow, cells, settledBefore } = of;
    const { starts } = lines;
    const [costs, amounts] = isNow ? [this.cost1, this.amount1] : [this.cost0, this.amount0];
    const has = isNow ? HAS.lines | HAS.linesOfNow : HAS.lines;
    for (const caller of of.callers[party] ?? []) {
      const end = starts[caller + 1] as number;
      for (let line = starts[caller] as number; line < end; line++) {
        const usage = lines.usage[line] as number;
        const flags = lines.flags[line] as number;
        const isRead = (flags & UNREAD) === 0;
        const cell = (isRead ? cells.read : cells.unread)[usage] as number;
        if (cell < 0) continue;
        const had = this.#has[cell] as number;
        if (had === 0) this.#touched[this.#count++] = cell;
        this.#has[cell] = had | has;
        const isSettled = flags >> 1 < (settledBefore[usage] as number);
        const cost = lines.cost[line] as number;
        if (isNow || !isSettled) {
          addUnits(costs, cell, cost);
          if (isRead) addUnits(amounts, cell, lines.amount[line] as number, cells.times[usage]);
        }
        if (isSettled) this.#restate(of, line, cell);
      }
    }
  }

  #restate({ lines, isNow, cells }: LinesOfPeriod, line: number, cell: number): void {
    const cost = lines.cost[line] as number;
    addUnits(this.restated, cell, isNow ? cost : -cost);
    if (!isNow) return;
    addUnits(this.cost0, cell, cost);
    const isRead = ((lines.flags[line] as number) & UNREAD) === 0;
    if (isRead) addUnits(this.amount0, cell, lines.amount[line] as number, cells.times[lines.usage[line] as number]);
  }

  /** Cells that have lines, in the order of cells. */
  touchedInOrder(): Int32Array {
    return this.#touched.subarray(0, this.#count).sort();
  }

  isRestated(cell: number): boolean {
    return sumAsDouble(this.restated, cell) !== 0;
  }

  isOfNow(cell: number): boolean {
    return ((this.#has[cell] as number) & HAS.linesOfNow) !== 0;
  }

  /** Whether anything was used before, and now. */
  presence(): { readonly on0: boolean; readonly on1: boolean } {
    const isUsed = (cost: Sums, amount: Sums): boolean =>
      this.#touched
        .subarray(0, this.#count)
        .some(
          (cell) =>
            this.#cells[cell]?.correction === null &&
            (sumAsDouble(cost, cell) !== 0 || sumAsDouble(amount, cell) !== 0),
        );
    return { on0: isUsed(this.cost0, this.amount0), on1: isUsed(this.cost1, this.amount1) };
  }

  clear(): void {
    for (const cell of this.#touched.subarray(0, this.#count)) {
      this.#has[cell] = 0;
      clearSum(this.restated, cell);
      clearSum(this.cost0, cell);
      clearSum(this.cost1, cell);
      clearSum(this.amount0, cell);
      clearSum(this.amount1, cell);
    }
    this.#count = 0;
  }
}
