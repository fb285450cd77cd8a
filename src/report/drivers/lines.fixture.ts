import fc from 'fast-check';
import type { Comparison } from '../../domain/comparison.ts';
import { findDimension } from '../../domain/dimension.ts';
import type { Compared, ComparedPeriod, UsedThing } from '../../domain/driver.ts';
import { type Money, parseMoney, ZERO } from '../../domain/money.ts';
import type { Period } from '../../domain/period.ts';
import type { Question } from '../../domain/question.ts';
import { answerOf, questionOf } from '../answer.fixture.ts';
import { atOnce } from '../steps.ts';
import { driversInSteps } from './drivers.ts';

/** What one caller's use of one thing came to on one side. */
export interface UsageCell {
  readonly team: string | null;
  readonly caller: string;
  readonly named: boolean;
  readonly thing: UsedThing;
  /** the line item type of what is no usage */
  readonly correction: string | null;
  readonly settled: boolean;
  /** whether an amount could be read: the cost paid for it */
  readonly read: boolean;
  readonly cost: Money;
  /** in units of 1e-10 */
  readonly quantity: bigint;
  /** how many tokens one of it is */
  readonly perUnit: number;
}

/** A cell of a test, in the words of people: backend's Alice pays 3 dollars for a million input tokens of Claude Sonnet 4.6. */
export interface CellText extends Partial<Omit<UsageCell, 'cost' | 'quantity' | 'thing'>>, Partial<UsedThing> {
  readonly cost?: string;
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
  const { team = 'backend', cost = '3', quantity = '1000000', ...rest } = text;
  const { model, service, tokenKind, cacheTtl, usageType, unit, ...more } = { ...THING, ...rest };
  return {
    team,
    caller: 'arn:aws:iam::000000000002:user/alice',
    named: true,
    thing: { model, service, tokenKind, cacheTtl, usageType, unit },
    correction: null,
    settled: false,
    read: true,
    perUnit: 1,
    cost: parseMoney(cost),
    quantity: parseMoney(quantity),
    ...more,
  };
}

/** By team, since another period; or by what is given. */
export function comparisonOf(
  before: readonly UsageCell[],
  now: readonly UsageCell[],
  by: 'team' | 'model' = 'team',
): Comparison {
  const question: Question = { ...questionOf([]), by: [findDimension(by, { team: TEAM })] };
  const rows = atOnce(driversInSteps(comparedOf(before, now, by)));
  const head = (asked: Question, side: readonly UsageCell[]) => {
    const bill = side.reduce((sum, { cost }) => sum + cost, 0n) as Money;
    return { ...answerOf(asked, []), total: bill, check: { bill, shown: bill, filteredOut: ZERO, difference: ZERO } };
  };
  return { before: head({ ...question, periods: ['2026-09' as Period] }, before), now: head(question, now), rows };
}

export function comparedOf(
  before: readonly UsageCell[],
  now: readonly UsageCell[],
  by: 'team' | 'model' = 'team',
): Compared {
  return { before: [periodOf(before, by)], now: [periodOf(now, by)] };
}

const TEAM = { tagKeys: ['iamPrincipal/team'], spellings: {}, byCaller: true };

function periodOf(cells: readonly UsageCell[], by: 'team' | 'model'): ComparedPeriod {
  const own = Int32Array.from(cells.keys());
  const doubles = (of: (cell: UsageCell) => bigint): Float64Array =>
    Float64Array.from(cells, (cell) => Number(of(cell)));
  return {
    callers: cells.map(({ caller, named, team }) => {
      return { name: caller, named, time: null, values: [by === 'team' ? team : null] };
    }),
    usages: cells.map(({ thing, correction, settled, perUnit }) => ({
      thing,
      values: [by === 'model' ? thing.model : null],
      correction,
      perUnit: thing.tokenKind === null && thing.unit === null ? null : perUnit,
      settledBefore: settled ? 1 : 0,
    })),
    lines: {
      starts: Int32Array.from({ length: cells.length + 1 }, (_, index) => index),
      usage: own,
      flags: Uint8Array.from(cells, ({ read }) => (read ? 0 : 1)),
      cost: doubles(({ cost }) => cost),
      amount: doubles(({ quantity }) => quantity),
    },
    areKept: true,
  };
}

const few = <T>(...values: readonly T[]) => fc.constantFrom(...values);

/** Cells as a bill may have them, and as it should not: corrections, free tokens, negative amounts, costs without an amount. */
const anyCell: fc.Arbitrary<UsageCell> = fc
  .record({
    team: few('backend', 'data', null),
    caller: few('alice', 'ben', '000000000002'),
    thing: fc.record({
      model: few('Claude Sonnet 4.6', 'Claude Opus 4.6', null),
      service: few('standard', 'priority, global', ''),
      tokenKind: few('input' as const, 'output' as const, 'cache-read' as const, 'cache-write' as const, null),
      cacheTtl: few(null, '5m', '1h'),
      usageType: few('a', 'b', null),
      unit: few('Hours', 'Units', null),
    }),
    correction: few(null, null, null, 'Tax', 'Credit'),
    settled: few(false),
    cost: fc.oneof(fc.bigInt(-(10n ** 14n), 10n ** 15n), few(0n, 1n)),
    read: few(true, true, true, false),
    quantity: fc.oneof(fc.bigInt(-(10n ** 18n), 10n ** 21n), few(0n, 1n)),
    perUnit: few(1, 1, 1_000, 1_000_000),
  })
  .map(({ cost, quantity, ...cell }) => ({
    ...cell,
    named: !/^\d+$/.test(cell.caller),
    cost: cost as Money,
    quantity: cell.read ? quantity : 0n,
  }));

export const anyCells: fc.Arbitrary<UsageCell[]> = fc.array(anyCell, { maxLength: 12 });
