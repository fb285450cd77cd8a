import { expect, test } from 'vitest';
import type { RowKey } from '../../src/domain/answer.ts';
import { findDimension } from '../../src/domain/dimension.ts';
import { DRIVERS } from '../../src/domain/driver.ts';
import type { Money } from '../../src/domain/money.ts';
import type { Question } from '../../src/domain/question.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ask } from '../../src/query/ask.ts';
import { compare, type Side } from '../../src/query/compare.ts';
import { driversInSteps } from '../../src/report/drivers/drivers.ts';
import { KnownParties } from '../../src/report/drivers/known-parties.ts';
import { atOnce } from '../../src/report/steps.ts';
import { type Asked, useTwoEngines, whateverIsAsked } from './two-engines.ts';

const two = useTwoEngines();

const keyOf = ({ time, values, adjustment }: Omit<RowKey, 'other'>): string =>
  JSON.stringify([time, values, adjustment]);

/** Of all comparisons. */
const known = new KnownParties();

type Costs = readonly (readonly [key: string, cost: Money])[];

/** Without what comes to nothing: a row of a comparison is of either side. */
function costsOf(rows: readonly (Omit<RowKey, 'other'> & { readonly cost: Money })[]): Costs {
  return rows.flatMap((row) => (row.cost === 0n ? [] : [[keyOf(row), row.cost] as const])).sort();
}

async function expectCompared({ question, snapshots, rules }: Asked): Promise<number> {
  const { reading, keeping, ledger, snapshots: all } = two();
  const now: Side = { snapshots, question: { ...question, top: null } };
  const others = all.filter((snapshot) => !snapshots.includes(snapshot)).slice(0, 1);
  const earlier = others.length === 0 ? snapshots : others;
  const periods = earlier.map(({ period }) => period);
  const before: Side = { snapshots: earlier, question: { ...now.question, periods, from: null, to: null } };
  const compared = async (engine: Engine, known: KnownParties | null = null) => {
    const { compared, ...heads } = await compare(engine, ledger, before, now, rules);
    return { ...heads, rows: atOnce(driversInSteps(compared, known)) };
  };
  const found = await compared(reading);
  // What each side comes to is what its own answer says.
  const answers = { before: await ask(reading, ledger, earlier, before.question, rules) };
  const answer = await ask(reading, ledger, snapshots, now.question, rules);
  expect(costsOf(found.rows.map(({ before: cost, ...row }) => ({ ...row, cost })))).toEqual(
    costsOf(answers.before.rows),
  );
  expect(costsOf(found.rows.map(({ now: cost, ...row }) => ({ ...row, cost })))).toEqual(costsOf(answer.rows));
  expect(found.rows.filter(({ isNow }) => isNow).map(keyOf)).toEqual(answer.rows.map(keyOf));
  const { rows: _, ...head } = answer;
  expect(found.now).toEqual(head);
  for (const row of found.rows) {
    expect(DRIVERS.reduce((sum, driver) => sum + row.drivers.parts[driver], 0n)).toBe(row.now - row.before);
  }
  // The first time its lines are read, then those that are kept outside it.
  for (const _ of ['read', 'kept']) expect(await compared(keeping, known)).toEqual(found);
  return found.rows.length;
}

test('both sides of a comparison are their answers, and its drivers the same, whether tables are kept or not', async () => {
  const counts: number[] = [];
  await whateverIsAsked(two, async (asked) => void counts.push(await expectCompared(asked)), 25);
  expect(Math.max(...counts)).toBeGreaterThan(10);
}, 120_000);

test('what was said of callers is not taken for a question that asks for what they used, too', async () => {
  const { snapshots, rules, own } = two();
  const asked = snapshots.slice(-1);
  for (const names of [
    ['team'],
    ['team', 'model'],
    ['team'],
    ['team', 'model', 'region'],
    ['model', 'team'],
    ['model'],
  ]) {
    const question: Question = {
      by: names.map((name) => findDimension(name, own)),
      where: [],
      periods: asked.map(({ period }) => period),
      from: null,
      to: null,
      grain: null,
      top: null,
      cost: 'net',
    };
    expect(await expectCompared({ question, snapshots: asked, rules })).toBeGreaterThan(3);
  }
}, 60_000);
