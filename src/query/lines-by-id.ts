import type { ComparedCaller, ComparedLines } from '../domain/driver.ts';
import type { CostBasis } from '../domain/question.ts';
import type { Row } from '../engine/engine.ts';

/** Lines of a period by its ids, whatever is asked of them. */
export interface LinesById {
  /** those of the callers in {@link callers}; `usage` is a usage id */
  readonly lines: Omit<ComparedLines, 'cost'>;
  /** what they cost, each in every cost that was read */
  readonly costs: ReadonlyMap<CostBasis, ComparedLines['cost']>;
  readonly callers: CallerKeys;
  /** by caller id */
  readonly names: ReadonlyMap<number, CallerName>;
  /** what statements have said of their usages and callers */
  readonly usages: SaidBefore<readonly Row[]>;
  readonly told: SaidBefore<readonly (ComparedCaller | undefined)[]>;
}

/** What the last few statements have said, by their text: of the same tables they say it again. */
export class SaidBefore<T> {
  readonly #most: number;
  readonly #kept = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  async of(statement: string, read: () => Promise<T>): Promise<T> {
    const said = this.#kept.get(statement) ?? (await read());
    this.#kept.delete(statement);
    this.#kept.set(statement, said);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
    }
    return said;
  }
}

export type CallerName = Pick<ComparedCaller, 'name' | 'named'>;

/** A caller that has more tag sets, runs of days and times is not looked through one by one. */
const FEW = 16;

/** Numbers callers by the integers that tell them apart, a caller's id first: nearly all have few of the others. */
export class CallerKeys {
  readonly all: (readonly number[])[] = [];
  /** by caller id: the numbers of the first few */
  readonly #few: number[][] = [];
  /** of those beyond, by their integers */
  readonly #others = new Map<string, number>();

  /** The number of those in a row of columns; the next where there is none. */
  add(columns: readonly Int32Array[], row: number): number {
    const id = columns[0]?.[row] as number;
    const few = this.#few[id];
    if (few === undefined) {
      this.#few[id] = [this.all.length];
      return this.#next(columns, row);
    }
    for (const index of few) if (isSame(this.all[index] as readonly number[], columns, row)) return index;
    if (few.length < FEW) {
      few.push(this.all.length);
      return this.#next(columns, row);
    }
    const key = columns.map((column) => column[row]).join(' ');
    const found = this.#others.get(key);
    if (found !== undefined) return found;
    this.#others.set(key, this.all.length);
    return this.#next(columns, row);
  }

  /** -1: there is none. */
  find(ids: readonly number[]): number {
    const few = this.#few[ids[0] as number] ?? [];
    const found = few.find((index) => this.all[index]?.every((id, at) => id === ids[at]));
    return found ?? this.#others.get(ids.join(' ')) ?? -1;
  }

  #next(columns: readonly Int32Array[], row: number): number {
    return this.all.push(columns.map((column) => column[row] as number)) - 1;
  }
}

function isSame(ids: readonly number[], columns: readonly Int32Array[], row: number): boolean {
  for (let at = 1; at < ids.length; at++) if (ids[at] !== columns[at]?.[row]) return false;
  return true;
}

const LEAST = 4096;

/** Lines that are still being read, in any order. */
export class LinesSoFar {
  #count = 0;
  #caller: Int32Array;
  #columns: LineColumns;

  /**
   * @param expected how many there will be; `null`: nobody knows
   * @param costs of each
   */
  constructor(expected: number | null, costs: number) {
    const room = Math.max(expected ?? 0, LEAST);
    this.#caller = new Int32Array(room);
    this.#columns = openColumns(room, costs);
  }

  /** @returns its place: {@link setCost} */
  add(caller: number, usage: number, flags: number, amount: number): number {
    if (this.#count === this.#caller.length) this.#grow();
    const at = this.#count++;
    this.#caller[at] = caller;
    this.#columns.usage[at] = usage;
    this.#columns.flags[at] = flags;
    this.#columns.amount[at] = amount;
    return at;
  }

  /** @param which of its costs, 0 as long as none is set */
  setCost(at: number, which: number, cost: number): void {
    (this.#columns.costs[which] as Float64Array)[at] = cost;
  }

  /** @param callers how many there are */
  all(callers: number): LineColumns & Pick<ComparedLines, 'starts'> {
    const starts = new Int32Array(callers + 1);
    const count = this.#count;
    for (let line = 0; line < count; line++) {
      const next = (this.#caller[line] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let caller = 0; caller < callers; caller++) {
      starts[caller + 1] = (starts[caller + 1] as number) + (starts[caller] as number);
    }
    const next = starts.slice();
    const [from, to] = [this.#columns, openColumns(count, this.#columns.costs.length)];
    const costs = from.costs.map((cost, which) => [cost, to.costs[which] as Float64Array] as const);
    for (let line = 0; line < count; line++) {
      const caller = this.#caller[line] as number;
      const at = next[caller] as number;
      next[caller] = at + 1;
      to.usage[at] = from.usage[line] as number;
      to.flags[at] = from.flags[line] as number;
      to.amount[at] = from.amount[line] as number;
      for (const [own, sorted] of costs) sorted[at] = own[line] as number;
    }
    return { starts, ...to };
  }

  #grow(): void {
    const caller = new Int32Array(2 * this.#count);
    caller.set(this.#caller);
    this.#caller = caller;
    const columns = openColumns(2 * this.#count, this.#columns.costs.length);
    for (const name of ['usage', 'flags', 'amount'] as const) columns[name].set(this.#columns[name]);
    for (const [which, cost] of this.#columns.costs.entries()) columns.costs[which]?.set(cost);
    this.#columns = columns;
  }
}

type LineColumns = Pick<ComparedLines, 'usage' | 'flags' | 'amount'> & { readonly costs: readonly Float64Array[] };

function openColumns(count: number, costs: number): LineColumns {
  return {
    usage: new Int32Array(count),
    flags: new Uint8Array(count),
    amount: new Float64Array(count),
    costs: Array.from({ length: costs }, () => new Float64Array(count)),
  };
}
