import type { AnswerHead } from '../domain/answer.ts';
import type { Dimension, OwnDimensions } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Period } from '../domain/period.ts';
import type { CostBasis, Filter, Question } from '../domain/question.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { type AskedTime, snapshotsFor } from '../query/periods.ts';
import { type ShownTime, timeBefore, timeOfPeriods } from './before.ts';
import type { Page } from './page.ts';

/** What the address of a page says, read. */
export interface ScopeQuery {
  readonly period?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly where?: readonly string[] | undefined;
  readonly cost: CostBasis;
}

/** Snapshots, and the days that are asked for of them. */
interface Time {
  readonly snapshots: readonly Snapshot[];
  readonly question: Pick<Question, 'periods' | 'from' | 'to'>;
}

export interface Scope {
  readonly where: readonly Filter[];
  readonly cost: CostBasis;
  readonly now: Time;
  /** what could not be read or is not there, in sentences */
  readonly notes: readonly string[];
}

/** What is compared with; or why with nothing. */
export type Before = ({ readonly kind: 'time' } & Time) | { readonly kind: 'nothing'; readonly why: string };

/** @throws OperatingError OPTION_INVALID, DIMENSION_UNKNOWN, PERIOD_WITHOUT_DATA, and that of a period that is needed */
export async function scopeOf(page: Page, query: ScopeQuery): Promise<Scope> {
  const where = (query.where ?? []).map(page.grammar.filter);
  const time = page.grammar.time(given(query));
  const { found, missing, passedOver } = snapshotsFor(time, await page.current());
  return {
    where,
    cost: query.cost,
    now: timeOf(found, time),
    notes: [
      ...(missing.length === 0 ? [] : [`The export has no Bedrock lines for ${missing.join(', ')}.`]),
      ...passedOver.map(({ period, error }) => `${period} could not be brought up to date (${error.code}).`),
    ],
  };
}

/** As bursar report: the first of the user's own; people and applications where there is none. */
export function defaultBy(own: OwnDimensions): string {
  return Object.keys(own)[0] ?? 'session';
}

/** @throws OperatingError OPTION_INVALID, DIMENSION_UNKNOWN */
export function dimensionsOf(page: Page, by: string, most: number): Dimension[] {
  const dimensions = page.grammar.dimensions(by);
  if (dimensions.length <= most) return dimensions;
  throw new OperatingError('OPTION_INVALID', `by ${by}: at most ${most} dimensions`);
}

/** @param compare `before`, `none`, a billing period, a range of them, or days `2026-09-01..2026-09-14`, both included */
export async function beforeOf(page: Page, query: ScopeQuery, scope: Scope, compare: string): Promise<Before> {
  if (compare === 'none') return { kind: 'nothing', why: 'Nothing is compared.' };
  const { periods, from, to } = scope.now.question;
  const shown = {
    first: periods[0] as Period,
    last: periods.at(-1) as Period,
    from,
    to,
    lastDay: scope.now.snapshots.at(-1)?.lastDay ?? null,
    byPeriod: query.period !== undefined || (from === null && to === null),
  };
  const time = comparedTime(page, shown, compare);
  try {
    const { found, missing } = snapshotsFor(time, await page.current());
    if (missing.length > 0) return { kind: 'nothing', why: `There are no Bedrock lines for ${missing.join(', ')}.` };
    return { kind: 'time', ...timeOf(found, time) };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return { kind: 'nothing', why: `Nothing to compare with: ${error.message}.` };
  }
}

function comparedTime(page: Page, shown: ShownTime, compare: string): AskedTime {
  if (compare === 'before') return timeBefore(shown);
  const [, from, to] = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(compare) ?? [];
  if (from !== undefined && to !== undefined) return page.grammar.time({ from, to });
  return timeOfPeriods(periodsOf(page, compare), shown);
}

function periodsOf(page: Page, compare: string): { first: Period; last: Period } {
  const { periods } = page.grammar.time({ period: compare });
  if (periods === null) throw new OperatingError('OPTION_INVALID', `compare ${compare}`);
  return periods;
}

/** Whatever is not said is as in the scope. */
export function questionOf(
  { where, cost }: Pick<Scope, 'where' | 'cost'>,
  { question }: Time,
  own: Pick<Question, 'by'> & Partial<Question>,
): Question {
  return { where, cost, grain: null, top: null, ...question, ...own };
}

/** The answer with what the scope has to say besides. */
export function noted<A extends AnswerHead>(answer: A, { notes }: Scope): A {
  return { ...answer, notes: [...notes, ...answer.notes] };
}

function timeOf(snapshots: readonly Snapshot[], { from, to }: AskedTime): Time {
  return { snapshots, question: { periods: snapshots.map(({ period }) => period), from, to } };
}

/** Without what is not there: an option that is undefined is not one that was left out. */
function given({ period, from, to }: ScopeQuery): { period?: string; from?: string; to?: string } {
  return {
    ...(period === undefined ? {} : { period }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
