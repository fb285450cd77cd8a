import type { AllocationRules } from '../domain/allocation.ts';
import { OperatingError } from '../domain/errors.ts';
import { type Day, firstDay, nextPeriod, type Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { openPeriod } from './allocated.ts';
import { areCoarse, areOfCallers, areOfModels, areRuns, type CoarseAsked } from './coarse.ts';
import { needsCallers } from './dimension-sql.ts';
import { type KeptFor, keepTables } from './kept-tables.ts';
import type { PeriodTables } from './period-tables.ts';

/**
 * The tables of each snapshot for the statements of a question.
 * @param rules to what callers are allocated
 * @param reads columns of usage and caller that the statements read besides; `null`: it takes the tables that are
 * kept already, for to keep more would take longer than to answer
 * @throws OperatingError ALLOCATION_OVERLAP
 */
export async function openTables(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  question: Question,
  rules: AllocationRules,
  reads: CoarseAsked['reads'] | null = { usage: [], caller: [] },
): Promise<PeriodTables[]> {
  const asked = needsCallers(question);
  const dimensions = [...question.by, ...question.where.map(({ dimension }) => dimension)];
  const opened: PeriodTables[] = [];
  for (const snapshot of snapshots) {
    const needed = reads && {
      callers: callersFor(question, snapshot.period, { dimensions, reads }),
      firstDaysTo: firstDaysTo(question, snapshot.period),
    };
    const kept = engine.keepsTables
      ? await keepTables(engine, ledger, snapshot, rules, needed).catch((error: unknown) => {
          // Rules that contradict each other hinder only who asks by them.
          if (asked || !(error instanceof OperatingError)) throw error;
          return null;
        })
      : null;
    if (kept === null) opened.push(await openPeriod(engine, ledger, snapshot, asked ? rules : null));
    else opened.push({ ...kept, allocation: asked ? kept.allocation : null });
  }
  return opened;
}

/** Which sums of single callers serve the question; bounds within the month make no run, but where it asks for its first days. */
function callersFor(question: Question, period: Period, needs: CoarseAsked): KeptFor['callers'] {
  if (areCoarse(needs)) return null;
  const to = firstDaysTo(question, period);
  if (question.grain !== 'day' && areRuns(question, to === null ? [] : [to]))
    return areOfCallers(needs) ? 'byRun' : null;
  return areOfModels(needs) ? 'byDay' : null;
}

/** Where a month that is not over is compared with the same days of another, many ask for its first days. */
function firstDaysTo({ from, to, grain }: Question, period: Period): Day | null {
  const first = firstDay(period);
  if (grain === 'day' || to === null || to <= first || to >= firstDay(nextPeriod(period))) return null;
  return from === null || from === first ? to : null;
}
