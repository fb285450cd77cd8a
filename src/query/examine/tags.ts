import type { TagUse } from '../../domain/health.ts';
import { USAGE_LINE_TYPES } from '../../domain/line-item.ts';
import type { Day } from '../../domain/period.ts';
import { moneyOf, textOf } from '../../engine/cells.ts';
import type { Engine } from '../../engine/engine.ts';
import type { PeriodTables } from '../period-tables.ts';

/** Three sums a key and statement: the most that every engine takes at once is far above. */
const KEYS_AT_ONCE = 50;

/** @param keys all that are on any line of the period */
export async function tagUses(engine: Engine, tables: PeriodTables, keys: readonly string[]): Promise<TagUse[]> {
  const sets = usageByTagSet(engine, tables);
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

/** Usage without adjustments: columns `tags`, `cost`, `first_day`. */
function usageByTagSet({ dialect }: Engine, { of, coarse }: PeriodTables): string {
  const usageTypes = [...USAGE_LINE_TYPES].map(dialect.text).join(', ');
  return `SELECT t.tags, g.cost, g.first_day
    FROM (SELECT f.tag_set_id, sum(f.net) AS cost, min(f.usage_day) AS first_day
      FROM ${coarse?.byDay ?? of('fact_day')} AS f JOIN ${of('usage')} AS u ON f.usage_id = u.usage_id
      WHERE coalesce(u.line_item_type, '') IN (${usageTypes}) OR f.attributed GROUP BY f.tag_set_id) AS g
    JOIN ${of('tag_set')} AS t ON g.tag_set_id = t.tag_set_id`;
}
