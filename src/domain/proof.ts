import type { Money } from './money.ts';
import type { Period } from './period.ts';
import type { CostBasis } from './question.ts';

/** One side of the proof that does not equal the export. */
interface Difference {
  /** what should equal the export: the control totals, a table of the ledger, or the parts of a dimension */
  readonly what: string;
  readonly expected: Money;
  readonly found: Money;
}

/** The proof for one payer, invoice and seller of a period, in one cost basis. */
export interface Proof {
  readonly period: Period;
  readonly payer: string;
  readonly invoice: string;
  readonly seller: string;
  readonly cost: CostBasis;
  /** sums of the raw lines */
  readonly exported: Money;
  readonly bedrock: Money;
  readonly rest: Money;
  /** sum of the ledger's facts */
  readonly ledger: Money;
  /** how many dimensions' parts were added up */
  readonly dimensions: number;
  readonly differences: readonly Difference[];
}
