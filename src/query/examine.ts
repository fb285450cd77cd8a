import type { AllocationRules } from '../domain/allocation.ts';
import { type Dimension, findDimension } from '../domain/dimension.ts';
import type {
  AllocatedUsage,
  CallersOfKind,
  ExaminedPeriod,
  RoleUse,
  TagUse,
  UnreadUsage,
  UserUse,
} from '../domain/health.ts';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import { type Money, ZERO } from '../domain/money.ts';
import type { Day } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import { moneyOf, textOf } from '../engine/cells.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot, Unread } from '../ledger/snapshot.ts';
import { openPeriod } from './allocated.ts';
import { compileParts, compileRows, type PeriodTables, valueColumn } from './compile.ts';

type FromLedger = Pick<ExaminedPeriod, 'allocations' | 'tags' | 'unread' | 'callers' | 'roles' | 'users'>;

/** Roles that are told: the dearest, and those with the most sessions. */
const ROLES = 10;

/**
 * What the ledger's tables say of the health of a period.
 * @param dimensions of the configuration, the most important first
 * @throws OperatingError ALLOCATION_OVERLAP, LEDGER_DAMAGED
 */
export async function examine(
  engine: Engine,
  ledger: Ledger,
  snapshot: Snapshot,
  dimensions: readonly Dimension[],
  rules: AllocationRules,
): Promise<FromLedger> {
  return ledger.reading(engine, [snapshot], async () => {
    const tables = await openPeriod(engine, ledger, snapshot, dimensions.length === 0 ? null : rules);
    const lines = usageLines(engine, tables);
    return {
      allocations: await allocations(engine, tables, snapshot, dimensions),
      tags: await tagUses(engine, tables, lines, snapshot.tagKeys),
      unread: await unreadUsage(engine, tables, snapshot.unread),
      callers: await callersByKind(engine, tables, lines),
      roles: await roles(engine, tables, lines, snapshot, dimensions[0]),
      users: await users(engine, tables, lines, snapshot, dimensions[0]),
    };
  });
}

/** Usage without adjustments: the rows that a report shows without a line item type beside the name. */
function usageLines({ dialect }: Engine, { of }: PeriodTables): string {
  return `SELECT f.usage_day, f.caller_id, f.tag_set_id, f.net AS cost FROM ${of('fact_day')} AS f
    JOIN ${of('usage')} AS u ON f.usage_id = u.usage_id
    WHERE coalesce(u.line_item_type, '') IN (${[...USAGE_LINE_TYPES].map(dialect.text).join(', ')}) OR f.attributed`;
}

function questionOf({ period }: Snapshot, by: readonly Dimension[]): Question {
  return { by, where: [], periods: [period], from: null, to: null, grain: null, top: null, cost: 'net' };
}

async function allocations(
  engine: Engine,
  tables: PeriodTables,
  snapshot: Snapshot,
  dimensions: readonly Dimension[],
): Promise<AllocatedUsage[]> {
  if (dimensions.length === 0) return [];
  const { dialect } = engine;
  const statements = dimensions.map((dimension) => {
    const parts = compileParts(questionOf(snapshot, [dimension]), dimension, [tables], dialect);
    return `SELECT ${dialect.text(dimension.name)} AS dimension, part, cost FROM (${parts}) AS parts`;
  });
  const rows = await engine.rows(statements.join(' UNION ALL '));
  return dimensions.map(({ name }) => {
    const part = (wanted: string): Money => {
      const row = rows.find((one) => one.dimension === name && one.part === wanted);
      return row === undefined ? ZERO : moneyOf(row, 'cost');
    };
    return {
      dimension: name,
      allocated: part('allocated'),
      shared: part('shared'),
      unallocated: part('unallocated'),
    };
  });
}

/** Three sums a key and statement: the most that every engine takes at once is far above. */
const KEYS_AT_ONCE = 50;

async function tagUses(
  engine: Engine,
  { of }: PeriodTables,
  lines: string,
  keys: readonly string[],
): Promise<TagUse[]> {
  const sets = `SELECT t.tags, g.cost, g.first_day
    FROM (SELECT tag_set_id, sum(cost) AS cost, min(usage_day) AS first_day FROM (${lines}) AS usage_line GROUP BY tag_set_id) AS g
    JOIN ${of('tag_set')} AS t ON g.tag_set_id = t.tag_set_id`;
  const uses: TagUse[] = [];
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    const some = keys.slice(from, from + KEYS_AT_ONCE);
    const sums = some.map((key, index) => {
      const value = `nullif(${engine.dialect.mapValue('tags', key)}, '')`;
      const where = `CASE WHEN ${value} IS NOT NULL THEN`;
      return `sum(${where} cost END) AS cost${index}, count(DISTINCT ${value}) AS values${index}, min(${where} first_day END) AS day${index}`;
    });
    const [row = {}] = await engine.rows(`SELECT ${sums.join(', ')} FROM (${sets}) AS sets`);
    uses.push(
      ...some.map((key, index) => ({
        key,
        cost: moneyOf(row, `cost${index}`),
        values: Number(row[`values${index}`] ?? 0),
        firstDay: textOf(row, `day${index}`) as Day | null,
      })),
    );
  }
  return uses;
}

