import { SHARED } from '../domain/allocation.ts';
import type { Dimension } from '../domain/dimension.ts';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import type { Grain, Question } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import { all, dimensionsOf, expressionOf, filterConditions, joins, type Needed, neededFor } from './dimension-sql.ts';
import { addedUp, COSTS_ALONE, dayConditions, factsFor, type MoreColumns, withSpan } from './facts-sql.ts';
import type { PeriodTables } from './period-tables.ts';

export const TOKEN_COLUMNS: Readonly<Record<TokenKind, string>> = {
  input: 'tokens_input',
  output: 'tokens_output',
  'cache-read': 'tokens_cache_read',
  'cache-write': 'tokens_cache_write',
};

/** Columns d0, d1, … of the statement hold the question's dimensions. */
export const valueColumn = (index: number): string => `d${index}`;

/** Columns e0, e1, … say what put the lines there. */
export const evidenceColumn = (index: number): string => `e${index}`;

/** What is told of a row: tokens take as long as all else. */
export type Measures = 'costs' | 'costs and tokens';

/** A time as the answer's rows have it, from the day that the facts are added up by. */
const TIME_TEXT: Readonly<Record<Grain, string>> = {
  day: 'CAST(time AS VARCHAR) AS time',
  month: 'substr(CAST(time AS VARCHAR), 1, 7) AS time',
};

/**
 * The rows of a question in no order (see row-order.ts): columns `time`, d0…, `adjustment`, `is_other`, `cost`, and
 * with tokens `token_cost` and {@link TOKEN_COLUMNS}.
 * @param periods one entry a billing period: ids are dense within a snapshot only
 */
export function compileRows(
  question: Question,
  periods: readonly PeriodTables[],
  dialect: Dialect,
  told: Measures = 'costs and tokens',
): string {
  const { top, grain } = question;
  const dimensions = question.by.map((_, index) => valueColumn(index));
  const measures = told === 'costs' ? ['cost'] : ['cost', 'token_cost', ...Object.values(TOKEN_COLUMNS)];
  const sums = measures.map((measure) => `sum(${measure}) AS ${measure}`).join(', ');
  const keys = ['time', ...dimensions, 'adjustment'];
  const lines = compileUngrouped(question, periods, dialect, told);
  const grouped = `SELECT ${keys.join(', ')}, ${sums} FROM (${lines}) AS lines GROUP BY ${keys.join(', ')}`;
  const time = TIME_TEXT[grain ?? 'day'];
  if (top === null || dimensions.length === 0) {
    const columns = [time, ...dimensions, 'adjustment', 'FALSE AS is_other', ...measures];
    return `SELECT ${columns.join(', ')} FROM (${grouped}) AS grouped`;
  }
  const ranked: Ranked = { ...question, top };
  const marked =
    grain !== null && haveTotals(question, periods)
      ? markedFirst(ranked, lines, periods, dialect)
      : markedLast(ranked, grouped, dialect);
  const kept = dimensions.map((column) => `CASE WHEN is_other THEN NULL ELSE ${column} END AS ${column}`);
  return `SELECT ${time}, ${kept.join(', ')}, adjustment, is_other, ${sums} FROM (${marked}) AS marked
    GROUP BY 1, ${dimensions.map((_, index) => index + 2).join(', ')}, adjustment, is_other`;
}

function compileUngrouped(
  question: Question,
  periods: readonly PeriodTables[],
  dialect: Dialect,
  told: Measures,
): string {
  const more = told === 'costs' ? COSTS_ALONE : null;
  return periods.map((tables) => compilePeriod(question, tables, dialect, more)).join(' UNION ALL ');
}

/** A question whose greatest groups alone are told apart. */
type Ranked = Question & { readonly top: number };

/** Groups are ranked over the whole time, by their `total`, so that a day and its neighbour show the same names. */
function rankOf(question: Question, dialect: Dialect): string {
  const apart = apartFrom(question, dialect);
  const names = question.by.map((_, index) => `${valueColumn(index)} NULLS LAST`);
  return `dense_rank() OVER (${apart === null ? '' : `PARTITION BY ${apart} `}ORDER BY adjustment IS NOT NULL, total DESC, ${names.join(', ')})`;
}

