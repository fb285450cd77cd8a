import { copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrincipalMeaning } from '../domain/caller.ts';
import { classifyUsage } from '../domain/classify-usage.ts';
import { USAGE_LINE_TYPES } from '../domain/line-item.ts';
import { classifyPrincipal } from '../domain/principal.ts';
import type { UsageMeaning } from '../domain/usage.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { Columns, Engine, Row } from '../engine/engine.ts';
import { costType, type LineColumns, lineColumns, MARKETPLACE, netsOf } from '../source/cur/normalize.ts';
import type { RawLines } from '../source/cur/read.ts';
import type { ControlTotal, NetBasis, Unread } from './snapshot.ts';

/** The columns that make a usage key, in the ledger's spelling. */
const USAGE_KEY = [
  'payer',
  'invoice',
  'entity',
  'seller',
  'product_code',
  'usage_type',
  'operation',
  'line_item_type',
  'unit',
  'description_field',
  'product_name',
  'product_model',
  'product_provider',
  'product_family',
  'region',
  'resource',
  'currency',
] as const;

const CALLER_KEY = ['account', 'principal'] as const;

/** The ledger's usage table: the key as the export has it, then its meaning. */
const USAGE_COLUMNS: Columns = {
  usage_id: 'INTEGER',
  ...Object.fromEntries(USAGE_KEY.map((column) => [column, 'VARCHAR'])),
  provider: 'VARCHAR',
  model: 'VARCHAR',
  token_kind: 'VARCHAR',
  cache_ttl: 'VARCHAR',
  tier: 'VARCHAR',
  routing: 'VARCHAR',
  batch: 'BOOLEAN',
  endpoint: 'VARCHAR',
  tokens_per_unit: 'INTEGER',
  aws_region: 'VARCHAR',
  inference_profile: 'VARCHAR',
};

const CALLER_COLUMNS: Columns = {
  caller_id: 'INTEGER',
  account: 'VARCHAR',
  principal: 'VARCHAR',
  kind: 'VARCHAR',
  role: 'VARCHAR',
  permission_set: 'VARCHAR',
  session: 'VARCHAR',
};

export interface StarFacts {
  readonly unread: readonly Unread[];
  readonly amountsUnread: number;
  readonly tagKeys: readonly string[];
}

/**
 * Writes the star of one period's Bedrock lines into `folder`: each distinct usage, caller and tag set once, with its
 * meaning, and the facts joined to their ids.
 */
export async function writeStar(
  engine: Engine,
  raw: RawLines,
  control: readonly ControlTotal[],
  netBasis: readonly NetBasis[],
  folder: string,
): Promise<StarFacts> {
  const bedrock = bedrockLines(engine, raw, control);
  const distinct = (key: readonly string[]): AsyncIterable<readonly Row[]> =>
    engine.stream(`SELECT DISTINCT ${key.join(', ')} FROM ${bedrock} ORDER BY ALL`);
  const unread = await writeUsage(engine, distinct(USAGE_KEY), folder);
  await writeCallers(engine, distinct(CALLER_KEY), folder);
  const tagKeys = await writeTagSets(engine, bedrock, folder);
  await writeFacts(engine, raw, bedrock, netBasis, folder);
  return { unread, tagKeys, amountsUnread: await countUnreadAmounts(engine, folder) };
}

/** The Bedrock lines with normalised columns, as a relation. */
function bedrockLines(engine: Engine, raw: RawLines, control: readonly ControlTotal[]): string {
  const columns = lineColumns(raw, engine.dialect);
  const named = Object.entries(columns).map(([name, sql]) => `${sql} AS ${engine.dialect.identifier(name)}`);
  return `(SELECT ${named.join(', ')} FROM ${raw.relation} WHERE ${isBedrock(engine.dialect, columns, control)})`;
}

/**
 * Nearly every product code is Bedrock's on all of its lines or on none, as the control totals show: then comparing the
 * code is enough, and the columns that the nets look at need not be read again.
 */
function isBedrock(dialect: Dialect, columns: LineColumns, control: readonly ControlTotal[]): string {
  const codesOf = (bedrock: boolean): Set<string> =>
    new Set(control.filter((total) => total.bedrock === bedrock).map(({ productCode }) => productCode));
  const others = codesOf(false);
  const codes = [...codesOf(true)];
  const whole = codes.filter((code) => !others.has(code));
  const mixed = codes.filter((code) => others.has(code));
  const caught = [`(${netsOf(columns, dialect)}) <> 0`, ...marketplaceProducts(dialect, columns, control)].join(' OR ');
  const conditions = [
    ...(whole.length > 0 ? [hasCode(dialect, whole)] : []),
    ...(mixed.length > 0 ? [`(${hasCode(dialect, mixed)} AND (${caught}))`] : []),
  ];
  return conditions.length === 0 ? 'FALSE' : conditions.join(' OR ');
}

/** A plain comparison with the stored column, so that the reader skips what it need not decode. */
function hasCode(dialect: Dialect, codes: readonly string[]): string {
  const stored = codes.filter((code) => code !== '').map(dialect.text);
  const list = stored.length > 0 ? [`line_item_product_code IN (${stored.join(', ')})`] : [];
  const none = codes.includes('') ? [`line_item_product_code IS NULL OR line_item_product_code = ''`] : [];
  return `(${[...list, ...none].join(' OR ')})`;
}

