import type { AllocationRules } from '../domain/allocation.ts';
import type { CostAnswer } from '../domain/answer.ts';
import { nextPeriod } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { askCosts, askCostsOnce } from './ask.ts';

/** Billing periods before the one that is forecast: a year shows every month's end and holiday once. */
const HISTORY_MONTHS = 12;

/**
 * The days of a billing period, and of those before it without a gap, from which its end is estimated.
 * @param all snapshots that count, of any period, oldest first; `of` among them
 * @param asked which lines, in which cost
 * @throws OperatingError as {@link askCosts}
 */
export async function askDays(
  engine: Engine,
  ledger: Ledger,
  of: Snapshot,
  all: readonly Snapshot[],
  asked: Pick<Question, 'where' | 'cost'>,
  rules: AllocationRules,
): Promise<{ now: CostAnswer; earlier: CostAnswer | null }> {
  const question = (snapshots: readonly Snapshot[]): Question => ({
    ...asked,
    by: [],
    periods: snapshots.map(({ period }) => period),
    from: null,
    to: null,
    grain: 'day',
    top: null,
  });
  const earlier = monthsBefore(of, all);
  return {
    now: await askCosts(engine, ledger, [of], question([of]), rules),
    earlier: earlier.length === 0 ? null : await askCostsOnce(engine, ledger, earlier, question(earlier), rules),
  };
}

function monthsBefore(of: Snapshot, all: readonly Snapshot[]): Snapshot[] {
  const months: Snapshot[] = [];
  for (const snapshot of all.filter(({ period }) => period < of.period).toReversed()) {
    const next = months[0] ?? of;
    const adds = nextPeriod(snapshot.period) === next.period && snapshot.currency === of.currency;
    if (!adds || months.length === HISTORY_MONTHS) break;
    months.unshift(snapshot);
  }
  return months;
}
