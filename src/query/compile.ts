import type { Dimension } from '../domain/dimension.ts';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import type { Filter, Grain, Question } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { Table } from '../ledger/tables.ts';

/** The relation of a ledger table in one period's snapshot, as SQL. */
export type TableOf = (table: Table) => string;

export const TOKEN_COLUMNS: Readonly<Record<TokenKind, string>> = {
  input: 'tokens_input',
  output: 'tokens_output',
  'cache-read': 'tokens_cache_read',
  'cache-write': 'tokens_cache_write',
};

/** Columns d0, d1, … of the statement hold the question's dimensions. */
export const valueColumn = (index: number): string => `d${index}`;

/** A time as the answer's rows have it, from the day that the facts are added up by. */
const TIME_TEXT: Readonly<Record<Grain, string>> = {
  day: 'CAST(time AS VARCHAR) AS time',
  month: 'substr(CAST(time AS VARCHAR), 1, 7) AS time',
};

/**
 * The rows of a question in no order (see order.ts): columns `time`, d0…, `adjustment`, `is_other`, `cost`, `token_cost`
 * and {@link TOKEN_COLUMNS}.
 * @param periods one entry a billing period: ids are dense within a snapshot only
 */
export function compileRows(question: Question, periods: readonly TableOf[], dialect: Dialect): string {
  const dimensions = question.by.map((_, index) => valueColumn(index));
  const measures = ['cost', 'token_cost', ...Object.values(TOKEN_COLUMNS)];
  const sums = measures.map((measure) => `sum(${measure}) AS ${measure}`).join(', ');
  const keys = ['time', ...dimensions, 'adjustment'];
  const parts = periods.map((tableOf) => compilePeriod(question, tableOf, dialect));
  const grouped = `SELECT ${keys.join(', ')}, ${sums} FROM (${parts.join(' UNION ALL ')}) AS lines GROUP BY ${keys.join(', ')}`;
  const time = TIME_TEXT[question.grain ?? 'day'];
  if (question.top === null || dimensions.length === 0) {
    const columns = [time, ...dimensions, 'adjustment', 'FALSE AS is_other', ...measures];
    return `SELECT ${columns.join(', ')} FROM (${grouped}) AS grouped`;
  }
  // Groups are ranked over the whole time, so that a day and its neighbour show the same names.
  const total = `sum(cost) OVER (PARTITION BY ${[...dimensions, 'adjustment'].join(', ')})`;
  const rank = `dense_rank() OVER (ORDER BY adjustment IS NOT NULL, total DESC, ${dimensions.map(nullsLast).join(', ')})`;
  const isOther = `(group_rank > ${question.top} AND adjustment IS NULL)`;
  const kept = dimensions.map((column) => `CASE WHEN is_other THEN NULL ELSE ${column} END AS ${column}`);
  return `SELECT ${time}, ${kept.join(', ')}, adjustment, is_other, ${sums}
    FROM (SELECT *, ${isOther} AS is_other FROM (SELECT *, ${rank} AS group_rank FROM (
      SELECT *, ${total} AS total FROM (${grouped}) AS grouped) AS totalled) AS ranked) AS marked
    GROUP BY 1, ${dimensions.map((_, index) => index + 2).join(', ')}, adjustment, is_other`;
}

/** The cost of the lines that the question's filters and days leave out: column `cost`. */
export function compileFilteredOut(question: Question, periods: readonly TableOf[], dialect: Dialect): string {
  const left = periods.map(
    (tableOf) =>
      `SELECT f.${question.cost} AS cost FROM ${tableOf('fact_day')} AS f
       ${joins(tableOf, tablesOf(question.where.map(({ dimension }) => dimension)))}
       WHERE NOT (${all([...dayConditions(question, dialect), ...filterConditions(question, dialect)])})`,
  );
  return `SELECT sum(cost) AS cost FROM (${left.join(' UNION ALL ')}) AS lines`;
}

