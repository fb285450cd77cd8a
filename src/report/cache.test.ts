import { expect, test } from 'vitest';
import { formatMoney } from '../domain/money.ts';
import { answerOf, questionOf, type RowText, rowOf } from './answer.fixture.ts';
import { cacheSavings } from './cache.ts';

function saved(...rows: RowText[]): Record<string, string> {
  const savings = cacheSavings(answerOf(questionOf(['model', 'region', 'token-kind']), rows.map(rowOf)));
  return Object.fromEntries(
    Object.entries(savings).map(([name, money]) => [name, formatMoney(money).replace(/0{8}$/, '')]),
  );
}

const row = (values: string[], cost: string, ...tokens: [string, string, string, string]): RowText => ({
  values,
  cost,
  tokens,
});

test('cache tokens beside the price of input of the same offer', () => {
  expect(
    saved(
      // Input at 3 a million, reads at 0.3, writes at 3.75.
      row(['sonnet', 'us-east-1', 'input'], '6', '2000000', '0', '0', '0'),
      row(['sonnet', 'us-east-1', 'output'], '15', '0', '1000000', '0', '0'),
      row(['sonnet', 'us-east-1', 'cache-read'], '3', '0', '0', '10000000', '0'),
      row(['sonnet', 'us-east-1', 'cache-write'], '3.75', '0', '0', '0', '1000000'),
    ),
  ).toEqual({ saved: '27.00', extra: '0.75', unknown: '0.00' });
});

test('an offer without input says nothing of its cache, whatever others cost', () => {
  expect(
    saved(
      row(['sonnet', 'us-east-1', 'input'], '3', '1000000', '0', '0', '0'),
      row(['sonnet', 'eu-west-1', 'cache-read'], '0.3', '0', '0', '1000000', '0'),
      row(['sonnet', 'eu-west-1', 'cache-write'], '3.75', '0', '0', '0', '1000000'),
    ),
  ).toEqual({ saved: '0.00', extra: '0.00', unknown: '4.05' });
});

test('adjustments and what is no token count for nothing', () => {
  expect(
    saved(
      { values: ['sonnet', 'us-east-1', ''], adjustment: 'Credit', cost: '-5' },
      { values: ['guardrail', '', ''], cost: '2' },
    ),
  ).toEqual({
    saved: '0.00',
    extra: '0.00',
    unknown: '0.00',
  });
});
