import type { CostDay } from '../../aws/read/cost-explorer.ts';
import type { DayTotal, Side } from '../../domain/bill-comparison.ts';
import type { Money } from '../../domain/money.ts';
import { type Day, nextDay } from '../../domain/period.ts';
import { amountsOf, sumOf } from './amounts.ts';
import { productOf } from './bedrock-service.ts';
import { hasNet, type Month } from './questions.ts';

const TAX = 'Tax';

/** What Cost Explorer says of each day of the whole bill, as a side of a comparison. */
export function sideOf(wholeBill: readonly CostDay[]): Side & { readonly estimated: ReadonlySet<Day> } {
  const days = wholeBill.map(({ day, groups }): DayTotal => {
    const bedrock = groups.filter(({ keys: [service, type] }) => productOf(service).bedrock && type !== TAX);
    const [all, own] = [sumOf(groups.map(amountsOf)), sumOf(bedrock.map(amountsOf))];
    const costs = { bill: all.unblended as Money, bedrock: own.unblended as Money, bedrockNet: own.net as Money };
    return { day, costs, amounts: groups.length };
  });
  const estimated = new Set(wholeBill.filter((day) => day.estimated).map(({ day }) => day));
  return { days, net: hasNet(wholeBill), estimated };
}

export function daysOf({ from, to }: Month): Day[] {
  const days: Day[] = [];
  for (let day = from; day < to; day = nextDay(day)) days.push(day);
  return days;
}
