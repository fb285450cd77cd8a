import { describe, expect, test } from 'vitest';
import type { Forecast } from '../../domain/forecast.ts';
import { type Money, parseMoney, sum, ZERO } from '../../domain/money.ts';
import { type Day, daysBetween, nextDay, type Period } from '../../domain/period.ts';
import { forecast } from './forecast.ts';

const OCTOBER = '2026-10' as Period;
const FIRSTS = ['2026-09-01', '2026-08-01', '2026-05-01', '2025-10-01'];

/** What a day of an ordinary month costs: about 10 dollars on working days, half of that on others; 322 in October. */
function ordinary(day: Day): number {
  const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
  return (10 + ((daysBetween('2020-01-01' as Day, day) * 7) % 5)) * (weekend ? 0.5 : 1);
}

/** October as forecast when `through` was the last whole day, in dollars. */
function october(first: string, through: string, cost: (day: Day) => number, late: readonly number[] = []) {
  const days: { day: Day; cost: Money }[] = [];
  for (let day = first as Day; day <= through; day = nextDay(day))
    days.push({ day, cost: parseMoney(cost(day).toFixed(4)) });
  let day = through as Day;
  for (const amount of late) {
    day = nextDay(day);
    days.push({ day, cost: parseMoney(amount.toFixed(4)) });
  }
  const billedIn = (month: string): Money =>
    sum(days.filter(({ day }) => day.startsWith(month)).map(({ cost }) => cost));
  const billed = billedIn(OCTOBER);
  const made = forecast({
    period: OCTOBER,
    days,
    through: through as Day,
    billed,
    adjustments: new Map(),
    months: [{ usage: billedIn('2026-09'), adjustments: new Map() }],
  });
  expect(made.total.billed + made.total.rest).toBe(made.total.total);
  return {
    total: dollars(made.total.total),
    rest: dollars(made.total.rest),
    range: rangeOf(made),
    history: made.history,
  };
}

const dollars = (amount: Money): number => Number(amount) / 1e10;

const rangeOf = ({ range }: Forecast): [low: number, high: number] | null =>
  range === null ? null : [dollars(range.low), dollars(range.high)];

const inSeptember = (day: Day): boolean => day.startsWith('2026-09');

describe.each(FIRSTS)('two days after September, with history from %s on', (first) => {
  const plain = october(first, '2026-10-02', ordinary);

  test.each<[what: string, cost: (day: Day) => number]>([
    ['three large negative days', (day) => (/09-(10|18|25)$/.test(day) && inSeptember(day) ? -150 : ordinary(day))],
    ['a negative day that makes the month negative', (day) => (day === '2026-09-30' ? -3_000 : ordinary(day))],
  ])('%s: nothing is expected but what is of the days without them', (_, cost) => {
    const { total, range, history } = october(first, '2026-10-02', cost);
    expect(Math.abs(total / plain.total - 1)).toBeLessThan(0.05);
    expect(range?.[0]).toBeGreaterThan(0.85 * (plain.range?.[0] ?? 0));
    expect(range?.[1]).toBeLessThan(1.15 * (plain.range?.[1] ?? 0));
    expect(history.corrections).toBeGreaterThan(0);
  });

  test('a month of negative days: no range', () => {
    const { range, total } = october(first, '2026-10-02', (day) => (inSeptember(day) ? -1 : 1) * ordinary(day));
    expect(range).toBeNull();
    expect(Math.abs(total / plain.total - 1)).toBeLessThan(0.2);
  });

  test('a correction of this month is billed, and not expected again', () => {
    const { rest, total } = october(first, '2026-10-02', (day) => (day === '2026-10-02' ? -900 : ordinary(day)));
    expect(Math.abs(rest / plain.rest - 1)).toBeLessThan(0.05);
    expect(total).toBeLessThan(0);
  });

  test('a month ten times as large: the range holds both months, and no more than half as much again', () => {
    const { total, range } = october(first, '2026-10-02', (day) => (inSeptember(day) ? 10 : 1) * ordinary(day));
    const september = daysOf('2026-09').reduce((all, day) => all + 10 * ordinary(day), 0);
    expect(range?.[0]).toBeLessThan(1.1 * plain.total);
    expect(range?.[1]).toBeGreaterThan(0.9 * september);
    expect(range?.[1]).toBeLessThan(1.6 * september);
    expect(total).toBeLessThan(september);
  });

  test('a single spike: the estimate does not follow it, and the range goes no further than it', () => {
    const { total, range } = october(first, '2026-10-02', (day) => (day === '2026-09-20' ? 5_000 : ordinary(day)));
    expect(Math.abs(total / plain.total - 1)).toBeLessThan(0.1);
    expect(range?.[1]).toBeLessThan(5_300);
  });

  test('two quiet days: the range holds a month that stays quiet, and one that does not', () => {
    const { total, range } = october(first, '2026-10-02', (day) => (day.startsWith(OCTOBER) ? 0 : ordinary(day)));
    expect(total).toBeGreaterThan(0.7 * plain.total);
    expect(range?.[0]).toBe(0);
    expect(range?.[1]).toBeGreaterThan(plain.total - 1 - 2 * 14);
    expect(range?.[1]).toBeLessThan(1.2 * plain.total);
  });
});

test('within a week of a new level the estimate is of it', () => {
  const { total } = october('2026-05-01', '2026-10-05', (day) => (inSeptember(day) ? 10 : 1) * ordinary(day));
  expect(total).toBeLessThan(1.5 * 322);
});

test('corrections every week cannot be left out: no range', () => {
  const weekly = (day: Day): number => (new Date(`${day}T00:00:00Z`).getUTCDay() === 3 ? -25 : ordinary(day));
  for (const first of FIRSTS) expect(october(first, '2026-10-15', weekly).range).toBeNull();
});

test('what a correction takes off a day that is not whole does not make that day dearer', () => {
  const without = october('2026-05-01', '2026-10-10', ordinary, [0]);
  const { rest } = october('2026-05-01', '2026-10-10', ordinary, [-900]);
  expect(rest).toBe(without.rest);
});

test('one day of history goes on, without a range; one day of usage among quiet ones does not', () => {
  const one = october('2026-10-01', '2026-10-01', () => 10);
  expect([one.total, one.range, one.history.days]).toEqual([310, null, 1]);
  const spike = october('2026-08-01', '2026-10-05', (day) => (day === '2026-09-20' ? 5_000 : 0));
  expect([spike.total, spike.range]).toEqual([0, null]);
});

test.each([0, -5])('of days that all cost %d nothing is told', (cost) => {
  const { rest, range, history } = october('2026-05-01', '2026-10-05', () => cost);
  expect([rest, range, history.days]).toEqual([Number(ZERO), null, 0]);
});

function daysOf(month: string): Day[] {
  return Array.from({ length: 30 }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}` as Day);
}
