import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divide, formatMoney, formatRounded, type Money, moneyFromDouble, parseMoney, roundParts } from './money.ts';

test.each([
  ['142.3', '142.3000000000'],
  ['-1e-7', '-0.0000001000'],
  ['1E3', '1000.0000000000'],
  ['0.00169364475', '0.0016936448'],
  ['0.0016936447499999998', '0.0016936447'],
  ['0.00000000005', '0.0000000001'],
  ['-0.00000000005', '-0.0000000001'],
  ['0.00000000004999', '0.0000000000'],
  ['.5', '0.5000000000'],
  ['-0', '0.0000000000'],
])('%s is read as %s', (text, expected) => {
  expect(formatMoney(parseMoney(text))).toBe(expected);
});

test.each(['', '-', '.', '1,5', 'NaN', 'Infinity', '1e', '0x10', ' 1'])('%j is no money', (text) => {
  expect(() => parseMoney(text)).toThrow(RangeError);
});

test('the shortest decimal of a double counts, not its binary value', () => {
  expect(formatMoney(moneyFromDouble(262347.59))).toBe('262347.5900000000');
  expect(formatMoney(moneyFromDouble(0.1 + 0.2))).toBe('0.3000000000');
});

test.each([
  ['1234567.895', 2, '1,234,567.90'],
  ['-1234.5', 2, '-1,234.50'],
  ['0.004', 2, '0.00'],
  ['999.5', 0, '1,000'],
])('%s with %i digits prints %s', (text, digits, expected) => {
  expect(formatRounded(parseMoney(text), digits)).toBe(expected);
});

test('printing and reading again changes nothing', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      (units) => parseMoney(formatMoney(units as Money)) === units,
    ),
  );
});

test('rounded parts add up to the rounded sum, and none is off by a whole unit', () => {
  const amounts = fc.array(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), { maxLength: 50 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 10 }), (parts, digits) => {
      const unit = 10n ** BigInt(10 - digits);
      const rounded = roundParts(parts, digits);
      const total = parts.reduce((a, b) => a + b, 0n);
      const [roundedTotal] = roundParts([total], digits);
      expect(rounded.reduce((a, b) => a + b, 0n)).toBe(roundedTotal);
      for (const [index, part] of parts.entries()) {
        const off = (rounded[index] ?? 0n) * unit - part;
        expect(off < unit && off > -unit).toBe(true);
      }
    }),
  );
});

test('a price is rounded once, half up', () => {
  expect(divide(parseMoney('1'), BigInt(parseMoney('3')))).toBe(parseMoney('0.3333333333'));
  expect(divide(parseMoney('2'), BigInt(parseMoney('3')))).toBe(parseMoney('0.6666666667'));
  expect(divide(parseMoney('1'), 0n)).toBeNull();
});
