import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMoney, sum } from '../domain/money.ts';
import { answerOf, anyAnswer, questionOf, rowOf } from './answer.fixture.ts';
import { shares, spend } from './spend.ts';

const onlyRow = (cost: string, tokens: [string, string, string, string], tokenCost = cost) => {
  const [row] = spend(answerOf(questionOf(['team']), [rowOf({ values: ['backend'], cost, tokens, tokenCost })])).rows;
  return row;
};

test('a price is what the tokens cost, by a million tokens of all kinds', () => {
  const row = onlyRow('10', ['1000000', '500000', '400000', '100000'], '9');
  expect(row?.costPerMillionTokens).toBe(parseMoney('4.5'));
});

test('the cache hit rate is the cached part of the tokens that went in', () => {
  expect(onlyRow('1', ['100', '999', '200', '0'])?.cacheHitRate).toBe(666_667n);
  expect(onlyRow('1', ['100', '0', '0', '0'])?.cacheHitRate).toBe(0n);
});

test('without tokens there is no price and no rate', () => {
  expect(onlyRow('1', ['0', '0', '0', '0'])).toMatchObject({ costPerMillionTokens: null, cacheHitRate: null });
  expect(onlyRow('1', ['0', '7', '0', '0'])?.cacheHitRate).toBeNull();
});

test('the total has the rates of all rows together', () => {
  const rows = [
    rowOf({ values: ['a'], cost: '4', tokens: ['1000000', '0', '0', '0'] }),
    rowOf({ values: ['b'], cost: '2', tokens: ['0', '1000000', '1000000', '0'] }),
  ];
  const { total } = spend(answerOf(questionOf(['team']), rows));
  expect(total).toMatchObject({ costPerMillionTokens: parseMoney('2'), cacheHitRate: 500_000n });
});

test('a total of 0 has no shares', () => {
  const rows = ['5', '-5'].map((cost) => rowOf({ values: [cost], cost }));
  expect(spend(answerOf(questionOf(['team']), rows)).rows.map(({ share }) => share)).toEqual([null, null]);
});

test('shares of a negative total are positive where they make it up', () => {
  const costs = ['-3', '1'].map((cost) => rowOf({ values: [cost], cost }).cost);
  expect(shares(costs, 6)).toEqual([1_500_000n, -500_000n]);
});

test('property: shares add up to exactly 1', () => {
  fc.assert(
    fc.property(anyAnswer, (answer) => {
      fc.pre(answer.total !== 0n);
      const all = spend(answer).rows.reduce((total, { share }) => total + (share ?? 0n), 0n);
      expect(all).toBe(1_000_000n);
    }),
  );
});

test('property: no share is further than 1e-6 from the truth', () => {
  fc.assert(
    fc.property(anyAnswer, ({ rows, total }) => {
      fc.pre(total !== 0n);
      const costs = rows.map(({ cost }) => cost);
      expect(sum(costs)).toBe(total);
      for (const [index, share] of (shares(costs, 6) ?? []).entries()) {
        const error = share * total - (costs[index] ?? 0n) * 1_000_000n;
        expect(error < 0n ? -error : error).toBeLessThan(total < 0n ? -total : total);
      }
    }),
  );
});
