import { isUsage } from '../domain/line-item.ts';
import { type Money, sum } from '../domain/money.ts';
import type { PeriodState } from '../domain/period-state.ts';
import type { ControlTotal, Snapshot } from './snapshot.ts';

/**
 * The state of a period by its lines and by what was known of it before.
 * @param before the snapshot that is being replaced; `null`: there was none
 */
export function periodState(control: readonly ControlTotal[], before: Snapshot | null): PeriodState {
  if (before !== null && before.state.kind !== 'open') {
    if (sameBedrock(control, before.control)) return before.state;
    return before.state.kind === 'restated'
      ? before.state
      : { kind: 'restated', invoicedAs: bedrockCost(before.control), invoicedIn: before.id };
  }
  const usage = control.filter(({ lineItemType }) => isUsage(lineItemType));
  const bedrock = usage.filter(({ bedrock }) => bedrock);
  const deciding = bedrock.length > 0 ? bedrock : usage;
  return deciding.length > 0 && deciding.every(({ invoice }) => invoice !== '')
    ? { kind: 'invoiced' }
    : { kind: 'open' };
}

/** Unblended cost of the Bedrock lines. */
export function bedrockCost(control: readonly ControlTotal[]): Money {
  return sum(control.filter(({ bedrock }) => bedrock).map(({ unblended }) => unblended));
}

/** Whether the Bedrock lines add up to the same by payer, invoice, seller, product and line type, in every cost. */
function sameBedrock(a: readonly ControlTotal[], b: readonly ControlTotal[]): boolean {
  const [one, other] = [bedrockSums(a), bedrockSums(b)];
  return one.size === other.size && [...one].every(([key, costs]) => other.get(key) === costs);
}

/** Groups that differ in their nets alone are one: metadata that came later changes no money. */
function bedrockSums(control: readonly ControlTotal[]): Map<string, string> {
  const groups = Map.groupBy(
    control.filter(({ bedrock }) => bedrock),
    ({ payer, invoice, seller, productCode, lineItemType }) =>
      JSON.stringify([payer, invoice, seller, productCode, lineItemType]),
  );
  const costs = (totals: readonly ControlTotal[]): string =>
    (['unblended', 'net', 'list'] as const).map((cost) => sum(totals.map((total) => total[cost]))).join(' ');
  return new Map([...groups].map(([key, totals]) => [key, costs(totals)]));
}
