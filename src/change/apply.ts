import { slots } from '../aws/at-once.ts';
import type { Change } from '../domain/change.ts';
import type { Engine, Outcome, Step } from './engine.ts';
import { makeOne } from './make-one.ts';

/** Changes that are made at once, each in another account. */
const AT_ONCE = 4;

/**
 * Makes changes: those of one account one after the other, accounts beside each other, each after what it depends on. The first
 * failure ends its account, and what depends on it; the others go on.
 * @param steps in an order of dependence
 * @param onOutcome told of each as it happens
 * @returns the outcomes in the order of the steps
 */
export async function makeChanges(
  steps: readonly Step[],
  engine: Engine,
  onOutcome: (change: Change, outcome: Outcome) => void,
): Promise<Outcome[]> {
  const slot = slots(AT_ONCE);
  const last = new Map<string, Promise<unknown>>();
  const results = new Map<string, Promise<Outcome>>();
  const stopped = new Set<string>();
  const run = async (step: Step, before: Promise<unknown>): Promise<Outcome> => {
    const { change } = step;
    const needed = await Promise.all(change.dependsOn.flatMap((id) => results.get(id) ?? []));
    await before;
    const because = engine.signal.aborted
      ? 'interrupted'
      : stopped.has(change.account)
        ? 'account'
        : needed.some(({ kind }) => kind === 'failed' || kind === 'skipped')
          ? 'dependence'
          : null;
    if (because !== null) return { kind: 'skipped', because };
    return slot(async () => {
      const outcome = await makeOne(step, engine);
      if (outcome.kind === 'failed') stopped.add(change.account);
      return outcome;
    });
  };
  const all = steps.map((step) => {
    const { id, account } = step.change;
    const result = run(step, last.get(account) ?? Promise.resolve()).then((outcome) => {
      onOutcome(step.change, outcome);
      return outcome;
    });
    results.set(id, result);
    last.set(account, result);
    return result;
  });
  // After a bug in one account the calls of the others are finished, not torn off.
  await Promise.allSettled(all);
  return Promise.all(all);
}
