import type { AllocationRules } from '../domain/allocation.ts';
import type { Answer } from '../domain/answer.ts';
import type { ComparedCells, Comparison } from '../domain/comparison.ts';
import type { UsageCell, UsedThing } from '../domain/driver.ts';
import { OperatingError } from '../domain/errors.ts';
import { ZERO } from '../domain/money.ts';
import type { Day, Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { askOnce, MAX_ROWS, whileReplaced } from './ask.ts';
import { moneyOf, textOf } from './cells.ts';
import { valueColumn } from './compile.ts';
import { compileCells, HASH_DIGITS, type Settled, THING_PARTS, THING_SEPARATOR } from './drivers-sql.ts';
import { openTables } from './open-tables.ts';

/** One side of a comparison: the snapshots of exactly the question's periods. */
export interface Side {
  readonly snapshots: readonly Snapshot[];
  readonly question: Question;
}

/** Takes cells in parts; all cells of a caller are in one. */
export interface Tally<T> {
  add(cells: ComparedCells): Promise<void>;
  finish(): T;
}

/** Runs a piece of work on an engine, when there is one for it. */
type OnEngine = <T>(work: (engine: Engine) => Promise<T>) => Promise<T>;

/**
 * Asks both sides, and for what the drivers of the change are read from. Now is asked once more where it was replaced
 * meanwhile.
 * @param tally makes what takes the cells: an organisation has too many to hold them all
 * @param count of parts, by default as many as the lines need
 * @throws OperatingError as {@link askOnce}; ANSWER_TOO_LARGE also for the cells
 */
export async function compare<T>(
  onEngine: OnEngine,
  ledger: Ledger,
  before: Side,
  now: Side,
  rules: AllocationRules,
  tally: () => Tally<T>,
  count: number | null = null,
): Promise<{ readonly before: Answer; readonly now: Answer; readonly told: T }> {
  const once = async (current: readonly Snapshot[]) => {
    const settled = settledDays(before.snapshots, current);
    const later = { ...now, snapshots: current };
    const answers = await onEngine(async (engine) => {
      const ask = ({ snapshots, question }: Side) => askOnce(engine, ledger, snapshots, question, rules);
      return { before: await ask(before), now: await ask(later) };
    });
    const own = tally();
    for (const digits of partsOf(count ?? partsNeeded([...before.snapshots, ...current]))) {
      const cells = await onEngine(async (engine) => {
        const of = (side: Side) => askCells(engine, ledger, side, settled, digits, rules);
        return { before: await of(before), now: await of(later) };
      });
      await own.add(cells);
    }
    return { ...answers, told: own.finish() };
  };
  return whileReplaced(ledger, now.snapshots, once, (compared) => compared.now.check.difference === ZERO);
}

/** The same with all cells: for who compares once, and ends. */
export async function compareWhole(
  engine: Engine,
  ledger: Ledger,
  before: Side,
  now: Side,
  rules: AllocationRules,
  count: number | null = null,
): Promise<Comparison> {
  const whole = (): Tally<Comparison['cells']> => {
    const cells: { before: UsageCell[]; now: UsageCell[] } = { before: [], now: [] };
    return {
      add: async (part) => {
        for (const cell of part.before) cells.before.push(cell);
        for (const cell of part.now) cells.now.push(cell);
      },
      finish: () => cells,
    };
  };
  const { told: cells, ...answers } = await compare((work) => work(engine), ledger, before, now, rules, whole, count);
  return { ...answers, cells };
}

/** So many Bedrock lines have at most as many cells, which need some 100 MB. */
const LINES_A_PART = 500_000;

function partsNeeded(snapshots: readonly Snapshot[]): number {
  const bedrock = snapshots.flatMap(({ control }) => control.filter((total) => total.bedrock));
  const lines = bedrock.reduce((sum, total) => sum + total.lines, 0);
  return Math.min(HASH_DIGITS.length, Math.max(1, Math.ceil(lines / LINES_A_PART)));
}

/** The first digits of the hashes of callers, dealt out to parts. */
function partsOf(count: number): string[][] {
  return [...Map.groupBy(HASH_DIGITS, (digit) => HASH_DIGITS.indexOf(digit) % count).values()];
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

async function askCells(
  engine: Engine,
  ledger: Ledger,
  { snapshots, question }: Side,
  settled: ReadonlyMap<Period, Settled>,
  digits: readonly string[],
  rules: AllocationRules,
): Promise<UsageCell[]> {
  return ledger.reading(engine, snapshots, async () => {
    const tables = await openTables(engine, ledger, snapshots, question, rules);
    const cells: UsageCell[] = [];
    const things = new Map<string, UsedThing>();
    const shared = sharing();
    for await (const rows of engine.stream(compileCells(question, tables, settled, digits, engine.dialect))) {
      if (cells.length + rows.length > MAX_ROWS) {
        throw new OperatingError(
          'ANSWER_TOO_LARGE',
          `what the change is made of has more than ${MAX_ROWS.toLocaleString('en')} rows`,
        );
      }
      for (const row of rows) cells.push(cellOf(row, question, thingOf(String(row.thing), things), shared));
    }
    return cells;
  });
}

/** A time as the answer's rows have it. */
const TIME_LENGTH = { day: 'YYYY-MM-DD'.length, month: 'YYYY-MM'.length };

/** A million cells repeat a few thousand texts: each is kept once. */
type Shared = (text: string) => string;

function sharing(): Shared {
  const texts = new Map<string, string>();
  return (text) => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
}

function cellOf(row: Row, { by, grain }: Question, thing: UsedThing, shared: Shared): UsageCell {
  const cost = moneyOf(row, 'cost');
  const text = (column: string): string | null => {
    const value = textOf(row, column);
    return value === null ? null : shared(value);
  };
  return {
    time: grain === null ? null : (textOf(row, 'time')?.slice(0, TIME_LENGTH[grain]) ?? null),
    values: by.map((_, index) => text(valueColumn(index))),
    adjustment: text('adjustment'),
    caller: text('caller') ?? '',
    named: row.named === true,
    thing,
    corrects: row.corrects === true,
    settled: row.settled === true,
    cost,
    countedCost: row.counted_cost === row.cost ? cost : moneyOf(row, 'counted_cost'),
    quantity: moneyOf(row, 'quantity'),
  };
}

function thingOf(text: string, things: Map<string, UsedThing>): UsedThing {
  const known = things.get(text);
  if (known !== undefined) return known;
  const parts = text.split(THING_SEPARATOR);
  const part = (name: (typeof THING_PARTS)[number]): string | null => parts[THING_PARTS.indexOf(name)] || null;
  const thing = {
    model: part('model'),
    service: part('service')?.replace(/, $/, '') ?? '',
    tokenKind: part('tokenKind') as TokenKind | null,
    cacheTtl: part('cacheTtl'),
    usageType: part('usageType'),
    unit: part('unit'),
  };
  things.set(text, thing);
  return thing;
}
