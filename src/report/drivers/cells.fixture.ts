import fc from 'fast-check';
import type { AnswerRow } from '../../domain/answer.ts';
import type { Comparison } from '../../domain/comparison.ts';
import type { UsageCell, UsedThing } from '../../domain/driver.ts';
import { type Money, parseMoney } from '../../domain/money.ts';
import type { Period } from '../../domain/period.ts';
import { answerOf, questionOf } from '../answer.fixture.ts';
import { rowKey } from './drivers.ts';

/** A cell of a test, in the words of people: backend's Alice pays 3 dollars for a million input tokens of Claude Sonnet 4.6. */
export interface CellText
  extends Partial<Omit<UsageCell, 'cost' | 'countedCost' | 'quantity' | 'thing'>>,
    Partial<UsedThing> {
  readonly team?: string | null;
  readonly cost?: string;
  /** all of the cost where not said */
  readonly countedCost?: string;
  readonly quantity?: string;
}

const THING: UsedThing = {
  model: 'Claude Sonnet 4.6',
  service: 'standard, in-region, us-east-1',
  tokenKind: 'input',
  cacheTtl: null,
  usageType: 'USE1-Claude4.6Sonnet-input-tokens',
  unit: null,
};

export function cellOf(text: CellText = {}): UsageCell {
  const { team = 'backend', cost = '3', countedCost = cost, quantity = '1000000', ...rest } = text;
  const { model, service, tokenKind, cacheTtl, usageType, unit, ...more } = { ...THING, ...rest };
  return {
    time: null,
    values: [team],
    adjustment: null,
    caller: 'arn:aws:iam::000000000002:user/alice',
    named: true,
    thing: { model, service, tokenKind, cacheTtl, usageType, unit },
    corrects: false,
    settled: false,
    cost: parseMoney(cost),
    countedCost: parseMoney(countedCost),
    quantity: parseMoney(quantity),
    ...more,
  };
}

/** By team, since another period. */
export function comparisonOf(before: readonly UsageCell[], now: readonly UsageCell[]): Comparison {
  return {
    before: answerOf(questionOf(['team'], { periods: ['2026-09' as Period] }), rowsOf(before)),
    now: answerOf(questionOf(['team']), rowsOf(now)),
    cells: { before, now },
  };
}

function rowsOf(cells: readonly UsageCell[]): AnswerRow[] {
  const rows = Map.groupBy(cells, rowKey);
  return [...rows.values()].map((group) => ({
    time: group[0]?.time ?? null,
    values: group[0]?.values ?? [],
    adjustment: group[0]?.adjustment ?? null,
    other: false,
    cost: group.reduce((sum, { cost }) => sum + cost, 0n) as Money,
    tokens: { input: 0n, output: 0n, 'cache-read': 0n, 'cache-write': 0n },
    tokenCost: 0n as Money,
  }));
}

const few = <T>(...values: readonly T[]) => fc.constantFrom(...values);

/** Cells as a bill may have them, and as it should not: corrections, free tokens, negative amounts, costs without an amount. */
const anyCell: fc.Arbitrary<UsageCell> = fc
  .record({
    time: few(null),
    values: fc.tuple(few('backend', 'data', null)),
    adjustment: few(null, null, null, 'Tax', 'Credit'),
    caller: few('alice', 'ben', '000000000002'),
    thing: fc.record({
      model: few('Claude Sonnet 4.6', 'Claude Opus 4.6', null),
      service: few('standard', 'priority, global', ''),
      tokenKind: few('input' as const, 'output' as const, 'cache-read' as const, 'cache-write' as const, null),
      cacheTtl: few(null, '5m', '1h'),
      usageType: few('a', 'b', null),
      unit: few('Hours', 'Units', null),
    }),
    corrects: fc.boolean(),
    settled: few(false),
    cost: fc.oneof(fc.bigInt(-(10n ** 14n), 10n ** 15n), few(0n, 1n)),
    uncounted: fc.oneof(few(0n), fc.bigInt(0n, 10n ** 12n)),
    quantity: fc.oneof(fc.bigInt(-(10n ** 18n), 10n ** 21n), few(0n, 1n)),
  })
  .map(({ uncounted, cost, ...cell }) => ({
    ...cell,
    named: !/^\d+$/.test(cell.caller),
    cost: (cost + uncounted) as Money,
    countedCost: cost as Money,
  }));

export const anyCells: fc.Arbitrary<UsageCell[]> = fc.array(anyCell, { maxLength: 12 });
