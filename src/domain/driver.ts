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
export type DriverParts = Readonly<Record<Driver, Money>>;

/** What was used and how it is counted; a bill has a few thousand of them, and cells of the same one share it. */
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

/** What one caller's use of one thing came to: the rows of an answer, broken down as far as any driver asks. */
export interface UsageCell extends Omit<RowKey, 'other'> {
  /** the principal, or the role where its sessions are not named after people; the account where the lines name nobody */
  readonly caller: string;
  readonly named: boolean;
  readonly thing: UsedThing;
  /** a line that changes what usage costs: a discount, credit, refund or fee that names a principal */
  readonly corrects: boolean;
  /** of a day that the earlier of two snapshots of a period held whole: what differs there was restated */
  readonly settled: boolean;
  readonly cost: Money;
  /** the part of the cost that paid for `quantity`: the rest is of lines without a readable amount */
  readonly countedCost: Money;
  /** tokens, else the usage amount, in units of 1e-10 */
  readonly quantity: bigint;
}
