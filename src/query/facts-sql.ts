import { FIRST_DAY } from '../domain/allocation.ts';
import type { Day } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import { ALWAYS_READ, areCallerTotals, areCoarse, areOfCallers, areOfModels, areRuns } from './coarse.ts';
import {
  all,
  allocationOf,
  dimensionsOf,
  filterCondition,
  IDS,
  type Id,
  idsOf,
  type Needed,
  neededFor,
  tagValue,
} from './dimension-sql.ts';
import type { PeriodTables } from './period-tables.ts';

/** What a statement tells of a period's lines beside what the question asks. */
export interface MoreColumns {
  /**
   * expressions with their names, over `f` (facts added up), `u` (usage) and, where any of it
   * is read, `c` (caller)
   */
  readonly columns: readonly string[];
  /** the columns of usage and caller that the expressions read */
  readonly reads: Readonly<Record<'usage' | 'caller', readonly string[]>>;
  /** those that tell apart what the expressions tell apart */
  readonly alike: Readonly<Record<'usage' | 'caller', readonly string[]>>;
  /** days, the earliest first, that `f.cuts_passed` counts: those that are not after the line's day, all without one */
  readonly cuts: readonly Day[];
  /** whether tokens and what they cost are told, too; where they are not, fewer usages differ, and less is added up */
  readonly tokens: boolean;
  /** whether amounts are told, and lines whose amount could not be read told apart: `f.unread` */
  readonly unread: boolean;
}

const NOTHING = { usage: [], caller: [] };

/** Nothing more, and no tokens. */
export const COSTS_ALONE: MoreColumns = {
  columns: [],
  reads: NOTHING,
  alike: NOTHING,
  cuts: [],
  tokens: false,
  unread: false,
};

/**
 * The facts, added up by what the question needs before anything is joined: millions of rows become hundreds. Of sums that are kept, and of
 * which little is alike, each stays a row of its own.
 * @param days `kept`: only the days asked for; `told`: all days, and `f.on_days` says whether they are asked for
 */
export function addedUp(
  question: Question,
  needed: Needed,
  tables: PeriodTables,
  dialect: Dialect,
  more: MoreColumns | null,
  days: 'kept' | 'told' = 'kept',
): string {
  const time = timeOf(question);
  const spans = spanOf(needed, tables, dialect);
  const facts = factsFor(question, tables, more);
  const { byRun, callerTotals, modelsByDay, callersByDay } = tables.coarse ?? {};
  const named = idsOf(needed);
  // Of single callers little is alike, and of runs where all ids are told: to find it out takes longer than to join their names.
  const isSingle = [callerTotals, modelsByDay, callersByDay].includes(facts);
  const isApart = isSingle || (facts === byRun && named.length === IDS.length);
  const isCoarse = isApart || facts === byRun;
  const ids = named.map((id) => {
    const alike = isCoarse ? null : alikeOf(id, question, needed, tables, dialect, more);
    return { id, alike, key: alike === null ? `f.${id}` : `of_${id}.alike` };
  });
  const onDays = all(dayConditions(question, dialect));
  const cutsPassed = cutsPassedOf(more?.cuts ?? [], dialect);
  const columns = [
    { name: 'time', sql: time, key: question.grain !== null },
    { name: 'attributed', sql: 'attributed', key: true },
    ...ids.map(({ id, key }) => ({ name: id, sql: key, key: true })),
    ...(spans === null ? [] : [{ name: 'span', sql: spans.sql, key: spans.parts }]),
    ...(more?.unread ? [{ name: 'unread', sql: 'usage_amount IS NULL', key: true }] : []),
    ...(cutsPassed === null ? [] : [{ name: 'cuts_passed', sql: cutsPassed, key: true }]),
    ...(days === 'kept' ? [] : [{ name: 'on_days', sql: onDays, key: onDays !== 'TRUE' }]),
  ];
  const joined = ids.flatMap(({ id, alike }) =>
    alike === null ? [] : [`JOIN ${alike} AS of_${id} ON f.${id} = of_${id}.${id}`],
  );
  const conditions =
    days === 'kept' ? [...dayConditions(question, dialect), ...factConditions(question, tables, dialect)] : [];
  const tokens = more?.tokens !== false;
  const measures = [
    { name: 'cost', sql: question.cost },
    ...(tokens
      ? [{ name: 'counted_cost', sql: `CASE WHEN usage_amount IS NULL THEN 0 ELSE ${question.cost} END` }]
      : []),
    ...(tokens || more.unread ? [{ name: 'usage_amount', sql: 'usage_amount' }] : []),
  ];
  const told = [...columns, ...measures.map(({ name, sql }) => ({ name, sql: isApart ? sql : `sum(${sql})` }))];
  const select = `SELECT ${told.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')}`;
  if (isApart) return `(${select} FROM ${facts} AS f WHERE ${all(conditions)})`;
  return `(${select}
    FROM ${facts} AS f ${joined.join(' ')} WHERE ${all(conditions)}
    GROUP BY ${columns.flatMap(({ sql, key }) => (key ? [sql] : [])).join(', ')})`;
}

