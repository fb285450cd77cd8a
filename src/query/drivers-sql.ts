import type { UsedThing } from '../domain/driver.ts';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import type { Day, Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { Columns } from '../engine/engine.ts';
import { compilePeriod, valueColumn } from './compile.ts';
import type { MoreColumns } from './facts-sql.ts';
import type { PeriodTables } from './period-tables.ts';

/**
 * Which days of a period an earlier snapshot held whole: those of a seller's lines before its day; all of them once the
 * period had its invoices.
 */
export type Settled = 'all' | readonly { readonly seller: string; readonly before: Day }[];

/** One side of a comparison as SQL. */
export interface ComparedTables {
  readonly question: Question;
  /** by billing period of the question, as {@link numbered} has them */
  readonly periods: readonly PeriodTables[];
  /** by period; none = nothing is settled */
  readonly settled: ReadonlyMap<Period, Settled>;
}

/** The columns of usage and caller that things, callers and their cells are made of. */
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

const NUMBERED = { caller: 'caller_no', usage: 'thing_no' } as const;

/** Ids are dense within a snapshot only: callers and things of all periods get numbers by which they can be compared. */
export interface Numbers {
  /** columns `period_no`, `caller_id`, `caller_no` */
  readonly caller: string;
  /** columns `period_no`, `usage_id`, `thing_no`, `thing` */
  readonly usage: string;
}

/** @param periods of both sides, in the order in which {@link numbered} is told their places */
export function compileNumbers(periods: readonly PeriodTables[], dialect: Dialect): Numbers {
  const all = (table: 'caller' | 'usage', id: string, text: string): string => {
    const parts = periods.map(({ of }, place) => `SELECT ${place} AS period_no, ${id}, ${text} FROM ${of(table)} AS s`);
    return parts.join(' UNION ALL ');
  };
  return {
    caller: `SELECT period_no, caller_id, CAST(dense_rank() OVER (ORDER BY caller) AS INTEGER) AS caller_no
      FROM (${all('caller', 'caller_id', `${callerOf('s')} AS caller`)}) AS callers`,
    usage: `SELECT period_no, usage_id, CAST(dense_rank() OVER (ORDER BY thing) AS INTEGER) AS thing_no, thing
      FROM (${all('usage', 'usage_id', `${thingOf('s', dialect)} AS thing`)}) AS things`,
  };
}

/** The tables of a period whose callers and usages have their numbers beside them. */
export function numbered(tables: PeriodTables, place: number, numbers: Numbers): PeriodTables {
  const withNumber = (table: 'caller' | 'usage', id: string): string =>
    `(SELECT s.*, n.${NUMBERED[table]} FROM ${tables.of(table)} AS s JOIN (SELECT ${id}, ${NUMBERED[table]}
      FROM ${numbers[table]} AS numbers WHERE period_no = ${place}) AS n ON s.${id} = n.${id})`;
  return {
    ...tables,
    of: (table) => {
      if (table === 'caller') return withNumber('caller', 'caller_id');
      return table === 'usage' ? withNumber('usage', 'usage_id') : tables.of(table);
    },
  };
}

/** The same with the texts that numbers stand for: for an engine that is to keep no tables of ours. */
export function withTexts(tables: PeriodTables, dialect: Dialect): PeriodTables {
  const texts = { caller: callerOf('s'), usage: thingOf('s', dialect) };
  return {
    ...tables,
    of: (table) =>
      table === 'caller' || table === 'usage'
        ? `(SELECT s.*, ${texts[table]} AS ${NUMBERED[table]} FROM ${tables.of(table)} AS s)`
        : tables.of(table),
  };
}

/** The lines of one side added up: the columns of {@link compileSide} that {@link compileCells} reads. */
export function compileSideSums(lines: readonly string[], question: Question): string {
  const keys = [...rowKeys(question), ...CELL_KEYS, 'settled'].join(', ');
  return `SELECT ${keys}, sum(cost) AS cost, sum(quantity) AS quantity FROM (${lines.join(' UNION ALL ')}) AS side GROUP BY ${keys}`;
}

/** A side that was read from another engine, as texts and truth values; see {@link loadedSide}. */
export function loadedColumns(question: Question): Columns {
  const truth = ['named', 'corrects', 'counts', 'settled'];
  const texts = [...rowKeys(question), 'caller', 'thing', 'cost', 'quantity'];
  return { ...ofType(texts, 'VARCHAR'), ...ofType(truth, 'BOOLEAN') };
}

function ofType(names: readonly string[], type: string): Columns {
  return Object.fromEntries(names.map((name) => [name, type]));
}

/** {@link Numbers} of sides that were loaded; `period_no` and ids have no meaning there. */
export function compileLoadedNumbers(sides: readonly string[]): Numbers {
  const all = (column: string): string =>
    sides.map((side) => `SELECT ${column} FROM ${side} AS side`).join(' UNION ALL ');
  const numbers = (column: string, number: string): string =>
    `SELECT ${column}, CAST(dense_rank() OVER (ORDER BY ${column}) AS INTEGER) AS ${number} FROM (${all(column)}) AS texts`;
  return {
    caller: `SELECT DISTINCT * FROM (${numbers('caller', 'caller_no')}) AS callers`,
    usage: `SELECT DISTINCT * FROM (${numbers('thing', 'thing_no')}) AS things`,
  };
}

/** The lines of a side that was loaded, with numbers, for {@link compileCells}. */
export function loadedSide(side: string, numbers: Numbers, question: Question): string {
  const [, ...keys] = rowKeys(question);
  const amounts = ['cost', 'quantity'].map((amount) => `CAST(l.${amount} AS DECIMAL(38,10)) AS ${amount}`);
  const columns = [...keys, 'named', 'corrects', 'counts', 'settled'].map((column) => `l.${column}`);
  return `SELECT CAST(l.time AS DATE) AS time, ${[...columns, ...amounts].join(', ')}, c.caller_no AS caller, t.thing_no AS thing
    FROM ${side} AS l JOIN ${numbers.caller} AS c ON l.caller = c.caller JOIN ${numbers.usage} AS t ON l.thing = t.thing`;
}

/** What stands in a cell beside the row that it is a part of. */
const CELL_KEYS = ['caller', 'named', 'thing', 'corrects', 'counts'] as const;
const CELL_SUMS = ['restated', 'cost0', 'cost1', 'quantity0', 'quantity1'] as const;

/**
 * The lines of both sides broken down by caller and thing, side by side (0 = before, 1 = now): columns `time`, d0…, `adjustment`,
 * {@link CELL_KEYS} and {@link CELL_SUMS}. `counts`: the cost paid for the quantity, and it is known what that is counted in. Settled days of
 * before are replaced by those of now: what that changes is `restated`.
 * @param before SQL of {@link compileSide}
 */
export function compileCells(before: readonly string[], now: readonly string[], question: Question): string {
  const keys = [...rowKeys(question), ...CELL_KEYS];
  const parts = [
    ...before.map((lines) => sumsOf(lines, question, BEFORE)),
    ...now.map((lines) => sumsOf(lines, question, NOW)),
  ];
  const sums = CELL_SUMS.map((column) => `sum(${column}) AS ${column}`);
  return `SELECT ${[...keys, ...sums].join(', ')} FROM (${parts.join(' UNION ALL ')}) AS lines GROUP BY ${keys.join(', ')}`;
}

const rowKeys = ({ by }: Pick<Question, 'by'>): string[] => [
  'time',
  ...by.map((_, index) => valueColumn(index)),
  'adjustment',
];

type SideSums = Readonly<Record<(typeof CELL_SUMS)[number], string>>;

const BEFORE: SideSums = {
  restated: 'CASE WHEN settled THEN -cost ELSE 0 END',
  cost0: 'CASE WHEN settled THEN 0 ELSE cost END',
  cost1: '0',
  quantity0: 'CASE WHEN settled THEN 0 ELSE quantity END',
  quantity1: '0',
};

const NOW: SideSums = {
  restated: 'CASE WHEN settled THEN cost ELSE 0 END',
  cost0: 'CASE WHEN settled THEN cost ELSE 0 END',
  cost1: 'cost',
  quantity0: 'CASE WHEN settled THEN quantity ELSE 0 END',
  quantity1: 'quantity',
};

function sumsOf(lines: string, question: Question, sums: SideSums): string {
  const columns = CELL_SUMS.map((name) => `${sums[name]} AS ${name}`);
  return `SELECT ${[...rowKeys(question), ...CELL_KEYS, ...columns].join(', ')} FROM (${lines}) AS side`;
}

/**
 * The lines of one side, a statement a period: columns `time`, d0…, `adjustment`, {@link CELL_KEYS}, `settled`, `cost`, `quantity`, and
 * others.
 */
export function compileSide({ question, periods, settled }: ComparedTables, dialect: Dialect): string[] {
  return periods.map((tables, index) => {
    const period = question.periods[index];
    const days = (period === undefined ? undefined : settled.get(period)) ?? [];
    return compilePeriod(question, tables, dialect, cellColumns(days, dialect));
  });
}

function cellColumns(settled: Settled, dialect: Dialect): MoreColumns {
  const usageTypes = [...USAGE_LINE_TYPES].map(dialect.text).join(', ');
  const cuts = settled === 'all' ? [] : [...new Set(settled.map(({ before }) => before))].sort();
  return {
    columns: [
      'c.caller_no AS caller',
      'c.principal IS NOT NULL AS named',
      'u.thing_no AS thing',
      `coalesce(u.line_item_type NOT IN (${usageTypes}), TRUE) AS corrects`,
      `(NOT f.unread AND (${countsTokens('u')} OR u.unit IS NOT NULL)) AS counts`,
      `${settledCondition(settled, cuts, dialect)} AS settled`,
      `coalesce(CASE WHEN ${countsTokens('u')} THEN f.usage_amount * u.tokens_per_unit ELSE f.usage_amount END, 0) AS quantity`,
    ],
    reads: READS,
    alike: {
      usage: ['thing_no', 'token_kind', 'tokens_per_unit', 'line_item_type', ...(cuts.length === 0 ? [] : ['seller'])],
      caller: ['caller_no'],
    },
    cuts,
    tokens: false,
    unread: true,
  };
}

const USE = 'adjustment IS NULL AND NOT corrects';

/** Somebody is new where none of their usage was: using another model does not make them new in its row. */
function whoOf({ by }: Pick<Question, 'by'>): string[] {
  return by.flatMap(({ source }, index) => (source.table === 'usage' ? [] : [valueColumn(index)]));
}

/**
 * On which sides callers used anything: columns `caller`, `who` (the values of the row that say who, as one text), `on0`, `on1`.
 * @param cells SQL that names or makes {@link compileCells}
 */
export function compilePresence(cells: string, question: Question): string {
  const who = keyText(whoOf(question));
  const on = (side: 0 | 1): string =>
    `max(CASE WHEN cost${side} <> 0 OR quantity${side} <> 0 THEN 1 ELSE 0 END) AS on${side}`;
  return `SELECT caller, ${who} AS who, ${on(0)}, ${on(1)} FROM ${cells} AS cells WHERE ${USE} GROUP BY caller, ${who}`;
}

/** Cells beside their caller's presence: `on0`, `on1` are 0 or 1. */
function withPresence(cells: string, presence: string, question: Question): string {
  return `(SELECT l.*, coalesce(p.on0, 0) AS on0, coalesce(p.on1, 0) AS on1
    FROM (SELECT *, ${keyText(whoOf(question))} AS who FROM ${cells} AS cells) AS l
    LEFT JOIN (SELECT * FROM ${presence} AS presence) AS p ON l.caller = p.caller AND l.who = p.who)`;
}

/**
 * Whether a cell is to be split: usage with a price on whichever side it has a quantity, of a caller who is on both. Corrections can make a
 * quantity negative, and then nothing follows from its price.
 */
const LEAF_CONDITION = [
  USE,
  'counts',
  '(NOT named OR (on0 = 1 AND on1 = 1))',
  '(quantity0 > 0 OR (quantity0 = 0 AND cost0 = 0))',
  '(quantity1 > 0 OR (quantity1 = 0 AND cost1 = 0))',
  '(quantity0 <> 0 OR quantity1 <> 0)',
].join(' AND ');

/**
 * What of each row's change is only added up: columns `row_no`, `row_key`, `time`, d0…, `adjustment`, `restatement`, `adjustments`,
 * `new_principals`, `gone_principals`, `split` (the change of all leaves), `rest`, `came`, `went`.
 * @param cells SQL that names or makes {@link compileCells}
 * @param presence the same of {@link compilePresence}
 */
export function compileSums(cells: string, presence: string, question: Question): string {
  const keys = rowKeys(question);
  const when = (condition: string, amount: string): string => `sum(CASE WHEN ${condition} THEN ${amount} ELSE 0 END)`;
  const [isNew, isGone] = [`${USE} AND named AND on0 = 0`, `${USE} AND named AND on1 = 0`];
  const split = when(LEAF_CONDITION, 'cost1 - cost0');
  const count = (condition: string): string => `count(DISTINCT CASE WHEN ${condition} THEN caller END)`;
  const sums = [
    'sum(restated) AS restatement',
    `${when(`NOT (${USE})`, 'cost1 - cost0')} AS adjustments`,
    `${when(isNew, 'cost1')} AS new_principals`,
    `${when(isGone, '-cost0')} AS gone_principals`,
    `${split} AS split`,
    `${when(`${USE} AND NOT (named AND on0 = 0)`, 'cost1')} - ${when(`${USE} AND NOT (named AND on1 = 0)`, 'cost0')} - ${split} AS rest`,
    `${count(`${isNew} AND on1 = 1`)} AS came`,
    `${count(`${isGone} AND on0 = 1`)} AS went`,
  ];
  const placed = withPresence(cells, presence, question);
  const grouped = `SELECT ${[`${keyText(keys)} AS row_key`, ...keys, ...sums].join(', ')} FROM ${placed} AS placed GROUP BY ${keys.join(', ')}`;
  return `SELECT CAST(row_number() OVER (ORDER BY row_key) AS INTEGER) AS row_no, grouped.* FROM (${grouped}) AS grouped`;
}

/** Values as one text: NULL equals NULL. */
function keyText(keys: readonly string[]): string {
  if (keys.length === 0) return "''";
  return keys.map((key) => `coalesce('=' || CAST(${key} AS VARCHAR), '')`).join(' || chr(31) || ');
}

/** The columns of {@link compileLeaves}. */
export const LEAF = ['row', 'caller', 'thing', 'q0', 'q1', 'c0', 'c1'] as const;

/**
 * The leaves of all rows, those of a caller in a row one after the other: the numbers {@link LEAF}; quantities are tokens or units.
 * @param cells SQL that names or makes {@link compileCells}
 * @param presence the same of {@link compilePresence}
 * @param sums the same of {@link compileSums}
 */
export function compileLeaves(cells: string, presence: string, sums: string, question: Question): string {
  const amounts = [
    'CAST(quantity0 AS DOUBLE) AS q0',
    'CAST(quantity1 AS DOUBLE) AS q1',
    'CAST(cost0 AS DOUBLE) AS c0',
    'CAST(cost1 AS DOUBLE) AS c1',
  ];
  const placed = withPresence(cells, presence, question);
  const leaves = `SELECT ${[`${keyText(rowKeys(question))} AS row_key`, 'caller', 'thing', ...amounts].join(', ')} FROM ${placed} AS placed WHERE ${LEAF_CONDITION}`;
  return `SELECT r.row_no, l.caller, l.thing, l.q0, l.q1, l.c0, l.c1 FROM (${leaves}) AS l
    JOIN (SELECT row_no, row_key FROM ${sums} AS sums) AS r ON l.row_key = r.row_key ORDER BY r.row_no, l.caller`;
}

/**
 * Sessions that are not named after people (jobs, instances) come and go with every run: their role is who calls. The
 * same sessions name people as in src/allocation.
 */
function callerOf(c: string): string {
  return `CASE WHEN ${c}.principal IS NULL THEN coalesce(${c}.account, '')
    WHEN ${c}.role IS NULL OR ${c}.session IS NULL OR ${c}.kind = 'identity-center' OR ${c}.session LIKE '%@%' THEN ${c}.principal
    ELSE coalesce(${c}.account, '') || ':' || ${c}.role END`;
}

const countsTokens = (u: string): string => `(${u}.token_kind IS NOT NULL AND ${u}.tokens_per_unit IS NOT NULL)`;

/** In this order, with THING_SEPARATOR between them, a thing is one text. */
export const THING_PARTS = [
  'model',
  'service',
  'tokenKind',
  'cacheTtl',
  'usageType',
  'unit',
] as const satisfies readonly (keyof UsedThing)[];
export const THING_SEPARATOR = String.fromCharCode(31);

function thingOf(u: string, dialect: Dialect): string {
  const parts: Readonly<Record<keyof UsedThing, string>> = {
    model: `${u}.model`,
    service: service(u, dialect),
    tokenKind: `CASE WHEN ${countsTokens(u)} THEN ${u}.token_kind END`,
    cacheTtl: `CASE WHEN ${countsTokens(u)} THEN ${u}.cache_ttl END`,
    usageType: `${u}.usage_type`,
    unit: `CASE WHEN ${countsTokens(u)} THEN NULL ELSE ${u}.unit END`,
  };
  return THING_PARTS.map((part) => `coalesce(${parts[part]}, ${dialect.text('')})`).join(' || chr(31) || ');
}

/** `flex, batch, global, us-east-1` */
function service(u: string, { text }: Dialect): string {
  const parts = [`${u}.tier`, `CASE WHEN ${u}.batch THEN 'batch' END`, `${u}.routing`, `${u}.aws_region`];
  return parts.map((part) => `coalesce(${part} || ', ', ${text('')})`).join(' || ');
}

function settledCondition(settled: Settled, cuts: readonly Day[], dialect: Dialect): string {
  if (settled === 'all') return 'TRUE';
  const any = settled.map(
    ({ seller, before }) =>
      `(coalesce(u.seller, ${dialect.text('')}) = ${dialect.text(seller)} AND f.cuts_passed <= ${cuts.indexOf(before)})`,
  );
  return any.length === 0 ? 'FALSE' : any.join(' OR ');
}