function compilePeriod(question: Question, tableOf: TableOf, dialect: Dialect): string {
  const filtered = question.where.map(({ dimension }) => dimension);
  const needed = new Set<Joined>(['usage', ...tablesOf([...filtered, ...question.by])]);
  const values = question.by.map((dimension, index) => `${expressionOf(dimension, dialect)} AS ${valueColumn(index)}`);
  const usageTypes = [...USAGE_LINE_TYPES].map(dialect.text).join(', ');
  const adjustment = `CASE WHEN u.line_item_type IN (${usageTypes}) OR f.attributed THEN NULL ELSE coalesce(u.line_item_type, 'Unknown') END`;
  const tokens = Object.entries(TOKEN_COLUMNS).map(
    ([kind, column]) =>
      `CASE WHEN u.token_kind = ${dialect.text(kind)} THEN f.usage_amount * u.tokens_per_unit ELSE 0 END AS ${column}`,
  );
  const paidForTokens = `CASE WHEN u.token_kind IS NOT NULL AND u.tokens_per_unit IS NOT NULL THEN f.counted_cost ELSE 0 END`;
  return `SELECT ${['f.time', ...values, `${adjustment} AS adjustment`].join(', ')}, f.cost,
    ${paidForTokens} AS token_cost, ${tokens.join(', ')}
    FROM ${addedUp(question, needed, tableOf, dialect)} AS f ${joins(tableOf, needed)} WHERE ${all(filterConditions(question, dialect))}`;
}

/** The facts, added up by the ids that the question needs before anything is joined: millions of rows become thousands. */
function addedUp(question: Question, needed: ReadonlySet<Joined>, tableOf: TableOf, dialect: Dialect): string {
  // A day is quicker to group by than its text.
  const times = { day: 'usage_day', month: "date_trunc('month', usage_day)" };
  const time = question.grain === null ? 'CAST(NULL AS DATE)' : times[question.grain];
  const ids = JOINS.filter(([table]) => needed.has(table)).map(([, , id]) => id);
  const keys = [...(question.grain === null ? [] : [time]), 'attributed', ...ids].join(', ');
  return `(SELECT ${time} AS time, attributed, ${ids.join(', ')}, sum(${question.cost}) AS cost,
    sum(CASE WHEN usage_amount IS NULL THEN 0 ELSE ${question.cost} END) AS counted_cost, sum(usage_amount) AS usage_amount
    FROM ${tableOf('fact_day')} AS f WHERE ${all(dayConditions(question, dialect))} GROUP BY ${keys})`;
}

const JOINS = [
  ['usage', 'u', 'usage_id'],
  ['caller', 'c', 'caller_id'],
  ['tag_set', 't', 'tag_set_id'],
] as const;

type Joined = (typeof JOINS)[number][0];

function joins(tableOf: TableOf, needed: ReadonlySet<Joined>): string {
  const clauses = JOINS.filter(([table]) => needed.has(table)).map(
    ([table, alias, id]) => `JOIN ${tableOf(table)} AS ${alias} ON f.${id} = ${alias}.${id}`,
  );
  return clauses.join(' ');
}

function tablesOf(dimensions: readonly Dimension[]): Set<Joined> {
  return new Set(dimensions.map(({ source }) => source.table));
}

function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}

/** A line without a usage day is on no day asked for. */
function dayConditions({ from, to }: Question, dialect: Dialect): string[] {
  return [
    ...(from === null ? [] : [`coalesce(f.usage_day >= ${dialect.date(from)}, FALSE)`]),
    ...(to === null ? [] : [`coalesce(f.usage_day < ${dialect.date(to)}, FALSE)`]),
  ];
}

/** None is ever NULL, so that NOT of them all is exactly the rest. */
function filterConditions(question: Question, dialect: Dialect): string[] {
  return question.where.map((filter) => filterCondition(filter, dialect));
}

function filterCondition({ dimension, negated, values }: Filter, dialect: Dialect): string {
  const value = expressionOf(dimension, dialect);
  const texts = values.filter((text) => text !== null).map(dialect.text);
  const any = [
    ...(texts.length > 0 ? [`coalesce(${value} IN (${texts.join(', ')}), FALSE)`] : []),
    ...(values.includes(null) ? [`${value} IS NULL`] : []),
  ];
  return `${negated ? 'NOT ' : ''}(${any.join(' OR ')})`;
}

function expressionOf({ source }: Dimension, dialect: Dialect): string {
  switch (source.table) {
    case 'tag_set':
      return `nullif(${dialect.mapValue('t.tags', source.tagKey)}, '')`;
    case 'caller':
      return `c.${source.column}`;
    case 'usage':
      return source.column === 'batch' ? `CASE WHEN u.batch THEN 'yes' ELSE 'no' END` : `u.${source.column}`;
  }
}

function nullsLast(column: string): string {
  return `${column} NULLS LAST`;
}
