import { expect, test } from 'vitest';
import type { AllocationRules } from '../../src/domain/allocation.ts';
import { findDimension } from '../../src/domain/dimension.ts';
import { ZERO } from '../../src/domain/money.ts';
import type { Question } from '../../src/domain/question.ts';
import { ask } from '../../src/query/ask.ts';
import { type Asked, NAMES, useTwoEngines, whateverIsAsked } from './two-engines.ts';

const two = useTwoEngines();

async function expectSame({ question, snapshots, rules }: Asked): Promise<void> {
  const { reading, keeping, ledger } = two();
  const [read, kept] = await Promise.all(
    [reading, keeping].map((engine) => ask(engine, ledger, snapshots, question, rules)),
  );
  expect(kept).toEqual(read);
  expect(kept?.check.difference).toBe(ZERO);
}

/** The whole newest month by a dimension. */
function newestBy(name: string): Asked {
  const { snapshots, own, rules } = two();
  const newest = snapshots.slice(-1);
  const periods = newest.map(({ period }) => period);
  const all = { where: [], from: null, to: null, grain: null, top: null, cost: 'net' } as const;
  const question: Question = { ...all, by: [findDimension(name, own)], periods };
  return { question, snapshots: newest, rules };
}

test.each(NAMES)('an engine that keeps tables answers by %s as one that reads the files', async (name) => {
  await expectSame(newestBy(name));
});

test('rules that contradict each other hinder only who asks by them', async () => {
  const { keeping, ledger, rules } = two();
  const [first] = rules.rules;
  if (first === undefined) throw new Error('the sample has rules');
  const against = { ...first, place: 'rule against it', outcome: new Map([['team', 'another']]) };
  const contradicting: AllocationRules = { ...rules, rules: [...rules.rules, against] };
  await expectSame({ ...newestBy('model'), rules: contradicting });
  const { question, snapshots } = newestBy('team');
  await expect(ask(keeping, ledger, snapshots, question, contradicting)).rejects.toMatchObject({
    code: 'ALLOCATION_OVERLAP',
  });
});

test('so it does whatever is asked', async () => {
  await whateverIsAsked(two, expectSame, 40);
}, 120_000);
