import type { ComparedCaller, ComparedLines } from '../domain/driver.ts';

/** Lines of a period by its ids, whatever is asked of them. */
export interface LinesById {
  /** `caller` is an index in {@link callers}, `usage` a usage id */
  readonly lines: ComparedLines;
  readonly callers: CallerKeys;
  /** by caller id */
  readonly names: ReadonlyMap<number, CallerName>;
}

export type CallerName = Pick<ComparedCaller, 'name' | 'named'>;

/** Numbers callers by the integers that tell them apart, a caller's id first: each has few tag sets, runs of days and times. */
export class CallerKeys {
  readonly all: (readonly number[])[] = [];
  readonly #byId: number[][] = [];

  /** The number of those in a row of columns; the next where there is none. */
  add(columns: readonly Int32Array[], row: number): number {
    const id = columns[0]?.[row] as number;
    const own = this.#byId[id];
    if (own !== undefined) {
      for (const index of own) if (isSame(this.all[index] as readonly number[], columns, row)) return index;
    }
    const index = this.all.push(columns.map((column) => column[row] as number)) - 1;
    if (own === undefined) this.#byId[id] = [index];
    else own.push(index);
    return index;
  }

  /** -1: there is none. */
  find(ids: readonly number[]): number {
    const own = this.#byId[ids[0] as number] ?? [];
    return own.find((index) => this.all[index]?.every((id, at) => id === ids[at])) ?? -1;
  }
}

function isSame(ids: readonly number[], columns: readonly Int32Array[], row: number): boolean {
  for (let at = 1; at < ids.length; at++) if (ids[at] !== columns[at]?.[row]) return false;
  return true;
}

const LEAST = 4096;

/** Lines that are still being read: nobody knows how many there will be. */
export class LinesSoFar {
  #count = 0;
  #lines = openLines(LEAST);

  add(caller: number, usage: number, flags: number, cost: number, amount: number): void {
    if (this.#count === this.#lines.count) this.#lines = resized(this.#lines, 2 * this.#count);
    const at = this.#count++;
    const lines = this.#lines;
    lines.caller[at] = caller;
    lines.usage[at] = usage;
    lines.flags[at] = flags;
    lines.cost[at] = cost;
    lines.amount[at] = amount;
  }

  all(): ComparedLines {
    return resized(this.#lines, this.#count);
  }
}

function openLines(count: number): ComparedLines {
  return {
    count,
    caller: new Int32Array(count),
    usage: new Int32Array(count),
    flags: new Uint8Array(count),
    cost: new Float64Array(count),
    amount: new Float64Array(count),
  };
}

function resized(from: ComparedLines, count: number): ComparedLines {
  const to = openLines(count);
  for (const column of ['caller', 'usage', 'flags', 'cost', 'amount'] as const) {
    to[column].set(from[column].subarray(0, count));
  }
  return to;
}
