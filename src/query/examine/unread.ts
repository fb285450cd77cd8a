import type { UnreadUsage } from '../../domain/health.ts';
import { moneyOf } from '../../engine/cells.ts';
import type { Engine, Row } from '../../engine/engine.ts';
import type { Unread } from '../../ledger/snapshot.ts';
import type { PeriodTables } from '../period-tables.ts';

/** Lines and cost of what could not be read. Only single lines can be counted: sums have lost how many they were. */
export async function unreadUsage(
  engine: Engine,
  { of }: PeriodTables,
  unread: readonly Unread[],
): Promise<UnreadUsage[]> {
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
