import type { Money } from './money.ts';
import type { Day, Period } from './period.ts';

/** What usage of a day cost. */
export interface DayCost {
  readonly day: Day;
  readonly cost: Money;
}

/** What is known when a billing period's end is estimated. */
export interface ForecastInput {
  readonly period: Period;
  /** usage by usage day, of the period and of the months before; a day that is not there cost nothing */
  readonly days: readonly DayCost[];
  /** the last day whose usage has arrived whole; `null` = none yet */
  readonly through: Day | null;
  /** usage billed in the period, of whatever day */
  readonly billed: Money;
  /** tax, credits, refunds, discounts and fees billed in the period, by line item type */
  readonly adjustments: ReadonlyMap<string, Money>;
  /** whole months before, the oldest first */
  readonly months: readonly MonthCost[];
}

/** Usage and adjustments of a whole month. */
export interface MonthCost {
  readonly usage: Money;
  readonly adjustments: ReadonlyMap<string, Money>;
}

/** Billed to date + the estimated rest = the estimated month end, exactly. */
interface Estimate {
  readonly billed: Money;
  /** an estimate, in whole cents */
  readonly rest: Money;
  /** an estimate */
  readonly total: Money;
}

/**
 * How an adjustment is estimated: as a share of usage, in 1e-6, that it had in the months before; by what it was in each of them;
 * or not at all: what is billed counts.
 */
export type AdjustmentBasis =
  | { readonly kind: 'share'; readonly share: bigint; readonly months: number }
  | { readonly kind: 'monthly'; readonly months: number }
  | { readonly kind: 'billed' };

export interface AdjustmentEstimate extends Estimate {
  readonly type: string;
  readonly basis: AdjustmentBasis;
}

export interface Forecast {
  readonly period: Period;
  readonly through: Day | null;
  /** days of the period that are not whole yet: they are what is estimated */
  readonly daysLeft: number;
  readonly usage: Estimate;
  readonly adjustments: readonly AdjustmentEstimate[];
  readonly total: Estimate;
  /** the total lies in it 8 times in 10; `null` = too little is known to say */
  readonly range: { readonly low: Money; readonly high: Money } | null;
  /**
   * whole days, from the first with usage on, how many of them are below zero (corrections, in no pattern of usage), and earlier
   * forecasts of as many days that were compared with what came
   */
  readonly history: {
    readonly days: number;
    readonly corrections: number;
    readonly forecasts: number;
    readonly daysAhead: number;
  };
}
