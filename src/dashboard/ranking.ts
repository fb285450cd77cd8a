import type { Answer, AnswerHead, AnswerRow, CostAnswer, CostRow, RowKey, Tokens } from '../domain/answer.ts';
import { type Money, subtract, sum, ZERO } from '../domain/money.ts';
import { type BothCents, bothInCents, cent } from '../report/both-cents.ts';
import { pairRows } from '../report/change.ts';
import { allTokens, type SpendReport, type SpendRow, spend } from '../report/spend.ts';
import type { Sort } from './api/table.ts';
import { ratioOf } from './envelope.ts';

/** Groups beyond these are one row: nobody turns so many pages. */
export const MOST_ROWS = 5_000;

/** A row of the table: a spend row beside the time before. */
export interface Ranked extends SpendRow {
  /** in cents: the rows' add up to the rounded total */
  readonly cents: bigint;
  /** `null` where nothing is compared */
  readonly change: Change | null;
}

/** An amount beside the time before. */
export interface Change {
  readonly before: Money;
  readonly amount: Money;
  /** now less before, both as they are printed */
  readonly cents: bigint;
  readonly beforeCents: bigint;
}

export interface Ranking {
  /** usage in the order asked for, then the remainder, then adjustments */
  readonly rows: readonly Ranked[];
  readonly report: SpendReport;
}

/** Who spends what, with what changed. Who spent before and no longer does is a row of 0. */
export function rank(now: Answer, before: CostAnswer | null, sort: Sort, descending: boolean): Ranking {
  const pairs = pairRows(before?.rows ?? [], now.rows);
  const cents = bothInCents(pairs);
  const gone = pairs.slice(now.rows.length);
  const report = spend({ ...now, rows: [...now.rows, ...gone.map(({ row }) => nothingOf(row))] });
  const rows = report.rows.map((row, index): Ranked => {
    const [pair, printed] = [pairs[index], cents[index]];
    if (pair === undefined || printed === undefined) throw new Error('every row is paired');
    return { ...row, cents: printed.now, change: before === null ? null : changeOf(pair, printed) };
  });
  return { rows: rows.sort(inOrder(sort, descending)), report };
}

/** The change of all rows; `null` where nothing is compared. */
export function totalChange(now: AnswerHead, before: AnswerHead | null): Change | null {
  if (before === null) return null;
  return changeOf({ before: before.total, now: now.total }, { before: cent(before.total), now: cent(now.total) });
}

function changeOf(exact: { readonly before: Money; readonly now: Money }, cents: BothCents): Change {
  const amount = subtract(exact.now, exact.before);
  return { before: exact.before, amount, cents: cents.now - cents.before, beforeCents: cents.before };
}

export function rowKey({ values, adjustment, other }: RowKey): string {
  return JSON.stringify([values, adjustment, other]);
}

const NO_TOKENS: Tokens = { input: 0n, output: 0n, 'cache-read': 0n, 'cache-write': 0n };

function nothingOf(row: CostRow): AnswerRow {
  return { ...row, cost: ZERO, tokens: NO_TOKENS, tokenCost: ZERO };
}

type Key = bigint | string | null;

/** What a row is ordered by; `null` stands last, whatever the direction. */
const KEYS: Readonly<Record<Sort, (row: Ranked) => Key>> = {
  cost: ({ row }) => row.cost,
  name: ({ row }) =>
    (row.values[0] ?? null) &&
    row.values
      .map((value) => value ?? '')
      .join('\n')
      .toLowerCase(),
  before: ({ change }) => change?.before ?? null,
  change: ({ change }) => change?.amount ?? null,
  changeRatio: ({ change }) => (change === null ? null : ratioOf(change.amount, change.before)),
  tokens: ({ row }) => allTokens(row.tokens),
  price: ({ costPerMillionTokens }) => costPerMillionTokens,
  cacheHit: ({ cacheHitRate }) => cacheHitRate,
};

function inOrder(sort: Sort, descending: boolean): (a: Ranked, b: Ranked) => number {
  const key = KEYS[sort];
  const direction = descending ? -1 : 1;
  return (a, b) =>
    Number(a.row.adjustment !== null) - Number(b.row.adjustment !== null) ||
    Number(a.row.other) - Number(b.row.other) ||
    byKey(key(a), key(b), direction) ||
    // The answer's own order decides among equals, and among adjustments.
    0;
}

function byKey(a: Key, b: Key, direction: number): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -direction : direction;
}

/** The value of the greatest cost in the last dimension, for each combination of the others. */
export function greatestOf(
  answer: CostAnswer,
): ReadonlyMap<string, { readonly value: string | null; readonly cost: Money }> {
  const greatest = new Map<string, { value: string | null; cost: Money }>();
  for (const { values, adjustment, other, cost } of answer.rows) {
    const key = rowKey({ time: null, values: values.slice(0, -1), adjustment, other });
    const found = greatest.get(key);
    if (found === undefined || cost > found.cost) greatest.set(key, { value: values.at(-1) ?? null, cost });
  }
  return greatest;
}

/** The cost of each combination at each of the times. */
export function courseOf(answer: CostAnswer, times: readonly string[]): ReadonlyMap<string, readonly Money[]> {
  const place = new Map(times.map((time, index) => [time, index]));
  const courses = new Map<string, Money[]>();
  for (const row of answer.rows) {
    const index = row.time === null ? undefined : place.get(row.time);
    if (index === undefined) continue;
    const key = rowKey(row);
    const course = courses.get(key) ?? times.map(() => ZERO);
    course[index] = sum([course[index] ?? ZERO, row.cost]);
    courses.set(key, course);
  }
  return courses;
}