async function unreadUsage(engine: Engine, { of }: PeriodTables, unread: readonly Unread[]): Promise<UnreadUsage[]> {
  if (unread.length === 0) return [];
  const { text } = engine.dialect;
  const types = [...new Set(unread.map(({ usageType }) => text(usageType)))].join(', ');
  const rows = await engine.rows(
    `SELECT coalesce(u.product_code, '') AS product_code, coalesce(u.usage_type, '') AS usage_type, coalesce(u.unit, '') AS unit,
       count(*) AS lines, sum(f.net) AS cost
     FROM ${of('fact')} AS f JOIN ${of('usage')} AS u ON f.usage_id = u.usage_id
     WHERE coalesce(u.usage_type, '') IN (${types}) GROUP BY 1, 2, 3`,
  );
  const keyOf = (code: unknown, type: unknown, unit: unknown): string => JSON.stringify([code, type, unit]);
  const byKey = new Map(rows.map((row) => [keyOf(row.product_code, row.usage_type, row.unit), row]));
  return unread.map((one) => {
    const row: Row = byKey.get(keyOf(one.productCode, one.usageType, one.unit)) ?? {};
    return { ...one, lines: Number(row.lines ?? 0), cost: moneyOf(row, 'cost') };
  });
}

function byCaller(lines: string): string {
  return `(SELECT caller_id, sum(cost) AS cost FROM (${lines}) AS usage_line GROUP BY caller_id)`;
}

async function callersByKind(engine: Engine, { of }: PeriodTables, lines: string): Promise<CallersOfKind[]> {
  const rows = await engine.rows(
    `SELECT coalesce(c.kind, 'none') AS kind, count(*) AS callers, sum(g.cost) AS cost
     FROM ${byCaller(lines)} AS g JOIN ${of('caller')} AS c ON g.caller_id = c.caller_id GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => ({ kind: String(row.kind), callers: Number(row.callers), cost: moneyOf(row, 'cost') }));
}

async function roles(
  engine: Engine,
  tables: PeriodTables,
  lines: string,
  snapshot: Snapshot,
  dimension: Dimension | undefined,
): Promise<RoleUse[]> {
  const { of } = tables;
  const rows = await engine.rows(
    `SELECT c.account, c.role, min(c.kind) AS kind, count(*) AS sessions, sum(g.cost) AS cost
     FROM ${byCaller(lines)} AS g JOIN ${of('caller')} AS c ON g.caller_id = c.caller_id
     WHERE c.role IS NOT NULL GROUP BY c.account, c.role`,
  );
  const settled = dimension === undefined ? new Map() : await settledBy(engine, tables, snapshot, dimension, 'role');
  const all = rows.map((row): RoleUse => {
    const [account, role] = [textOf(row, 'account') ?? '', textOf(row, 'role') ?? ''];
    return {
      account,
      role,
      kind: textOf(row, 'kind') ?? '',
      sessions: Number(row.sessions),
      cost: moneyOf(row, 'cost'),
      settled: settled.get(JSON.stringify([account, role])) ?? ZERO,
    };
  });
  const byName = (a: RoleUse, b: RoleUse): number => (a.role < b.role ? -1 : a.role > b.role ? 1 : 0);
  const dearest = all.toSorted((a, b) => (a.cost === b.cost ? byName(a, b) : a.cost < b.cost ? 1 : -1));
  const busiest = all.toSorted((a, b) => b.sessions - a.sessions || byName(a, b));
  return [...new Set([...dearest.slice(0, ROLES), ...busiest.slice(0, ROLES)])];
}

async function users(
  engine: Engine,
  tables: PeriodTables,
  lines: string,
  snapshot: Snapshot,
  dimension: Dimension | undefined,
): Promise<UserUse[]> {
  const rows = await engine.rows(
    `SELECT c.account, c.principal, min(c.kind) AS kind, sum(g.cost) AS cost
     FROM ${byCaller(lines)} AS g JOIN ${tables.of('caller')} AS c ON g.caller_id = c.caller_id
     WHERE c.kind IN ('iam-user', 'api-key') GROUP BY c.account, c.principal ORDER BY cost DESC, c.principal LIMIT ${ROLES}`,
  );
  if (rows.length === 0) return [];
  const settled =
    dimension === undefined ? new Map() : await settledBy(engine, tables, snapshot, dimension, 'principal');
  return rows.map((row) => {
    const [account, arn] = [textOf(row, 'account') ?? '', textOf(row, 'principal') ?? ''];
    return {
      account,
      arn,
      kind: textOf(row, 'kind') ?? '',
      cost: moneyOf(row, 'cost'),
      settled: settled.get(JSON.stringify([account, arn])) ?? ZERO,
    };
  });
}

/** By account and role or principal: what belongs to somebody in the dimension, or is shared. */
async function settledBy(
  engine: Engine,
  tables: PeriodTables,
  snapshot: Snapshot,
  dimension: Dimension,
  name: 'role' | 'principal',
): Promise<Map<string, Money>> {
  const by = [findDimension('account', {}), findDimension(name, {}), dimension];
  const rows = compileRows(questionOf(snapshot, by), [tables], engine.dialect);
  const [account, role, value] = by.map((_, index) => valueColumn(index));
  const sums = await engine.rows(
    `SELECT ${account}, ${role}, sum(cost) AS cost FROM (${rows}) AS grouped
     WHERE adjustment IS NULL AND ${role} IS NOT NULL AND ${value} IS NOT NULL GROUP BY ${account}, ${role}`,
  );
  return new Map(
    sums.map((row) => [
      JSON.stringify([textOf(row, `${account}`) ?? '', textOf(row, `${role}`) ?? '']),
      moneyOf(row, 'cost'),
    ]),
  );
}
