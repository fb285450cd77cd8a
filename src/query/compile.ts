import type { Dimension } from '../domain/dimension.ts';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import type { Filter, Question } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { Table } from '../ledger/snapshot.ts';

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

/**
 * The rows of a question: columns `time`, d0…, `adjustment`, `is_other`, `cost`, `token_cost` and {@link TOKEN_COLUMNS}.
 * @param periods one entry a billing period: ids are dense within a snapshot only
 */
export function compileRows(question: Question, periods: readonly TableOf[], dialect: Dialect): string {
  const dimensions = question.by.map((_, index) => valueColumn(index));
  const measures = ['cost', 'token_cost', ...Object.values(TOKEN_COLUMNS)];
  const sums = measures.map((measure) => `sum(${measure}) AS ${measure}`).join(', ');
  const keys = ['time', ...dimensions, 'adjustment'];
  const parts = periods.map((tableOf) => compilePeriod(question, tableOf, dialect));
  const grouped = `SELECT ${keys.join(', ')}, ${sums} FROM (${parts.join(' UNION ALL ')}) AS lines GROUP BY ${keys.join(', ')}`;
  const order = `time, is_other, adjustment IS NOT NULL, cost DESC, ${[...dimensions, 'adjustment'].map(nullsLast).join(', ')}`;
  if (question.top === null || dimensions.length === 0) {
    return `SELECT *, FALSE AS is_other FROM (${grouped}) AS grouped ORDER BY ${order}`;
  }
  // Groups are ranked over the whole time, so that a day and its neighbour show the same names.
  const total = `sum(cost) OVER (PARTITION BY ${[...dimensions, 'adjustment'].join(', ')})`;
  const rank = `dense_rank() OVER (ORDER BY adjustment IS NOT NULL, total DESC, ${dimensions.map(nullsLast).join(', ')})`;
  const isOther = `(group_rank > ${question.top} AND adjustment IS NULL)`;
  const kept = dimensions.map((column) => `CASE WHEN is_other THEN NULL ELSE ${column} END AS ${column}`);
  return `SELECT time, ${kept.join(', ')}, adjustment, is_other, ${sums}
    FROM (SELECT *, ${isOther} AS is_other FROM (SELECT *, ${rank} AS group_rank FROM (
      SELECT *, ${total} AS total FROM (${grouped}) AS grouped) AS totalled) AS ranked) AS marked
    GROUP BY time, ${dimensions.map((_, index) => index + 2).join(', ')}, adjustment, is_other ORDER BY ${order}`;
}

/** The cost of the lines that the question's filters and days leave out: column `cost`. */
export function compileFilteredOut(question: Question, periods: readonly TableOf[], dialect: Dialect): string {
  const left = periods.map(
    (tableOf) =>
      `SELECT f.${question.cost} AS cost ${joins(tableOf, tablesOf(question.where.map(({ dimension }) => dimension)))}
       WHERE NOT (${condition(question, dialect)})`,
  );
  return `SELECT sum(cost) AS cost FROM (${left.join(' UNION ALL ')}) AS lines`;
}

function compilePeriod(question: Question, tableOf: TableOf, dialect: Dialect): string {
  const values = question.by.map((dimension, index) => `${expressionOf(dimension, dialect)} AS ${valueColumn(index)}`);
  const times = { day: 'CAST(f.usage_day AS VARCHAR)', month: 'substr(CAST(f.usage_day AS VARCHAR), 1, 7)' };
  const time = question.grain === null ? `CAST(NULL AS VARCHAR)` : times[question.grain];
  const usageTypes = [...USAGE_LINE_TYPES].map(dialect.text).join(', ');
  const adjustment = `CASE WHEN u.line_item_type IN (${usageTypes}) OR c.principal IS NOT NULL THEN NULL ELSE coalesce(u.line_item_type, 'Unknown') END`;
  const tokens = Object.entries(TOKEN_COLUMNS).map(
    ([kind, column]) =>
      `CASE WHEN u.token_kind = ${dialect.text(kind)} THEN f.usage_amount * u.tokens_per_unit ELSE 0 END AS ${column}`,
  );
  const paidForTokens = `CASE WHEN u.token_kind IS NOT NULL AND u.tokens_per_unit IS NOT NULL THEN f.${question.cost} ELSE 0 END`;
  const filters = [...question.where.map(({ dimension }) => dimension), ...question.by];
  return `SELECT ${[`${time} AS time`, ...values, `${adjustment} AS adjustment`].join(', ')}, f.${question.cost} AS cost,
    ${paidForTokens} AS token_cost, ${tokens.join(', ')}
    ${joins(tableOf, new Set([...tablesOf(filters), 'usage', 'caller']))} WHERE ${condition(question, dialect)}`;
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
  return `FROM ${tableOf('fact_day')} AS f ${clauses.join(' ')}`;
}

function tablesOf(dimensions: readonly Dimension[]): Set<Joined> {
  return new Set(dimensions.map(({ source }) => source.table));
}

/** Never NULL, so that NOT of it is exactly the rest. */
function condition(question: Question, dialect: Dialect): string {
  return [
    ...(question.from === null ? [] : [`f.usage_day >= ${dialect.date(question.from)}`]),
    ...(question.to === null ? [] : [`f.usage_day < ${dialect.date(question.to)}`]),
    ...question.where.map((filter) => filterCondition(filter, dialect)),
    'TRUE',
  ].join(' AND ');
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
