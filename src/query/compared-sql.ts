import { FIRST_DAY } from '../domain/allocation.ts';
import type { Dimension } from '../domain/dimension.ts';
import type { Day } from '../domain/period.ts';
import { COST_BASES, type CostBasis, type Question } from '../domain/question.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import { valueColumn } from './compile.ts';
import { all, dimensionsOf, expressionOf, filterConditions, idsOf, joins, neededFor } from './dimension-sql.ts';
import { addedUp, dayConditions, factsFor, type MoreColumns, spanOf, timeOf } from './facts-sql.ts';
import type { PeriodTables } from './period-tables.ts';

/** The columns of usage and caller that a comparison reads. */
export const READS = {
  usage: [
    'model',
    'tier',
    'batch',
    'routing',
    'aws_region',
    'cache_ttl',
    'usage_type',
    'unit',
    'seller',
    'token_kind',
    'tokens_per_unit',
    'line_item_type',
  ],
  caller: ['account', 'principal', 'kind', 'role', 'session'],
} as const;

/** The statements that read one period of one side of a comparison. What the last two leave out belongs to other questions. */
export interface ComparedSql {
  /**
   * Lines added up: the integers {@link keys}, `usage_id`, `unread`, and `cuts_passed` where there are cuts; then {@link costs} and
   * `usage_amount`, which is anything where `unread` is 1.
   */
  readonly lines: string;
  /** the costs of a line that are read: all where they are kept for other questions */
  readonly costs: readonly CostBasis[];
  /** integers, dates among them, that tell callers apart; {@link NO_DAY} stands for none */
  readonly keys: readonly string[];
  /** whether the lines are all of `coarse.callersByRun`, whatever the question */
  readonly areAll: boolean;
  /** who is behind their caller ids: `caller_id`, `used_by`, `named` */
  readonly names: string;
  /** {@link keys}, `time` as text, and d0… of the dimensions that say who; `null`: nothing is asked of callers, and all are kept */
  readonly callers: string | null;
  /** `usage_id`, {@link THING}, `per_unit`, `line_item_type`, `seller`, and d0… of the dimensions that say what */
  readonly usages: string;
}

/** The columns of a thing. */
const THING = ['model', 'service', 'token_kind', 'cache_ttl', 'usage_type', 'unit'] as const;

const NO_DAY: Day = FIRST_DAY;

/**
 * The lines from which the statements of {@link compileCompared} read: of a table that does not hold them it is worth while to make
 * one, where work tables are in nobody's way. `null`: there is such a table.
 * @param cuts as there
 */
export function compileWork(
  question: Question,
  periodTables: PeriodTables,
  cuts: readonly Day[],
  dialect: Dialect,
): string | null {
  const tables = withUsedBy(periodTables);
  const more = moreColumns(cuts);
  if (factsFor(question, tables, more) === tables.coarse?.callersByRun) return null;
  return `SELECT * FROM ${ofQuestion(question, tables, more, dialect, null).lines} AS f`;
}

/**
 * @param cuts days up to which an earlier snapshot held some seller's lines whole, the earliest first: `cuts_passed` counts
 * those that are not after the line's day
 * @param work SQL that names the rows of {@link compileWork}; `null`: there is no such table
 */
export function compileCompared(
  question: Question,
  periodTables: PeriodTables,
  cuts: readonly Day[],
  dialect: Dialect,
  work: string | null = null,
): ComparedSql {
  const tables = withUsedBy(periodTables);
  const more = moreColumns(cuts);
  const facts = factsFor(question, tables, more);
  const areAll = facts === tables.coarse?.callersByRun;
  const { keys, lines, costs, callers, usages } = areAll
    ? ofAll(facts, question, tables, dialect)
    : ofQuestion(question, tables, more, dialect, work);
  const integers = [
    ...keys.map((key) => keyColumn(key, dialect)),
    'f.usage_id',
    'CASE WHEN f.unread THEN 1 ELSE 0 END AS unread',
    ...(cuts.length === 0 ? [] : ['f.cuts_passed']),
  ];
  return {
    lines: `SELECT ${[...integers, ...costs.map(({ column }) => `f.${column}`), 'f.usage_amount'].join(', ')} FROM ${lines} AS f`,
    costs: costs.map(({ cost }) => cost),
    keys,
    areAll,
    names: `SELECT c.caller_id, ${usedBy('c')} AS used_by, c.principal IS NOT NULL AS named FROM ${tables.of('caller')} AS c
      WHERE c.caller_id IN (SELECT caller_id FROM ${callers} AS f)`,
    callers: compileCallers(question, keys, callers, areAll, tables, dialect),
    usages: compileUsages(question, usages, tables, dialect),
  };
}

