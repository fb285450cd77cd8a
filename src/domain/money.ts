declare const money: unique symbol;

/** An exact amount in the bill's currency, in units of 1e-10. Only this file makes one from text. */
export type Money = bigint & { readonly [money]: 'Money' };

/** Behind the point. */
export const DIGITS = 10;
const ONE = 10n ** BigInt(DIGITS);

export const ZERO = 0n as Money;

/** From here on a cost on one line is taken for an error of the export, not for money: 100 million. */
export const ABSURD_COST = 100_000_000;

/** A decimal with exactly our digits; `-0.5` has a sign that BigInt keeps, since the digits follow it. */
const PRINTED = /^-?\d+\.\d{10}$/;

/**
 * Reads a decimal, with or without an exponent, and rounds it half up (away from zero) to 10 digits.
 * @param text as SQL engines and JavaScript print numbers: `142.3`, `-1e-7`
 * @throws RangeError when the text is no decimal number
 */
export function parseMoney(text: string): Money {
  // What engines print, millions of times in an answer, and cheap to tell.
  if (PRINTED.test(text)) return BigInt(text.slice(0, -DIGITS - 1) + text.slice(-DIGITS)) as Money;
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts ?? [];
  if (whole + fraction === '') throw new RangeError(`not a decimal number: ${JSON.stringify(text)}`);
  const shift = Number(exponent) - fraction.length + DIGITS;
  const digits = BigInt(whole + fraction);
  const units = shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfUp(digits, 10n ** BigInt(-shift));
  return (sign === '-' ? -units : units) as Money;
}

/**
 * What a CUR double means as money: the shortest decimal that prints it, half up to 10 digits.
 * The engines' `toMoney` must give the same; test/engines compares them on a corpus.
 */
export function moneyFromDouble(value: number): Money {
  return parseMoney(String(value));
}

/** All 10 digits: `142.3000000000`. The form of every JSON contract. */
export function formatMoney(amount: Money): string {
  return formatUnits(amount, DIGITS);
}

/**
 * For people: rounded half up to `digits`, with thousands separators.
 * Parts that must add up to a printed sum go through {@link roundParts} first.
 */
export function formatRounded(amount: bigint, digits: number): string {
  return groupThousands(formatUnits(divideHalfUp(amount, 10n ** BigInt(DIGITS - digits)), digits));
}

export function groupThousands(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export function sum(amounts: Iterable<Money>): Money {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total as Money;
}

export function subtract(a: Money, b: Money): Money {
  return (a - b) as Money;
}

/**
 * Rounds parts to `digits` so that they still add up to their rounded sum: {@link apportion}.
 * @returns the parts in units of 1e-`digits`, in the order given
 */
export function roundParts(parts: readonly bigint[], digits: number): bigint[] {
  return apportion(parts, 10n ** BigInt(DIGITS - digits));
}

/**
 * Parts as whole multiples of `unit` that add up to their rounded sum: each is rounded down, and what is left goes to
 * the largest remainders (the earlier part wins a tie).
 * @param unit above 0
 * @returns how many units each part gets, in the order given
 */
export function apportion(parts: readonly bigint[], unit: bigint): bigint[] {
  const target = divideHalfUp(
    parts.reduce((a, b) => a + b, 0n),
    unit,
  );
  const floors = parts.map((part) => floorDivide(part, unit));
  let left = target - floors.reduce((a, b) => a + b, 0n);
  const order = parts.map((part, index) => ({ index, remainder: part - (floors[index] ?? 0n) * unit }));
  order.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of order) {
    if (left <= 0n) break;
    floors[index] = (floors[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return floors;
}

/** Quotient of two amounts as money, half up: the price of one when `amount` pays for `quantity` (units of 1e-10). */
export function divide(amount: Money, quantity: bigint): Money | null {
  return quantity === 0n ? null : (divideHalfUp(amount * ONE, quantity) as Money);
}

/** An integer count of 1/10^digits as decimal text. */
export function formatUnits(units: bigint, digits: number): string {
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, '0');
  const sign = units < 0n ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Half away from zero, as invoices round. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = (2n * n + d) / (2n * d);
  return negative ? -quotient : quotient;
}

function floorDivide(numerator: bigint, positive: bigint): bigint {
  const quotient = numerator / positive;
  return numerator % positive < 0n ? quotient - 1n : quotient;
}
