import { FIRST_DAY, SHARED } from '../domain/allocation.ts';
import type { AllocatedSource, Dimension } from '../domain/dimension.ts';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import type { Money } from '../domain/money.ts';
import type { Day } from '../domain/period.ts';
import type { Filter, Grain, Question } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { CallerAllocation } from '../ledger/caller-allocation.ts';
import type { Table } from '../ledger/tables.ts';
import { ALWAYS_READ, areCoarse, areOfCallers, areOfCallersDays, areRuns, type CoarseFacts } from './coarse.ts';

/** One period's snapshot as SQL. */
export interface PeriodTables {
  /** the relation of a ledger table */
  readonly of: (table: Table) => string;
  /** `null` where no dimension of the question needs it: {@link needsCallers} */
  readonly allocation: CallerAllocation | null;
  /** instead of `fact_day`, for questions that they tell enough for; `null` where there are none */
  readonly coarse: CoarseFacts | null;
  /** what filters and days leave out, by the question's own words: kept where many ask the same; `null` = not kept */
  readonly filteredOut: Map<string, Money> | null;
}

/** Whether the question asks to what callers are allocated. */
export function needsCallers({ by, where }: Pick<Question, 'by' | 'where'>): boolean {
  return allocatedNames([...by, ...where.map(({ dimension }) => dimension)]).length > 0;
}

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
export function compileRows(question: Question, periods: readonly PeriodTables[], dialect: Dialect): string {
  const dimensions = question.by.map((_, index) => valueColumn(index));
  const measures = ['cost', 'token_cost', ...Object.values(TOKEN_COLUMNS)];
  const sums = measures.map((measure) => `sum(${measure}) AS ${measure}`).join(', ');
  const keys = ['time', ...dimensions, 'adjustment'];
  const parts = periods.map((tables) => compilePeriod(question, tables, dialect));
  const grouped = `SELECT ${keys.join(', ')}, ${sums} FROM (${parts.join(' UNION ALL ')}) AS lines GROUP BY ${keys.join(', ')}`;
  const time = TIME_TEXT[question.grain ?? 'day'];
  if (question.top === null || dimensions.length === 0) {
    const columns = [time, ...dimensions, 'adjustment', 'FALSE AS is_other', ...measures];
    return `SELECT ${columns.join(', ')} FROM (${grouped}) AS grouped`;
  }
  // Groups are ranked over the whole time, so that a day and its neighbour show the same names.
  const total = `sum(cost) OVER (PARTITION BY ${[...dimensions, 'adjustment'].join(', ')})`;
  const apart = apartFrom(question, dialect);
  const order = `ORDER BY adjustment IS NOT NULL, total DESC, ${dimensions.map(nullsLast).join(', ')}`;
  const rank = `dense_rank() OVER (${apart === null ? '' : `PARTITION BY ${apart} `}${order})`;
  const isOther = `(group_rank > ${question.top} AND adjustment IS NULL)`;
  const kept = dimensions.map((column) => `CASE WHEN is_other THEN NULL ELSE ${column} END AS ${column}`);
  return `SELECT ${time}, ${kept.join(', ')}, adjustment, is_other, ${sums}
    FROM (SELECT *, ${isOther} AS is_other FROM (SELECT *, ${rank} AS group_rank FROM (
      SELECT *, ${total} AS total FROM (${grouped}) AS grouped) AS totalled) AS ranked) AS marked
    GROUP BY 1, ${dimensions.map((_, index) => index + 2).join(', ')}, adjustment, is_other`;
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
  const rows = compileRows({ ...question, by: [dimension], grain: null, top: null }, periods, dialect);
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
      `SELECT f.cost FROM ${addedUp(whole, needed, tables, dialect, null, 'told')} AS f ${joins(tables, needed, dialect)}
       WHERE NOT (${all(['f.on_days', ...filterConditions(whole, needed, dialect)])})`,
  );
  return `SELECT sum(cost) AS cost FROM (${left.join(' UNION ALL ')}) AS lines`;
}

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
  /** whether tokens and what they cost are told, too; where they are not, fewer usages differ */
  readonly tokens: boolean;
  /** whether lines whose amount could not be read are told apart: `f.unread` */
  readonly unread: boolean;
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
 * The facts, added up by what the question needs before anything is joined: millions of rows become hundreds.
 * @param days `kept`: only the days asked for; `told`: all days, and `f.on_days` says whether they are asked for
 */
