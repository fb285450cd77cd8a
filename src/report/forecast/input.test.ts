import { expect, test } from 'vitest';
import { formatMoney } from '../../domain/money.ts';
import type { Period } from '../../domain/period.ts';
import { answerOf, questionOf, rowOf } from '../answer.fixture.ts';
import { forecastInput } from './input.ts';

const usage = (time: string | null, cost: string) => ({ ...rowOf({ values: [], cost }), time });
const line = (time: string, adjustment: string, cost: string) => rowOf({ time, values: [], adjustment, cost });

const NOW = answerOf(questionOf([], { grain: 'day' }), [
  usage('2026-09-30', '2'),
  usage('2026-10-01', '5'),
  usage(null, '1'),
  line('2026-10-01', 'Tax', '0.5'),
  line('2026-10-02', 'Tax', '0.25'),
]);
const EARLIER = answerOf(questionOf([], { grain: 'day', periods: ['2026-08', '2026-09'] as Period[] }), [
  usage('2026-07-31', '100'),
  usage('2026-08-15', '7'),
  usage('2026-09-30', '8'),
  line('2026-09-01', 'Tax', '0.75'),
  line('2026-09-30', 'EdpDiscount', '-1'),
]);

test('days are added up over billing periods; what is billed is of the period, whatever its day', () => {
  const { period, days, billed, adjustments, through } = forecastInput(NOW, EARLIER);
  expect(days.map(({ day, cost }) => `${day} ${Number(formatMoney(cost))}`).sort()).toEqual([
    '2026-07-31 100',
    '2026-08-15 7',
    '2026-09-30 10',
    '2026-10-01 5',
  ]);
  expect([period, formatMoney(billed), through]).toEqual(['2026-10', '8.0000000000', '2026-10-29']);
  expect([...adjustments].map(([type, cost]) => [type, Number(formatMoney(cost))])).toEqual([['Tax', 0.75]]);
});

test('months before are told by usage month, those of the question alone', () => {
  const months = forecastInput(NOW, EARLIER).months.map((month) => [
    Number(formatMoney(month.usage)),
    ...[...month.adjustments.keys()],
  ]);
  expect(months).toEqual([[7], [8, 'Tax', 'EdpDiscount']]);
  expect(forecastInput(NOW, null).months).toEqual([]);
});

test('a month whose cost meant something else tells nothing of adjustments', () => {
  const costs = EARLIER.costs.map((payer) => ({ ...payer, cost: 'unblended' as const }));
  expect(forecastInput(NOW, { ...EARLIER, costs }).months).toEqual([]);
  const another = costs.map((payer) => ({ ...payer, payer: '999900001111' }));
  expect(forecastInput(NOW, { ...EARLIER, costs: another }).months).toHaveLength(2);
});
