import type { AllocationRules } from '../domain/allocation.ts';
import type { Answer } from '../domain/answer.ts';
import type { RowSums, UsageLeaves, UsedThing } from '../domain/driver.ts';
import { ZERO } from '../domain/money.ts';
import type { Day, Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';
import { moneyOf, textOf } from '../engine/cells.ts';
import { type Engine, EngineError, type Row } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { askOnce, whileReplaced } from './ask.ts';
import { type PeriodTables, valueColumn } from './compile.ts';
import {
  compileCells,
  compileLeaves,
  compileNumbers,
  compilePresence,
  compileSide,
  compileSums,
  LEAF,
  numbered,
  READS,
  type Settled,
  THING_PARTS,
  THING_SEPARATOR,
} from './drivers-sql.ts';
import { openTables } from './open-tables.ts';

/** One side of a comparison: the snapshots of exactly the question's periods. */
export interface Side {
  readonly snapshots: readonly Snapshot[];
  readonly question: Question;
}

/** Takes what a comparison's rows are made of. */
export interface Tally<T> {
  /** @param things by the number that leaves have of theirs */
  start(sums: readonly RowSums[], things: ReadonlyMap<number, UsedThing>): void;
  /** @param leaves more of them, those of a caller in a row one after the other */
  add(leaves: UsageLeaves): void;
  finish(): T;
}

/** Runs a piece of work on an engine, when there is one for it. */
type OnEngine = <T>(work: (engine: Engine) => Promise<T>) => Promise<T>;

/**
 * Asks both sides, and for what the drivers of the change are read from. Now is asked once more where it was replaced
 * meanwhile.
 * @param tally made for each reading
 * @throws OperatingError as {@link askOnce}
 */
export async function compare<T>(
  onEngine: OnEngine,
  ledger: Ledger,
  before: Side,
  now: Side,
  rules: AllocationRules,
  tally: () => Tally<T>,
): Promise<{ readonly before: Answer; readonly now: Answer; readonly told: T }> {
  const once = async (current: readonly Snapshot[]) => {
    const later = { ...now, snapshots: current };
    const answers = await onEngine(async (engine) => {
      const ask = ({ snapshots, question }: Side) => askOnce(engine, ledger, snapshots, question, rules);
      return { before: await ask(before), now: await ask(later) };
    });
    return { ...answers, told: await onEngine((engine) => breakDown(engine, ledger, before, later, rules, tally())) };
  };
  return whileReplaced(ledger, now.snapshots, once, (compared) => compared.now.check.difference === ZERO);
}

async function breakDown<T>(
  engine: Engine,
  ledger: Ledger,
  before: Side,
  now: Side,
  rules: AllocationRules,
  tally: Tally<T>,
): Promise<T> {
  return ledger.reading(engine, [...before.snapshots, ...now.snapshots], async () => {
    const open = ({ snapshots, question }: Side) => openTables(engine, ledger, snapshots, question, rules, READS);
    const opened = { before: await open(before), now: await open(now) };
    const work = workTables(engine);
    try {
      const all = [...opened.before, ...opened.now];
      const numbers = compileNumbers(all, engine.dialect);
      const numbering = { caller: await work.table(numbers.caller), usage: await work.table(numbers.usage) };
      const places = all.map((tables, place) => numbered(tables, place, numbering));
      const settled = settledDays(before.snapshots, now.snapshots);
      const lines = ({ question }: Side, periods: readonly PeriodTables[]): string[] =>
        compileSide({ question, periods, settled }, engine.dialect);
      const cells = compileCells(
        lines(before, places.slice(0, opened.before.length)),
        lines(now, places.slice(opened.before.length)),
        now.question,
      );
      return await tallyCells(engine, work, await work.table(cells), numbering.usage, now.question, tally);
    } finally {
      await work.drop();
    }
  });
}

/**
 * Reads what the rows of cells are made of.
 * @param cells SQL that names or makes them: {@link compileCells}
 * @param numbers those of usages: {@link compileNumbers}
 */
export async function tallyCells<T>(
  engine: Engine,
  work: WorkTables,
  cells: string,
  numbers: string,
  question: Question,
  tally: Tally<T>,
): Promise<T> {
  const named = await engine.rows(`SELECT DISTINCT thing_no, thing FROM ${numbers} AS numbers`);
  const things = new Map(named.map((row) => [Number(row.thing_no), thingOf(String(row.thing))]));
  const presence = await work.table(compilePresence(cells, question));
  const summed = await work.table(compileSums(cells, presence, question));
  const sums: RowSums[] = [];
  for await (const rows of engine.stream(`SELECT * FROM ${summed} AS sums`)) {
    for (const row of rows) sums.push(sumsOf(row, question));
  }
  tally.start(sums, things);
  for await (const [row, caller, thing, q0, q1, c0, c1] of engine.numbers(
    compileLeaves(cells, presence, summed, question),
    LEAF.length,
  )) {
    tally.add({ row, caller, thing, q0, q1, c0, c1 } as UsageLeaves);
  }
  return tally.finish();
}

function sumsOf(row: Row, { by, grain }: Question): RowSums {
  return {
    row: Number(row.row_no),
    time: grain === null ? null : (textOf(row, 'time')?.slice(0, TIME_LENGTH[grain]) ?? null),
    values: by.map((_, index) => textOf(row, valueColumn(index))),
    adjustment: textOf(row, 'adjustment'),
    restatement: moneyOf(row, 'restatement'),
    adjustments: moneyOf(row, 'adjustments'),
    newPrincipals: moneyOf(row, 'new_principals'),
    gonePrincipals: moneyOf(row, 'gone_principals'),
    split: moneyOf(row, 'split'),
    rest: moneyOf(row, 'rest'),
    came: Number(row.came),
    went: Number(row.went),
  };
}

/** A time as the answer's rows have it. */
const TIME_LENGTH = { day: 'YYYY-MM-DD'.length, month: 'YYYY-MM'.length };

/** SQL that names what a query gives. */
export interface WorkTables {
  table(query: string): Promise<string>;
  drop(): Promise<void>;
}

/** Where the engine is this process, what several statements read is worked out once; elsewhere each reads it anew. */
export function workTables(engine: Engine): WorkTables {
  const names: string[] = [];
  return {
    table: async (query) => {
      if (!engine.inProcess) return `(${query})`;
      const name = await engine.keep(`work_${names.length}`, query);
      names.push(name);
      return name;
    },
    drop: async () => {
      try {
        for (const name of names) await engine.run(`DROP TABLE IF EXISTS ${name}`);
      } catch (error) {
        // Who asked has gone: the next who needs some takes their names.
        if (!(error instanceof EngineError) || error.why !== 'interrupted') throw error;
      }
    },
  };
}

function thingOf(text: string): UsedThing {
  const parts = text.split(THING_SEPARATOR);
  const part = (name: (typeof THING_PARTS)[number]): string | null => parts[THING_PARTS.indexOf(name)] || null;
  return {
    model: part('model'),
    service: part('service')?.replace(/, $/, '') ?? '',
    tokenKind: part('tokenKind') as TokenKind | null,
    cacheTtl: part('cacheTtl'),
    usageType: part('usageType'),
    unit: part('unit'),
  };
}

/** The days that the earlier of two snapshots of a period held whole: what differs there was restated, not used. */
function settledDays(before: readonly Snapshot[], now: readonly Snapshot[]): ReadonlyMap<Period, Settled> {
  const settled = new Map<Period, Settled>();
  for (const { period, id, state, dataThrough } of before) {
    const other = now.find((snapshot) => snapshot.period === period && snapshot.id !== id);
    if (other === undefined) continue;
    const days = dataThrough.map(({ seller, through }) => ({ seller, before: through.slice(0, 10) as Day }));
    settled.set(period, state.kind === 'open' ? days : 'all');
  }
  return settled;
}