/** Relations over the facts: the lines; the callers with `time` and, where it is needed, `span`; the usages. */
interface Facts {
  readonly keys: readonly string[];
  readonly lines: string;
  /** the columns of the lines that hold their costs */
  readonly costs: readonly { readonly cost: CostBasis; readonly column: string }[];
  readonly callers: string;
  readonly usages: string;
}

/** A sum of {@link CoarseFacts.callersByRun} is a line: its run of days stands for every time and allocation that is asked for. */
function ofAll(facts: string, question: Question, tables: PeriodTables, dialect: Dialect): Facts {
  const span = spanOf(neededFor(dimensionsOf(question)), tables, dialect);
  const keys = ['caller_id', 'tag_set_id', 'usage_day'];
  const derived = [`${timeOf(question)} AS time`, ...(span === null ? [] : [`${span.sql} AS span`])];
  // Coarser sums are of the same callers, and of the same usages.
  const { callerTotals, byRun } = tables.coarse ?? {};
  return {
    keys,
    lines: `(SELECT ${[...keys, 'usage_id', ...COST_BASES].join(', ')}, usage_amount IS NULL AS unread, usage_amount FROM ${facts} AS f)`,
    costs: COST_BASES.map((cost) => ({ cost, column: cost })),
    callers: `(SELECT f.*, ${derived.join(', ')} FROM (SELECT DISTINCT ${keys.join(', ')} FROM ${callerTotals ?? facts} AS f) AS f)`,
    usages: byRun ?? facts,
  };
}

/** Only what the question tells apart, and on its days. */
function ofQuestion(
  question: Question,
  tables: PeriodTables,
  more: MoreColumns,
  dialect: Dialect,
  work: string | null,
): Facts {
  const needed = neededFor(dimensionsOf(question), ['usage', 'caller']);
  const keys = [
    ...idsOf(needed).filter((id) => id !== 'usage_id'),
    ...(needed.callers.length === 0 ? [] : ['span']),
    ...(question.grain === null ? [] : ['time']),
  ];
  // Whoever reads some ids need not add up what differs in others.
  const only = (...names: ('usage' | 'caller' | 'tag_set')[]): string => {
    if (work !== null) return work;
    const own = needed.tables.intersection(new Set(names));
    const callers = own.has('caller') ? needed.callers : [];
    return addedUp(question, { ...needed, tables: own, callers }, tables, dialect, more);
  };
  const time = question.grain === null ? [`${timeOf(question)} AS time`] : [];
  return {
    keys,
    lines: only('usage', 'caller', 'tag_set'),
    costs: [{ cost: question.cost, column: 'cost' }],
    callers: `(SELECT DISTINCT ${[...keys, ...time].join(', ')} FROM ${only('caller', 'tag_set')} AS f)`,
    usages: only('usage'),
  };
}

/** The tables of a period whose callers have `used_by`: the same text for callers that a comparison takes for one. */
function withUsedBy(tables: PeriodTables): PeriodTables {
  const callers = `(SELECT s.*, ${usedBy('s')} AS used_by FROM ${tables.of('caller')} AS s)`;
  return { ...tables, of: (table) => (table === 'caller' ? callers : tables.of(table)) };
}

function moreColumns(cuts: readonly Day[]): MoreColumns {
  return {
    columns: [],
    reads: READS,
    alike: { usage: READS.usage, caller: ['used_by'] },
    cuts,
    tokens: false,
    unread: true,
  };
}

/** A month is cut to a timestamp. */
function dayOf(key: string, dialect: Dialect): string {
  return `CAST(coalesce(f.${key}, ${dialect.date(NO_DAY)}) AS DATE)`;
}

