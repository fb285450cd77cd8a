import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import { formatMoney, sum } from '../domain/money.ts';
import { COST_BASES } from '../domain/question.ts';
import { moneyOf } from '../engine/cells.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { RawLines } from '../source/cur/export.ts';
import { costType } from '../source/cur/normalize.ts';
import { bedrockLines } from './bedrock-lines.ts';
import type { Ledger } from './ledger.ts';
import { writeCallers, writeUsage } from './meanings.ts';
import type { ControlTotal, NetBasis, SnapshotName, Unread } from './snapshot.ts';
import { CALLER_KEY, USAGE_KEY } from './tables.ts';

/** How many steps {@link writeStar} takes. */
export const STAR_STEPS = 4;

interface StarFacts {
  readonly unread: readonly Unread[];
  readonly amountsUnread: number;
  readonly tagKeys: readonly string[];
}

/** Whither a star is written. */
interface Target {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly snapshot: SnapshotName;
}

/** The engine's work tables that the facts are joined to. */
interface Keys {
  readonly usage: string;
  readonly caller: string;
  readonly tagSet: string;
}

/**
 * Writes the star of one period's Bedrock lines: each distinct usage, caller and tag set once, with its meaning, and the
 * facts joined to their ids.
 * @param onStep told before each of the {@link STAR_STEPS} steps
 */
export async function writeStar(
  target: Target,
  raw: RawLines,
  control: readonly ControlTotal[],
  netBasis: readonly NetBasis[],
  onStep: (what: string) => void,
): Promise<StarFacts> {
  const { engine, ledger, snapshot } = target;
  const bedrock = bedrockLines(engine.dialect, raw, control);
  const distinct = (key: readonly string[]): AsyncIterable<readonly Row[]> => {
    const order = key.map((_, index) => index + 1).join(', ');
    return engine.stream(`SELECT DISTINCT ${key.join(', ')} FROM ${bedrock} AS bedrock ORDER BY ${order}`);
  };
  onStep('usage types');
  const { table: usage, unread } = await writeUsage(engine, ledger, snapshot, distinct(USAGE_KEY));
  onStep('callers');
  const caller = await writeCallers(engine, ledger, snapshot, distinct(CALLER_KEY));
  onStep('tags');
  const { table: tagSet, keys: tagKeys } = await writeTagSets(target, bedrock);
  onStep('lines');
  await writeFacts(target, raw, bedrock, netBasis, { usage, caller, tagSet });
  return { unread, tagKeys, amountsUnread: await countUnreadAmounts(target, usage) };
}

async function writeTagSets(
  { engine, ledger, snapshot }: Target,
  lines: string,
): Promise<{ table: string; keys: string[] }> {
  const table = await engine.keep(
    'tag_set',
    `SELECT CAST(row_number() OVER (ORDER BY tags) - 1 AS INTEGER) AS tag_set_id, tags
     FROM (SELECT DISTINCT tags FROM ${lines} AS bedrock) AS sets`,
  );
  const maps = `SELECT tag_set_id, ${engine.dialect.textMap('tags')} AS tags FROM ${table}`;
  await ledger.write(engine, snapshot, 'tag_set', maps);
  const keys = await engine.rows(engine.dialect.mapKeys('tags', `(${maps})`));
  return { table, keys: keys.map((row) => String(row.key)).sort() };
}

async function writeFacts(
  { engine, ledger, snapshot }: Target,
  raw: RawLines,
  lines: string,
  netBasis: readonly NetBasis[],
  keys: Keys,
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
  const hour = `CASE WHEN l.usage_end <= l.usage_start + INTERVAL '1' HOUR THEN CAST(hour(l.usage_start) AS TINYINT) END`;
  await ledger.write(
    engine,
    snapshot,
    'fact',
    `SELECT CAST(l.usage_start AS DATE) AS usage_day, ${hour} AS usage_hour, u.usage_id, c.caller_id, t.tag_set_id, l.principal <> '' AS attributed,
       CAST(${money('unblended')} AS DECIMAL(18,10)) AS unblended, CAST(${net} AS DECIMAL(18,10)) AS net,
       CAST(${money('list')} AS DECIMAL(18,10)) AS list, ${dialect.toQuantity('l.usage_amount', raw.types.get('line_item_usage_amount') ?? '')} AS usage_amount
     FROM ${lines} AS l JOIN ${keys.usage} AS u ON ${same('u', USAGE_KEY)} JOIN ${keys.caller} AS c ON ${same('c', CALLER_KEY)}
     JOIN ${keys.tagSet} AS t ON l.tags = t.tags`,
  );
  await ledger.write(
    engine,
    snapshot,
    'fact_day',
    `SELECT usage_day, usage_id, caller_id, tag_set_id, attributed, CAST(sum(unblended) AS DECIMAL(28,10)) AS unblended,
       CAST(sum(net) AS DECIMAL(28,10)) AS net, CAST(sum(list) AS DECIMAL(28,10)) AS list,
       CAST(sum(usage_amount) AS DECIMAL(38,10)) AS usage_amount
     -- lines without a readable amount stay apart: what they cost paid for tokens that nobody can count
     FROM ${ledger.relation(engine, snapshot, 'fact')} AS fact GROUP BY 1, 2, 3, 4, 5, usage_amount IS NULL`,
  );
}

/** The facts hold exactly the dollars that the control totals say are Bedrock's; all else is a defect of ours. */
export async function checkFacts(
  { engine, ledger, snapshot }: Target,
  control: readonly ControlTotal[],
): Promise<void> {
  for (const table of ['fact', 'fact_day'] as const) {
    const [row = {}] = await engine.rows(
      `SELECT sum(unblended) AS unblended, sum(net) AS net, sum(list) AS list
       FROM ${ledger.relation(engine, snapshot, table)} AS facts`,
    );
    for (const cost of COST_BASES) {
      const facts = moneyOf(row, cost);
      const expected = sum(control.filter(({ bedrock }) => bedrock).map((total) => total[cost]));
      if (facts !== expected)
        throw new Error(`${table}: ${cost} is ${formatMoney(facts)}, not ${formatMoney(expected)}`);
    }
  }
}

async function countUnreadAmounts({ engine, ledger, snapshot }: Target, usage: string): Promise<number> {
  const usageTypes = [...USAGE_LINE_TYPES].map(engine.dialect.text).join(', ');
  const [row] = await engine.rows(
    `SELECT count(*) AS lines FROM ${ledger.relation(engine, snapshot, 'fact')} AS f JOIN ${usage} AS u ON f.usage_id = u.usage_id
     WHERE f.usage_amount IS NULL AND u.line_item_type IN (${usageTypes})`,
  );
  return Number(row?.lines ?? 0);
}