/** What stands for a line's time: a day is quicker to group by than its text. */
export function timeOf({ grain }: Pick<Question, 'grain'>): string {
  if (grain === null) return 'CAST(NULL AS DATE)';
  return grain === 'day' ? 'usage_day' : "date_trunc('month', usage_day)";
}

/** The sums from which the question is answered: the fewest rows that tell what it asks apart. */
export function factsFor(question: Question, { of, coarse }: PeriodTables, more: MoreColumns | null): string {
  if (coarse === null || (more !== null && more.cuts.length > 0)) return of('fact_day');
  const asked = { dimensions: dimensionsOf(question), reads: more?.reads ?? { usage: [], caller: [] } };
  const runs = question.grain !== 'day' && areRuns(question, coarse.cuts);
  const added = areCoarse(asked) ? (runs ? coarse.byRun : coarse.byDay) : null;
  const totals = areCallerTotals(asked) ? (runs ? coarse.callerTotals : coarse.callersByDay) : null;
  const byDay = !runs && areOfModels(asked) ? coarse.modelsByDay : null;
  const single = runs && areOfCallers(asked) ? coarse.callersByRun : null;
  return added ?? totals ?? byDay ?? single ?? of('fact_day');
}

/** Counts the cuts that are not after a line's day; `null` where there are none. */
function cutsPassedOf(cuts: readonly Day[], dialect: Dialect): string | null {
  const passed = cuts.map((cut, index) => `WHEN usage_day < ${dialect.date(cut)} THEN ${index}`);
  return passed.length === 0 ? null : `CASE ${passed.join(' ')} ELSE ${passed.length} END`;
}

/** Columns that tell callers apart about as well as their id. */
const CALLER_NAMES = ['principal', 'session'];

/**
 * For each id the least one that is the same in all that the question asks: columns `id` and `alike`. `null`: nearly all
 * differ.
 */
function alikeOf(
  id: Id,
  question: Question,
  needed: Needed,
  tables: PeriodTables,
  dialect: Dialect,
  more: MoreColumns | null,
): string | null {
  const sources = dimensionsOf(question).map(({ source }) => source);
  const read = (table: 'usage' | 'caller'): string[] => [
    ...sources.flatMap((source) => (source.table === table ? [source.column] : [])),
    ...(more?.alike[table] ?? []),
  ];
  const alike = (relation: string, columns: readonly string[]): string => {
    const parts = [...new Set(columns)];
    return `(SELECT s.${id}, min(s.${id}) OVER (${parts.length === 0 ? '' : `PARTITION BY ${parts.join(', ')}`}) AS alike FROM ${relation})`;
  };
  const own = (columns: readonly string[]): string[] => columns.map((column) => `s.${column}`);
  switch (id) {
    case 'usage_id':
      return alike(
        `${tables.of('usage')} AS s`,
        own([...(more?.tokens === false ? ['line_item_type'] : ALWAYS_READ), ...read('usage')]),
      );
    case 'tag_set_id': {
      const keys = sources.flatMap((source) => (source.table === 'allocated' ? source.tagKeys : []));
      return alike(
        `${tables.of('tag_set')} AS s`,
        keys.map((key) => dialect.mapValue('s.tags', key)),
      );
    }
    case 'caller_id': {
      const columns = read('caller');
      if (columns.some((column) => CALLER_NAMES.includes(column))) return null;
      if (needed.callers.length === 0) return alike(`${tables.of('caller')} AS s`, own(columns));
      return alike(
        `${tables.of('caller')} AS s LEFT JOIN ${toldOf(needed, tables, dialect)} AS a ON s.caller_id = a.caller_id`,
        [...own(columns), 'a.told'],
      );
    }
  }
}

