import { expect, test } from 'vitest';
import type { AllocationRules } from '../../src/domain/allocation.ts';
import { findDimension } from '../../src/domain/dimension.ts';
import { ZERO } from '../../src/domain/money.ts';
import type { Question } from '../../src/domain/question.ts';
import { ask, askCosts } from '../../src/query/ask.ts';
import { compileCallersByDay } from '../../src/query/coarse.ts';
import { compileRows } from '../../src/query/compile.ts';
import { openTables } from '../../src/query/open-tables.ts';
import type { PeriodTables } from '../../src/query/period-tables.ts';
import { rolledUp } from '../../src/report/roll-up.ts';
import { type Asked, NAMES, useTwoEngines, whateverIsAsked } from './two-engines.ts';

const two = useTwoEngines();

async function expectSame({ question, snapshots, rules }: Asked): Promise<void> {
  const { reading, keeping, ledger } = two();
  const [read, kept] = await Promise.all(
    [reading, keeping].map((engine) => ask(engine, ledger, snapshots, question, rules)),
  );
  expect(kept).toEqual(read);
  expect(kept?.check.difference).toBe(ZERO);
  const costs = { ...read, rows: read?.rows.map(({ tokens: _, tokenCost: __, ...row }) => row) };
  for (const engine of [reading, keeping]) {
    expect(await askCosts(engine, ledger, snapshots, question, rules)).toEqual(costs);
  }
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

test('an answer by more is rolled up to the answer by fewer, whatever is asked', async () => {
  const { keeping, ledger } = two();
  await whateverIsAsked(
    two,
    async ({ question, snapshots, rules }) => {
      const whole = { ...question, top: null };
      const answer = await ask(keeping, ledger, snapshots, whole, rules);
      for (const by of [whole.by.slice(1), whole.by.toReversed()]) {
        const { rows } = await ask(keeping, ledger, snapshots, { ...whole, by }, rules);
        expect(rolledUp(answer, by).rows).toEqual(rows);
      }
    },
    15,
  );
}, 120_000);

test('the greatest of many are told before their days are added up, from totals that are kept', async () => {
  const { keeping, ledger } = two();
  const { question, snapshots, rules } = newestBy('person');
  const byDay: Question = { ...question, grain: 'day', top: 3 };
  await expectSame({ question: byDay, snapshots, rules });
  const [tables] = await openTables(keeping, ledger, snapshots, { ...byDay, grain: null }, rules);
  if (tables?.coarse == null) throw new Error('the engine keeps tables');
  const sqlOf = (coarse: PeriodTables['coarse']) => compileRows(byDay, [{ ...tables, coarse }], keeping.dialect);
  expect(sqlOf(tables.coarse)).toContain('is_top');
  const withoutTotals = sqlOf({ ...tables.coarse, callersByRun: null, callerTotals: null });
  expect(withoutTotals).not.toContain('is_top');
  expect(withoutTotals).not.toContain(tables.of('fact_day'));
});

test('where models would be too many, days of callers alone answer the same', async () => {
  const { keeping, ledger } = two();
  const { question, snapshots, rules } = newestBy('person');
  const byDay: Question = { ...question, grain: 'day', top: 3 };
  const [tables] = await openTables(keeping, ledger, snapshots, byDay, rules);
  if (tables?.coarse == null) throw new Error('the engine keeps tables');
  const callersByDay = await keeping.keep('callers_by_day', compileCallersByDay(tables.of, false, true));
  const alone = { ...tables, coarse: { ...tables.coarse, modelsByDay: null, callersByDay } };
  const rowsOf = async (of: PeriodTables) => {
    const sql = compileRows(byDay, [of], keeping.dialect);
    expect(sql.includes(callersByDay)).toBe(of === alone);
    return (await keeping.rows(sql)).map((row) => Object.values(row).join()).sort();
  };
  expect(await rowsOf(alone)).toEqual(await rowsOf(tables));
});
