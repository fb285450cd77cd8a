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

/** What was used and how it is counted; a bill has a few thousand of them, and leaves of the same one share it. */
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

/** What of a row's change is only added up. */
export interface RowSums extends Omit<RowKey, 'other'>, Readonly<Record<Exclude<Driver, SplitDriver>, Money>> {
  /** a number by which its {@link UsageLeaves} know it */
  readonly row: number;
  /** the change of all that is left: what the row's {@link UsageLeaf}s come to, and what is split */
  readonly split: Money;
  /** how many principals came and went */
  readonly came: number;
  readonly went: number;
}

/**
 * What callers who are on both sides used of each thing, before (0) and now (1): as much of a row as any driver tells apart. A column each, for
 * there are hundreds of thousands. Doubles: they say how a change is split, never how much it is.
 */
export interface UsageLeaves {
  /** {@link RowSums.row} */
  readonly row: Numbers;
  /** the same number for the same principal, or role where its sessions are not named after people; or account, where lines name nobody */
  readonly caller: Numbers;
  readonly thing: Numbers;
  /** tokens, else the usage amount; above 0, or 0 without cost */
  readonly q0: Numbers;
  readonly q1: Numbers;
  /** money, in whole units of the currency */
  readonly c0: Numbers;
  readonly c1: Numbers;
}

type Numbers = ArrayLike<number>;
