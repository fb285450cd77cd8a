import { join } from 'node:path';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import { formatMoney, parseMoney, sum } from '../domain/money.ts';
import { COST_BASES } from '../domain/question.ts';
import type { Engine, Row } from '../engine/engine.ts';
import { costType } from '../source/cur/normalize.ts';
import type { RawLines } from '../source/cur/read.ts';
import { bedrockLines } from './bedrock-lines.ts';
import { CALLER_KEY, USAGE_KEY, writeCallers, writeUsage } from './meanings.ts';
import type { ControlTotal, NetBasis, Unread } from './snapshot.ts';

/** How many steps {@link writeStar} takes. */
export const STAR_STEPS = 4;

interface StarFacts {
  readonly unread: readonly Unread[];
  readonly amountsUnread: number;
  readonly tagKeys: readonly string[];
}

/**
 * Writes the star of one period's Bedrock lines into `folder`: each distinct usage, caller and tag set once, with its
 * meaning, and the facts joined to their ids.
 * @param onStep told before each of the {@link STAR_STEPS} steps
 */
export async function writeStar(
  engine: Engine,
  raw: RawLines,
  control: readonly ControlTotal[],
  netBasis: readonly NetBasis[],
  folder: string,
  onStep: (what: string) => void,
): Promise<StarFacts> {
  const bedrock = bedrockLines(engine.dialect, raw, control);
  const distinct = (key: readonly string[]): AsyncIterable<readonly Row[]> =>
    engine.stream(`SELECT DISTINCT ${key.join(', ')} FROM ${bedrock} ORDER BY ALL`);
  onStep('usage types');
  const unread = await writeUsage(engine, distinct(USAGE_KEY), folder);
  onStep('callers');
  await writeCallers(engine, distinct(CALLER_KEY), folder);
  onStep('tags');
  const tagKeys = await writeTagSets(engine, bedrock, folder);
  onStep('lines');
  await writeFacts(engine, raw, bedrock, netBasis, folder);
  return { unread, tagKeys, amountsUnread: await countUnreadAmounts(engine, folder) };
}

async function writeTagSets(engine: Engine, lines: string, folder: string): Promise<string[]> {
  await engine.run(
    `CREATE OR REPLACE TABLE tag_set AS
     SELECT CAST(row_number() OVER (ORDER BY tags) - 1 AS INTEGER) AS tag_set_id, tags FROM (SELECT DISTINCT tags FROM ${lines})`,
  );
  const maps = `SELECT tag_set_id, ${engine.dialect.textMap('tags')} AS tags FROM tag_set`;
  await engine.writeParquet(maps, join(folder, 'tag_set.parquet'));
  const keys = await engine.rows(engine.dialect.mapKeys('tags', `(${maps})`));
  return keys.map((row) => String(row.key)).sort();
}

async function writeFacts(
  engine: Engine,
  raw: RawLines,
  lines: string,
  netBasis: readonly NetBasis[],
  folder: string,
): Promise<void> {
  const { dialect } = engine;
  const money = (cost: 'unblended' | 'net' | 'list'): string =>
    `coalesce(${dialect.toMoney(`l.${cost}`, costType(raw, cost))}, 0)`;
  const netPayers = netBasis.filter(({ cost }) => cost === 'net').map(({ payer }) => dialect.text(payer));
  const net =
    netPayers.length === 0
      ? money('unblended')
      : `CASE WHEN l.payer IN (${netPayers.join(', ')}) THEN ${money('net')} ELSE ${money('unblended')} END`;
  const same = (table: string, key: readonly string[]): string =>
    key.map((c) => `l.${c} = ${table}.${c}`).join(' AND ');
  // A line that spans more than an hour comes from a daily or monthly export: its hour means nothing.
  const hour = `CASE WHEN l.usage_end <= l.usage_start + INTERVAL 1 HOUR THEN CAST(hour(l.usage_start) AS TINYINT) END`;
  await engine.writeParquet(
    `SELECT CAST(l.usage_start AS DATE) AS usage_day, ${hour} AS usage_hour, u.usage_id, c.caller_id, t.tag_set_id, l.principal <> '' AS attributed,
       CAST(${money('unblended')} AS DECIMAL(18,10)) AS unblended, CAST(${net} AS DECIMAL(18,10)) AS net,
       CAST(${money('list')} AS DECIMAL(18,10)) AS list, ${dialect.toQuantity('l.usage_amount', raw.types.get('line_item_usage_amount') ?? '')} AS usage_amount
     FROM ${lines} l JOIN usage u ON ${same('u', USAGE_KEY)} JOIN caller c ON ${same('c', CALLER_KEY)} JOIN tag_set t ON l.tags = t.tags`,
    join(folder, 'fact.parquet'),
  );
  await engine.writeParquet(
    `SELECT usage_day, usage_id, caller_id, tag_set_id, attributed, CAST(sum(unblended) AS DECIMAL(28,10)) AS unblended,
       CAST(sum(net) AS DECIMAL(28,10)) AS net, CAST(sum(list) AS DECIMAL(28,10)) AS list,
       CAST(sum(usage_amount) AS DECIMAL(38,10)) AS usage_amount
     -- lines without a readable amount stay apart: what they cost paid for tokens that nobody can count
     FROM ${dialect.parquet([join(folder, 'fact.parquet')])} GROUP BY 1, 2, 3, 4, 5, usage_amount IS NULL`,
    join(folder, 'fact_day.parquet'),
  );
}

/** The facts hold exactly the dollars that the control totals say are Bedrock's; all else is a defect of ours. */
export async function checkFacts(engine: Engine, folder: string, control: readonly ControlTotal[]): Promise<void> {
  for (const table of ['fact', 'fact_day']) {
    const [row] = await engine.rows(
      `SELECT sum(unblended) AS unblended, sum(net) AS net, sum(list) AS list
       FROM ${engine.dialect.parquet([join(folder, `${table}.parquet`)])}`,
    );
    for (const cost of COST_BASES) {
      const facts = parseMoney(String(row?.[cost] ?? '0'));
      const expected = sum(control.filter(({ bedrock }) => bedrock).map((total) => total[cost]));
      if (facts !== expected)
        throw new Error(`${table}: ${cost} is ${formatMoney(facts)}, not ${formatMoney(expected)}`);
    }
  }
}

async function countUnreadAmounts(engine: Engine, folder: string): Promise<number> {
  const facts = engine.dialect.parquet([join(folder, 'fact.parquet')]);
  const usageTypes = [...USAGE_LINE_TYPES].map(engine.dialect.text).join(', ');
  const [row] = await engine.rows(
    `SELECT count(*) AS lines FROM ${facts} JOIN usage USING (usage_id)
     WHERE usage_amount IS NULL AND line_item_type IN (${usageTypes})`,
  );
  return Number(row?.lines ?? 0);
}