/** The groups with `is_other`, told once they are added up. */
function markedLast(question: Ranked, grouped: string, dialect: Dialect): string {
  const keys = [...question.by.map((_, index) => valueColumn(index)), 'adjustment'].join(', ');
  const total = question.grain === null ? 'cost' : `sum(cost) OVER (PARTITION BY ${keys})`;
  return `SELECT *, (group_rank > ${question.top} AND adjustment IS NULL) AS is_other FROM (SELECT *, ${rankOf(question, dialect)} AS group_rank FROM (
          SELECT *, ${total} AS total
          FROM (${grouped}) AS grouped) AS totalled) AS ranked`;
}

/** Whether what groups come to over the whole time is to be had for less than their sums by time. */
function haveTotals(question: Question, periods: readonly PeriodTables[]): boolean {
  const whole = { ...question, grain: null };
  return periods.every((tables) => {
    const facts = factsFor(whole, tables, null);
    return facts !== tables.of('fact_day') && facts !== factsFor(question, tables, null);
  });
}

/** The lines with `is_other`, told before they are added up: of thousands of groups on thirty days few sums are left. */
function markedFirst(question: Ranked, lines: string, periods: readonly PeriodTables[], dialect: Dialect): string {
  const dimensions = question.by.map((_, index) => valueColumn(index));
  const keys = [...dimensions, 'adjustment'].join(', ');
  const whole = compileUngrouped({ ...question, grain: null }, periods, dialect, 'costs');
  const totals = `SELECT ${keys}, sum(cost) AS total FROM (${whole}) AS lines GROUP BY ${keys}`;
  const ranked = `SELECT *, ${rankOf(question, dialect)} AS group_rank FROM (${totals}) AS totalled`;
  const top = `SELECT ${dimensions.join(', ')}, TRUE AS is_top FROM (${ranked}) AS ranked WHERE adjustment IS NULL AND group_rank <= ${question.top}`;
  const same = dimensions.map((column) => `lines.${column} IS NOT DISTINCT FROM named.${column}`);
  return `SELECT lines.*, (named.is_top IS NULL AND lines.adjustment IS NULL) AS is_other
    FROM (${lines}) AS lines LEFT JOIN (${top}) AS named ON ${same.join(' AND ')}`;
}

/**
 * What the question's rows come to as parts of one of its dimensions: those of AllocationParts: columns `part`, `cost`.
 */
export function compileParts(
  question: Question,
  dimension: Dimension,
  periods: readonly PeriodTables[],
  dialect: Dialect,
): string {
  const rows = compileRows({ ...question, by: [dimension], grain: null, top: null }, periods, dialect, 'costs');
  const value = valueColumn(0);
  const part = `CASE WHEN adjustment IS NOT NULL THEN 'adjustments' WHEN ${value} IS NULL THEN 'unallocated'
    WHEN ${value} = ${dialect.text(SHARED)} THEN 'shared' ELSE 'allocated' END`;
  return `SELECT part, sum(cost) AS cost FROM (SELECT ${part} AS part, cost FROM (${rows}) AS grouped) AS parted GROUP BY part`;
}

/**
 * The lines themselves that the question keeps, with what put them where they are: columns `usage_day`, `adjustment`, d0…
 * and their evidence e0…, `cost`, `usage_amount` and those of caller and usage that are named.
 */
export function compileLines(
  question: Question,
  columns: Readonly<Record<'caller' | 'usage', readonly string[]>>,
  periods: readonly PeriodTables[],
  dialect: Dialect,
): string {
  const dimensions = [...question.where.map(({ dimension }) => dimension), ...question.by];
  const needed = neededFor(dimensions, ['usage', 'caller']);
  const values = question.by.flatMap((dimension, index) => [
    `${expressionOf(dimension, needed)} AS ${valueColumn(index)}`,
    `${evidenceOf(dimension, needed, dialect)} AS ${evidenceColumn(index)}`,
  ]);
  const own = [...columns.caller.map((column) => `c.${column}`), ...columns.usage.map((column) => `u.${column}`)];
  const parts = periods.map(
    (tables) =>
      `SELECT f.usage_day, ${[adjustmentOf(dialect), ...values, ...own].join(', ')}, f.usage_amount, f.${question.cost} AS cost
       FROM ${withSpan(needed, tables, 'fact', dialect)} AS f ${joins(tables, needed, dialect)}
       WHERE ${all([...dayConditions(question, dialect), ...filterConditions(question, needed, dialect)])}`,
  );
  return parts.join(' UNION ALL ');
}

