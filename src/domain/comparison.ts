import type { Answer } from './answer.ts';
import type { UsageCell } from './driver.ts';

/** The same question, answered from two snapshots of a period or from two periods, and what made the answers differ. */
export interface Comparison {
  readonly before: Answer;
  readonly now: Answer;
  /** the rows of both answers, broken down: they add up to them */
  readonly cells: { readonly before: readonly UsageCell[]; readonly now: readonly UsageCell[] };
}
