import type { Money } from './money.ts';
import type { Period } from './period.ts';
import type { CostBasis } from './question.ts';

/** An invoice of AWS as somebody has it on paper. */
export interface AskedInvoice {
  readonly id: string;
  /** the total that it says, tax included, in the export's currency */
  readonly amount: Money;
}

/**
 * An invoice's amount beside all lines of the export that carry its id: `amount = bedrock + rest + rounding`.
 * AWS rounds what it prints on an invoice, the lines of an export are exact.
 */
export interface InvoiceTie extends AskedInvoice {
  readonly payers: readonly string[];
  readonly sellers: readonly string[];
  readonly periods: readonly Period[];
  readonly currency: string;
  /**
   * The cost that comes nearer to the invoice: unblended, with discounts as lines of their own, or net, where an
   * export has them in its net columns alone.
   */
  readonly cost: Exclude<CostBasis, 'list'>;
  readonly bedrock: Money;
  readonly rest: Money;
  /** the part of the two that is on tax lines */
  readonly tax: Money;
  /** what the invoice says beyond the lines; below 0: less */
  readonly rounding: Money;
  /** how many amounts the invoice prints by our count: one a seller, product and line type */
  readonly printed: number;
  /** as much may be AWS's rounding */
  readonly tolerance: Money;
  readonly holds: boolean;
}
