import { PERSON } from '../domain/allocation.ts';
import { findDimension } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import type { Engine } from '../engine/engine.ts';
import { keepLines } from '../query/compare.ts';
import { openTables } from '../query/open-tables.ts';
import { beforeOf, questionOf, scopeOf } from './asked.ts';
import { PATIENCE } from './desk.ts';
import type { Page } from './page.ts';

/** What views ask by, so that nearly all find what they need: by anything coarse, by single callers, and by their days. */
const ASKED: readonly Pick<Question, 'by' | 'grain'>[] = [
  { by: [], grain: null },
  { by: [findDimension(PERSON, {})], grain: null },
  { by: [findDimension(PERSON, {})], grain: 'day' },
];

/**
 * Has the engine keep what most views ask of the newest period and the one that it is compared with, one table after the other, so that
 * questions that come meanwhile wait for one at most. Whoever opens the page then need not wait for it; what fails is told to whoever
 * asks.
 */
export async function prepare(page: Page, signal: AbortSignal): Promise<void> {
  const { desk, ledger, rules } = page;
  const quietly = async (work: () => Promise<void>): Promise<void> => {
    if (signal.aborted) return;
    await work().catch((error: unknown) => {
      if (!(error instanceof OperatingError) && !signal.aborted) throw error;
    });
  };
  await quietly(async () => {
    const scope = await scopeOf(page, { cost: 'net' });
    const before = await beforeOf(page, { cost: 'net' }, scope, 'before');
    const times = [scope.now, ...(before.kind === 'time' ? [before] : [])];
    const onDesk = (work: (engine: Engine) => Promise<unknown>) =>
      quietly(() =>
        desk.run(signal, async (engine) => void (engine.keepsTables && (await work(engine))), PATIENCE.nobodyWaits),
      );
    for (const asked of ASKED) {
      for (const time of times) {
        const question = questionOf(scope, time, asked);
        await onDesk((engine) => openTables(engine, ledger, time.snapshots, question, rules));
      }
    }
    for (const time of times) {
      await onDesk((engine) =>
        keepLines(engine, ledger, { ...time, question: questionOf(scope, time, { by: [] }) }, rules),
      );
    }
  });
}
