import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DayCost, ForecastInput, MonthCost } from '../../domain/forecast.ts';
import { formatMoney, type Money, parseMoney, sum } from '../../domain/money.ts';
import { type Day, daysBetween, firstDay, nextDay, type Period } from '../../domain/period.ts';
import { forecast, wholeThrough } from './forecast.ts';

const OCTOBER = '2026-10' as Period;

/** Days from `first` to before `end`, of which each costs what `dollars` says. */
function daysOf(first: string, end: string, dollars: (day: Day) => number): DayCost[] {
  const days: DayCost[] = [];
  for (let day = first as Day; day < end; day = nextDay(day))
    days.push({ day, cost: parseMoney(String(dollars(day))) });
  return days;
}

const isWeekend = (day: Day): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

function input(days: readonly DayCost[], through: string | null, more: Partial<ForecastInput> = {}): ForecastInput {
  const billed = sum(days.filter(({ day }) => day >= firstDay(OCTOBER)).map(({ cost }) => cost));
  return { period: OCTOBER, days, through: through as Day | null, billed, adjustments: new Map(), months: [], ...more };
}

const dollars = (amount: Money | undefined) => formatMoney(amount ?? parseMoney('0')).replace(/\.?0+$/, '');

describe('usage', () => {
  test('the same every day: so it goes on, and the range has no width', () => {
    const { usage, range, daysLeft, history } = forecast(
      input(
        daysOf('2026-05-01', '2026-10-21', () => 10),
        '2026-10-20',
      ),
    );
    expect([dollars(usage.billed), dollars(usage.rest), dollars(usage.total)]).toEqual(['200', '110', '310']);
    expect([dollars(range?.low), dollars(range?.high)]).toEqual(['310', '310']);
    expect([daysLeft, history.days, history.daysAhead]).toEqual([11, 173, 11]);
  });

  test('quiet weekends stay quiet, whatever weekday the month ends on', () => {
    const cost = (day: Day): number => (isWeekend(day) ? 2 : 10);
    for (const through of ['2026-10-09', '2026-10-15', '2026-10-27']) {
      const { usage } = forecast(input(daysOf('2026-05-01', nextDay(through as Day), cost), through));
      const rest = daysOf(nextDay(through as Day), '2026-11-01', cost).reduce((all, { cost }) => all + Number(cost), 0);
      expect(Number(usage.rest) / rest).toBeCloseTo(1, 1);
    }
  });

  test('a day that has not arrived whole counts for what has come, and is expected whole', () => {
    const whole = daysOf('2026-05-01', '2026-10-21', () => 10);
    const late = [
      ...whole,
      ...daysOf('2026-10-21', '2026-10-22', () => 4),
      ...daysOf('2026-10-22', '2026-10-23', () => 12),
    ];
    const { usage } = forecast(input(late, '2026-10-20'));
    expect([dollars(usage.billed), dollars(usage.rest), dollars(usage.total)]).toEqual(['216', '94', '310']);
  });

  test('a line of a day of another month is billed, and no day of this one', () => {
    const days = daysOf('2026-05-01', '2026-10-21', () => 10);
    const { total } = forecast(input(days, '2026-10-20', { billed: parseMoney('207') }));
    expect(dollars(total.total)).toBe('317');
  });

  test('a month that has arrived whole has no rest; one that has hardly begun is all rest', () => {
    const all = forecast(
      input(
        daysOf('2026-05-01', '2026-11-01', () => 10),
        '2026-10-31',
      ),
    );
    expect([all.daysLeft, dollars(all.usage.rest), dollars(all.range?.low)]).toEqual([0, '0', '310']);
    const none = forecast(
      input(
        daysOf('2026-05-01', '2026-10-02', (day) => (day === '2026-10-01' ? 3 : 10)),
        '2026-09-30',
      ),
    );
    expect([none.daysLeft, dollars(none.usage.billed), dollars(none.usage.total)]).toEqual([31, '3', '310']);
  });

  test('with less history the range is wider, and then there is none', () => {
    const noisy = (day: Day): number => 10 + (daysBetween('2026-01-01' as Day, day) % 5) * (isWeekend(day) ? 0.5 : 1);
    const width = (first: string) => {
      const { range, history } = forecast(input(daysOf(first, '2026-10-11', noisy), '2026-10-10'));
      return { width: range === null ? null : Number(range.high - range.low) / 1e10, ...history };
    };
    const [year, weeks, days] = ['2025-10-01', '2026-09-10', '2026-09-25'].map(width);
    expect(weeks?.width).toBeGreaterThan(year?.width ?? 0);
    expect(weeks?.daysAhead).toBeLessThan(21);
    expect(days).toEqual({ width: null, days: 16, corrections: 0, forecasts: 0, daysAhead: 0 });
  });

  test('nothing is expected of nothing', () => {
    for (const through of [null, '2026-10-20']) {
      expect(forecast(input([], through))).toMatchObject({ total: { billed: 0n, rest: 0n, total: 0n }, range: null });
    }
  });
});

