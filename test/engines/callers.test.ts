import { expect, test } from 'vitest';
import { findDimension } from '../../src/domain/dimension.ts';
import type { CallerCost } from '../../src/domain/explanation.ts';
import { sum } from '../../src/domain/money.ts';
import type { Question } from '../../src/domain/question.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ask } from '../../src/query/ask.ts';
import { callersBehind } from '../../src/query/callers.ts';
import { explain } from '../../src/query/explain.ts';
import { type Asked, useTwoEngines, whateverIsAsked } from './two-engines.ts';

const two = useTwoEngines();

/** More than the sample has. */
const ALL = 100_000;

/** Names and cost, in an order of their own. */
function told(callers: readonly CallerCost[]): string[] {
  return callers
    .map(({ account, principal, kind, role, permissionSet, session, cost }) =>
      JSON.stringify([account, principal, kind, role, permissionSet, session, String(cost)]),
    )
    .sort();
}

async function expectExplained({ question, snapshots, rules }: Asked): Promise<number> {
  const { reading, keeping, ledger } = two();
  const plain: Question = { ...question, by: [], grain: null, top: null };
  const explained = await explain(reading, ledger, snapshots, plain, ALL, rules);
  const expectFound = async (engine: Engine): Promise<void> => {
    const found = await callersBehind(engine, ledger, snapshots, question, ALL, rules);
    expect(told(found.callers)).toEqual(told(explained.callers.items));
    expect(found.cost).toBe(explained.usage);
    expect(found.cost).toBe(sum(found.callers.map(({ cost }) => cost)));
    const dearest = await callersBehind(engine, ledger, snapshots, question, 3, rules);
    expect(dearest).toEqual({ callers: found.callers.slice(0, 3), cost: found.cost });
  };
  await expectFound(reading);
  // Keeps sums of alike callers, then those of single ones.
  for (const name of ['account', 'session']) {
    await ask(keeping, ledger, snapshots, { ...plain, by: [findDimension(name, {})] }, rules);
    await expectFound(keeping);
  }
  return explained.callers.count;
}

test('who is behind what is asked is whom bursar explain tells of, whether tables are kept or not', async () => {
  const counts: number[] = [];
  await whateverIsAsked(two, async (asked) => void counts.push(await expectExplained(asked)), 30);
  expect(Math.max(...counts)).toBeGreaterThan(10);
}, 120_000);
