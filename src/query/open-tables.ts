import type { AllocationRules } from '../domain/allocation.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { openPeriod } from './allocated.ts';
import { needsCallers, type PeriodTables } from './compile.ts';
import { keepTables } from './kept-tables.ts';

/**
 * The tables of each snapshot for the statements of a question.
 * @param rules to what callers are allocated
 * @throws OperatingError ALLOCATION_OVERLAP
 */
export async function openTables(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  question: Pick<Question, 'by' | 'where'>,
  rules: AllocationRules,
): Promise<PeriodTables[]> {
  const asked = needsCallers(question);
  const opened: PeriodTables[] = [];
  for (const snapshot of snapshots) {
    const kept = engine.keepsTables
      ? await keepTables(engine, ledger, snapshot, rules).catch((error: unknown) => {
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
