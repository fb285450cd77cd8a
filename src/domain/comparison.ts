import type { Answer } from './answer.ts';

/** The same question, answered from two snapshots of a period or from two periods. */
export interface Comparison {
  readonly before: Answer;
  readonly now: Answer;
}
