import type { CostDay, CostQuestion } from '../../aws/read/cost-explorer.ts';
import { USAGE_LINE_TYPES } from '../../domain/line-item.ts';
import { type Day, firstDay, nextPeriod, type Period } from '../../domain/period.ts';

/** The days of a month that are over, half-open; `null` = none is. */
export interface Month {
  readonly period: Period;
  readonly from: Day;
  readonly to: Day;
}

/**
 * The days of a billing period that Cost Explorer is asked for. It learns of a day in the course of the next: today is left
 * out, since it would look like a day on which little was spent.
 */
export function monthUntil(period: Period, today: Day): Month | null {
  const [from, end] = [firstDay(period), firstDay(nextPeriod(period))];
  const to = end < today ? end : today;
  return from < to ? { period, from, to } : null;
}

/** Cost Explorer calls them as the bill calls its lines. */
const USAGE = { dimension: 'RECORD_TYPE', values: [...USAGE_LINE_TYPES] } as const;

/** The whole bill: each service's usage, tax, credits, refunds and discounts. Nothing is filtered, so it adds up to the bill. */
export function wholeBill({ from, to }: Month): CostQuestion {
  return { from, to, groupBy: [{ dimension: 'SERVICE' }, { dimension: 'RECORD_TYPE' }], only: [] };
}

/**
 * Which usage types are Bedrock's. The service is never a filter: what is sold through Marketplace is a service of its own
 * for each model, and all but Amazon's own models would be lost.
 */
export function usageByService({ from, to }: Month): CostQuestion {
  return { from, to, groupBy: [{ dimension: 'SERVICE' }, { dimension: 'USAGE_TYPE' }], only: [USAGE] };
}

export function usageByTag({ from, to }: Month, tag: string): CostQuestion {
  return { from, to, groupBy: [{ tag }, { dimension: 'USAGE_TYPE' }], only: [USAGE] };
}

/** Which tag values used which services, for a usage type that several services share. */
export function sharedUsage({ from, to }: Month, tag: string, usageType: string): CostQuestion {
  const only = { dimension: 'USAGE_TYPE', values: [usageType] } as const;
  return { from, to, groupBy: [{ tag }, { dimension: 'SERVICE' }], only: [USAGE, only] };
}

/** Whether an answer knows net unblended cost. */
export function hasNet(days: readonly CostDay[]): boolean {
  return days.every(({ groups }) => groups.every(({ net }) => net !== null));
}
