/**
 * Exact sums by the thousand, in units of 1e-10: each is `high` · 2^32 + `low`. Doubles hold both parts exactly; bigints would take ten times as
 * long.
 */
export interface Amounts {
  /** whole numbers below 2^53, with the sign */
  readonly high: Float64Array;
  /** 0 to 2^32 - 1, in sums more */
  readonly low: Float64Array;
}

const LOW = 2 ** 32;
const LOW_BITS = 32n;

/** From here on a sum's low part is carried: what is added to it next still fits. */
const FULL = 2 ** 52;

export function openAmounts(count: number): Amounts {
  return { high: new Float64Array(count), low: new Float64Array(count) };
}

export function setAmount({ high, low }: Amounts, at: number, units: bigint): void {
  high[at] = Number(units >> LOW_BITS);
  low[at] = Number(BigInt.asUintN(32, units));
}

/** @param units a whole number @param times another, below 2^20; their product is below 2^85: 3,000 trillion of anything */
export function addUnits(to: Amounts, at: number, units: number, times = 1): void {
  const high = Math.floor(units / LOW);
  add(to, at, high * times, (units - high * LOW) * times);
}

/** What whole numbers can be added up to before a double no longer holds each. */
const EXACT = 2 ** 53;

/** A few whole numbers added up as doubles; `null`: their sum is too large for it. */
export function exactSum(a: number, b: number): number | null {
  const sum = a + b;
  return Math.abs(sum) < EXACT ? sum : null;
}

export function addAmount(to: Amounts, at: number, of: Amounts, from: number): void {
  add(to, at, of.high[from] as number, of.low[from] as number);
}

function add(to: Amounts, at: number, high: number, low: number): void {
  to.high[at] = (to.high[at] as number) + high;
  const sum = (to.low[at] as number) + low;
  to.low[at] = sum;
  if (sum >= FULL) carry(to, at);
}

function carry({ high, low }: Amounts, at: number): void {
  const carried = Math.floor((low[at] as number) / LOW);
  high[at] = (high[at] as number) + carried;
  low[at] = (low[at] as number) - carried * LOW;
}

export function clearAmount({ high, low }: Amounts, at: number): void {
  high[at] = 0;
  low[at] = 0;
}

/** In units of 1e-10; 0 only where it is 0. */
export function amountAsDouble({ high, low }: Amounts, at: number): number {
  return (high[at] as number) * LOW + (low[at] as number);
}

/**
 * An amount as whole numbers that are doubles exactly and add up to it: one, or two where it is above 2^53.
 * @returns the second, 0 nearly always
 */
export function exactDoubles({ high, low }: Amounts, at: number): readonly [number, number] {
  const [above, below] = [high[at] as number, low[at] as number];
  return Math.abs(above) < 2 ** 20 ? [above * LOW + below, 0] : [above * LOW, below];
}

/** In units of 1e-10. */
export function amountOf({ high, low }: Amounts, at: number): bigint {
  return (BigInt(high[at] as number) << LOW_BITS) + BigInt(low[at] as number);
}