function addedUp(
  question: Question,
  needed: Needed,
  tables: PeriodTables,
  dialect: Dialect,
  more: MoreColumns | null,
  days: 'kept' | 'told' = 'kept',
): string {
  // A day is quicker to group by than its text.
  const times = { day: 'usage_day', month: "date_trunc('month', usage_day)" };
  const time = question.grain === null ? 'CAST(NULL AS DATE)' : times[question.grain];
  const spans = spanOf(needed, tables, dialect);
  const facts = factsFor(question, tables, more);
  const ids = idsOf(needed).map((id) => {
    const alike = facts === tables.coarse?.byRun ? null : alikeOf(id, question, needed, tables, dialect, more);
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
  if (more?.unread && facts === tables.coarse?.callersByRun) {
    // Of single callers and their usages little would be added up; the statement's own grouping does it at once.
    const plain = columns.map(({ name, sql }) => `${ids.some(({ id }) => id === name) ? `f.${name}` : sql} AS ${name}`);
    return `(SELECT ${plain.join(', ')}, ${question.cost} AS cost, usage_amount FROM ${facts} AS f WHERE ${all(conditions)})`;
  }
  return `(SELECT ${columns.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')}, sum(${question.cost}) AS cost,
    sum(CASE WHEN usage_amount IS NULL THEN 0 ELSE ${question.cost} END) AS counted_cost, sum(usage_amount) AS usage_amount
    FROM ${facts} AS f ${joined.join(' ')} WHERE ${all(conditions)}
    GROUP BY ${columns.flatMap(({ sql, key }) => (key ? [sql] : [])).join(', ')})`;
}

/** The sums from which the question is answered: the fewest rows that tell what it asks apart. */
function factsFor(question: Question, { of, coarse }: PeriodTables, more: MoreColumns | null): string {
  if (coarse === null || (more !== null && more.cuts.length > 0)) return of('fact_day');
  const asked = { dimensions: dimensionsOf(question), reads: more?.reads ?? { usage: [], caller: [] } };
  const runs = question.grain !== 'day' && areRuns(question, coarse.cuts);
  const added = areCoarse(asked) ? (runs ? coarse.byRun : coarse.byDay) : null;
  const single = runs && areOfCallers(asked) ? coarse.callersByRun : null;
  return added ?? single ?? (areOfCallersDays(asked) ? coarse.callersByDay : null) ?? of('fact_day');
}

/** Counts the cuts that are not after a line's day; `null` where there are none. */
function cutsPassedOf(cuts: readonly Day[], dialect: Dialect): string | null {
  const passed = cuts.map((cut, index) => `WHEN usage_day < ${dialect.date(cut)} THEN ${index}`);
  return passed.length === 0 ? null : `CASE ${passed.join(' ')} ELSE ${passed.length} END`;
}

const dimensionsOf = ({ where, by }: Question): Dimension[] => [...where.map(({ dimension }) => dimension), ...by];

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
  const told = ['dimension', 'CAST(from_day AS VARCHAR)', 'CAST(to_day AS VARCHAR)', 'value'].join(' || chr(31) || ');
  return `(SELECT caller_id, array_agg(${told} ORDER BY ${told}) AS told FROM ${allocationOf(allocation).relation} AS told
    WHERE dimension IN (${callers.map(text).join(', ')}) GROUP BY caller_id)`;
}

/**
 * A day that stands for the run of days in which no allocation changes and that the line's day is in, so that few groups are
 * joined. Of a line without a day the earliest.
 */
function spanOf(
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
function withSpan(needed: Needed, tables: PeriodTables, table: 'fact' | 'fact_day', dialect: Dialect): string {
  const span = spanOf(needed, tables, dialect);
  return span === null ? tables.of(table) : `(SELECT *, ${span.sql} AS span FROM ${tables.of(table)} AS f)`;
}

const JOINS = [
  ['usage', 'u', 'usage_id'],
  ['caller', 'c', 'caller_id'],
  ['tag_set', 't', 'tag_set_id'],
] as const;

type Joined = (typeof JOINS)[number][0];
type Id = (typeof JOINS)[number][2];

/** What the facts are joined to. */
interface Needed {
  readonly tables: ReadonlySet<Joined>;
  /** dimensions that tags say something of, each a column `tag0`, `tag1`, … of the tag sets */
  readonly tags: readonly AllocatedSource[];
  /** the allocated dimensions of callers, each joined as `a0`, `a1`, … */
  readonly callers: readonly string[];
}

function neededFor(dimensions: readonly Dimension[], always: readonly Joined[] = []): Needed {
  const tables = new Set<Joined>(always);
  for (const { source } of dimensions) {
    if (source.table !== 'allocated') tables.add(source.table);
    else if (source.tagKeys.length > 0) tables.add('tag_set');
  }
  const tags = new Map<string, AllocatedSource>();
  for (const { source } of dimensions) {
    if (source.table === 'allocated' && source.tagKeys.length > 0) tags.set(tagName(source), source);
  }
  return { tables, tags: [...tags.values()], callers: allocatedNames(dimensions) };
}

const tagName = ({ tagKeys, spellings }: AllocatedSource): string => JSON.stringify([tagKeys, spellings]);

function allocatedNames(dimensions: readonly Dimension[]): string[] {
  const names = dimensions.flatMap(({ source }) => (source.table === 'allocated' ? [source.callers] : []));
  return [...new Set(names)].filter((name) => name !== null);
}

function idsOf({ tables, callers }: Needed): Id[] {
  const ids = JOINS.filter(([table]) => tables.has(table)).map(([, , id]) => id);
  return [...new Set<Id>([...ids, ...(callers.length > 0 ? (['caller_id'] as const) : [])])];
}

function joins({ of, allocation }: PeriodTables, { tables, tags, callers }: Needed, dialect: Dialect): string {
  // There are few tag sets: what they say is worked out before they are joined.
  const named = tags.map((source, index) => `${tagValue(source, dialect)} AS tag${index}`);
  const tagSets = `(SELECT ${['t.*', ...named].join(', ')} FROM ${of('tag_set')} AS t)`;
  const clauses = JOINS.filter(([table]) => tables.has(table)).map(
    ([table, alias, id]) => `JOIN ${table === 'tag_set' ? tagSets : of(table)} AS ${alias} ON f.${id} = ${alias}.${id}`,
  );
  const allocated = callers.map((name, index) => {
    const own = `SELECT caller_id, from_day, to_day, value, evidence FROM ${allocationOf(allocation).relation} AS told WHERE dimension = ${dialect.text(name)}`;
    const a = `a${index}`;
    // At most one row a caller and day; none = it belongs to nothing.
    return `LEFT JOIN (${own}) AS ${a} ON f.caller_id = ${a}.caller_id AND ${a}.from_day <= f.span AND f.span < ${a}.to_day`;
  });
  return [...clauses, ...allocated].join(' ');
}

function allocationOf(allocation: CallerAllocation | null): CallerAllocation {
  if (allocation === null) throw new Error('the question needs the allocation of callers');
  return allocation;
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
function filterConditions(question: Question, needed: Needed, dialect: Dialect): string[] {
  return question.where.map((filter) => filterCondition(filter, needed, dialect));
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
    const tagged = `SELECT t.tag_set_id FROM ${of('tag_set')} AS t WHERE ${source.tagKeys.length === 0 ? 'FALSE' : `${tagValue(source, dialect)} IN (${list})`}`;
    const told =
      source.callers === null
        ? []
        : [
            `f.caller_id IN (SELECT told.caller_id FROM ${allocationOf(allocation).relation} AS told
              WHERE told.dimension = ${dialect.text(source.callers)} AND told.value IN (${list}))`,
          ];
    return [`(${[`f.tag_set_id IN (${tagged})`, ...told].join(' OR ')})`];
  });
}

function filterCondition({ dimension, negated, values }: Filter, needed: Needed, dialect: Dialect): string {
  const value = expressionOf(dimension, needed);
  const texts = values.filter((text) => text !== null).map(dialect.text);
  const any = [
    ...(texts.length > 0 ? [`coalesce(${value} IN (${texts.join(', ')}), FALSE)`] : []),
    ...(values.includes(null) ? [`${value} IS NULL`] : []),
  ];
  return `${negated ? 'NOT ' : ''}(${any.join(' OR ')})`;
}

function expressionOf({ source }: Dimension, { tags, callers }: Needed): string {
  switch (source.table) {
    case 'allocated': {
      const told = source.callers === null ? [] : [`a${callers.indexOf(source.callers)}.value`];
      const tag = tags.findIndex((one) => tagName(one) === tagName(source));
      const all = [...(tag < 0 ? [] : [`t.tag${tag}`]), ...told];
      const [only = 'CAST(NULL AS VARCHAR)', ...more] = all;
      return more.length === 0 ? only : `coalesce(${all.join(', ')})`;
    }
    case 'caller':
      return `c.${source.column}`;
    case 'usage':
      return source.column === 'batch' ? `CASE WHEN u.batch THEN 'yes' ELSE 'no' END` : `u.${source.column}`;
  }
}

/** The first tag that has a value, in its canonical spelling. */
function tagValue({ tagKeys, spellings }: AllocatedSource, dialect: Dialect): string {
  const values = tagKeys.map((key) => `nullif(${dialect.mapValue('t.tags', key)}, '')`);
  const value = values.length === 1 ? `${values[0]}` : `coalesce(${values.join(', ')})`;
  const cases = Object.entries(spellings).map(
    ([spelling, name]) => `WHEN ${dialect.text(spelling)} THEN ${dialect.text(name)}`,
  );
  return cases.length === 0 ? value : `CASE ${value} ${cases.join(' ')} ELSE ${value} END`;
}

function nullsLast(column: string): string {
  return `${column} NULLS LAST`;
}
