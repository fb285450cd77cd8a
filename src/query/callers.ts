import type { AllocationRules } from '../domain/allocation.ts';
import type { PrincipalKind } from '../domain/caller.ts';
import type { CallerCost } from '../domain/explanation.ts';
import { type Money, ZERO } from '../domain/money.ts';
import type { Question } from '../domain/question.ts';
import { moneyOf, textOf } from '../engine/cells.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { CALLER_KEY } from '../ledger/tables.ts';
import { compilePeriod } from './compile.ts';
import { COSTS_ALONE } from './facts-sql.ts';
import { openTables } from './open-tables.ts';
import type { PeriodTables } from './period-tables.ts';

/** Columns that name a caller. */
export const CALLER = ['account', 'principal', 'kind', 'role', 'permission_set', 'session'] as const;

export interface CallersBehind {
  /** the dearest first */
  readonly callers: readonly CallerCost[];
  /** of all, also of callers that are not told */
  readonly cost: Money;
}

/**
 * Who is behind the usage that a question keeps: the callers of an Explanation, from sums instead of single lines.
 * Adjustments are left out.
 * @param question its filters, days and cost; what it asks by is left aside
 * @param limit most callers that are told
 * @throws OperatingError ALLOCATION_OVERLAP, LEDGER_DAMAGED
 */
export async function callersBehind(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  question: Question,
  limit: number,
  rules: AllocationRules,
): Promise<CallersBehind> {
  const whole: Question = { ...question, by: [], grain: null, top: null };
  const rows = await ledger.reading(engine, snapshots, async () => {
    const tables = await openTables(engine, ledger, snapshots, whole, rules, null);
    return engine.rows(compileDearest(whole, tables, limit, engine.dialect));
  });
  const [first] = rows;
  return {
    callers: rows.map(callerOf),
    cost: first === undefined ? ZERO : moneyOf(first, 'cost_of_all'),
  };
}

/** A row of {@link CALLER} and `cost`. */
export function callerOf(row: Row): CallerCost {
  return {
    account: textOf(row, 'account'),
    principal: textOf(row, 'principal'),
    kind: textOf(row, 'kind') as PrincipalKind | null,
    role: textOf(row, 'role'),
    permissionSet: textOf(row, 'permission_set'),
    session: textOf(row, 'session'),
    cost: moneyOf(row, 'cost'),
  };
}

/** Callers are added up by their ids, and only then by their names, which are long. */
function compileDearest(question: Question, periods: readonly PeriodTables[], limit: number, dialect: Dialect): string {
  const parts = periods.map(
    (tables) => `SELECT ${CALLER.map((column) => `c.${column}`).join(', ')}, g.cost
      FROM (${compileCallers(question, tables, ['sum(cost) AS cost'], dialect)}) AS g
      JOIN ${tables.of('caller')} AS c ON g.caller_id = c.caller_id`,
  );
  const names = CALLER.join(', ');
  const callers = `SELECT ${names}, sum(cost) AS cost FROM (${parts.join(' UNION ALL ')}) AS parts GROUP BY ${names}`;
  const order = ['cost DESC', ...CALLER.map((column) => `${column} NULLS LAST`)].join(', ');
  return `SELECT *, sum(cost) OVER () AS cost_of_all FROM (${callers}) AS callers ORDER BY ${order} LIMIT ${limit}`;
}

/**
 * A period's usage by single callers, adjustments left out: column `caller_id`, and the sums.
 * @param sums over the columns of {@link compilePeriod}, with their names
 */
export function compileCallers(
  question: Question,
  tables: PeriodTables,
  sums: readonly string[],
  dialect: Dialect,
): string {
  // What is read of callers tells all of them apart: none stands for others.
  const reads = { usage: [], caller: CALLER_KEY };
  const lines = compilePeriod(question, tables, dialect, {
    ...COSTS_ALONE,
    columns: ['f.caller_id'],
    reads,
    alike: reads,
  });
  return `SELECT caller_id, ${sums.join(', ')} FROM (${lines}) AS lines WHERE adjustment IS NULL GROUP BY caller_id`;
}
