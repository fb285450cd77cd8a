import type { AllocationRules } from '../domain/allocation.ts';
import type { Comparison } from '../domain/comparison.ts';
import type { UsageCell, UsedThing } from '../domain/driver.ts';
import { OperatingError } from '../domain/errors.ts';
import { ZERO } from '../domain/money.ts';
import type { Day, Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { openTables } from './allocated.ts';
import { askOnce, MAX_ROWS, whileReplaced } from './ask.ts';
import { moneyOf, textOf } from './cells.ts';
import { needsCallers, valueColumn } from './compile.ts';
import { compileCells, type Settled, THING_PARTS, THING_SEPARATOR } from './drivers-sql.ts';

/** One side of a comparison: the snapshots of exactly the question's periods. */
export interface Side {
  readonly snapshots: readonly Snapshot[];
  readonly question: Question;
}

/**
 * Asks both sides, and for what the drivers of the change are read from. Now is asked once more where it was replaced
 * meanwhile.
 * @throws OperatingError as {@link askOnce}; ANSWER_TOO_LARGE also for the cells
 */
export async function compare(
  engine: Engine,
  ledger: Ledger,
  before: Side,
  now: Side,
  rules: AllocationRules,
): Promise<Comparison> {
  const once = async (current: readonly Snapshot[]): Promise<Comparison> => {
    const settled = settledDays(before.snapshots, current);
    const ask = ({ snapshots, question }: Side) => askOnce(engine, ledger, snapshots, question, rules);
    const cells = (side: Side) => askCells(engine, ledger, side, settled, rules);
    const later = { ...now, snapshots: current };
    return {
      before: await ask(before),
      now: await ask(later),
      cells: { before: await cells(before), now: await cells(later) },
    };
  };
  return whileReplaced(ledger, now.snapshots, once, (comparison) => comparison.now.check.difference === ZERO);
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
  rules: AllocationRules,
): Promise<UsageCell[]> {
  return ledger.reading(engine, snapshots, async () => {
    const tables = await openTables(engine, ledger, snapshots, needsCallers(question) ? rules : null);
    const cells: UsageCell[] = [];
    const things = new Map<string, UsedThing>();
    const shared = sharing();
    for await (const rows of engine.stream(compileCells(question, tables, settled, engine.dialect))) {
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
