import type { Forecast, ForecastInput } from '../../domain/forecast.ts';
import { type Money, moneyFromDouble, sum } from '../../domain/money.ts';
import { type Day, previousDay } from '../../domain/period.ts';
import { estimateAdjustments, restOfAdjustments } from './adjustments.ts';
import { estimateUsage } from './usage.ts';

/**
 * What a billing period will come to: billed to date + an estimated rest, with the range that it lies in 8 times in 10. Usage is
 * estimated from its days, adjustments apart from it. The method and how well it did: docs/guides/what-changed.md.
 */
export function forecast(input: ForecastInput): Forecast {
  const { period, through, billed } = input;
  const { daysLeft, rest, low, high, historyDays, corrections, experience } = estimateUsage(input);
  const usageRest = cents(rest);
  const usage = { billed, rest: usageRest, total: (billed + usageRest) as Money };
  const adjustments = estimateAdjustments(input, usage.total);
  const booked = sum(adjustments.map((adjustment) => adjustment.billed));
  const total = {
    billed: (billed + booked) as Money,
    rest: sum([usageRest, ...adjustments.map((adjustment) => adjustment.rest)]),
    total: sum([usage.total, ...adjustments.map((adjustment) => adjustment.total)]),
  };
  const edge = (usageEdge: number): Money => {
    const whole = (billed + cents(usageEdge)) as Money;
    return sum([whole, booked as Money, restOfAdjustments(input, whole)]);
  };
  return {
    period,
    through,
    daysLeft,
    usage,
    adjustments,
    total,
    range: low === null || high === null ? null : { low: edge(low), high: edge(high) },
    history: {
      days: historyDays,
      corrections,
      forecasts: experience?.forecasts ?? 0,
      daysAhead: experience?.daysAhead ?? 0,
    },
  };
}

/** An estimate has no more than cents. */
function cents(amount: number): Money {
  return moneyFromDouble(Math.round(amount * 100) / 100);
}

/** A seller whose last usage is this many days older than that of others has nothing to deliver: nobody used it. */
const SILENT_DAYS = 3;

const DAY_MS = 86_400_000;

/**
 * The last day whose usage has arrived whole: sellers deliver at their own pace, and the day on which one ends is not whole.
 * @param dataThrough by seller, as an answer has it: UTC instants
 */
export function wholeThrough(dataThrough: readonly { readonly through: string }[]): Day | null {
  const instants = dataThrough.map(({ through }) => Date.parse(through));
  const newest = Math.max(...instants);
  const slowest = Math.min(...instants.filter((instant) => newest - instant <= SILENT_DAYS * DAY_MS));
  if (!Number.isFinite(slowest)) return null;
  return previousDay(new Date(slowest).toISOString().slice(0, 10) as Day);
}
