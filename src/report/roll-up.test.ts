import { expect, test } from 'vitest';
import type { Money } from '../domain/money.ts';
import { answerOf, questionOf, rowOf } from './answer.fixture.ts';
import { rolledUp } from './roll-up.ts';

const QUESTION = questionOf(['team', 'model']);
const [TEAM, MODEL] = QUESTION.by;
if (TEAM === undefined || MODEL === undefined) throw new Error('the question has two dimensions');

const ROWS = [
  rowOf({ values: ['data', 'Opus'], cost: '5', tokens: ['1', '2', '3', '4'], tokenCost: '4' }),
  rowOf({ values: ['data', 'Sonnet'], cost: '7', tokens: ['10', '20', '30', '40'] }),
  rowOf({ values: ['backend', 'Sonnet'], cost: '1', tokens: ['1', '0', '0', '0'] }),
  rowOf({ values: ['data', null], adjustment: 'Tax', cost: '2' }),
];
const ZERO = 0n as Money;
const allocation = { dimension: 'team', allocated: ZERO, shared: ZERO, unallocated: ZERO, adjustments: ZERO };

test('rows that differ in another dimension alone are one, the dearest first and adjustments last', () => {
  const { rows, question } = rolledUp(answerOf(QUESTION, ROWS), [TEAM]);
  expect(question.by).toEqual([TEAM]);
  expect(rows).toEqual([
    rowOf({ values: ['data'], cost: '12', tokens: ['11', '22', '33', '44'], tokenCost: '11' }),
    rowOf({ values: ['backend'], cost: '1', tokens: ['1', '0', '0', '0'] }),
    rowOf({ values: ['data'], adjustment: 'Tax', cost: '2' }),
  ]);
});

test('days stay apart', () => {
  const days = ['2026-10-01', '2026-10-02'].map((time) => rowOf({ time, values: ['data', 'Opus'], cost: '1' }));
  expect(rolledUp(answerOf(QUESTION, days), []).rows.map(({ time }) => time)).toEqual(['2026-10-01', '2026-10-02']);
});

test('what belongs to whom is told only by the dimension that says it', () => {
  const answer = answerOf(QUESTION, ROWS, { allocation });
  expect(rolledUp(answer, [TEAM]).allocation).toEqual(allocation);
  expect(rolledUp(answer, [MODEL]).allocation).toBeNull();
});

test('a remainder, or another dimension, is a defect of whoever asks', () => {
  const rest = rowOf({ values: [null, null], other: true, cost: '100' });
  const nobody = rowOf({ values: [null, 'Opus'], cost: '5' });
  expect(() => rolledUp(answerOf(QUESTION, [nobody, rest]), [TEAM])).toThrow('remainder');
  expect(() => rolledUp(answerOf(questionOf(['team']), []), [MODEL])).toThrow('not by model');
});
