import type { AllocationRules } from '../domain/allocation.ts';
import type { Money } from '../domain/money.ts';
import type { Day, Period } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import { type CallerAllocation, marksOf } from '../ledger/caller-allocation.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import type { Table } from '../ledger/tables.ts';
import { openPeriod } from './allocated.ts';
import {
  areNarrow,
  compileByDay,
  compileByRun,
  compileCallersByDay,
  compileCallersByRun,
  compileCallerTotals,
  compileMost,
} from './coarse.ts';
import { compileNumbered } from './facts-sql.ts';
import type { LinesById } from './lines-by-id.ts';
import type { LineStore, PeriodTables } from './period-tables.ts';

/** Once so many rows are kept, some 25 bytes each, other periods are read from their files. */
const ROWS_KEPT = 5_000_000;

/** A table of more rows is read from its file: it would take the place of several months. */
const ROWS_OF_A_TABLE = 1_500_000;

/** Of lines outside the engine so many, 37 bytes each: both sides of a comparison of large months. */
const LINES_KEPT = 2_400_000;

/** Both sides of a comparison may be first days of one month. */
const FIRST_DAYS = 2;

/** Tables that every question joins. */
const SMALL: readonly Table[] = ['usage', 'caller', 'tag_set'];

/** What a question needs of a period's tables. */
export interface KeptFor {
  /** sums of single callers, over runs of days or by day; `null` = none */
  readonly callers: 'byRun' | 'byDay' | null;
  /** the day before which it asks for the first days of the period; `null` = it does not */
  readonly firstDaysTo: Day | null;
}

interface KeptTable {
  /** SQL that names it in the engine */
  readonly name: string;
  readonly rows: number;
}

/** The tables of a snapshot under some rules, as far as questions have needed them. */
interface Kept {
  readonly snapshot: string;
  readonly rules: AllocationRules;
  readonly of: PeriodTables['of'];
  readonly allocation: CallerAllocation;
  readonly filteredOut: Map<string, Money>;
  readonly always: readonly KeptTable[];
  /** {@link areNarrow} */
  readonly narrow: boolean;
  /** `null`: it has too many rows */
  readonly byDay: KeptTable | null;
  /** the days up to which first days were asked for, the newest last */
  firstDaysTo: readonly Day[];
  byRun: KeptTable | null;
  /** `undefined`: nobody has needed it */
  callersByRun: KeptTable | null | undefined;
  /** made with it */
  callerTotals: KeptTable | null;
  modelsByDay: KeptTable | null | undefined;
  /** made where that has too many rows */
  callersByDay: KeptTable | null;
}

/** What an engine keeps; it is gone with it. */
interface Keeping {
  readonly periods: Map<Period, Kept>;
  /** by table, the one asked for last at the end */
  readonly lines: Map<string, LinesById>;
  /** tables of no period any more, that are still to be dropped: whoever needed them may have gone */
  readonly strays: KeptTable[];
}

const keptIn = new WeakMap<Engine, Keeping>();
let made = 0;

/**
 * The tables of a snapshot, kept in an engine that many questions are asked: instead of eight files, a question then opens
 * none, and most read coarse facts. Of a period only what was asked for last is kept, and nothing makes room for another.
 * @param needed `null`: what is kept already will do
 * @returns `null`: they are not kept, or there is no room left
 * @throws OperatingError ALLOCATION_OVERLAP
 */
export async function keepTables(
  engine: Engine,
  ledger: Ledger,
  snapshot: Snapshot,
  rules: AllocationRules,
  needed: KeptFor | null,
): Promise<PeriodTables | null> {
  const keeping: Keeping = keptIn.get(engine) ?? { periods: new Map<Period, Kept>(), lines: new Map(), strays: [] };
  keptIn.set(engine, keeping);
  const { periods: all, lines, strays } = keeping;
  for (const [period, kept] of all) {
    if (kept.rules === rules && (period !== snapshot.period || kept.snapshot === snapshot.id)) continue;
    all.delete(period);
    strays.push(...tablesOf(kept));
  }
  await dropAll(engine, strays);
  const room = (): number => ROWS_KEPT - [...all.values()].flatMap(tablesOf).reduce((sum, { rows }) => sum + rows, 0);
  let kept = all.get(snapshot.period);
  if (kept === undefined) {
    if (needed === null || room() <= 0) return null;
    kept = await keep(engine, ledger, snapshot, rules, strays);
    all.set(snapshot.period, kept);
  }
  if (needed !== null) await keepSums(engine, kept, needed, room, strays);
  const tables = new Set([...all.values()].map(({ callersByRun }) => callersByRun?.name));
  for (const table of lines.keys()) if (!tables.has(table)) lines.delete(table);
  return {
    of: kept.of,
    allocation: kept.allocation,
    coarse: coarseOf(kept),
    filteredOut: kept.filteredOut,
    lines: kept.callersByRun ? storeOf(keeping, kept.callersByRun) : null,
  };
}

/** The lines of a table; those asked for last are kept. */
function storeOf({ lines }: Keeping, { name: table, rows }: KeptTable): LineStore {
  return {
    count: rows,
    get: () => {
      const found = lines.get(table);
      if (found !== undefined) {
        lines.delete(table);
        lines.set(table, found);
      }
      return found;
    },
    set: (read) => {
      lines.set(table, read);
      let count = [...lines.values()].reduce((all, one) => all + one.lines.usage.length, 0);
      for (const [oldest, { lines: own }] of lines) {
        if (count <= LINES_KEPT) break;
        lines.delete(oldest);
        count -= own.usage.length;
      }
    },
  };
}

