import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addSum,
  addUnits,
  amountAsDouble,
  amountOf,
  clearSum,
  exactDoubles,
  openAmounts,
  openSums,
  setAmount,
  sumAsDouble,
  sumOf,
} from './amounts.ts';

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
      const sums = openSums(3);
      for (const one of all) addTo(sums, 0, one, times);
      const expected = all.reduce((total, one) => total + one, 0n) * BigInt(times);
      expect(sumOf(sums, 0)).toBe(expected);
      addSum(sums, 1, sums, 0);
      addSum(sums, 1, sums, 0);
      expect(sumOf(sums, 1)).toBe(2n * expected);
      addTo(sums, 2, -expected);
      addSum(sums, 2, sums, 0);
      expect(sumAsDouble(sums, 2)).toBe(0);
      clearSum(sums, 0);
      expect(sumOf(sums, 0)).toBe(0n);
    }),
  );
});

test('a sum as a double is the nearest, whatever the order in which it was added up', () => {
  fc.assert(
    fc.property(fc.array(anyUnits, { minLength: 1, maxLength: 20 }), (units) => {
      const sums = openSums(2);
      for (const one of units) addTo(sums, 0, one);
      for (const one of units.toReversed()) addTo(sums, 1, one);
      const nearest = Number(units.reduce((total, one) => total + one, 0n));
      expect(sumAsDouble(sums, 0)).toBe(nearest);
      expect(sumAsDouble(sums, 1)).toBe(nearest);
      expect(sumOf(sums, 0)).toBe(sumOf(sums, 1));
    }),
  );
});

test('a low part that is full is carried', () => {
  const sums = openSums(1);
  const most = 2 ** 53 - 1;
  for (let count = 0; count < 2 ** 21; count++) addUnits(sums, 0, most, 2);
  expect(sumOf(sums, 0)).toBe(BigInt(most) * 2n ** 22n);
});

function addTo(sums: ReturnType<typeof openSums>, at: number, units: bigint, times = 1): void {
  const amount = openAmounts(1);
  setAmount(amount, 0, units);
  for (const part of exactDoubles(amount, 0)) addUnits(sums, at, part, times);
}
