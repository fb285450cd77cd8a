import { PERSON } from '../domain/allocation.ts';
import type { Dimension } from '../domain/dimension.ts';
import type { Day } from '../domain/period.ts';
import { COST_BASES } from '../domain/question.ts';
import { moneyOf } from '../engine/cells.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { Row } from '../engine/engine.ts';
import { type CallerAllocation, MARK } from '../ledger/caller-allocation.ts';
import type { Table } from '../ledger/tables.ts';

/**
 * What coarse facts still tell apart of a usage; of tag sets it is all. What a usage type says beside model, region and tokens
 * makes them hardly more.
 */
const USAGE = [
  'model',
  'provider',
  'token_kind',
  'cache_ttl',
  'tier',
  'routing',
  'batch',
  'endpoint',
  'tokens_per_unit',
  'aws_region',
  'line_item_type',
  'usage_type',
  'unit',
  'product_code',
  'entity',
  'seller',
  'currency',
] as const;

/** What every question reads of a usage. */
export const ALWAYS_READ = ['token_kind', 'tokens_per_unit', 'line_item_type'] as const;

/** What is left of a caller where callers are added up, beside what it is allocated to under any name but a person's. */
const CALLER = ['account', 'kind', 'role', 'permission_set'] as const;

/** Sums over usages that are alike in all that most questions ask: SQL that names them, with the columns of `fact_day`. */
export interface CoarseFacts {
  /** callers that are alike are added up, too; `null` here and below: there are too many */
  readonly byDay: string | null;
  /** the same over days: each sum stands under the first day of its run */
  readonly byRun: string | null;
  /** of single callers, over the days of runs; also `null` where nobody asks for them */
  readonly callersByRun: string | null;
  /** of single callers, over the days of runs, whatever they used */
  readonly callerTotals: string | null;
  /** of single callers, by day and model, whatever else they used */
  readonly modelsByDay: string | null;
  /** of single callers, by day, whatever they used: where models would be too many */
  readonly callersByDay: string | null;
  /** days on which a run begins; so it does on the first of a month */
  readonly cuts: readonly Day[];
}

/** What a question tells apart, and the columns that its statement reads besides. */
export interface CoarseAsked {
  readonly dimensions: readonly Dimension[];
  readonly reads: Readonly<Record<'usage' | 'caller', readonly string[]>>;
}

/** Whether sums of callers that are alike answer what is asked as the facts themselves do. */
export function areCoarse({ dimensions, reads }: CoarseAsked): boolean {
  const allowed: Readonly<Record<'usage' | 'caller', readonly string[]>> = { usage: USAGE, caller: CALLER };
  return (
    dimensions.every(({ source }) =>
      source.table === 'allocated' ? source.callers !== PERSON : allowed[source.table].includes(source.column),
    ) &&
    (['usage', 'caller'] as const).every((table) => reads[table].every((column) => allowed[table].includes(column)))
  );
}

/** Whether sums of single callers do, whatever they used. */
export function areCallerTotals({ dimensions, reads }: CoarseAsked): boolean {
  return dimensions.every(({ source }) => source.table !== 'usage') && reads.usage.length === 0;
}

/** Beside what every question reads: callers use few models a day. */
const MODELS = ['model', 'provider'] as const;

/** Whether sums of single callers do, whatever they used but for the model. */
export function areOfModels({ dimensions, reads }: CoarseAsked): boolean {
  const allowed: readonly string[] = MODELS;
  return (
    dimensions.every(({ source }) => source.table !== 'usage' || allowed.includes(source.column)) &&
    reads.usage.length === 0
  );
}

/** Whether sums of single callers do. */
export function areOfCallers({ dimensions, reads }: CoarseAsked): boolean {
  const allowed: readonly string[] = USAGE;
  return (
    dimensions.every(({ source }) => source.table !== 'usage' || allowed.includes(source.column)) &&
    reads.usage.every((column) => allowed.includes(column))
  );
}

/** Costs that need no more are kept in 8 bytes: they are added up, and read, in half the time. */
const NARROW = 'DECIMAL(18,10)';

/** All that sums of costs are is below. */
const NARROW_BELOW = 10n ** 18n;

/** What the costs of a period come to without their signs: columns m0, m1, …. No sum of some of them is more. */
export function compileMost(of: (table: Table) => string): string {
  return `SELECT ${COST_BASES.map((cost, index) => `sum(abs(${cost})) AS m${index}`).join(', ')} FROM ${of('fact_day')} AS f`;
}

/** @param most the row of {@link compileMost} */
export function areNarrow(most: Row): boolean {
  return COST_BASES.every((_, index) => moneyOf(most, `m${index}`) < NARROW_BELOW);
}

/** @param narrow {@link areNarrow} */
function sumsOf(narrow: boolean): string {
  const costs = COST_BASES.map((cost) =>
    narrow ? `CAST(sum(${cost}) AS ${NARROW}) AS ${cost}` : `sum(${cost}) AS ${cost}`,
  );
  return [...costs, 'sum(usage_amount) AS usage_amount'].join(', ');
}

