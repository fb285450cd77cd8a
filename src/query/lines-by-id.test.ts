import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallerKeys, LinesSoFar, SaidBefore } from './lines-by-id.ts';

test('callers are numbered by their integers, few or many of one id', () => {
  const anyIds = fc.tuple(fc.nat(2), fc.nat(40), fc.integer({ min: -2, max: 2 }));
  fc.assert(
    fc.property(fc.array(anyIds, { maxLength: 300 }), (all) => {
      const columns = [0, 1, 2].map((at) => Int32Array.from(all, (ids) => ids[at] ?? 0));
      const keys = new CallerKeys();
      const numbers = all.map((_, row) => keys.add(columns, row));
      const distinct = new Set(all.map((ids) => ids.join()));
      expect(keys.all).toHaveLength(distinct.size);
      expect(numbers.map((number) => keys.all[number])).toEqual(all);
      expect(all.map((ids) => keys.find(ids))).toEqual(numbers);
      expect(keys.find([0, 41, 0])).toBe(-1);
      expect(keys.find([7, 0, 0])).toBe(-1);
    }),
  );
});

test('lines come in the order of their callers, however many were expected', () => {
  const anyLine = fc.tuple(fc.nat(4), fc.nat(9), fc.nat(3), fc.nat(), fc.maxSafeInteger(), fc.maxSafeInteger());
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 40 }), fc.constantFrom(null, 0, 10_000), (all, expected) => {
      const lines = new LinesSoFar(expected, 2);
      for (const [caller, usage, flags, amount, ...costs] of all) {
        const at = lines.add(caller, usage, flags, amount);
        for (const [which, cost] of costs.entries()) lines.setCost(at, which, cost);
      }
      const { starts, usage, flags, amount, costs } = lines.all(5);
      expect(starts).toHaveLength(6);
      for (let caller = 0; caller < 5; caller++) {
        const own = all.filter(([of]) => of === caller);
        const at = own.map((_, index) => (starts[caller] ?? 0) + index);
        expect(starts[caller + 1]).toBe((starts[caller] ?? 0) + own.length);
        expect(at.map((line) => [usage[line], flags[line], amount[line], ...costs.map((cost) => cost[line])])).toEqual(
          own.map(([, ...rest]) => rest),
        );
      }
    }),
  );
});

test('more lines than there is room for', () => {
  const lines = new LinesSoFar(null, 1);
  for (let line = 0; line < 10_000; line++) lines.setCost(lines.add(line % 2, line, 0, -line), 0, line);
  const {
    starts,
    usage,
    amount,
    costs: [cost],
  } = lines.all(2);
  expect([...starts]).toEqual([0, 5_000, 10_000]);
  expect([usage[5_000], cost?.[5_000], amount[9_999]]).toEqual([1, 1, -9_999]);
});

test('the last few statements are not asked again', async () => {
  const said = new SaidBefore<string>(2);
  const asked: string[] = [];
  const ask = (statement: string) => said.of(statement, async () => `${statement} ${asked.push(statement)}`);
  expect([await ask('a'), await ask('b'), await ask('a'), await ask('c')]).toEqual(['a 1', 'b 2', 'a 1', 'c 3']);
  expect([await ask('a'), await ask('b')]).toEqual(['a 1', 'b 4']);
});
