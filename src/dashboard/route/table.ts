import type { z } from 'zod';
import type { Answer, CostAnswer } from '../../domain/answer.ts';
import { type Dimension, findDimension } from '../../domain/dimension.ts';
import { formatMoney, type Money, ZERO } from '../../domain/money.ts';
import type { Filter } from '../../domain/question.ts';
import { cent } from '../../report/both-cents.ts';
import { type TableBody, tableBody, tableCsvQuery, tableQuery } from '../api/table.ts';
import { type Before, beforeOf, dimensionsOf, noted, questionOf, type Scope, scopeOf } from '../asked.ts';
import { type Calendar, calendarOf, shownDays } from '../calendar.ts';
import { beforeText, centsText, envelopeOf, ratesText, ratioOf, ratioText } from '../envelope.ts';
import type { Page } from '../page.ts';
import {
  type Change,
  courseOf,
  greatestOf,
  MOST_ROWS,
  type Ranked,
  type Ranking,
  rank,
  rowKey,
  totalChange,
} from '../ranking.ts';
import { route } from '../route.ts';
import { csvOf } from '../table-csv.ts';

type CsvQuery = z.output<typeof tableCsvQuery>;

const MOST_DIMENSIONS = 2;

/** Above so many rows the CSV says nothing of models. */
const MOST_WITH_MODEL = 1_000;

export const table = route({
  path: '/api/table',
  summary: 'Who spends what, ranked, beside the time before; a page at a time.',
  query: tableQuery,
  body: tableBody,
  answer: async (page, query, signal) => {
    const asked = await askTable(page, query, signal);
    const pages = Math.max(1, Math.ceil(asked.ranking.rows.length / query.size));
    const number = Math.min(query.page, pages);
    const rows = asked.ranking.rows.slice((number - 1) * query.size, number * query.size);
    const details = await detailsOf(page, asked, rows, signal);
    return bodyOf(asked, rows, details, { page: number, pages });
  },
});

export const tableCsv = route({
  path: '/api/table.csv',
  summary: 'The same as CSV: every row, in the same order, with the same cents.',
  query: tableCsvQuery,
  body: { text: 'text/csv; charset=utf-8; header=present' },
  answer: async (page, query, signal) => {
    const asked = await askTable(page, query, signal);
    const { rows } = asked.ranking;
    const models = rows.length > MOST_WITH_MODEL ? null : await modelsOf(page, asked, rows, signal);
    return csvOf(
      asked.by.map(({ name }) => name),
      asked.now.currency,
      rows,
      models,
    );
  },
});

interface AskedTable {
  readonly by: readonly Dimension[];
  readonly scope: Scope;
  readonly before: Before;
  readonly now: Answer;
  readonly earlier: CostAnswer | null;
  readonly ranking: Ranking;
}

async function askTable(page: Page, query: CsvQuery, signal: AbortSignal): Promise<AskedTable> {
  const by = dimensionsOf(page, query.by, MOST_DIMENSIONS);
  const scope = await scopeOf(page, query);
  const before = await beforeOf(page, query, scope, query.compare);
  const own = { by, top: MOST_ROWS };
  const [now, earlier] = await Promise.all([
    page.ask(scope.now.snapshots, questionOf(scope, scope.now, own), signal),
    before.kind === 'time' ? page.askCosts(before.snapshots, questionOf(scope, before, own), signal) : null,
  ]);
  const ranking = rank(now, earlier, query.sort, query.order === 'desc');
  return { by, scope, before, now: noted(now, scope), earlier, ranking };
}

interface Details {
  readonly calendar: Calendar;
  readonly courses: ReturnType<typeof courseOf>;
  readonly models: ReturnType<typeof greatestOf> | null;
}

/** What is told of the rows of one page besides: asked of them alone, for a month may have a million sessions. */
async function detailsOf(
  page: Page,
  asked: AskedTable,
  rows: readonly Ranked[],
  signal: AbortSignal,
): Promise<Details> {
  const { by, scope } = asked;
  const calendar = calendarOf(shownDays(scope.now.question, scope.now.snapshots));
  const where = [...scope.where, ...ofRows(by, rows)];
  const question = questionOf({ ...scope, where }, scope.now, { by, grain: calendar.grain });
  const [course, models] = await Promise.all([
    page.askCosts(scope.now.snapshots, question, signal),
    modelsOf(page, asked, rows, signal),
  ]);
  return { calendar, courses: courseOf(course, calendar.times), models };
}

/** `null` where the rows are of models already. */
async function modelsOf(page: Page, { by, scope }: AskedTable, rows: readonly Ranked[], signal: AbortSignal) {
  if (by.some(({ name }) => name === MODEL.name)) return null;
  const where = [...scope.where, ...ofRows(by, rows)];
  const question = questionOf({ ...scope, where }, scope.now, { by: [...by, MODEL] });
  return greatestOf(await page.askCosts(scope.now.snapshots, question, signal));
}

const MODEL = findDimension('model', {});

/** Keeps the rows, and what shares a value with one of them in each dimension. */
function ofRows(by: readonly Dimension[], rows: readonly Ranked[]): Filter[] {
  const own = rows.filter(({ row }) => row.adjustment === null && !row.other);
  if (own.length === 0) return [];
  return by.map((dimension, index) => ({
    dimension,
    negated: false,
    values: [...new Set(own.map(({ row }) => row.values[index] ?? null))].sort(),
  }));
}

function bodyOf(
  { by, before, now, earlier, ranking }: AskedTable,
  rows: readonly Ranked[],
  { calendar, courses, models }: Details,
  paging: { page: number; pages: number },
): z.input<typeof tableBody> {
  const { report } = ranking;
  const change = totalChange(now, earlier);
  return {
    ...envelopeOf(now),
    before: beforeText(before, earlier),
    by: by.map(({ name }) => name),
    ...calendar,
    times: [...calendar.times],
    count: ranking.rows.length,
    ...paging,
    rows: rows.map((ranked) => rowText(ranked, courses, models)),
    largest: formatMoney(greatestCost(ranking)),
    sums: {
      cents: centsText(cent(now.total)),
      change: change === null ? null : changeText(change),
      ...ratesText(report.total),
    },
  };
}

/** 0 where no row costs anything. */
function greatestCost({ rows }: Ranking): Money {
  let greatest = ZERO;
  for (const { row } of rows) if (row.cost > greatest) greatest = row.cost;
  return greatest;
}

function rowText(
  ranked: Ranked,
  courses: Details['courses'],
  models: Details['models'],
): z.input<typeof tableBody>['rows'][number] {
  const { row, share, cents, change } = ranked;
  const own = row.adjustment === null && !row.other;
  const top = own ? models?.get(rowKey(row)) : undefined;
  return {
    values: [...row.values],
    adjustment: row.adjustment,
    other: row.other,
    cost: formatMoney(row.cost),
    cents: centsText(cents),
    share: ratioText(share),
    change: change === null ? null : changeText(change),
    ...ratesText({ ...ranked, tokens: row.tokens }),
    topModel: top === undefined ? null : { model: top.value, share: ratioText(ratioOf(top.cost, row.cost)) },
    course: own ? (courses.get(rowKey(row))?.map(formatMoney) ?? null) : null,
  };
}

function changeText({ before, amount, cents }: Change): NonNullable<TableBody['sums']['change']> {
  return {
    before: formatMoney(before),
    amount: formatMoney(amount),
    cents: centsText(cents),
    ratio: ratioText(ratioOf(amount, before)),
  };
}
