import type { Dimension } from './dimension.ts';
import type { Day, Period } from './period.ts';

/** Which cost is asked for: net unblended, unblended, or list (public on-demand) cost. */
export const COST_BASES = ['net', 'unblended', 'list'] as const;
export type CostBasis = (typeof COST_BASES)[number];

export const GRAINS = ['day', 'month'] as const;
export type Grain = (typeof GRAINS)[number];

/** Keeps (or, negated, leaves out) the lines whose dimension has one of the values; `null` is "(none)". */
export interface Filter {
  readonly dimension: Dimension;
  readonly negated: boolean;
  readonly values: readonly (string | null)[];
}

/** A question as data: every engine answers it with the same rows. */
export interface Question {
  readonly by: readonly Dimension[];
  readonly where: readonly Filter[];
  /** the billing periods asked for, oldest first; at least one */
  readonly periods: readonly Period[];
  /** usage days, half-open: `from` counts, `to` does not; `null` = no bound */
  readonly from: Day | null;
  readonly to: Day | null;
  readonly grain: Grain | null;
  /** how many groups stand on their own; the rest is one row (other) */
  readonly top: number | null;
  readonly cost: CostBasis;
}
