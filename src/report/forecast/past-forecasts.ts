import { expectedCosts, type Series } from './pattern.ts';
import { quantile, sum } from './statistics.ts';

/** A forecast needs this many days before it to be worth comparing. */
const LEAST_KNOWN = 14;

/** Fewer comparisons than this say nothing about how far off a forecast may be. */
const LEAST_FORECASTS = 5;

/** How far back forecasts are compared. */
const COMPARED_DAYS = 370;

/** With a long history every third day does: neighbours tell nearly the same, and it meets every weekday. */
const LONG_HISTORY = 120;
const COMPARED_EVERY = 3;

/** How much wider a range is made that few comparisons tell: found by the backtest. */
const FEW = 1.5;

/** What came was a spike or a new level where it was more than this many times what was expected; it counts as so many. */
const MOST_RATIO = 3;

/** One spike or new level is in all forecasts of so few months that they overlap: with fewer apart, the estimate is left as it is. */
const LEAST_APART = 3;

/** The median corrects an estimate by no more than half as much again, or a third off. */
const MOST_CORRECTION = 1.5;

/** 8 times in 10. */
const TAILS = [0.1, 0.9] as const;

/** What the method's own forecasts of the past say of the next: factors on its estimate. */
export interface Experience {
  readonly low: number;
  readonly usual: number;
  readonly high: number;
  readonly forecasts: number;
  /** how many days ahead the forecasts were that were compared */
  readonly daysAhead: number;
}

/**
 * For each past day with enough days before and after it: what came, over what would have been expected then. The median corrects the
 * estimate (so growth needs no trend of its own), the tails are the range.
 * @returns `null` where there were too few to tell
 */
export function pastForecasts(series: Series, known: number, daysAhead: number): Experience | null {
  // With little history shorter forecasts are compared, and the range is widened.
  const ahead = Math.min(daysAhead, Math.floor((known - LEAST_KNOWN) / 2));
  if (ahead < 1) return null;
  const step = known > LONG_HISTORY ? COMPARED_EVERY : 1;
  const ratios: number[] = [];
  for (let from = known - ahead; from >= Math.max(LEAST_KNOWN, known - COMPARED_DAYS); from -= step) {
    const expected = sum(expectedCosts(series, from, ahead));
    const came = sum(series.costs.slice(from, from + ahead));
    if (expected > 0) ratios.push(Math.min(came / expected, MOST_RATIO));
  }
  if (ratios.length < LEAST_FORECASTS) return null;
  // Forecasts from neighbouring days overlap: what they tell is worth that of the few that do not.
  const apart = ((ratios.length - 1) * step) / ahead + 1;
  const usual =
    apart < LEAST_APART ? 1 : Math.min(Math.max(quantile(ratios, 0.5), 1 / MOST_CORRECTION), MOST_CORRECTION);
  const wider = (1 + FEW * (1 / apart + 1 / ratios.length)) * Math.sqrt(daysAhead / ahead);
  const [low, high] = TAILS.map((tail) => usual + wider * (quantile(ratios, tail) - usual));
  return {
    low: Math.min(Math.max(0, low ?? 0), usual),
    usual,
    high: Math.max(high ?? usual, usual),
    forecasts: ratios.length,
    daysAhead: ahead,
  };
}