function keyColumn(key: string, dialect: Dialect): string {
  return key.endsWith('_id') ? `f.${key}` : `${dayOf(key, dialect)} AS ${key}`;
}

function compileCallers(
  question: Question,
  keys: readonly string[],
  facts: string,
  areAll: boolean,
  tables: PeriodTables,
  dialect: Dialect,
): string | null {
  const filters = question.where.filter(({ dimension }) => !saysWhat(dimension));
  const who = question.by.filter((dimension) => !saysWhat(dimension));
  const days = areAll ? dayConditions(question, dialect) : [];
  if (filters.length + who.length + days.length === 0 && question.grain === null) return null;
  const needed = neededFor([...filters.map(({ dimension }) => dimension), ...who]);
  const columns = [
    ...keys.map((key) => (key === 'time' ? `${dayOf(key, dialect)} AS time_key` : keyColumn(key, dialect))),
    'CAST(f.time AS VARCHAR) AS time',
    ...valuesOf(
      question,
      (dimension) => !saysWhat(dimension),
      (dimension) => expressionOf(dimension, needed),
    ),
  ];
  const conditions = [...days, ...filterConditions({ where: filters }, needed, dialect)];
  return `SELECT ${columns.join(', ')} FROM ${facts} AS f ${joins(tables, needed, dialect)} WHERE ${all(conditions)}`;
}

function compileUsages(question: Question, facts: string, tables: PeriodTables, dialect: Dialect): string {
  const filters = question.where.filter(({ dimension }) => saysWhat(dimension));
  const needed = neededFor([...filters.map(({ dimension }) => dimension), ...question.by.filter(saysWhat)]);
  const counts = '(u.token_kind IS NOT NULL AND u.tokens_per_unit IS NOT NULL)';
  const things: Readonly<Record<(typeof THING)[number], string>> = {
    model: 'u.model',
    service: service('u', dialect),
    token_kind: `CASE WHEN ${counts} THEN u.token_kind END`,
    cache_ttl: `CASE WHEN ${counts} THEN u.cache_ttl END`,
    usage_type: 'u.usage_type',
    unit: `CASE WHEN ${counts} THEN NULL ELSE u.unit END`,
  };
  const columns = [
    'u.usage_id',
    ...THING.map((part) => `${things[part]} AS ${part}`),
    `CASE WHEN ${counts} THEN u.tokens_per_unit WHEN u.unit IS NOT NULL THEN 1 END AS per_unit`,
    'u.line_item_type',
    'u.seller',
    ...valuesOf(question, saysWhat, (dimension) => expressionOf(dimension, needed)),
  ];
  return `SELECT ${columns.join(', ')} FROM ${tables.of('usage')} AS u
    WHERE ${all([`u.usage_id IN (SELECT usage_id FROM ${facts} AS f)`, ...filterConditions({ where: filters }, needed, dialect)])}`;
}

/** All others say who. */
function saysWhat({ source }: Dimension): boolean {
  return source.table === 'usage';
}

/** Of the dimensions that are told here; columns of the others are not there. */
function valuesOf(
  { by }: Question,
  isTold: (dimension: Dimension) => boolean,
  expression: (dimension: Dimension) => string,
): string[] {
  return by.flatMap((dimension, index) =>
    isTold(dimension) ? [`${expression(dimension)} AS ${valueColumn(index)}`] : [],
  );
}

/**
 * Sessions that are not named after people (jobs, instances) come and go with every run: their role is who calls. The
 * same sessions name people as in src/allocation.
 */
function usedBy(c: string): string {
  return `CASE WHEN ${c}.principal IS NULL THEN coalesce(${c}.account, '')
    WHEN ${c}.role IS NULL OR ${c}.session IS NULL OR ${c}.kind = 'identity-center' OR ${c}.session LIKE '%@%' THEN ${c}.principal
    ELSE coalesce(${c}.account, '') || ':' || ${c}.role END`;
}

/** `flex, batch, global, us-east-1` */
function service(u: string, { text }: Dialect): string {
  const parts = [`${u}.tier`, `CASE WHEN ${u}.batch THEN 'batch' END`, `${u}.routing`, `${u}.aws_region`];
  return parts.map((part) => `coalesce(${part} || ', ', ${text('')})`).join(' || ');
}
