/**
 * The line types that meter something. All others (Tax, Credit, Refund, Fee, RIFee, …Discount, SavingsPlanNegation,
 * SavingsPlanRecurringFee, …) change what the metered lines cost.
 * Source: https://docs.aws.amazon.com/cur/latest/userguide/Lineitem-columns.html (LineItemType)
 */
export const USAGE_LINE_TYPES: ReadonlySet<string> = new Set(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage']);

/** Whether a line of this `line_item_line_item_type` says that something was used. A missing type is not usage. */
export function isUsage(lineItemType: string | null): boolean {
  return lineItemType !== null && USAGE_LINE_TYPES.has(lineItemType);
}
