import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addAmount, addUnits, amountAsDouble, amountOf, exactDoubles, openAmounts, setAmount } from './amounts.ts';

/** As far as a bill goes, and far beyond: 10^24 units are 100 trillion. */
const anyUnits = fc.oneof(
  fc.bigInt(-(10n ** 24n), 10n ** 24n),
  fc.bigInt(-(10n ** 12n), 10n ** 12n),
  fc.constantFrom(0n, 1n, -1n, 2n ** 32n, -(2n ** 32n), 2n ** 53n, 2n ** 63n, -(2n ** 63n)),
);

test('an amount is what it was set to, and 0 as a double only where it is 0', () => {
  fc.assert(
    fc.property(anyUnits, (units) => {
      const amounts = openAmounts(2);
      setAmount(amounts, 1, units);
      expect(amountOf(amounts, 1)).toBe(units);
      expect(amountOf(amounts, 0)).toBe(0n);
      expect(amountAsDouble(amounts, 1)).toBeCloseTo(
        Number(units),
        -Math.log10(Math.max(1, Math.abs(Number(units)))) + 12,
      );
      expect(amountAsDouble(amounts, 1) === 0).toBe(units === 0n);
    }),
  );
});

test('as doubles an amount is one or two that come to it exactly', () => {
  fc.assert(
    fc.property(anyUnits, (units) => {
      const amounts = openAmounts(1);
      setAmount(amounts, 0, units);
      const doubles = exactDoubles(amounts, 0);
      expect(BigInt(doubles[0]) + BigInt(doubles[1])).toBe(units);
    }),
  );
});

test('sums are exact, of however many, also where they cancel out', () => {
  fc.assert(
    fc.property(fc.array(anyUnits, { maxLength: 50 }), fc.constantFrom(1, 1_000, 1_000_000), (units, times) => {
      const all = units.map((one) => one / BigInt(times));
      const [one, sum] = [openAmounts(1), openAmounts(1)];
      for (const units of all) {
        setAmount(one, 0, units);
        for (const part of exactDoubles(one, 0)) addUnits(sum, 0, part, times);
      }
      const expected = all.reduce((total, units) => total + units, 0n) * BigInt(times);
      expect(amountOf(sum, 0)).toBe(expected);
      setAmount(one, 0, -expected);
      addAmount(sum, 0, one, 0);
      expect(amountAsDouble(sum, 0)).toBe(0);
    }),
  );
});

test('a low part that is full is carried', () => {
  const sum = openAmounts(1);
  const most = 2 ** 32 - 1;
  for (let count = 0; count < 2 ** 21; count++) addUnits(sum, 0, most);
  expect(amountOf(sum, 0)).toBe(BigInt(most) * 2n ** 21n);
});
