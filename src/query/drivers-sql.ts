import type { UsedThing } from '../domain/driver.ts';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import type { Day, Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import { compilePeriod, type MoreColumns, type PeriodTables, valueColumn } from './compile.ts';

/**
 * Which days of a period an earlier snapshot held whole: those of a seller's lines before its day; all of them once the
 * period had its invoices.
 */
export type Settled = 'all' | readonly { readonly seller: string; readonly before: Day }[];

/** The keys of a cell beside the question's own, and its sums. */
const CELL_KEYS = ['caller', 'named', 'thing', 'corrects', 'settled'] as const;
const CELL_SUMS = ['cost', 'counted_cost', 'quantity'] as const;

/**
 * The cells of a question (UsageCell) in no order: columns `time`, d0…, `adjustment`, and those of {@link CELL_KEYS} and
 * {@link CELL_SUMS}.
 * @param settled by period; none = nothing is settled
 * @param digits only of callers whose hash begins with one of them: a caller is in one part, whatever the period
 */
export function compileCells(
  question: Question,
  periods: readonly PeriodTables[],
  settled: ReadonlyMap<Period, Settled>,
  digits: readonly string[],
  dialect: Dialect,
): string {
  const values = question.by.map((_, index) => valueColumn(index));
  const keys = ['time', ...values, 'adjustment', ...CELL_KEYS];
  const sums = CELL_SUMS.map((column) => `sum(${column}) AS ${column}`);
  const parts = periods.map((tables, index) => {
    const period = question.periods[index];
    const days = period === undefined ? undefined : settled.get(period);
    return compilePeriod(question, tables, dialect, cellColumns(days ?? [], digits, dialect));
  });
  const grouped = `SELECT ${[...keys, ...sums].join(', ')} FROM (${parts.join(' UNION ALL ')}) AS lines GROUP BY ${keys.join(', ')}`;
  return `SELECT CAST(time AS VARCHAR) AS time, ${[...keys.slice(1), ...CELL_SUMS].join(', ')} FROM (${grouped}) AS cells`;
}

/** What the columns of cells are made of. */
const READS = {
  usage: ['model', 'tier', 'batch', 'routing', 'aws_region', 'cache_ttl', 'usage_type', 'unit', 'seller'],
  caller: ['account', 'principal', 'kind', 'role', 'session'],
} as const;

/** The first digits that a hash can have. */
export const HASH_DIGITS = [...'0123456789abcdef'];

function cellColumns(settled: Settled, digits: readonly string[], dialect: Dialect): MoreColumns {
  const usageTypes = [...USAGE_LINE_TYPES].map(dialect.text).join(', ');
  const countsTokens = 'u.token_kind IS NOT NULL AND u.tokens_per_unit IS NOT NULL';
  const things: Readonly<Record<keyof UsedThing, string>> = {
    model: 'u.model',
    service: service(dialect),
    tokenKind: `CASE WHEN ${countsTokens} THEN u.token_kind END`,
    cacheTtl: `CASE WHEN ${countsTokens} THEN u.cache_ttl END`,
    usageType: 'u.usage_type',
    unit: `CASE WHEN ${countsTokens} THEN NULL ELSE u.unit END`,
  };
  const texts = THING_PARTS.map((part) => `coalesce(${things[part]}, ${dialect.text('')})`);
  const cuts = settled === 'all' ? [] : [...new Set(settled.map(({ before }) => before))].sort();
  return {
    columns: [
      `${callerOf('c')} AS caller`,
      'c.principal IS NOT NULL AS named',
      `${texts.join(' || chr(31) || ')} AS thing`,
      `coalesce(u.line_item_type NOT IN (${usageTypes}), TRUE) AS corrects`,
      `${settledCondition(settled, cuts, dialect)} AS settled`,
      'f.counted_cost',
      `CASE WHEN ${countsTokens} THEN f.usage_amount * u.tokens_per_unit ELSE f.usage_amount END AS quantity`,
    ],
    reads: READS,
    callers:
      digits.length === HASH_DIGITS.length
        ? null
        : `substr(${dialect.hash(callerOf('s'))}, 1, 1) IN (${digits.map(dialect.text).join(', ')})`,
    cuts,
  };
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

/** In this order, with THING_SEPARATOR between them, a thing is one text: engines group and hand over one quicker than six. */
export const THING_PARTS = [
  'model',
  'service',
  'tokenKind',
  'cacheTtl',
  'usageType',
  'unit',
] as const satisfies readonly (keyof UsedThing)[];
export const THING_SEPARATOR = String.fromCharCode(31);

/** `flex, batch, global, us-east-1` */
function service({ text }: Dialect): string {
  const parts = ['u.tier', `CASE WHEN u.batch THEN 'batch' END`, 'u.routing', 'u.aws_region'];
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