/** {@link CoarseFacts.byDay}: each usage and caller under the least id of those like it. */
export function compileByDay(
  of: (table: Table) => string,
  allocation: CallerAllocation,
  narrow: boolean,
  dialect: Dialect,
): string {
  const { text } = dialect;
  const told = ['dimension', 'CAST(from_day AS VARCHAR)', 'CAST(to_day AS VARCHAR)', 'value'].join(' || chr(31) || ');
  const allocated = `(SELECT caller_id, array_agg(${told} ORDER BY ${told}) AS told FROM ${allocation.relation} AS a
    WHERE dimension NOT IN (${text(PERSON)}, ${text(MARK)}) GROUP BY caller_id)`;
  const caller = `(SELECT s.caller_id, min(s.caller_id) OVER (PARTITION BY ${CALLER.join(', ')}, told) AS alike
    FROM ${of('caller')} AS s LEFT JOIN ${allocated} AS a ON s.caller_id = a.caller_id)`;
  return `SELECT usage_day, u.alike AS usage_id, c.alike AS caller_id, tag_set_id, attributed, ${sumsOf(narrow)}
    FROM ${of('fact_day')} AS f JOIN ${alike(of('usage'), USAGE)} AS u ON f.usage_id = u.usage_id
    JOIN ${caller} AS c ON f.caller_id = c.caller_id
    GROUP BY usage_day, u.alike, c.alike, tag_set_id, attributed, usage_amount IS NULL`;
}

/** {@link CoarseFacts.byRun}, from those by day. */
export function compileByRun(byDay: string, cuts: readonly Day[], narrow: boolean, dialect: Dialect): string {
  const run = runOf(cuts, dialect);
  return `SELECT ${run} AS usage_day, usage_id, caller_id, tag_set_id, attributed, ${sumsOf(narrow)}
    FROM ${byDay} AS f GROUP BY ${run}, usage_id, caller_id, tag_set_id, attributed, usage_amount IS NULL`;
}

/** {@link CoarseFacts.callersByRun}, those of a caller one after the other: they are compressed better, and mostly read together. */
export function compileCallersByRun(
  of: (table: Table) => string,
  cuts: readonly Day[],
  narrow: boolean,
  dialect: Dialect,
): string {
  const run = runOf(cuts, dialect);
  return `SELECT ${run} AS usage_day, u.alike AS usage_id, caller_id, tag_set_id, attributed, ${sumsOf(narrow)}
    FROM ${of('fact_day')} AS f JOIN ${alike(of('usage'), USAGE)} AS u ON f.usage_id = u.usage_id
    GROUP BY ${run}, u.alike, caller_id, tag_set_id, attributed, usage_amount IS NULL ORDER BY caller_id, usage_id`;
}

/** {@link CoarseFacts.callerTotals}, from sums of single callers over the same runs. */
export function compileCallerTotals(callersByRun: string, of: (table: Table) => string, narrow: boolean): string {
  return `SELECT usage_day, u.alike AS usage_id, caller_id, tag_set_id, attributed, ${sumsOf(narrow)}
    FROM ${callersByRun} AS f JOIN ${alike(of('usage'), ALWAYS_READ)} AS u ON f.usage_id = u.usage_id
    GROUP BY usage_day, u.alike, caller_id, tag_set_id, attributed, usage_amount IS NULL`;
}

/** {@link CoarseFacts.modelsByDay} and {@link CoarseFacts.callersByDay} */
export function compileCallersByDay(of: (table: Table) => string, models: boolean, narrow: boolean): string {
  const usages = alike(of('usage'), models ? [...ALWAYS_READ, ...MODELS] : ALWAYS_READ);
  return `SELECT usage_day, u.alike AS usage_id, caller_id, tag_set_id, attributed, ${sumsOf(narrow)}
    FROM ${of('fact_day')} AS f JOIN ${usages} AS u ON f.usage_id = u.usage_id
    GROUP BY usage_day, u.alike, caller_id, tag_set_id, attributed, usage_amount IS NULL`;
}

function alike(usage: string, columns: readonly string[]): string {
  return `(SELECT usage_id, min(usage_id) OVER (PARTITION BY ${columns.join(', ')}) AS alike FROM ${usage} AS s)`;
}

/** The first day of the run that a line's day is in. */
function runOf(cuts: readonly Day[], dialect: Dialect): string {
  const month = "CAST(date_trunc('month', usage_day) AS DATE)";
  const runs = cuts.toReversed().map((cut) => {
    const first = dialect.date(cut);
    return `WHEN usage_day >= ${first} THEN greatest(${month}, ${first})`;
  });
  return runs.length === 0 ? month : `CASE ${runs.join(' ')} ELSE ${month} END`;
}

/** Whether a line's day is within the bounds whenever the first day of its run is. */
export function areRuns({ from, to }: { from: Day | null; to: Day | null }, cuts: readonly Day[]): boolean {
  return [from, to].every((day) => day === null || day.endsWith('-01') || cuts.includes(day));
}
