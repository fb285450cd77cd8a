import { PERSON } from '../domain/allocation.ts';
import { findDimension } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import { openTables } from '../query/open-tables.ts';
import type { Page } from './page.ts';

/** A month, and the one that it is compared with. */
const PERIODS = 2;

/** What views ask by, so that nearly all find what they need: by anything coarse, by single callers, and by their days. */
const ASKED: readonly Pick<Question, 'by' | 'grain'>[] = [
  { by: [], grain: null },
  { by: [findDimension(PERSON, {})], grain: null },
  { by: [findDimension(PERSON, {})], grain: 'day' },
];

/**
 * Has the engine keep the tables that most views ask of the newest periods, one after the other, so that questions that come
 * meanwhile wait for one at most. Whoever opens the page then need not wait for it; what fails is told to whoever asks.
 */
export async function prepare({ desk, current, ledger, rules }: Page, signal: AbortSignal): Promise<void> {
  const withData = (await current()).flatMap((outcome) =>
    outcome.kind !== 'failed' && outcome.snapshot.firstDay !== null ? [outcome.snapshot] : [],
  );
  for (const asked of ASKED) {
    for (const snapshot of withData.slice(-PERIODS).reverse()) {
      const all = { where: [], periods: [snapshot.period], from: null, to: null, top: null, cost: 'net' } as const;
      await desk
        .run(signal, async (engine) => {
          if (engine.keepsTables) await openTables(engine, ledger, [snapshot], { ...all, ...asked }, rules);
        })
        .catch((error: unknown) => {
          if (!(error instanceof OperatingError) && !signal.aborted) throw error;
        });
      if (signal.aborted) return;
    }
  }
}
