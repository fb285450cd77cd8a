import type { AllocatedSource, Dimension } from '../domain/dimension.ts';
import type { Filter, Question } from '../domain/question.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { CallerAllocation } from '../ledger/caller-allocation.ts';
import type { PeriodTables } from './period-tables.ts';

/** Whether the question asks to what callers are allocated. */
export function needsCallers({ by, where }: Pick<Question, 'by' | 'where'>): boolean {
  return allocatedNames([...by, ...where.map(({ dimension }) => dimension)]).length > 0;
}

const JOINS = [
  ['usage', 'u', 'usage_id'],
  ['caller', 'c', 'caller_id'],
  ['tag_set', 't', 'tag_set_id'],
] as const;

type Joined = (typeof JOINS)[number][0];
export type Id = (typeof JOINS)[number][2];

export const IDS: readonly Id[] = JOINS.map(([, , id]) => id);

/** What the facts are joined to. */
export interface Needed {
  readonly tables: ReadonlySet<Joined>;
  /** dimensions that tags say something of, each a column `tag0`, `tag1`, … of the tag sets */
  readonly tags: readonly AllocatedSource[];
  /** the allocated dimensions of callers, each joined as `a0`, `a1`, … */
  readonly callers: readonly string[];
}

export function neededFor(dimensions: readonly Dimension[], always: readonly Joined[] = []): Needed {
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

export function idsOf({ tables, callers }: Needed): Id[] {
  const ids = JOINS.filter(([table]) => tables.has(table)).map(([, , id]) => id);
  return [...new Set<Id>([...ids, ...(callers.length > 0 ? (['caller_id'] as const) : [])])];
}

export function joins({ of, allocation }: PeriodTables, { tables, tags, callers }: Needed, dialect: Dialect): string {
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

export function allocationOf(allocation: CallerAllocation | null): CallerAllocation {
  if (allocation === null) throw new Error('the question needs the allocation of callers');
  return allocation;
}

export const dimensionsOf = ({ where, by }: Question): Dimension[] => [
  ...where.map(({ dimension }) => dimension),
  ...by,
];

export function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}

/** None is ever NULL, so that NOT of them all is exactly the rest. */
export function filterConditions(question: Pick<Question, 'where'>, needed: Needed, dialect: Dialect): string[] {
  return question.where.map((filter) => filterCondition(filter, needed, dialect));
}

export function filterCondition({ dimension, negated, values }: Filter, needed: Needed, dialect: Dialect): string {
  const value = expressionOf(dimension, needed);
  const texts = values.filter((text) => text !== null).map(dialect.text);
  const any = [
    ...(texts.length > 0 ? [`coalesce(${value} IN (${texts.join(', ')}), FALSE)`] : []),
    ...(values.includes(null) ? [`${value} IS NULL`] : []),
  ];
  return `${negated ? 'NOT ' : ''}(${any.join(' OR ')})`;
}

export function expressionOf({ source }: Dimension, { tags, callers }: Needed): string {
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
export function tagValue({ tagKeys, spellings }: AllocatedSource, dialect: Dialect): string {
  const values = tagKeys.map((key) => `nullif(${dialect.mapValue('t.tags', key)}, '')`);
  const value = values.length === 1 ? `${values[0]}` : `coalesce(${values.join(', ')})`;
  const cases = Object.entries(spellings).map(
    ([spelling, name]) => `WHEN ${dialect.text(spelling)} THEN ${dialect.text(name)}`,
  );
  return cases.length === 0 ? value : `CASE ${value} ${cases.join(' ')} ELSE ${value} END`;
}
