import type { AllocationRules } from '../domain/allocation.ts';
import { addUnits, openSums, sumOf } from '../domain/amounts.ts';
import { type AllocationParts, type AnswerHead, partOf } from '../domain/answer.ts';
import type { Compared, ComparedPeriod } from '../domain/driver.ts';
import { type Money, sum, ZERO } from '../domain/money.ts';
import type { Day, Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { unmatchedNotes } from './allocated.ts';
import { answerHead, checkCurrency, readFilteredOut, whileReplaced } from './ask.ts';
import { readPeriod, type Settled } from './compared-period.ts';
import { READS } from './compared-sql.ts';
import { openTables } from './open-tables.ts';
import type { PeriodTables } from './period-tables.ts';

/** One side of a comparison: the snapshots of exactly the question's periods. */
export interface Side {
  readonly snapshots: readonly Snapshot[];
  readonly question: Question;
}

/** Both sides: what is said of them, and the lines from which their rows and the drivers of the change are worked out. */
export interface BothSides {
  readonly before: AnswerHead;
  readonly now: AnswerHead;
  readonly compared: Compared;
}

/**
 * Reads both sides. Now is read once more where it was replaced meanwhile.
 * @throws OperatingError ALLOCATION_OVERLAP, CUR_SEVERAL_CURRENCIES, LEDGER_DAMAGED
 */
export async function compare(
  engine: Engine,
  ledger: Ledger,
  before: Side,
  now: Side,
  rules: AllocationRules,
): Promise<BothSides> {
  const once = (current: readonly Snapshot[]) =>
    compareOnce(engine, ledger, before, { ...now, snapshots: current }, rules);
  return whileReplaced(ledger, now.snapshots, once, (read) => read.now.check.difference === ZERO);
}

async function compareOnce(
  engine: Engine,
  ledger: Ledger,
  before: Side,
  now: Side,
  rules: AllocationRules,
): Promise<BothSides> {
  for (const { snapshots } of [before, now]) checkCurrency(snapshots);
  return ledger.reading(engine, [...before.snapshots, ...now.snapshots], async () => {
    const open = ({ snapshots, question }: Side) => openTables(engine, ledger, snapshots, question, rules, READS);
    // What one side needs may make anew what the other has kept: of one month, up to other days.
    if (engine.keepsTables) await open(before);
    const opened = { now: await open(now), before: await open(before) };
    const settled = settledDays(before.snapshots, now.snapshots);
    const readSide = async ({ question, snapshots }: Side, tables: readonly PeriodTables[]) => {
      const periods: ComparedPeriod[] = [];
      for (const [index, period] of tables.entries()) {
        const days = settled.get(question.periods[index] as Period) ?? [];
        periods.push(await readPeriod(engine, question, period, days));
      }
      const head = answerHead(engine, snapshots, question, {
        ...partsOf(periods, question),
        filteredOut: await readFilteredOut(engine, tables, question),
        unmatched: await unmatchedNotes(engine, tables, snapshots, rules),
      });
      return { head, periods };
    };
    const sides = { before: await readSide(before, opened.before), now: await readSide(now, opened.now) };
    return {
      before: sides.before.head,
      now: sides.now.head,
      compared: { before: sides.before.periods, now: sides.now.periods },
    };
  });
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

const PARTS = ['allocated', 'shared', 'unallocated', 'adjustments'] as const;
const ADJUSTMENTS = PARTS.indexOf('adjustments');

/** What the lines come to, and as parts of the first dimension that says to whom dollars belong. */
function partsOf(
  periods: readonly ComparedPeriod[],
  { by }: Question,
): { readonly total: Money; readonly allocation: AllocationParts | null } {
  const index = by.findIndex(({ source }) => source.table === 'allocated');
  const sums = openSums(PARTS.length);
  for (const { callers, usages, lines } of periods) {
    // 2: left out.
    const kinds = Uint8Array.from(usages, (usage) => (usage === undefined ? 2 : usage.correction === null ? 0 : 1));
    for (const [at, caller] of callers.entries()) {
      if (caller === undefined) continue;
      const part = PARTS.indexOf(partOf({ adjustment: null, values: caller.values }, index));
      const end = lines.starts[at + 1] as number;
      for (let line = lines.starts[at] as number; line < end; line++) {
        const kind = kinds[lines.usage[line] as number] ?? 2;
        if (kind === 2) continue;
        addUnits(sums, kind === 1 && !caller.named ? ADJUSTMENTS : part, lines.cost[line] as number);
      }
    }
  }
  const amounts = PARTS.map((_, part) => sumOf(sums, part) as Money);
  const [allocated = ZERO, shared = ZERO, unallocated = ZERO, adjustments = ZERO] = amounts;
  const dimension = by[index]?.name;
  return {
    total: sum(amounts),
    allocation: dimension === undefined ? null : { dimension, allocated, shared, unallocated, adjustments },
  };
}