describe('adjustments, apart from usage', () => {
  const month = (usage: string, adjustments: Readonly<Record<string, string>>): MonthCost => ({
    usage: parseMoney(usage),
    adjustments: new Map(Object.entries(adjustments).map(([type, amount]) => [type, parseMoney(amount)])),
  });
  const of = (billed: Readonly<Record<string, string>>, months: readonly MonthCost[]) => {
    const days = daysOf('2026-05-01', '2026-10-21', () => 10);
    const { adjustments } = forecast(
      input(days, '2026-10-20', { ...month('0', billed), billed: parseMoney('200'), months }),
    );
    return adjustments.map(({ type, basis, billed, rest, total }) =>
      [type, basis.kind, ...[billed, rest, total].map(dollars)].join(' '),
    );
  };
  const usual = { Tax: '21', EdpDiscount: '-15', Fee: '40', Credit: '-100' };

  test.each<[what: string, billed: Readonly<Record<string, string>>, months: readonly MonthCost[], expected: string[]]>(
    [
      [
        'tax and discounts follow usage',
        {},
        [month('300', { Tax: '21', EdpDiscount: '-15' })],
        ['EdpDiscount share 0 -15.5 -15.5', 'Tax share 0 21.7 21.7'],
      ],
      ['so far as they are not billed', { Tax: '14' }, [month('300', { Tax: '21' })], ['Tax share 14 7.7 21.7']],
      ['more than expected stays', { Tax: '30' }, [month('300', { Tax: '21' })], ['Tax share 30 0 30']],
      [
        'the median of the last three months',
        {},
        ['9', '6', '3', '90', '4.5'].map((Tax) => month('300', { Tax })),
        ['Tax share 0 4.65 4.65'],
      ],
      [
        'a discount that has ended does not come back',
        {},
        [month('300', { EdpDiscount: '-15' }), month('300', {})],
        [],
      ],
      [
        'a fee that each of three months had comes once more',
        {},
        [usual, usual, usual].map((one) => month('300', { Fee: one.Fee })),
        ['Fee monthly 0 40 40'],
      ],
      [
        'unless it is booked',
        { Fee: '38' },
        [usual, usual, usual].map((one) => month('300', { Fee: one.Fee })),
        ['Fee monthly 38 0 38'],
      ],
      ['two months are no habit', {}, [month('300', { Credit: '-100' }), month('300', { Credit: '-100' })], []],
      ['a credit is what is billed', { Credit: '-100' }, [], ['Credit billed -100 0 -100']],
      [
        'months without usage tell nothing',
        {},
        [month('300', { Tax: '21' }), month('0', {})],
        ['Tax share 0 21.7 21.7'],
      ],
    ],
  )('%s', (_, billed, months, expected) => {
    expect(of(billed, months)).toEqual(expected);
  });

  test('they widen the range as usage does', () => {
    const cost = (day: Day): number => 10 + (daysBetween('2026-01-01' as Day, day) % 5);
    const days = daysOf('2026-05-01', '2026-10-21', cost);
    const plain = forecast(input(days, '2026-10-20'));
    const taxed = forecast(input(days, '2026-10-20', { months: [month('300', { Tax: '30' })] }));
    const width = ({ range }: typeof plain): number => Number((range?.high ?? 0n) - (range?.low ?? 0n));
    expect(width(taxed) / width(plain)).toBeCloseTo(1.1, 2);
  });
});

test.each<[what: string, through: string[], expected: string | null]>([
  ['the day on which a seller ends is not whole', ['2026-10-20T13:00:00Z'], '2026-10-19'],
  ['unless it ends with it', ['2026-10-21T00:00:00Z'], '2026-10-20'],
  ['the slowest seller decides', ['2026-10-19T23:00:00Z', '2026-10-21T00:00:00Z'], '2026-10-18'],
  ['but not one that nobody has used for days', ['2026-10-03T10:00:00Z', '2026-10-21T00:00:00Z'], '2026-10-20'],
  ['nothing has arrived', [], null],
])('whole days: %s', (_, through, expected) => {
  expect(wholeThrough(through.map((instant) => ({ through: instant })))).toBe(expected);
});

test('whatever the days: billed + rest = month end, and it lies in its range', () => {
  const anyDays = fc.array(fc.oneof(fc.constant(0), fc.double({ min: -5, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 120,
  });
  fc.assert(
    fc.property(anyDays, fc.integer({ min: 0, max: 30 }), (costs, late) => {
      const days = costs.map((cost, index) => ({
        day: new Date(Date.UTC(2026, 9, 25) - (costs.length - 1 - index) * 86_400_000)
          .toISOString()
          .slice(0, 10) as Day,
        cost: parseMoney(cost.toFixed(4)),
      }));
      const through = new Date(Date.UTC(2026, 9, 25) - late * 86_400_000).toISOString().slice(0, 10);
      const { usage, total, range } = forecast(input(days, through));
      expect(usage.billed + usage.rest).toBe(usage.total);
      expect(total.billed + total.rest).toBe(total.total);
      expect(usage.rest).toBeGreaterThanOrEqual(0n);
      if (range !== null) {
        expect(range.low).toBeLessThanOrEqual(total.total);
        expect(range.high).toBeGreaterThanOrEqual(total.total);
      }
    }),
    { numRuns: 60 },
  );
});
