import type { CallersOfKind, ExaminedPeriod, RoleUse, UserUse } from '../../domain/health.ts';
import { type Money, sum } from '../../domain/money.ts';
import type { Question } from '../../domain/question.ts';
import { moneyOf, textOf } from '../../engine/cells.ts';
import type { Dialect } from '../../engine/dialect/dialect.ts';
import type { Engine } from '../../engine/engine.ts';
import { compileCallers } from '../callers.ts';
import { valueColumn } from '../compile.ts';
import type { PeriodTables } from '../period-tables.ts';

/** Roles and users that are told: the dearest, and roles with the most sessions. */
const TOLD = 10;

/** Callers of one kind that have an account and role, or are one user. */
interface Callers {
  readonly kind: string | null;
  readonly account: string;
  readonly role: string | null;
  /** an IAM user's ARN */
  readonly user: string | null;
  readonly callers: number;
  readonly cost: Money;
  readonly settled: Money;
}

/**
 * Who used what.
 * @param question at most one dimension, which says what is settled
 */
export async function usedBy(
  engine: Engine,
  tables: PeriodTables,
  question: Question,
): Promise<Pick<ExaminedPeriod, 'callers' | 'roles' | 'users'>> {
  const rows = await engine.rows(compileUses(question, tables, engine.dialect));
  const all = rows.map(
    (row): Callers => ({
      kind: textOf(row, 'kind'),
      account: textOf(row, 'account') ?? '',
      role: textOf(row, 'role'),
      user: textOf(row, 'user_arn'),
      callers: Number(row.callers),
      cost: moneyOf(row, 'cost'),
      settled: moneyOf(row, 'settled'),
    }),
  );
  return { callers: byKind(all), roles: roles(all), users: users(all) };
}

/** {@link Callers}, whom one statement adds up: there are as many as roles and IAM users, not as sessions. */
function compileUses(question: Question, tables: PeriodTables, dialect: Dialect): string {
  const settled = question.by.length === 0 ? '0' : `CASE WHEN ${valueColumn(0)} IS NULL THEN 0 ELSE cost END`;
  const single = compileCallers(question, tables, ['sum(cost) AS cost', `sum(${settled}) AS settled`], dialect);
  return `SELECT c.kind, c.account, c.role, CASE WHEN c.kind IN ('iam-user', 'api-key') THEN c.principal END AS user_arn,
      count(*) AS callers, sum(g.cost) AS cost, sum(g.settled) AS settled
    FROM (${single}) AS g JOIN ${tables.of('caller')} AS c ON g.caller_id = c.caller_id GROUP BY 1, 2, 3, 4`;
}

function byKind(all: readonly Callers[]): CallersOfKind[] {
  return [...Map.groupBy(all, ({ kind }) => kind ?? 'none')]
    .map(([kind, own]) => ({ kind, callers: count(own), cost: costOf(own) }))
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function roles(all: readonly Callers[]): RoleUse[] {
  const ofRoles = all.flatMap(({ role, ...one }) => (role === null ? [] : [{ ...one, role }]));
  const uses = [...Map.groupBy(ofRoles, ({ account, role }) => JSON.stringify([account, role])).values()].map(
    (own): RoleUse => ({
      account: own[0]?.account ?? '',
      role: own[0]?.role ?? '',
      kind: own.map(({ kind }) => kind ?? '').toSorted()[0] ?? '',
      sessions: count(own),
      cost: costOf(own),
      settled: sum(own.map(({ settled }) => settled)),
    }),
  );
  const nameOf = ({ role, account }: RoleUse): string => `${role} ${account}`;
  const byName = (a: RoleUse, b: RoleUse): number => (nameOf(a) < nameOf(b) ? -1 : 1);
  const dearest = uses.toSorted((a, b) => (a.cost === b.cost ? byName(a, b) : a.cost < b.cost ? 1 : -1));
  const busiest = uses.toSorted((a, b) => b.sessions - a.sessions || byName(a, b));
  return [...new Set([...dearest.slice(0, TOLD), ...busiest.slice(0, TOLD)])];
}

function users(all: readonly Callers[]): UserUse[] {
  return all
    .flatMap(({ account, user, kind, cost, settled }) =>
      user === null ? [] : [{ account, arn: user, kind: kind ?? '', cost, settled }],
    )
    .sort((a, b) => (a.cost === b.cost ? (a.arn < b.arn ? -1 : 1) : a.cost < b.cost ? 1 : -1))
    .slice(0, TOLD);
}

function count(own: readonly Callers[]): number {
  return own.reduce((sessions, { callers }) => sessions + callers, 0);
}

function costOf(own: readonly Callers[]): Money {
  return sum(own.map(({ cost }) => cost));
}
