import { type Amounts, addUnits, amountAsDouble, clearAmount, openAmounts } from '../../domain/amounts.ts';
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
  readonly perUnit: Float64Array;
  readonly settledBefore: Int32Array;
}

export function linesOfPeriod(
  { lines, usages }: ComparedPeriod,
  isNow: boolean,
  callers: LinesOfPeriod['callers'],
  cells: CellsOfUsages,
): LinesOfPeriod {
  const all = Array.from(usages);
  return {
    lines,
    isNow,
    callers,
    cells,
    perUnit: Float64Array.from(all, (usage) => usage?.perUnit ?? 1),
    settledBefore: Int32Array.from(all, (usage) => usage?.settledBefore ?? 0),
  };
}

/** {@link ComparedLines.flags} */
const UNREAD = 1;

/** What is true of cells that have lines. */
const HAS = { lines: 1, linesOfNow: 2 } as const;

/** The lines of one party by cell, before (0) and now (1). Settled days of before are replaced by those of now: what that changes is `restated`. */
export class PartySums {
  readonly restated: Amounts;
  readonly cost0: Amounts;
  readonly cost1: Amounts;
  /** tokens or units, as usage amounts are kept */
  readonly quantity0: Amounts;
  readonly quantity1: Amounts;
  /** cells that have lines: the first so many */
  readonly #touched: Int32Array;
  #count = 0;
  readonly #has: Uint8Array;
  readonly #cells: readonly Cell[];

  constructor(cells: readonly Cell[]) {
    const open = (): Amounts => openAmounts(cells.length);
    [this.restated, this.cost0, this.cost1, this.quantity0, this.quantity1] = [open(), open(), open(), open(), open()];
    this.#has = new Uint8Array(cells.length);
    this.#touched = new Int32Array(cells.length);
    this.#cells = cells;
  }

  addAll(of: LinesOfPeriod, party: number): void {
    const { starts } = of.lines;
    for (const caller of of.callers[party] ?? []) {
      const end = starts[caller + 1] as number;
      for (let line = starts[caller] as number; line < end; line++) this.#add(of, line);
    }
  }

  #add({ lines, isNow, cells, perUnit, settledBefore }: LinesOfPeriod, line: number): void {
    const usage = lines.usage[line] as number;
    const flags = lines.flags[line] as number;
    const isRead = (flags & UNREAD) === 0;
    const cell = (isRead ? cells.read : cells.unread)[usage] as number;
    if (cell < 0) return;
    const isSettled = flags >> 1 < (settledBefore[usage] as number);
    const has = this.#has[cell] as number;
    if (has === 0) this.#touched[this.#count++] = cell;
    this.#has[cell] = has | (isNow ? HAS.lines | HAS.linesOfNow : HAS.lines);
    const cost = lines.cost[line] as number;
    const amount = lines.amount[line] as number;
    if (isNow) {
      addUnits(this.cost1, cell, cost);
      if (isRead) addUnits(this.quantity1, cell, amount, perUnit[usage] as number);
    }
    if (isNow === isSettled) {
      addUnits(this.cost0, cell, cost);
      if (isRead) addUnits(this.quantity0, cell, amount, perUnit[usage] as number);
    }
    if (isSettled) addUnits(this.restated, cell, isNow ? cost : -cost);
  }

  /** Cells that have lines, in the order of cells. */
  touchedInOrder(): Int32Array {
    return this.#touched.subarray(0, this.#count).sort();
  }

  isRestated(cell: number): boolean {
    return amountAsDouble(this.restated, cell) !== 0;
  }

  isOfNow(cell: number): boolean {
    return ((this.#has[cell] as number) & HAS.linesOfNow) !== 0;
  }

  /** Whether anything was used before, and now. */
  presence(): { readonly on0: boolean; readonly on1: boolean } {
    const isUsed = (cost: Amounts, quantity: Amounts): boolean =>
      this.#touched
        .subarray(0, this.#count)
        .some(
          (cell) =>
            this.#cells[cell]?.correction === null &&
            (amountAsDouble(cost, cell) !== 0 || amountAsDouble(quantity, cell) !== 0),
        );
    return { on0: isUsed(this.cost0, this.quantity0), on1: isUsed(this.cost1, this.quantity1) };
  }

  clear(): void {
    for (const cell of this.#touched.subarray(0, this.#count)) {
      this.#has[cell] = 0;
      clearAmount(this.restated, cell);
      clearAmount(this.cost0, cell);
      clearAmount(this.cost1, cell);
      clearAmount(this.quantity0, cell);
      clearAmount(this.quantity1, cell);
    }
    this.#count = 0;
  }
}
