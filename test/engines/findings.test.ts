import { expect, test } from 'vitest';
import { DEFAULT_TAG_DIMENSIONS, findDimension } from '../../src/domain/dimension.ts';
import type { Health } from '../../src/domain/health.ts';
import { sum } from '../../src/domain/money.ts';
import type { Question } from '../../src/domain/question.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ask } from '../../src/query/ask.ts';
import { EXAMINED, type HealthAsked, measureHealth } from '../../src/query/measure.ts';
import { useTwoEngines } from './two-engines.ts';

const two = useTwoEngines();

async function measured(engine: Engine, asked: Partial<HealthAsked> = {}): Promise<Omit<Health, 'now'>> {
  const { ledger, outcomes, own, rules } = two();
  const all: HealthAsked = { outcomes, periods: null, dimensions: own, rules, ...asked };
  const { now, ...rest } = await measureHealth(engine, ledger, all);
  return rest;
}

function questionBy(names: readonly string[], periods: Question['periods']): Question {
  const by = names.map((name) => findDimension(name, two().own));
  return { by, where: [], periods, from: null, to: null, grain: null, top: null, cost: 'net' };
}

test('findings are the same from files, beside tables that are kept for a part of them, and from kept tables', async () => {
  const { reading, keeping, ledger, snapshots, rules } = two();
  const expected = await measured(reading);
  expect(expected.examined).toHaveLength(EXAMINED);
  expect(await measured(keeping)).toEqual(expected);
  // Keeps sums of alike callers, then those of single ones; of two months, so that the third is read from its files.
  for (const name of ['team', 'person']) {
    for (const snapshot of snapshots.slice(1)) {
      await ask(keeping, ledger, [snapshot], questionBy([name], [snapshot.period]), rules);
    }
    expect(await measured(keeping)).toEqual(expected);
  }
});

test('what is measured adds up to the usage of the period, and is what a report shows', async () => {
  const { reading, ledger, snapshots, own, rules } = two();
  // Cost centres come first: they settle a part of what some roles spend.
  const dimensions = Object.fromEntries(Object.entries(own).toReversed());
  const [first = ''] = Object.keys(dimensions);
  const { examined } = await measured(reading, { dimensions });
  for (const { usage, callers, allocations, tags } of examined) {
    expect(sum(callers.map(({ cost }) => cost))).toBe(usage.cost);
    expect(allocations.map(({ dimension }) => dimension)).toEqual(Object.keys(dimensions));
    for (const { allocated, shared, unallocated } of allocations) {
      expect(sum([allocated, shared, unallocated])).toBe(usage.cost);
    }
    expect(tags.some(({ cost }) => cost > 0n && cost < usage.cost)).toBe(true);
  }
  const [newest] = snapshots.slice(-1);
  const { period, roles = [], users = [] } = examined.at(-1) ?? {};
  if (newest === undefined || period === undefined) throw new Error('nothing is examined');
  for (const [name, told] of [
    ['role', roles.map(({ account, role, cost, settled }) => ({ of: [account, role], cost, settled }))],
    ['principal', users.map(({ account, arn, cost, settled }) => ({ of: [account, arn], cost, settled }))],
  ] as const) {
    const { rows } = await ask(reading, ledger, [newest], questionBy(['account', name, first], [period]), rules);
    const usage = rows.filter(({ adjustment }) => adjustment === null);
    expect(told.length).toBeGreaterThan(0);
    for (const { of, cost, settled } of told) {
      const its = usage.filter(({ values }) => values[0] === of[0] && values[1] === of[1]);
      expect(cost).toBe(sum(its.map((row) => row.cost)));
      expect(settled).toBe(sum(its.filter(({ values }) => values[2] !== null).map((row) => row.cost)));
    }
  }
  expect(roles.some(({ cost, settled }) => settled > 0n && settled < cost)).toBe(true);
});

test('so they are where nothing but tags says to whom dollars belong', async () => {
  const { reading, keeping } = two();
  const guessed = { dimensions: DEFAULT_TAG_DIMENSIONS };
  expect(await measured(keeping, guessed)).toEqual(await measured(reading, guessed));
});
