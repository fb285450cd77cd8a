import type { AllocationRules } from '../domain/allocation.ts';
import type { Answer } from '../domain/answer.ts';
import type { RowSums, UsageLeaves, UsedThing } from '../domain/driver.ts';
import { ZERO } from '../domain/money.ts';
import type { Day, Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';
import { moneyOf, textOf } from '../engine/cells.ts';
import { openDuckDB } from '../engine/duckdb.ts';
import { type Engine, EngineError, type FileEngine, isInProcess, type Row } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { askOnce, whileReplaced } from './ask.ts';
import { valueColumn } from './compile.ts';
import {
  compileCells,
  compileLeaves,
  compileLoadedNumbers,
  compileNumbers,
  compilePresence,
  compileSide,
  compileSideSums,
  compileSums,
  LEAF,
  loadedColumns,
  loadedSide,
  type Numbers,
  numbered,
  READS,
  type Settled,
  THING_PARTS,
  THING_SEPARATOR,
  withTexts,
} from './drivers-sql.ts';
import { openTables } from './open-tables.ts';
import type { PeriodTables } from './period-tables.ts';

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
    // What one side needs may make anew what the other has kept: of one month, up to other days.
    if (engine.keepsTables) await open(before);
    const opened = { now: await open(now), before: await open(before) };
    const settled = settledDays(before.snapshots, now.snapshots);
    const lines = ({ question }: Side, periods: readonly PeriodTables[]): string[] =>
      compileSide({ question, periods, settled }, engine.dialect);
    if (isInProcess(engine)) {
      return withWorkTables(engine, async (work) => {
        const all = [...opened.before, ...opened.now];
        const numbers = await numbersIn(work, compileNumbers(all, engine.dialect));
        const places = all.map((tables, place) => numbered(tables, place, numbers));
        const cells = compileCells(
          lines(before, places.slice(0, opened.before.length)),
          lines(now, places.slice(opened.before.length)),
          now.question,
        );
        return tallyCells(engine, work, await work(cells), numbers.usage, now.question, tally);
      });
    }
    // Elsewhere each statement would work all of it out anew: sides are added up there, and put together here.
    const texts = (tables: readonly PeriodTables[]) => tables.map((period) => withTexts(period, engine.dialect));
    const sides = {
      before: engine.stream(compileSideSums(lines(before, texts(opened.before)), before.question)),
      now: engine.stream(compileSideSums(lines(now, texts(opened.now)), now.question)),
    };
    return putTogether(sides, now.question, tally);
  });
}

async function putTogether<T>(
  sides: Readonly<Record<'before' | 'now', AsyncIterable<readonly Row[]>>>,
  question: Question,
  tally: Tally<T>,
): Promise<T> {
  const engine = await openDuckDB();
  try {
    return await withWorkTables(engine, async (work) => {
      const before = await engine.load('side_before', loadedColumns(question), sides.before);
      const now = await engine.load('side_now', loadedColumns(question), sides.now);
      const numbers = await numbersIn(work, compileLoadedNumbers([before, now]));
      const lines = (side: string): string[] => [loadedSide(side, numbers, question)];
      const cells = await work(compileCells(lines(before), lines(now), question));
      return tallyCells(engine, work, cells, numbers.usage, question, tally);
    });
  } finally {
    await engine.close();
  }
}

async function numbersIn(work: WorkTable, { caller, usage }: Numbers): Promise<Numbers> {
  return { caller: await work(caller), usage: await work(usage) };
}

/**
 * Reads what the rows of cells are made of.
 * @param cells SQL that names or makes them: {@link compileCells}
 * @param numbers those of usages: {@link compileNumbers}
 */
export async function tallyCells<T>(
  engine: FileEngine,
  work: WorkTable,
  cells: string,
  numbers: string,
  question: Question,
  tally: Tally<T>,
): Promise<T> {
  const named = await engine.rows(`SELECT DISTINCT thing_no, thing FROM ${numbers} AS numbers`);
  const things = new Map(named.map((row) => [Number(row.thing_no), thingOf(String(row.thing))]));
  const presence = await work(compilePresence(cells, question));
  const summed = await work(compileSums(cells, presence, question));
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

/** Keeps what several statements read, and gives SQL that names it. */
type WorkTable = (query: string) => Promise<string>;

/** @param engine one of this process: elsewhere work tables would be in somebody's way */
export async function withWorkTables<T>(engine: Engine, work: (table: WorkTable) => Promise<T>): Promise<T> {
  const names: string[] = [];
  try {
    return await work(async (query) => {
      const name = await engine.keep(`work_${names.length}`, query);
      names.push(name);
      return name;
    });
  } finally {
    await dropTables(engine, names);
  }
}

async function dropTables(engine: Engine, names: readonly string[]): Promise<void> {
  try {
    for (const name of names) await engine.run(`DROP TABLE IF EXISTS ${name}`);
  } catch (error) {
    // Who asked has gone: the next who needs some takes their names.
    if (!(error instanceof EngineError) || error.why !== 'interrupted') throw error;
  }
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
