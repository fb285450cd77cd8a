/**
 * Exact amounts by the thousand, in units of 1e-10: each is `high` · 2^32 + `low`. Doubles hold both parts exactly; bigints would take ten
 * times as long.
 */
export interface Amounts {
  /** whole numbers below 2^53, with the sign */
  readonly high: Float64Array;
  /** 0 to 2^32 - 1, in sums more */
  readonly low: Float64Array;
}

const LOW = 2 ** 32;
const LOW_BITS = 32n;

export function openAmounts(count: number): Amounts {
  return { high: new Float64Array(count), low: new Float64Array(count) };
}

export function setAmount({ high, low }: Amounts, at: number, units: bigint): void {
  high[at] = Number(units >> LOW_BITS);
  low[at] = Number(BigInt.asUintN(32, units));
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

/** Exact sums by the thousand: nearly all fit into one double, their `whole`; what does not is `beyond` it, and belongs to the sum as well. */
export interface Sums {
  /** whole numbers below 2^53, with the sign */
  readonly whole: Float64Array;
  readonly beyond: Amounts;
}

/** Below it a double holds every whole number. */
const EXACT = 2 ** 53;

/** From here on a sum's low part is carried: what is added to it next still fits. */
const FULL = 2 ** 52;

export function openSums(count: number): Sums {
  return { whole: new Float64Array(count), beyond: openAmounts(count) };
}

/** @param units a whole number @param times another, below 2^20; their product is below 2^85: 3,000 trillion of anything */
export function addUnits(to: Sums, at: number, units: number, times = 1): void {
  const product = units * times;
  const sum = (to.whole[at] as number) + product;
  if (Math.abs(sum) < EXACT && Math.abs(product) < EXACT) to.whole[at] = sum;
  else addLarge(to, at, units, times);
}

export function addSum(to: Sums, at: number, of: Sums, from: number): void {
  addUnits(to, at, of.whole[from] as number);
  const { high, low } = of.beyond;
  if (isLarge(of, from)) addParts(to.beyond, at, high[from] as number, low[from] as number);
}

export function clearSum({ whole, beyond }: Sums, at: number): void {
  whole[at] = 0;
  beyond.high[at] = 0;
  beyond.low[at] = 0;
}

/** The same sums, and room for more. */
export function widened(sums: Sums, count: number): Sums {
  const wide = openSums(count);
  wide.whole.set(sums.whole);
  wide.beyond.high.set(sums.beyond.high);
  wide.beyond.low.set(sums.beyond.low);
  return wide;
}

/** In units of 1e-10, rounded once: it does not depend on the order in which it was added up. 0 only where it is 0. */
export function sumAsDouble(sums: Sums, at: number): number {
  if (!isLarge(sums, at)) return sums.whole[at] as number;
  moveBeyond(sums, at);
  return amountAsDouble(sums.beyond, at);
}

/** In units of 1e-10. */
export function sumOf(sums: Sums, at: number): bigint {
  return amountOf(sums.beyond, at) + BigInt(sums.whole[at] as number);
}

function isLarge({ beyond }: Sums, at: number): boolean {
  return beyond.high[at] !== 0 || beyond.low[at] !== 0;
}

function addLarge(to: Sums, at: number, units: number, times: number): void {
  moveBeyond(to, at);
  const high = Math.floor(units / LOW);
  addParts(to.beyond, at, high * times, (units - high * LOW) * times);
}

/** The sum stays what it is, and is in one place. */
function moveBeyond({ whole, beyond }: Sums, at: number): void {
  const units = whole[at] as number;
  const high = Math.floor(units / LOW);
  whole[at] = 0;
  addParts(beyond, at, high, units - high * LOW);
}

function addParts({ high: highs, low: lows }: Amounts, at: number, high: number, low: number): void {
  const sum = (lows[at] as number) + low;
  const carried = sum < FULL ? 0 : Math.floor(sum / LOW);
  highs[at] = (highs[at] as number) + high + carried;
  lows[at] = sum - carried * LOW;
}
