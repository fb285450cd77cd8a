import { PERSON } from '../domain/allocation.ts';
import type { Dimension } from '../domain/dimension.ts';
import type { Day } from '../domain/period.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import { type CallerAllocation, MARK } from '../ledger/caller-allocation.ts';
import type { Table } from '../ledger/tables.ts';

/** What coarse facts still tell apart of a usage; of tag sets and days it is all. */
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
] as const;

/** The same of a caller, beside what it is allocated to under any name but a person's. */
const CALLER = ['account', 'kind', 'role', 'permission_set'] as const;

/** Day sums over usages and callers that are alike in all that most questions ask: SQL that names them, with the columns of `fact_day`. */
export interface CoarseFacts {
  readonly byDay: string;
  /** added up over days, too: each stands under the first of its month and of the run in which no allocation changes */
  readonly byRun: string;
}

/** Whether coarse facts answer what is asked by these dimensions as the facts themselves do. */
export function areCoarse(dimensions: readonly Dimension[]): boolean {
  return dimensions.every(({ source }) => {
    if (source.table === 'allocated') return source.callers !== PERSON;
    const columns: readonly string[] = source.table === 'usage' ? USAGE : CALLER;
    return columns.includes(source.column);
  });
}

const SUMS = ['unblended', 'net', 'list', 'usage_amount'].map((column) => `sum(${column}) AS ${column}`).join(', ');

/** {@link CoarseFacts.byDay}: each usage and caller under the least id of those like it. */
export function compileByDay(of: (table: Table) => string, allocation: CallerAllocation, dialect: Dialect): string {
  const { text } = dialect;
  const told = ['dimension', 'CAST(from_day AS VARCHAR)', 'CAST(to_day AS VARCHAR)', 'value'].join(' || chr(31) || ');
  const usage = `(SELECT usage_id, min(usage_id) OVER (PARTITION BY ${USAGE.join(', ')}) AS alike FROM ${of('usage')} AS s)`;
  const allocated = `(SELECT caller_id, array_agg(${told} ORDER BY ${told}) AS told FROM ${allocation.relation} AS a
    WHERE dimension NOT IN (${text(PERSON)}, ${text(MARK)}) GROUP BY caller_id)`;
  const caller = `(SELECT s.caller_id, min(s.caller_id) OVER (PARTITION BY ${CALLER.join(', ')}, told) AS alike
    FROM ${of('caller')} AS s LEFT JOIN ${allocated} AS a ON s.caller_id = a.caller_id)`;
  return `SELECT usage_day, u.alike AS usage_id, c.alike AS caller_id, tag_set_id, attributed, ${SUMS}
    FROM ${of('fact_day')} AS f JOIN ${usage} AS u ON f.usage_id = u.usage_id JOIN ${caller} AS c ON f.caller_id = c.caller_id
    GROUP BY usage_day, u.alike, c.alike, tag_set_id, attributed, usage_amount IS NULL`;
}

/**
 * {@link CoarseFacts.byRun}, from those by day.
 * @param cuts days on which a run begins
 */
export function compileByRun(byDay: string, cuts: readonly Day[], dialect: Dialect): string {
  const month = "CAST(date_trunc('month', usage_day) AS DATE)";
  const runs = cuts.toReversed().map((cut) => {
    const first = dialect.date(cut);
    return `WHEN usage_day >= ${first} THEN greatest(${month}, ${first})`;
  });
  const run = runs.length === 0 ? month : `CASE ${runs.join(' ')} ELSE ${month} END`;
  return `SELECT ${run} AS usage_day, usage_id, caller_id, tag_set_id, attributed, ${SUMS}
    FROM ${byDay} AS f GROUP BY ${run}, usage_id, caller_id, tag_set_id, attributed, usage_amount IS NULL`;
}
