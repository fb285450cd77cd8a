import type { AllocationRules } from '../domain/allocation.ts';
import type { AnswerHead } from '../domain/answer.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { Question } from '../domain/question.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { compare, type Side } from '../query/compare.ts';
import { askDays } from '../query/forecast.ts';
import { type ChangeReport, changesInSteps } from '../report/change.ts';
import { driversInSteps } from '../report/drivers/drivers.ts';
import { KnownParties } from '../report/drivers/known-parties.ts';
import { forecast } from '../report/forecast/forecast.ts';
import { forecastInput } from '../report/forecast/input.ts';
import { DESK_LIMITS, type Desk, PATIENCE } from './desk.ts';
import { inSteps } from './in-steps.ts';
import { shareWork } from './shared-work.ts';
import { openTurns } from './turns.ts';

/** What is worked out from several answers, and kept by the snapshots that they come from. */
export interface Derived {
  /** @param top how many changes stand on their own */
  compare(before: Side, now: Side, top: number, signal: AbortSignal): Promise<Compared>;
  /** @param all snapshots that count, oldest first; `of` among them */
  forecast(
    of: Snapshot,
    all: readonly Snapshot[],
    asked: Pick<Question, 'where' | 'cost'>,
    signal: AbortSignal,
  ): Promise<Forecasted>;
}

/** What moved. */
export interface Compared {
  readonly before: AnswerHead;
  readonly now: AnswerHead;
  readonly report: ChangeReport;
}

interface Forecasted {
  readonly now: AnswerHead;
  readonly forecast: Forecast;
}

/** Rows that are kept: each has its ten drivers and the names that shifted. */
const ROWS_KEPT = 20_000;
const FORECASTS_KEPT = 500;

export function openDerived(ledger: Ledger, rules: AllocationRules, desk: Desk): Derived {
  const comparisons = shareWork<Compared>(ROWS_KEPT, ({ report }) => 1 + report.rows.length);
  // Each takes some 100 MB while it is worked out: there is one at a time.
  const turns = openTurns(DESK_LIMITS.waiting);
  const known = new KnownParties();
  const forecasts = shareWork<Forecasted>(FORECASTS_KEPT, () => 1);
  return {
    compare: (before, now, top, signal) =>
      comparisons.of(JSON.stringify([keyOf(before), keyOf(now), top]), signal, (stop) =>
        turns.take(stop, async () => {
          const { compared, ...heads } = await desk.run(
            stop,
            (engine) => compare(engine, ledger, before, now, rules),
            PATIENCE.heavy,
          );
          const drivers = await inSteps(driversInSteps(compared, known), stop);
          return { ...heads, report: await inSteps(changesInSteps({ ...heads, rows: drivers }, top), stop) };
        }),
      ),
    forecast: (of, all, asked, signal) =>
      forecasts.of(JSON.stringify([idsOf([of]), idsOf(all), asked]), signal, async (stop) => {
        const { now, earlier } = await desk.run(stop, (engine) => askDays(engine, ledger, of, all, asked, rules));
        const { rows: _, ...head } = now;
        return { now: head, forecast: forecast(forecastInput(now, earlier)) };
      }),
  };
}

function keyOf({ snapshots, question }: Side): unknown {
  return [idsOf(snapshots), question];
}

function idsOf(snapshots: readonly Snapshot[]): string[] {
  return snapshots.map(({ id }) => id);
}
