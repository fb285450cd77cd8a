import type { AdjustmentBasis, AdjustmentEstimate, ForecastInput, MonthCost } from '../../domain/forecast.ts';
import { divideHalfUp, type Money, subtract, ZERO } from '../../domain/money.ts';

/** Months that an adjustment is compared with, the newest. */
const MONTHS = 3;

/** These are percentages of what was used. Credits, refunds and fees are not: contracts and accidents decide on them. */
const FOLLOWS_USAGE = /^Tax$|Discount$/;

const SHARE_UNITS = 1_000_000n;
const CENT = 10n ** 8n;

/**
 * What adjustments will come to, apart from usage: AWS books most of them once a month, so no day says anything of the next. A
 * type that follows usage, and was there in the last month, has the median of its shares; another that each of the last months had
 * comes again, once, with the median of its amounts; all else is as billed.
 * @param usage of the whole period, estimated
 */
export function estimateAdjustments(
  { adjustments, months }: Pick<ForecastInput, 'adjustments' | 'months'>,
  usage: Money,
): AdjustmentEstimate[] {
  const recent = months.filter((month) => month.usage > 0n).slice(-MONTHS);
  const types = new Set([...adjustments.keys(), ...recent.flatMap((month) => [...month.adjustments.keys()])]);
  return [...types].sort().flatMap((type) => {
    const billed = adjustments.get(type) ?? ZERO;
    const { basis, expected } = expectation(type, recent, usage, billed);
    const rest = restOf(billed, expected);
    if (billed === ZERO && rest === ZERO) return [];
    return [{ type, basis, billed, rest, total: (billed + rest) as Money }];
  });
}

/** The same with another usage, for the edges of a range. */
export function restOfAdjustments(input: Pick<ForecastInput, 'adjustments' | 'months'>, usage: Money): Money {
  return estimateAdjustments(input, usage).reduce((all, { rest }) => all + rest, 0n) as Money;
}

function expectation(
  type: string,
  recent: readonly MonthCost[],
  usage: Money,
  billed: Money,
): { basis: AdjustmentBasis; expected: Money } {
  const had = recent.filter((month) => amountOf(month, type) !== ZERO);
  const lastHadIt = had.length > 0 && had.at(-1) === recent.at(-1);
  if (lastHadIt && FOLLOWS_USAGE.test(type)) {
    const share = median(had.map((month) => divideHalfUp(amountOf(month, type) * SHARE_UNITS, month.usage)));
    const expected = divideHalfUp(usage * share, SHARE_UNITS) as Money;
    return { basis: { kind: 'share', share, months: had.length }, expected };
  }
  if (had.length === MONTHS) {
    // Once it is booked it is booked.
    const expected = billed === ZERO ? median(had.map((month) => amountOf(month, type))) : billed;
    return { basis: { kind: 'monthly', months: MONTHS }, expected: expected as Money };
  }
  return { basis: { kind: 'billed' }, expected: billed };
}

function amountOf({ adjustments }: MonthCost, type: string): Money {
  return adjustments.get(type) ?? ZERO;
}

/** In whole cents. What is more than expected stays: nobody gives tax back. */
function restOf(billed: Money, expected: Money): Money {
  const rest = subtract(expected, billed);
  if (rest === ZERO || rest > 0n !== expected > 0n) return ZERO;
  return (divideHalfUp(rest, CENT) * CENT) as Money;
}

/** Of an even number the lower of the two in the middle: an amount that there was. */
function median(amounts: readonly bigint[]): bigint {
  const sorted = amounts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n;
}
