import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnswerRow } from './answer.ts';
import type { Money } from './money.ts';
import { byOrder } from './row-order.ts';

const row = (change: Partial<AnswerRow> & { name?: string | null; usd?: number }): AnswerRow => {
  const { name = 'a', usd = 1, ...rest } = change;
  const tokens = { input: 0n, output: 0n, 'cache-read': 0n, 'cache-write': 0n };
  const cost = BigInt(usd) as Money;
  return { time: null, values: [name], adjustment: null, other: false, cost, tokens, tokenCost: cost, ...rest };
};

test('time, then usage, then what stands on its own, then cost, then name', () => {
  const sorted = [
    row({ time: '2026-10-01', usd: 1 }),
    row({ time: '2026-10-02', usd: 9, name: 'a' }),
    row({ time: '2026-10-02', usd: 9, name: 'b' }),
    row({ time: '2026-10-02', usd: 9, name: null }),
    row({ time: '2026-10-02', usd: -3, name: 'a' }),
    row({ time: '2026-10-02', usd: 20, name: null, other: true }),
    row({ time: '2026-10-02', usd: 50, adjustment: 'Tax' }),
    row({ time: '2026-10-02', usd: -50, adjustment: 'Credit' }),
    row({ time: '2026-10-02', usd: -50, adjustment: 'Refund' }),
    row({ time: null, usd: 99 }),
  ];
  expect(sorted.toReversed().sort(byOrder)).toEqual(sorted);
});

test('names are in the order of their UTF-8 bytes, as both engines sort them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(byOrder(row({ name: a }), row({ name: b })))).toBe(expected);
    }),
    { numRuns: 5_000 },
  );
});
