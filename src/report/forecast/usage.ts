import type { DayCost, ForecastInput } from '../../domain/forecast.ts';
import { type Money, ZERO } from '../../domain/money.ts';
import { type Day, daysBetween, firstDay, nextDay, nextPeriod } from '../../domain/period.ts';
import { mostFor, turn } from './bounds.ts';
import { withoutCorrections } from './corrections.ts';
import { type Experience, pastForecasts } from './past-forecasts.ts';
import { expectedCosts, type Series } from './pattern.ts';
import { sum } from './statistics.ts';

/** What the days of a period that are not whole will still bring, in the bill's currency. */
export interface UsageEstimate {
  readonly daysLeft: number;
  readonly rest: number;
  /** the same at the edges of the range; `null` where nothing tells them */
  readonly low: number | null;
  readonly high: number | null;
  readonly historyDays: number;
  /** how many of them were below zero */
  readonly corrections: number;
  readonly experience: Experience | null;
}

/** Estimates the rest of a period from whole days; what has come of the others already is no rest. */
export function estimateUsage({
  period,
  days,
  through,
}: Pick<ForecastInput, 'period' | 'days' | 'through'>): UsageEstimate {
  const end = firstDay(nextPeriod(period));
  const costs = new Map(days.map(({ day, cost }) => [day, toNumber(cost)]));
  const first = firstUsed(days);
  const whole = through === null || first === null ? null : nextDay(through);
  // Nothing is known of the days of a month that has not begun, or where no day is whole.
  const left = whole === null || whole < firstDay(period) ? firstDay(period) : whole;
  const daysLeft = Math.max(0, daysBetween(left, end));
  if (first === null || whole === null || first >= whole || daysLeft === 0) {
    return {
      daysLeft,
      rest: 0,
      low: daysLeft === 0 ? 0 : null,
      high: daysLeft === 0 ? 0 : null,
      historyDays: 0,
      corrections: 0,
      experience: null,
    };
  }
  const known = daysBetween(first, whole);
  const used = withoutCorrections(Array.from(daysFrom(first, known), (day) => costs.get(day) ?? 0));
  const series: Series = {
    costs: used.costs,
    fromMonthEnd: Array.from(daysFrom(first, daysBetween(first, end)), daysToMonthEnd),
  };
  const ahead = daysBetween(whole, end);
  const expected = sum(expectedCosts(series, known, ahead).slice(ahead - daysLeft));
  // What corrections take off a day that is not whole is billed; it does not make the day cost more.
  const arrived = sum(Array.from(daysFrom(left, daysLeft), (day) => Math.max(0, costs.get(day) ?? 0)));
  const most = mostFor(series, known, daysLeft);
  const rest = (whole: number): number => Math.max(0, Math.min(whole, most) - arrived);
  const experience = used.corrected ? null : pastForecasts(series, known, ahead);
  const turned = turn(series, known, ahead, daysLeft) ?? [];
  return {
    daysLeft,
    rest: rest(expected * (experience?.usual ?? 1)),
    low: experience === null ? null : rest(Math.min(expected * experience.low, ...turned)),
    high: experience === null ? null : rest(Math.max(expected * experience.high, ...turned)),
    historyDays: known,
    corrections: used.corrections,
    experience,
  };
}

function firstUsed(days: readonly DayCost[]): Day | null {
  return days.reduce<Day | null>(
    (first, { day, cost }) => (cost > ZERO && (first === null || day < first) ? day : first),
    null,
  );
}

function* daysFrom(first: Day, count: number): Generator<Day> {
  for (let day = first, index = 0; index < count; day = nextDay(day), index++) yield day;
}

function daysToMonthEnd(day: Day): number {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month, 0)).getUTCDate() - date;
}

function toNumber(amount: Money): number {
  return Number(amount) / 1e10;
}
