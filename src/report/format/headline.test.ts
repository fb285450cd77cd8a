import { describe, expect, test } from 'vitest';
import { parseMoney, ZERO } from '../../domain/money.ts';
import type { Day, Period } from '../../domain/period.ts';
import type { CostBasis, Question } from '../../domain/question.ts';
import { answerOf, BY_TEAM, questionOf, rowOf } from '../answer.fixture.ts';
import { allocationLines, checkLine, questionLine, sourceLine, sourceLines, throughLine } from './headline.ts';

const [team] = questionOf(['team']).by as [Question['by'][number]];

test.each<[string[], Partial<Question>, string]>([
  [[], {}, 'Bedrock spend · billing period 2026-10 · net unblended cost, USD'],
  [
    ['team', 'model'],
    { top: 5 },
    'Bedrock spend by team, model, top 5 · billing period 2026-10 · net unblended cost, USD',
  ],
  [['team'], { grain: 'month' }, 'Bedrock spend by team per month · billing period 2026-10 · net unblended cost, USD'],
  [['team'], { cost: 'list' }, 'Bedrock spend by team · billing period 2026-10 · list cost, USD'],
  [
    ['team'],
    { periods: ['2026-07', '2026-08', '2026-09', '2026-10'] as Period[] },
    'Bedrock spend by team · billing periods 2026-07 … 2026-10 (4) · net unblended cost, USD',
  ],
  [
    ['team'],
    { from: '2026-10-03' as Day, to: '2026-10-05' as Day },
    'Bedrock spend by team · billing period 2026-10 · usage 2026-10-03 to 2026-10-04 · net unblended cost, USD',
  ],
  [
    ['model'],
    {
      where: [
        { dimension: team, negated: false, values: ['a', null] },
        { dimension: team, negated: true, values: ['b', 'c', 'd', 'e\x1b'] },
      ],
    },
    'Bedrock spend by model · billing period 2026-10 · where team = a, (none) and team ≠ b, c, d and 1 more · net unblended cost, USD',
  ],
])('the question by %j with %j', (by, more, line) => {
  const rest = rowOf({ values: by.map(() => null), other: true, cost: '1' });
  expect(questionLine(answerOf(questionOf(by, more), more.top === undefined ? [] : [rest]))).toBe(line);
});

test.each<[CostBasis[], string]>([
  [['net', 'net'], 'net unblended cost, USD'],
  [['unblended'], 'unblended cost, USD'],
  [['net', 'unblended'], 'net unblended cost (unblended where a note says so), USD'],
])('payers in %j', (bases, text) => {
  const costs = bases.map((cost) => ({ period: '2026-10' as Period, payer: '1', cost, why: '' }));
  expect(questionLine({ ...BY_TEAM, costs })).toBe(`Bedrock spend by team · billing period 2026-10 · ${text}`);
});

test('the source', () => {
  expect(sourceLine(BY_TEAM)).toBe('Billed · 2026-10 open · duckdb · snapshot 2026-10@20261101T061500Z-4f2a');
});

test('sellers with the same last instant are told together, and many are not all told', () => {
  const through = (dataThrough: { seller: string; through: string }[]) =>
    throughLine({ ...BY_TEAM, source: { ...BY_TEAM.source, dataThrough } });
  const at = (day: number, seller: string) => ({ seller, through: `2026-10-0${day}T00:00:00Z` });
  expect(through([at(1, 'A'), at(1, '')])).toBe('Data through 2026-10-01 00:00 UTC (A; no seller)');
  expect(through([1, 2, 3, 4, 5].map((day) => at(day, `S${day}`)))).toBe(
    'Data through 2026-10-01 00:00 UTC (S1), 2026-10-02 00:00 UTC (S2), 2026-10-03 00:00 UTC (S3) and 2 more',
  );
  expect(through([])).toBe('Data through: no usage yet');
});

test('the printed cents of the check add up, even where each amount alone rounds otherwise', () => {
  const [shown, filteredOut] = [parseMoney('0.005'), parseMoney('0.005')];
  expect(checkLine({ bill: parseMoney('0.01'), shown, filteredOut, difference: ZERO })).toBe(
    'Check: bill 0.01 = shown 0.01 + filtered out 0.00 · difference 0 ✓',
  );
});

test('beside a file stand question, source, check and notes', () => {
  expect(sourceLines({ ...BY_TEAM, notes: ['a\nb'] })).toEqual([
    'Bedrock spend by team · billing period 2026-10 · net unblended cost, USD',
    'Billed · 2026-10 open · duckdb · snapshot 2026-10@20261101T061500Z-4f2a',
    'Data through 2026-10-30 23:00 UTC (Anthropic, PBC), 2026-11-01 00:00 UTC (AWS)',
    'By team: allocated $59,892.26 (99.6 %) + shared $0.00 + unallocated $2,204.12 + adjustments -$1,972.94 = $60,123.44',
    'Check: bill 60,123.44 = shown 60,123.44 + filtered out 0.00 · difference 0 ✓',
    'Note: a\\x0ab',
  ]);
});

describe('what is allocated', () => {
  const parts = (allocated: string, shared: string, unallocated: string, adjustments: string) => ({
    dimension: 'team',
    allocated: parseMoney(allocated),
    shared: parseMoney(shared),
    unallocated: parseMoney(unallocated),
    adjustments: parseMoney(adjustments),
  });
  const rest = rowOf({ values: [null], other: true, cost: '1.005' });

  test('cents are those of the rows, where the rows show all', () => {
    const rows = ['0.004', '0.004', '0.004'].map((cost, index) => rowOf({ values: [`t${index}`], cost }));
    const answer = answerOf(questionOf(['team']), rows, { allocation: parts('0.012', '0', '0', '0') });
    expect(allocationLines(answer)).toEqual([
      'By team: allocated $0.01 (100.0 %) + shared $0.00 + unallocated $0.00 + adjustments $0.00 = $0.01',
    ]);
  });

  test('with a remainder they are rounded among themselves, and add up all the same', () => {
    const allocation = parts('0.505', '0.255', '0.255', '-0.01');
    const answer = answerOf(questionOf(['team'], { top: 1 }), [rest], { allocation, currency: 'EUR' });
    expect(allocationLines(answer)).toEqual([
      'By team: allocated EUR 0.51 (50.2 %) + shared EUR 0.26 + unallocated EUR 0.25 + adjustments EUR -0.01 = EUR 1.01',
    ]);
  });

  test('no share of nothing, and no line where nothing is allocated', () => {
    const nothing = answerOf(questionOf(['team']), [], { allocation: parts('0', '0', '0', '0') });
    expect(allocationLines(nothing)).toEqual([
      'By team: allocated $0.00 + shared $0.00 + unallocated $0.00 + adjustments $0.00 = $0.00',
    ]);
    expect(allocationLines(answerOf(questionOf(['model']), [rest]))).toEqual([]);
  });
});