async function keep(
  engine: Engine,
  ledger: Ledger,
  snapshot: Snapshot,
  rules: AllocationRules,
  strays: KeptTable[],
): Promise<Kept> {
  const { of, allocation } = await openPeriod(engine, ledger, snapshot, rules);
  if (allocation === null) throw new Error('tables are kept under rules');
  const always: KeptTable[] = [];
  try {
    const names = new Map<Table, string>();
    for (const each of SMALL) {
      const table = await keptTable(engine, `SELECT * FROM ${of(each)} AS s`);
      if (table === null) continue;
      always.push(table);
      names.set(each, table.name);
    }
    const told = await keptTable(engine, compileNumbered(allocation.relation));
    if (told !== null) always.push(told);
    const own = {
      of: (each: Table) => names.get(each) ?? of(each),
      allocation: {
        ...allocation,
        relation: told?.name ?? allocation.relation,
        numbered: told !== null,
        marks: await marksOf(engine, allocation),
      },
    };
    const [most] = await engine.rows(compileMost(own.of));
    const narrow = most !== undefined && areNarrow(most);
    const byDay = await keptTable(engine, compileByDay(own.of, own.allocation, narrow, engine.dialect));
    const state = {
      firstDaysTo: [],
      byRun: null,
      callersByRun: undefined,
      callerTotals: null,
      modelsByDay: undefined,
      callersByDay: null,
    };
    return { snapshot: snapshot.id, rules, ...own, filteredOut: new Map(), always, narrow, byDay, ...state };
  } catch (error) {
    strays.push(...always);
    throw error;
  }
}

/** Adds up what was not yet, or not yet up to the day that is asked for. */
async function keepSums(
  engine: Engine,
  kept: Kept,
  needed: KeptFor,
  room: () => number,
  strays: KeptTable[],
): Promise<void> {
  const { dialect } = engine;
  if (needed.firstDaysTo !== null && !cutsOf(kept).includes(needed.firstDaysTo)) {
    const { byRun, callersByRun, callerTotals } = kept;
    kept.firstDaysTo = [...kept.firstDaysTo, needed.firstDaysTo].slice(-FIRST_DAYS);
    kept.byRun = null;
    if (callersByRun !== null) kept.callersByRun = undefined;
    kept.callerTotals = null;
    strays.push(...[byRun, callersByRun ?? null, callerTotals].filter((table) => table !== null));
    await dropAll(engine, strays);
  }
  if (kept.byDay !== null && kept.byRun === null) {
    kept.byRun = await keptTable(engine, compileByRun(kept.byDay.name, cutsOf(kept), kept.narrow, dialect));
  }
  if (needed.callers === 'byRun' && kept.callersByRun === undefined && room() > 0) {
    kept.callersByRun = await keptTable(engine, compileCallersByRun(kept.of, cutsOf(kept), kept.narrow, dialect));
  }
  if (kept.callersByRun && kept.callerTotals === null) {
    kept.callerTotals = await keptTable(engine, compileCallerTotals(kept.callersByRun.name, kept.of, kept.narrow));
  }
  if (needed.callers === 'byDay' && kept.modelsByDay === undefined && room() > 0) {
    const daysOf = (models: boolean) => keptTable(engine, compileCallersByDay(kept.of, models, kept.narrow));
    const modelsByDay = await daysOf(true);
    // Where that failed, whoever needs it next makes both.
    if (modelsByDay === null) kept.callersByDay = await daysOf(false);
    kept.modelsByDay = modelsByDay;
  }
}

function cutsOf({ allocation, firstDaysTo }: Kept): Day[] {
  return [...new Set([...allocation.cuts, ...firstDaysTo])].sort();
}

function coarseOf(kept: Kept): PeriodTables['coarse'] {
  const { byDay, byRun, callersByRun, callerTotals, modelsByDay, callersByDay } = kept;
  const name = (table: KeptTable | null | undefined): string | null => table?.name ?? null;
  return {
    byDay: name(byDay),
    byRun: name(byRun),
    callersByRun: name(callersByRun),
    callerTotals: name(callerTotals),
    modelsByDay: name(modelsByDay),
    callersByDay: name(callersByDay),
    cuts: cutsOf(kept),
  };
}

/** @returns `null`: it would have too many rows */
async function keptTable(engine: Engine, query: string): Promise<KeptTable | null> {
  const name = await engine.keep(`kept_${made}`, query, true);
  // Where that failed, the next takes its name.
  made++;
  const [counted] = await engine.rows(`SELECT count(*) AS rows FROM ${name}`);
  const table = { name, rows: Number(counted?.rows) };
  if (table.rows <= ROWS_OF_A_TABLE) return table;
  await dropAll(engine, [table]);
  return null;
}

function tablesOf(kept: Kept): KeptTable[] {
  const { always, byDay, byRun, callersByRun, callerTotals, modelsByDay, callersByDay } = kept;
  const others = [byDay, byRun, callersByRun ?? null, callerTotals, modelsByDay ?? null, callersByDay];
  return [...always, ...others.filter((table) => table !== null)];
}

/** Takes each from the list once it is gone. */
async function dropAll(engine: Engine, tables: KeptTable[]): Promise<void> {
  for (let last = tables.at(-1); last !== undefined; last = tables.at(-1)) {
    await engine.run(`DROP TABLE IF EXISTS ${last.name}`);
    tables.pop();
  }
}
