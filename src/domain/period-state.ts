import type { Money } from './money.ts';

/**
 * How final a billing period is. AWS says so by the invoice id alone, which is empty until the invoice is made; later
 * refunds, credits and corrections may still change a period that has one.
 * Source: https://docs.aws.amazon.com/cur/latest/userguide/view-finalized-cur.html
 */
export type PeriodState =
  /** some usage has no invoice id yet */
  | { readonly kind: 'open' }
  | { readonly kind: 'invoiced' }
  /** its Bedrock lines changed after all of its usage had invoice ids */
  | {
      readonly kind: 'restated';
      /** unblended cost of the Bedrock lines when the period was first seen with its invoices */
      readonly invoicedAs: Money;
      /** the snapshot that had it so */
      readonly invoicedIn: string;
    };
