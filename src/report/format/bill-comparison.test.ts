import { describe, expect, test } from 'vitest';
import { type BillComparison, compareBills, type DayTotal } from '../../domain/bill-comparison.ts';
import { parseMoney } from '../../domain/money.ts';
import type { Day, Period } from '../../domain/period.ts';
import { comparisonJson, comparisonText } from './bill-comparison.ts';

const DAYS = ['2026-10-01', '2026-10-02', '2026-10-03'] as Day[];

/** Bedrock's cost, and that of the whole bill, on each of the days from the first on. */
function side(...costs: readonly (readonly [bedrock: string, bill: string])[]) {
  const days = costs.map(([bedrock, bill], index): DayTotal => {
    const amount = parseMoney(bedrock);
    return {
      day: DAYS[index] ?? null,
      costs: { bill: parseMoney(bill), bedrock: amount, bedrockNet: amount },
      amounts: 1,
    };
  });
  return { days, net: true };
}

function compared(
  exported: ReturnType<typeof side>,
  theirs: ReturnType<typeof side>,
  { estimated = [], tolerance = '0' }: { estimated?: readonly Day[]; tolerance?: string } = {},
): BillComparison {
  return compareBills(exported, { ...theirs, estimated: new Set(estimated) }, DAYS, {
    period: '2026-10' as Period,
    currency: 'USD',
    account: '001122334455',
    seenAs: 'payer',
    askedAt: '2026-10-04T09:30:00.000Z',
    tolerance: parseMoney(tolerance),
    dataThrough: '2026-10-03T00:00:00Z',
  });
}

const EQUAL = side(['1', '10'], ['2', '20'], ['3', '30']);

describe('days differ', () => {
  const differing = (comparison: BillComparison) =>
    comparison.days.filter(({ differs }) => differs).map(({ day }) => day);

  test('by more than the rounding of two amounts, in either figure', () => {
    expect(differing(compared(EQUAL, EQUAL))).toEqual([]);
    const rounded = side(['1.0000000001', '10.0000000001'], ['2', '20'], ['3', '30']);
    expect(differing(compared(EQUAL, rounded))).toEqual([]);
    const more = side(['1.0000000002', '10'], ['2', '20'], ['3', '29.9999999998']);
    expect(differing(compared(EQUAL, more))).toEqual(['2026-10-01', '2026-10-03']);
    expect(differing(compared(EQUAL, more, { tolerance: '0.0000000001' }))).toEqual([]);
  });

  test('and a day that only one side has', () => {
    expect(differing(compared(EQUAL, side(['1', '10'], ['2', '20'])))).toEqual(['2026-10-03']);
    expect(differing(compared(side(['1', '10'], ['2', '20']), EQUAL))).toEqual(['2026-10-03']);
  });

  test('in net cost only where both sides know it', () => {
    const other = {
      ...EQUAL,
      days: EQUAL.days.map((day) => ({ ...day, costs: { ...day.costs, bedrockNet: parseMoney('0') } })),
    };
    expect(differing(compared(EQUAL, other))).toEqual(DAYS);
    expect(differing(compared(EQUAL, { ...other, net: false }))).toEqual([]);
  });
});

describe('what is said', () => {
  const lastDay = side(['1', '10'], ['2', '20'], ['2.5', '29.5']);

  test.each<[string, BillComparison, boolean, RegExp[]]>([
    ['equal', compared(EQUAL, EQUAL), true, [/3 days finished, none differs \(tolerance USD 0 a day/]],
    [
      'a day that is estimated, and that the export does not have yet',
      compared(lastDay, EQUAL, { estimated: DAYS.slice(2) }),
      true,
      [
        /AWS still calls 1 day that differs estimated/,
        /complete through 2026-10-03 00:00 UTC: 1 day that differs lies behind it/,
        /2026-10-03 .* -0\.50 .* estimated/,
        /2 days finished, none differs .* 1 day estimated: not judged/,
      ],
    ],
    [
      'Bedrock alone',
      compared(side(['1.25', '10'], ['2', '20'], ['3', '30']), EQUAL),
      false,
      [/The whole bill agrees: only which lines are of Bedrock differs/, /1 day of 3 finished differs .* ✗/],
    ],
    [
      'lines of other days',
      compared(side(['1', '10'], ['2', '20'], ['3', '30'], ['4', '4']), EQUAL),
      true,
      [/USD 4\.00 of the export's 2026-10 \(Bedrock 4\.00\) lie on days that are not compared/],
    ],
  ])('%s', (_, comparison, agrees, texts) => {
    const text = comparisonText([comparison], { width: null, colour: false });
    expect(comparison.agrees).toBe(agrees);
    for (const one of texts) expect(text).toMatch(one);
    expect(JSON.parse(comparisonJson([comparison]))).toMatchObject({
      agrees,
      comparisons: [{ period: '2026-10', agrees }],
    });
  });

  test.each([70, 80, 110, 140])('in %i columns', (width) => {
    const text = comparisonText([compared(lastDay, EQUAL)], { width, colour: false });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(text).toMatch(/Bill differs by/);
    expect(text.includes('Bill: export')).toBe(width === 140);
  });
});