/** All that is told of each caller, as one value that can be compared. */
function toldOf({ callers }: Needed, { allocation }: PeriodTables, { text }: Dialect): string {
  const { relation, numbered } = allocationOf(allocation);
  const all = numbered ? 'array_agg(DISTINCT told_no ORDER BY told_no)' : `array_agg(${TOLD} ORDER BY ${TOLD})`;
  // Rows of one dimension have one number.
  const told = numbered && callers.length === 1 ? 'min(told_no)' : all;
  return `(SELECT caller_id, ${told} AS told FROM ${relation} AS told
    WHERE dimension IN (${callers.map(text).join(', ')}) GROUP BY caller_id)`;
}

const TOLD = ['dimension', 'CAST(from_day AS VARCHAR)', 'CAST(to_day AS VARCHAR)', 'value'].join(' || chr(31) || ');

/** The rows of an allocation with `told_no`: see {@link CallerAllocation.numbered}. */
export function compileNumbered(relation: string): string {
  const told = `SELECT dimension, caller_id, array_agg(${TOLD} ORDER BY ${TOLD}) AS told FROM ${relation} AS told GROUP BY dimension, caller_id`;
  return `SELECT rows.*, numbers.told_no FROM ${relation} AS rows
    JOIN (SELECT dimension, caller_id, dense_rank() OVER (ORDER BY told) AS told_no FROM (${told}) AS told) AS numbers
    ON rows.dimension = numbers.dimension AND rows.caller_id = numbers.caller_id`;
}

/**
 * A day that stands for the run of days in which no allocation changes and that the line's day is in, so that few groups are
 * joined. Of a line without a day the earliest.
 */
export function spanOf(
  needed: Needed,
  { allocation }: PeriodTables,
  dialect: Dialect,
): { sql: string; parts: boolean } | null {
  if (needed.callers.length === 0) return null;
  const cuts = allocationOf(allocation).cuts.toReversed();
  const first = dialect.date(FIRST_DAY);
  if (cuts.length === 0) return { sql: first, parts: false };
  const cases = cuts.map((cut) => `WHEN usage_day >= ${dialect.date(cut)} THEN ${dialect.date(cut)}`);
  return { sql: `CASE ${cases.join(' ')} ELSE ${first} END`, parts: true };
}

/** The facts as they are, with their span where it is needed. */
export function withSpan(needed: Needed, tables: PeriodTables, table: 'fact' | 'fact_day', dialect: Dialect): string {
  const span = spanOf(needed, tables, dialect);
  return span === null ? tables.of(table) : `(SELECT *, ${span.sql} AS span FROM ${tables.of(table)} AS f)`;
}

/** A line without a usage day is on no day asked for. */
export function dayConditions({ from, to }: Question, dialect: Dialect): string[] {
  return [
    ...(from === null ? [] : [`coalesce(f.usage_day >= ${dialect.date(from)}, FALSE)`]),
    ...(to === null ? [] : [`coalesce(f.usage_day < ${dialect.date(to)}, FALSE)`]),
  ];
}

/** What facts must be so that filters can keep their lines, told by ids: few are then added up and joined. */
function factConditions(question: Question, { of, allocation }: PeriodTables, dialect: Dialect): string[] {
  return question.where.flatMap((filter): string[] => {
    const { dimension, negated, values } = filter;
    const { source } = dimension;
    const needed = neededFor([dimension]);
    if (source.table !== 'allocated') {
      const [alias, id] = source.table === 'usage' ? ['u', 'usage_id'] : ['c', 'caller_id'];
      const condition = filterCondition(filter, needed, dialect);
      return [`f.${id} IN (SELECT ${alias}.${id} FROM ${of(source.table)} AS ${alias} WHERE ${condition})`];
    }
    const texts = values.flatMap((value) => (value === null ? [] : [dialect.text(value)]));
    // Which callers and tags say nothing cannot be told by one of them alone.
    if (negated || texts.length < values.length) return [];
    const list = texts.join(', ');
    // One condition alone is a join; beside another it is looked up for every line.
    const tagged =
      source.tagKeys.length === 0
        ? []
        : [
            `f.tag_set_id IN (SELECT t.tag_set_id FROM ${of('tag_set')} AS t WHERE ${tagValue(source, dialect)} IN (${list}))`,
          ];
    const told =
      source.callers === null
        ? []
        : [
            `f.caller_id IN (SELECT told.caller_id FROM ${allocationOf(allocation).relation} AS told
              WHERE told.dimension = ${dialect.text(source.callers)} AND told.value IN (${list}))`,
          ];
    return [`(${[...tagged, ...told].join(' OR ') || 'FALSE'})`];
  });
}
