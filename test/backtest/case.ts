import type { Day, Period } from '../../src/domain/period.ts';

/** An organisation whose days are all known, and the months whose ends are forecast as if they were not. */
export interface BacktestCase {
  readonly name: string;
  readonly first: Day;
  /** cost of each day from the first on, in dollars */
  readonly costs: readonly number[];
  readonly months: readonly Period[];
}
