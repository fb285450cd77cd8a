import { SHARED } from './allocation.ts';
import type { Money } from './money.ts';
import type { Day, Period } from './period.ts';
import type { PeriodState } from './period-state.ts';
import type { CostBasis, Question } from './question.ts';
import type { TokenKind } from './usage.ts';

/** Token counts by kind, in units of 1e-10 tokens: the ledger's decimals, exactly. */
export type Tokens = Readonly<Record<TokenKind, bigint>>;

/** What a row is about. */
export interface RowKey {
  /** `YYYY-MM-DD` or `YYYY-MM` where the question has a grain */
  readonly time: string | null;
  /** one value a dimension of the question, in its order; `null` = none */
  readonly values: readonly (string | null)[];
  /** the line item type of a line without a principal that only corrects cost; `null` for usage */
  readonly adjustment: string | null;
  /** the remainder of --top: `values` are null */
  readonly other: boolean;
}

export interface CostRow extends RowKey {
  readonly cost: Money;
}

export interface AnswerRow extends CostRow {
  readonly tokens: Tokens;
  /** the part of `cost` that paid for `tokens` */
  readonly tokenCost: Money;
}

/** Which cost stands for `net` in a period of a payer, and why. */
export interface PayerCost {
  readonly period: Period;
  readonly payer: string;
  readonly cost: CostBasis;
  readonly why: string;
}

/** bill = shown + filteredOut + difference; a difference other than 0 is a defect and never hidden. */
export interface Check {
  readonly bill: Money;
  readonly shown: Money;
  readonly filteredOut: Money;
  readonly difference: Money;
}

/** The parts of the answer's total by one of its dimensions; they add up to it exactly. */
export interface AllocationParts {
  /** the first dimension of the question that says to whom dollars belong */
  readonly dimension: string;
  /** usage that has a value, other than shared */
  readonly allocated: Money;
  /** usage that a rule declares to be used by many */
  readonly shared: Money;
  /** usage that belongs to nobody */
  readonly unallocated: Money;
  /** tax, credits, refunds, discounts and fees, whatever their value */
  readonly adjustments: Money;
}

/** The part of {@link AllocationParts} that a row is in. @param index of the dimension in the question */
export function partOf(
  { adjustment, values }: Pick<RowKey, 'adjustment' | 'values'>,
  index: number,
): Exclude<keyof AllocationParts, 'dimension'> {
  if (adjustment !== null) return 'adjustments';
  const value = values[index] ?? null;
  if (value === null) return 'unallocated';
  return value === SHARED ? 'shared' : 'allocated';
}

interface Source {
  /** billed figures only; metered ones would be `estimate` */
  readonly basis: 'actual';
  readonly engine: string;
  /** what the figures come from, where it is no export */
  readonly origin?: string;
  readonly snapshots: readonly { readonly period: Period; readonly id: string; readonly state: PeriodState['kind'] }[];
  /** by seller, the earliest first: UTC instants */
  readonly dataThrough: readonly { readonly seller: string; readonly through: string }[];
}

/** All of an answer but its rows. */
export type AnswerHead = Omit<Answer, 'rows'>;

/** An answer to who only asks what it costs. */
export interface CostAnswer extends AnswerHead {
  readonly rows: readonly CostRow[];
}

export interface Answer {
  readonly question: Question;
  readonly source: Source;
  /** half-open: the first day and the day after the last */
  readonly period: { readonly from: Day; readonly to: Day };
  readonly currency: string;
  readonly costs: readonly PayerCost[];
  readonly rows: readonly AnswerRow[];
  readonly total: Money;
  /** `null` where no dimension of the question says to whom dollars belong */
  readonly allocation: AllocationParts | null;
  readonly check: Check;
  /** what the reader must know to trust the number, one sentence each */
  readonly notes: readonly string[];
}