/** Where an allocated value comes from; of the others the line itself says it. */
function evidenceOf({ source }: Dimension, { callers }: Needed, dialect: Dialect): string {
  if (source.table !== 'allocated') return dialect.text('the line');
  const tags = source.tagKeys.map(
    (key) => `WHEN nullif(${dialect.mapValue('t.tags', key)}, '') IS NOT NULL THEN ${dialect.text(`tag ${key}`)}`,
  );
  const told = source.callers === null ? 'CAST(NULL AS VARCHAR)' : `a${callers.indexOf(source.callers)}.evidence`;
  return tags.length === 0 ? told : `CASE ${tags.join(' ')} ELSE ${told} END`;
}

/** The cost of the lines that the question's filters and days leave out: column `cost`. */
export function compileFilteredOut(question: Question, periods: readonly PeriodTables[], dialect: Dialect): string {
  const whole: Question = { ...question, by: [], grain: null };
  const needed = neededFor(dimensionsOf(whole));
  const left = periods.map(
    (tables) =>
      `SELECT f.cost FROM ${addedUp(whole, needed, tables, dialect, COSTS_ALONE, 'told')} AS f ${joins(tables, needed, dialect)}
       WHERE NOT (${all(['f.on_days', ...filterConditions(whole, needed, dialect)])})`,
  );
  return `SELECT sum(cost) AS cost FROM (${left.join(' UNION ALL ')}) AS lines`;
}

/** The lines of one period as the question groups them, not added up yet: the columns of {@link compileRows}, and more. */
export function compilePeriod(
  question: Question,
  tables: PeriodTables,
  dialect: Dialect,
  more: MoreColumns | null = null,
): string {
  const needed = neededFor(
    dimensionsOf(question),
    (more?.reads.caller ?? []).length === 0 ? ['usage'] : ['usage', 'caller'],
  );
  const values = question.by.map((dimension, index) => `${expressionOf(dimension, needed)} AS ${valueColumn(index)}`);
  const tokens = more?.tokens === false ? [] : tokenColumns(dialect);
  return `SELECT ${['f.time', ...values, adjustmentOf(dialect)].join(', ')}, ${['f.cost', ...tokens, ...(more?.columns ?? [])].join(', ')}
    FROM ${addedUp(question, needed, tables, dialect, more)} AS f ${joins(tables, needed, dialect)} WHERE ${all(filterConditions(question, needed, dialect))}`;
}

function tokenColumns({ text }: Dialect): string[] {
  return [
    'CASE WHEN u.token_kind IS NOT NULL AND u.tokens_per_unit IS NOT NULL THEN f.counted_cost ELSE 0 END AS token_cost',
    ...Object.entries(TOKEN_COLUMNS).map(
      ([kind, column]) =>
        `CASE WHEN u.token_kind = ${text(kind)} THEN f.usage_amount * u.tokens_per_unit ELSE 0 END AS ${column}`,
    ),
  ];
}

/** The line item type of a line without a principal that only corrects cost. */
function adjustmentOf({ text }: Dialect): string {
  const usageTypes = [...USAGE_LINE_TYPES].map(text).join(', ');
  return `CASE WHEN u.line_item_type IN (${usageTypes}) OR f.attributed THEN NULL ELSE coalesce(u.line_item_type, 'Unknown') END AS adjustment`;
}

/**
 * Where a dimension says to whom lines belong, those of nobody and shared ones are no group among others: they are ranked
 * for themselves, so that they do not vanish in the remainder.
 */
function apartFrom({ by }: Question, dialect: Dialect): string | null {
  const index = by.findIndex(({ source }) => source.table === 'allocated');
  if (index < 0) return null;
  const value = valueColumn(index);
  return `CASE WHEN ${value} IS NULL THEN 0 WHEN ${value} = ${dialect.text(SHARED)} THEN 1 ELSE 2 END`;
}
