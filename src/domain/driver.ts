import type { RowKey } from './answer.ts';
import type { Money } from './money.ts';
import type { TokenKind } from './usage.ts';

/**
 * What can make spend move, in the order in which it is shown. The formulas: docs/decisions/0017-what-changed.md.
 * `adjustments` are tax, credits, refunds, discounts and fees; `rest` is usage of which nobody knows how much it was.
 */
export const DRIVERS = [
  'volume',
  'modelMix',
  'tierRouting',
  'cache',
  'price',
  'newPrincipals',
  'gonePrincipals',
  'restatement',
  'adjustments',
  'rest',
] as const;
export type Driver = (typeof DRIVERS)[number];

/** What is worked out, and not just added up. */
export const SPLIT_DRIVERS = [
  'volume',
  'modelMix',
  'tierRouting',
  'cache',
  'price',
] as const satisfies readonly Driver[];
export type SplitDriver = (typeof SPLIT_DRIVERS)[number];

/** What heads a column of each. */
export const DRIVER_HEADS: Readonly<Record<Driver, string>> = {
  volume: 'Volume',
  modelMix: 'Model mix',
  tierRouting: 'Tier/routing',
  cache: 'Cache',
  price: 'Price',
  newPrincipals: 'New',
  gonePrincipals: 'Gone',
  restatement: 'Restated',
  adjustments: 'Adjustments',
  rest: 'Rest',
};

/** The parts of a change: they add up to it exactly. */
type DriverParts = Readonly<Record<Driver, Money>>;

/** How far the share of a foundation model, or of a way to call it, shifted, and what that cost. Estimates: compare them. */
export interface Shift {
  readonly cost: number;
  readonly quantity: number;
}

/** Why a row changed. */
export interface RowDrivers {
  readonly parts: DriverParts;
  /** how many principals came and went */
  readonly came: number;
  readonly went: number;
  readonly models: ReadonlyMap<string, Shift>;
  readonly services: ReadonlyMap<string, Shift>;
}

/** What was used and how it is counted. */
export interface UsedThing {
  readonly model: string | null;
  /** how the model was called: tier, routing, `batch`, region, as far as the line says */
  readonly service: string;
  /** `null` where the line counts no tokens, or they cannot be counted */
  readonly tokenKind: TokenKind | null;
  readonly cacheTtl: string | null;
  readonly usageType: string | null;
  /** in which unit the usage amount is counted; `null` for tokens */
  readonly unit: string | null;
}

/** A usage of either side, as far as a comparison tells usages apart. */
export interface ComparedUsage {
  readonly thing: UsedThing;
  /** in the order of the question's dimensions; `null` also where the dimension says who, not what */
  readonly values: readonly (string | null)[];
  /** the line item type of lines that are no usage: they correct what it costs, and are a row of their own where they name no principal */
  readonly correction: string | null;
  /** so many tokens are one unit of its amount, 1 where it is not tokens; `null`: nobody knows what its amount counts */
  readonly perUnit: number | null;
  /**
   * Its lines are settled, which is that the earlier snapshot held them whole, unless they have passed as many of the days up to which it held
   * some seller's; 0 = none is
   */
  readonly settledBefore: number;
}

/** Who used something on either side at some time, as far as a comparison tells callers apart. */
export interface ComparedCaller {
  /** the same text for the same principal, or role where its sessions are not named after people; or account, where lines name nobody */
  readonly name: string;
  /** whether the lines name a principal */
  readonly named: boolean;
  /** as in the rows of an answer */
  readonly time: string | null;
  /** in the order of the question's dimensions; `null` also where the dimension says what, not who */
  readonly values: readonly (string | null)[];
}

/**
 * Lines of a period, added up as far as a comparison needs them apart. A column each, for there may be a million; those of one caller follow
 * each other.
 */
export interface ComparedLines {
  /** by the index of {@link ComparedPeriod.callers}: where their lines begin; and one more, where the last end */
  readonly starts: Int32Array;
  /** index in {@link ComparedPeriod.usages} */
  readonly usage: Int32Array;
  /** 1 where no amount could be read; and 2 for every day of {@link ComparedUsage.settledBefore} that the line has passed */
  readonly flags: Uint8Array;
  /** in units of 1e-10, whole numbers, exact */
  readonly cost: Float64Array;
  /** the same of usage amounts, rounded above 2^53: they say how a change is split, never how much it is */
  readonly amount: Float64Array;
}

/** One period of one side of a comparison. */
export interface ComparedPeriod {
  /** where there is none, filters and days leave the lines out */
  readonly callers: readonly (ComparedCaller | undefined)[];
  /** the same */
  readonly usages: readonly (ComparedUsage | undefined)[];
  readonly lines: ComparedLines;
  /** whether other questions are given the same lines, so that it is worth while to keep what they come to */
  readonly areKept: boolean;
}

/** Both sides of a comparison. */
export interface Compared {
  readonly before: readonly ComparedPeriod[];
  readonly now: readonly ComparedPeriod[];
}

/** A row of both sides, or of one: then the other has 0. */
export interface ComparedRow extends Omit<RowKey, 'other'> {
  readonly before: Money;
  readonly now: Money;
  /** whether now has any line of it */
  readonly isNow: boolean;
  /** the parts add up to now less before */
  readonly drivers: RowDrivers;
}
