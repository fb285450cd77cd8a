import fc from 'fast-check';
import type { Answer } from '../domain/answer.ts';
import type { Comparison } from '../domain/comparison.ts';
import { DRIVERS, type Driver, type RowDrivers, type Shift } from '../domain/driver.ts';
import { type Money, parseMoney } from '../domain/money.ts';
import type { Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import { answerOf, questionOf, rowOf } from './answer.fixture.ts';

/** A row of a test that moved: what came of it is what there was, and the parts. */
export interface MovedText {
  readonly team: string | null;
  readonly adjustment?: string;
  readonly before: string;
  readonly parts?: Readonly<Partial<Record<Driver, string>>>;
  readonly came?: number;
  readonly went?: number;
  readonly models?: Readonly<Record<string, Shift>>;
  readonly services?: Readonly<Record<string, Shift>>;
}

/** By team, since another period. */
export function comparisonOf(rows: readonly MovedText[]): Comparison {
  const own = rows.map(({ team, adjustment, before, ...why }) => {
    const { parts = {}, came = 0, went = 0, models = {}, services = {} } = why;
    const exact = Object.fromEntries(DRIVERS.map((driver) => [driver, parseMoney(parts[driver] ?? '0')]));
    const drivers: RowDrivers = {
      parts: exact as Record<Driver, Money>,
      came,
      went,
      models: new Map(Object.entries(models)),
      services: new Map(Object.entries(services)),
    };
    const row = rowOf({ values: [team], ...(adjustment === undefined ? {} : { adjustment }), cost: before });
    const now = Object.values(drivers.parts).reduce((sum, part) => sum + part, row.cost as bigint) as Money;
    return { row, now, drivers };
  });
  const answer = (question: Question, cost: (row: (typeof own)[number]) => Money): Answer =>
    answerOf(
      question,
      own.map((one) => ({ ...one.row, cost: cost(one) })),
    );
  return {
    before: answer(questionOf(['team'], { periods: ['2026-09' as Period] }), ({ row }) => row.cost),
    now: answer(questionOf(['team']), ({ now }) => now),
    rows: own.map(({ row: { time, values, adjustment, cost }, now, drivers }) => {
      return { time, values, adjustment, before: cost, now, isNow: true, drivers };
    }),
  };
}

const amount = fc.oneof(
  fc.constant('0'),
  fc.bigInt(-(10n ** 15n), 10n ** 15n).map((units) => `${units}e-10`),
  // Half a cent, and what lies beside it.
  fc.bigInt(-30n, 30n).map((units) => `${units * 5n}e-3`),
);

/** Whatever a bill may come to: parts that cancel out, fractions of a cent, negative amounts. */
export const anyComparison: fc.Arbitrary<Comparison> = fc
  .uniqueArray(
    fc.record({
      team: fc.constantFrom('backend', 'data', 'frontend', 'platform', 'search', null),
      before: amount,
      parts: fc.record(Object.fromEntries(DRIVERS.map((driver) => [driver, amount])) as Record<Driver, typeof amount>),
    }),
    { selector: ({ team }) => team },
  )
  .map(comparisonOf);
