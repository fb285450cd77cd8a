import type { Forecast } from '../../src/domain/forecast.ts';
import { type Money, moneyFromDouble, sum } from '../../src/domain/money.ts';
import { type Day, daysBetween, firstDay, nextDay, nextPeriod, type Period } from '../../src/domain/period.ts';
import { forecast } from '../../src/report/forecast/forecast.ts';
import type { BacktestCase } from './case.ts';

/** How far off forecasts were: mean absolute errors in percent of the month, beside the run rate's, and the range. */
export interface Score {
  readonly name: string;
  readonly forecasts: number;
  readonly error: number;
  readonly runRateError: number;
  /** percent of the months that lay in their 80 % range, where there was one */
  readonly held: number;
  readonly ranged: number;
  /** mean width of the range in percent of the month */
  readonly width: number;
}

/** A forecast is made on every fifth day of a month, up to five days before its end. */
const EVERY = 5;

/** Of the days after the last whole one, this much has arrived: it must not disturb. */
const ARRIVED = [0.55, 0.1] as const;

interface Trial {
  readonly error: number;
  readonly runRateError: number;
  readonly held: boolean | null;
  readonly width: number;
}

/** The cases of one name are one score. */
export function score(cases: readonly BacktestCase[]): Score[] {
  return [...Map.groupBy(cases, ({ name }) => name)].map(([name, mine]) => {
    const trials = mine.flatMap((one) => one.months.flatMap((month) => trialsOf(one, month)));
    const ranged = trials.filter(({ held }) => held !== null);
    return {
      name,
      forecasts: trials.length,
      error: mean(trials.map(({ error }) => error)),
      runRateError: mean(trials.map(({ runRateError }) => runRateError)),
      held: mean(ranged.map(({ held }) => (held ? 100 : 0))),
      ranged: ranged.length,
      width: mean(ranged.map(({ width }) => width)),
    };
  });
}

function trialsOf({ first, costs }: BacktestCase, month: Period): Trial[] {
  const [begin, end] = [firstDay(month), firstDay(nextPeriod(month))];
  const money = costs.map((cost) => moneyFromDouble(Math.round(cost * 1e4) / 1e4));
  const between = (from: Day, to: Day): Money =>
    sum(money.slice(Math.max(0, daysBetween(first, from)), Math.max(0, daysBetween(first, to))));
  const actual = Number(between(begin, end));
  const trials: Trial[] = [];
  for (let through = dayOf(begin, EVERY - 1); daysBetween(through, end) > EVERY; through = dayOf(through, EVERY)) {
    const whole = nextDay(through);
    const billed = between(begin, whole);
    if (billed === 0n) continue;
    const runRate = (Number(billed) / daysBetween(begin, whole)) * daysBetween(begin, end);
    const made = forecastAt(first, money, month, through);
    const { range, total } = made;
    trials.push({
      error: percent(Math.abs(Number(total.total) - actual), actual),
      runRateError: percent(Math.abs(runRate - actual), actual),
      held: range === null ? null : Number(range.low) <= actual && actual <= Number(range.high),
      width: range === null ? 0 : percent(Number(range.high - range.low), actual),
    });
  }
  return trials;
}

/** What would have been said when a day was the last whole one. */
function forecastAt(first: Day, money: readonly Money[], period: Period, through: Day): Forecast {
  const known = daysBetween(first, nextDay(through));
  const arrived = ARRIVED.map((share, late) =>
    moneyFromDouble(Math.round((Number(money[known + late] ?? 0n) / 1e10) * share * 1e4) / 1e4),
  );
  const costs = [...money.slice(0, known), ...arrived];
  const days = costs.map((cost, index) => ({ day: dayOf(first, index), cost }));
  const ofPeriod = days.filter(({ day }) => firstDay(period) <= day && day < firstDay(nextPeriod(period)));
  const billed = sum(ofPeriod.map(({ cost }) => cost));
  return forecast({ period, days, through, billed, adjustments: new Map(), months: [] });
}

function dayOf(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10) as Day;
}

const percent = (part: number, whole: number): number => (100 * part) / whole;

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((all, value) => all + value, 0) / values.length;
}