function marketplaceProducts(dialect: Dialect, columns: LineColumns, control: readonly ControlTotal[]): string[] {
  const products = control
    .filter(({ bedrock, entity, productCode }) => bedrock && entity === MARKETPLACE && productCode !== '')
    .map(({ seller, productCode }) => `(${dialect.text(seller)}, ${dialect.text(productCode)})`);
  if (products.length === 0) return [];
  const list = [...new Set(products)].join(', ');
  return [
    `(${columns.entity} = ${dialect.text(MARKETPLACE)} AND (${columns.seller}, ${columns.product_code}) IN (${list}))`,
  ];
}

/**
 * Writes usage and caller of an existing snapshot again, under the classifier of today: the facts and tag sets are the
 * same files. No bill is read.
 * @param from the folder of the snapshot
 * @param to an empty folder
 */
export async function reclassify(engine: Engine, from: string, to: string): Promise<Unread[]> {
  for (const table of ['fact', 'fact_day', 'tag_set']) {
    const [source, target] = [join(from, `${table}.parquet`), join(to, `${table}.parquet`)];
    await link(source, target).catch(() => copyFile(source, target));
  }
  const stored = (table: string, id: string, key: readonly string[]): AsyncIterable<readonly Row[]> => {
    const columns = key.map((column) => `coalesce(${column}, '') AS ${column}`);
    const relation = engine.dialect.parquet([join(from, `${table}.parquet`)]);
    return engine.stream(`SELECT ${id}, ${columns.join(', ')} FROM ${relation} ORDER BY ${id}`);
  };
  const unread = await writeUsage(engine, stored('usage', 'usage_id', USAGE_KEY), to);
  await writeCallers(engine, stored('caller', 'caller_id', CALLER_KEY), to);
  return unread;
}

/** Gives each distinct key of the stream a dense id, where it has none yet, and its meaning. */
async function* numbered(
  keys: AsyncIterable<readonly Row[]>,
  id: string,
  meaning: (key: Row) => Row,
): AsyncGenerator<readonly Row[]> {
  let next = 0;
  for await (const rows of keys) yield rows.map((row) => ({ [id]: next++, ...row, ...meaning(row) }));
}

async function writeUsage(engine: Engine, keys: AsyncIterable<readonly Row[]>, folder: string): Promise<Unread[]> {
  const unread: Unread[] = [];
  await engine.load(
    'usage',
    USAGE_COLUMNS,
    numbered(keys, 'usage_id', (key) => usageRow(key, unread)),
  );
  await engine.writeParquet(
    `SELECT ${withoutEmpty(USAGE_COLUMNS)} FROM usage ORDER BY usage_id`,
    join(folder, 'usage.parquet'),
  );
  return unread;
}

function usageRow(key: Row, unread: Unread[]): Row {
  const text = (column: string): string | null => {
    const value = key[column];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const meaning = classifyUsage({
    entity: text('entity'),
    productCode: text('product_code'),
    usageType: text('usage_type'),
    operation: text('operation'),
    lineItemType: text('line_item_type'),
    unit: text('unit'),
    descriptionField: text('description_field'),
    productName: text('product_name'),
    productModel: text('product_model'),
    productProvider: text('product_provider'),
    productFamily: text('product_family'),
    region: text('region'),
    resource: text('resource'),
  });
  if (meaning.unknown !== null) {
    unread.push({
      what: meaning.unknown,
      productCode: text('product_code') ?? '',
      usageType: text('usage_type') ?? '',
      unit: text('unit') ?? '',
    });
  }
  return meaningRow(meaning);
}

function meaningRow(meaning: UsageMeaning): Row {
  return {
    provider: meaning.provider,
    model: meaning.model,
    token_kind: meaning.tokenKind,
    cache_ttl: meaning.cacheTtl,
    tier: meaning.tier,
    routing: meaning.routing,
    batch: meaning.batch,
    endpoint: meaning.endpoint,
    tokens_per_unit: meaning.tokensPerUnit,
    aws_region: meaning.region,
    inference_profile: meaning.inferenceProfile,
  };
}

async function writeCallers(engine: Engine, keys: AsyncIterable<readonly Row[]>, folder: string): Promise<void> {
  await engine.load('caller', CALLER_COLUMNS, numbered(keys, 'caller_id', callerRow));
  await engine.writeParquet(
    `SELECT ${withoutEmpty(CALLER_COLUMNS)} FROM caller ORDER BY caller_id`,
    join(folder, 'caller.parquet'),
  );
}

function callerRow(key: Row): Row {
  const principal = String(key.principal);
  if (principal === '') return {};
  const { kind, role, permissionSet, session }: PrincipalMeaning = classifyPrincipal(principal);
  return { kind, role, permission_set: permissionSet, session };
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
     FROM ${dialect.parquet([join(folder, 'fact.parquet')])} GROUP BY 1, 2, 3, 4, 5`,
    join(folder, 'fact_day.parquet'),
  );
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

function withoutEmpty(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => (type === 'VARCHAR' ? `nullif(${name}, '') AS ${name}` : name))
    .join(', ');
}
