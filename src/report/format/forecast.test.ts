import { expect, test } from 'vitest';
import type { ForecastInput } from '../../domain/forecast.ts';
import { parseMoney } from '../../domain/money.ts';
import { type Day, nextDay, type Period } from '../../domain/period.ts';
import { answerOf, questionOf, rowOf } from '../answer.fixture.ts';
import { forecast } from '../forecast/forecast.ts';
import { forecastText } from './forecast.ts';
import { forecastJson } from './forecast-data.ts';

const NOW = answerOf(questionOf([], { grain: 'day' }), [rowOf({ values: [], cost: '41203.105' })], {
  notes: ['Something to know.'],
});
const amounts = (texts: Readonly<Record<string, string>>) =>
  new Map(Object.entries(texts).map(([type, text]) => [type, parseMoney(text)]));
const month = { usage: parseMoney('60000'), adjustments: amounts({ Tax: '4200', EdpDiscount: '-3000', Fee: '12.5' }) };

/** Two hundred days to the 20th, each a little dearer than the one before. */
function input(more: Partial<ForecastInput> = {}): ForecastInput {
  const days = Array.from({ length: 200 }, (_, index) => ({
    day: new Date(Date.UTC(2026, 9, 20) - index * 86_400_000).toISOString().slice(0, 10) as Day,
    cost: parseMoney(String(2_000 - index * 3 + ((index * 37) % 11) * 20)),
  }));
  return {
    period: '2026-10' as Period,
    days,
    through: '2026-10-20' as Day,
    billed: parseMoney('41203.105'),
    adjustments: amounts({ Tax: '1200.004', Credit: '-100' }),
    months: [month, month, month],
    ...more,
  };
}

test.each([120, 60, null])('on a terminal of %s columns', async (width) => {
  const text = forecastText(NOW, forecast(input()), width);
  await expect(text).toMatchFileSnapshot(`./forecast-${width ?? 'piped'}.golden.txt`);
});

test('what is printed adds up: down the columns, and billed + rest = month end in each row', () => {
  const cell = (text: string): number => Math.round(Number(text.replaceAll(/[~,]/g, '')) * 100);
  const rows = forecastText(NOW, forecast(input()), 60)
    .split('\n')
    .flatMap((line) => {
      const parts = /^(Usage|Tax|EdpDiscount|Fee|Credit|Total) +([-\d,.]+)(?: +(~[-\d,.]+))? +(~?[-\d,.]+)$/.exec(line);
      return parts === null ? [] : [[parts[2], parts[3], parts[4]].map((text) => cell(text ?? '0'))];
    });
  expect(rows).toHaveLength(6);
  for (const [billed = 0, rest = 0, end] of rows) expect(billed + rest).toBe(end);
  const total = rows.pop();
  expect(total).toEqual([0, 1, 2].map((column) => rows.reduce((sum, row) => sum + (row[column] ?? 0), 0)));
});

test('without history it says so; without days to come there is nothing to say', () => {
  const short = input();
  const text = (more: Partial<ForecastInput>) => forecastText(NOW, forecast(input(more)), null);
  expect(text({ days: short.days.slice(0, 9) })).toContain('No range: 9 days of usage is too little history');
  expect(text({ days: [], through: null, billed: parseMoney('0') })).toContain('No range: no whole day of usage yet');
  const whole = {
    through: '2026-10-31' as Day,
    months: [],
    days: [...short.days, { day: nextDay('2026-10-20' as Day), cost: parseMoney('5') }],
  };
  expect(text(whole)).toContain('Billed to date $42,303.11; nothing more is expected in 2026-10.\nCheck:');
});

test('days below zero are told: they are in no pattern of usage', () => {
  const days = input().days.map((one, index) => (index === 40 ? { ...one, cost: parseMoney('-5000') } : one));
  const text = forecastText(NOW, forecast(input({ days })), null);
  expect(text).toContain(
    'Read from 200 days of usage (1 below zero: corrections, which are not expected again), and from',
  );
});

test('a rest that is money back is taken off', () => {
  const back = { ...month, adjustments: amounts({ EdpDiscount: '-57000' }) };
  const text = forecastText(NOW, forecast(input({ months: [back] })), null);
  expect(text).toMatch(/Billed to date \$42,303\.11 - ~\$[\d,.]+ = ~\$[\d,.]+ at the end/);
});

test('as JSON, which is JSON', async () => {
  const json = forecastJson(NOW, forecast(input()));
  expect(JSON.parse(json)).toMatchObject({ daysLeft: 11, notes: ['Something to know.'] });
  await expect(json).toMatchFileSnapshot('./forecast.golden.json');
});
