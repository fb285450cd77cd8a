import type { AllocatedCaller } from './allocation.ts';
import type { Check, PayerCost } from './answer.ts';
import type { Money } from './money.ts';
import type { Day, Period } from './period.ts';
import type { Question } from './question.ts';

/** The days of some lines, both included; `null` = none of them has one. */
export interface UsageDays {
  readonly first: Day | null;
  readonly last: Day | null;
}

/** Lines that have one value in a dimension by one evidence. */
export interface ExplainedValue extends UsageDays {
  /** `null` = none */
  readonly value: string | null;
  /** `tag iamPrincipal/team`, `rule gateway (bursar.yaml line 12)`, …; `null` = nothing gives a value */
  readonly evidence: string | null;
  readonly lines: number;
  /** of these lines, adjustments among them */
  readonly cost: Money;
}

export interface CallerCost extends AllocatedCaller {
  /** usage, without adjustments */
  readonly cost: Money;
}

export interface ExplainedCaller extends CallerCost, UsageDays {}

/** Lines of one usage type, as they stand on the bill. */
export interface ExplainedCharge extends UsageDays {
  readonly product: string | null;
  readonly productCode: string | null;
  readonly usageType: string | null;
  readonly lineItemType: string | null;
  readonly unit: string | null;
  readonly adjustment: boolean;
  readonly lines: number;
  /** decimal text in `unit`; `null` where no line has one */
  readonly amount: string | null;
  readonly cost: Money;
}

/** A list that ends somewhere: the dearest come first. */
export interface Dearest<T> {
  readonly items: readonly T[];
  /** how many there are, the others included */
  readonly count: number;
}

/** Which lines are behind a row of a report, and what put them there. */
export interface Explanation {
  /** what is explained: its filter is the row, its dimensions are those whose values are told */
  readonly question: Question;
  readonly currency: string;
  readonly costs: readonly PayerCost[];
  /** the row of the report */
  readonly usage: Money;
  /** the rows of the report with an adjustment beside the name */
  readonly adjustments: Money;
  readonly check: Check;
  /** by the dimensions of the question, in their order */
  readonly values: readonly (readonly ExplainedValue[])[];
  readonly callers: Dearest<ExplainedCaller>;
  readonly charges: Dearest<ExplainedCharge>;
  readonly sources: readonly {
    readonly period: Period;
    readonly id: string;
    /** `null` = the folder was listed */
    readonly listedBy: string | null;
    readonly files: readonly { readonly path: string; readonly bytes: number }[];
  }[];
  /** tag keys that are on any line of the periods */
  readonly tagKeys: readonly string[];
  readonly notes: readonly string[];
}
