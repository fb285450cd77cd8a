import type { CostAnswer, CostRow } from '../../domain/answer.ts';
import type { ForecastInput, MonthCost } from '../../domain/forecast.ts';
import { type Money, sum } from '../../domain/money.ts';
import type { Day, Period } from '../../domain/period.ts';
import { wholeThrough } from './forecast.ts';

/**
 * What a forecast is made from, out of answers by day without dimensions.
 * @param now of one billing period
 * @param earlier of those before; `null` where there are none
 */
export function forecastInput(now: CostAnswer, earlier: CostAnswer | null): ForecastInput {
  const [period] = now.question.periods;
  if (period === undefined) throw new Error('a forecast is of a billing period');
  const rows = [...(earlier?.rows ?? []), ...now.rows];
  const used = Map.groupBy(rows.filter(isUsage), ({ time }) => time);
  const months = Map.groupBy(earlier?.rows ?? [], ({ time }) => time?.slice(0, period.length));
  return {
    period,
    days: [...used].flatMap(([day, ofDay]) => (day === null ? [] : [{ day: day as Day, cost: costOf(ofDay) }])),
    through: wholeThrough(now.source.dataThrough),
    billed: costOf(now.rows.filter(isUsage)),
    adjustments: adjustmentsOf(now.rows),
    months: comparableMonths(now, earlier).map((month): MonthCost => {
      const ofMonth = months.get(month) ?? [];
      return { usage: costOf(ofMonth.filter(isUsage)), adjustments: adjustmentsOf(ofMonth) };
    }),
  };
}

/**
 * The months before whose cost means the same for each payer: where net columns hold the discounts, months that had them as lines of
 * their own say nothing of adjustments. Months that late lines name are not among them: most of these would be missing.
 */
function comparableMonths(now: CostAnswer, earlier: CostAnswer | null): Period[] {
  const costNow = new Map(now.costs.map(({ payer, cost }) => [payer, cost]));
  const differs = (month: Period): boolean =>
    earlier?.costs.some(({ period, payer, cost }) => period === month && (costNow.get(payer) ?? cost) !== cost) ??
    false;
  return (earlier?.question.periods ?? []).filter((month) => !differs(month));
}

function isUsage({ adjustment }: CostRow): boolean {
  return adjustment === null;
}

function costOf(rows: readonly CostRow[]): Money {
  return sum(rows.map(({ cost }) => cost));
}

function adjustmentsOf(rows: readonly CostRow[]): ReadonlyMap<string, Money> {
  const byType = Map.groupBy(rows, ({ adjustment }) => adjustment);
  return new Map([...byType].flatMap(([type, ofType]) => (type === null ? [] : [[type, costOf(ofType)]])));
}
