import { PERSON } from '../domain/allocation.ts';
import { findDimension } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import type { Engine } from '../engine/engine.ts';
import { openTables } from '../query/open-tables.ts';
import { DEFAULT_TOP } from './api/changes.ts';
import { beforeOf, defaultBy, dimensionsOf, questionOf, scopeOf } from './asked.ts';
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
 * questions that come meanwhile wait for one at most; then asks what the page asks when it is opened and takes longest, what
 * changed. Whoever opens it then need not wait; what fails is told to whoever asks.
 */
export async function prepare(page: Page, signal: AbortSignal): Promise<void> {
  const { desk, ledger, rules, own } = page;
  const quietly = async (work: () => Promise<unknown>): Promise<void> => {
    if (signal.aborted) return;
    await work().catch((error: unknown) => {
      if (!(error instanceof OperatingError) && !signal.aborted) throw error;
    });
  };
  const onDesk = <T>(work: (engine: Engine) => Promise<T>): Promise<T> => desk.run(signal, work, PATIENCE.nobodyWaits);
  await quietly(async () => {
    // Elsewhere a question costs somebody something.
    if (!(await onDesk(async ({ keepsTables }) => keepsTables))) return;
    const scope = await scopeOf(page, { cost: 'net' });
    const before = await beforeOf(page, { cost: 'net' }, scope, 'before');
    const times = before.kind === 'time' ? [scope.now, before] : [scope.now];
    for (const asked of ASKED) {
      for (const time of times) {
        const question = questionOf(scope, time, asked);
        await quietly(() => onDesk((engine) => openTables(engine, ledger, time.snapshots, question, rules)));
      }
    }
    if (before.kind !== 'time') return;
    const by = dimensionsOf(page, defaultBy(own), 1);
    const side = (time: typeof scope.now) => ({ snapshots: time.snapshots, question: questionOf(scope, time, { by }) });
    await page.derived.compare(side(before), side(scope.now), DEFAULT_TOP, signal);
  });
}
