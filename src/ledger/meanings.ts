import { copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import { classifyUsage } from '../domain/classify-usage.ts';
import { classifyPrincipal } from '../domain/principal.ts';
import type { UsageMeaning } from '../domain/usage.ts';
import type { Columns, Engine, Row } from '../engine/engine.ts';
import type { Unread } from './snapshot.ts';

/** The columns that make a usage key, in the ledger's spelling. */
export const USAGE_KEY = [
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

export const CALLER_KEY = ['account', 'principal'] as const;

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

/**
 * Writes the usage table from distinct keys and keeps it in the engine as `usage`, for the facts to be joined to.
 * @returns what could not be read for what it is
 */
export async function writeUsage(
  engine: Engine,
  keys: AsyncIterable<readonly Row[]>,
  folder: string,
): Promise<Unread[]> {
  const unread = new Map<string, Unread>();
  await engine.load(
    'usage',
    USAGE_COLUMNS,
    numbered(keys, 'usage_id', (key) => usageRow(key, unread)),
  );
  await engine.writeParquet(
    `SELECT ${withoutEmpty(USAGE_COLUMNS)} FROM usage ORDER BY usage_id`,
    join(folder, 'usage.parquet'),
  );
  return [...unread.values()];
}

function usageRow(key: Row, unread: Map<string, Unread>): Row {
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
    const one = {
      what: meaning.unknown,
      productCode: text('product_code') ?? '',
      usageType: text('usage_type') ?? '',
      unit: text('unit') ?? '',
    };
    // Many keys share an unknown type: they differ in resource, invoice, region.
    unread.set(JSON.stringify(one), one);
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

/** Writes the caller table from distinct keys and keeps it in the engine as `caller`. */
export async function writeCallers(engine: Engine, keys: AsyncIterable<readonly Row[]>, folder: string): Promise<void> {
  await engine.load('caller', CALLER_COLUMNS, numbered(keys, 'caller_id', callerRow));
  await engine.writeParquet(
    `SELECT ${withoutEmpty(CALLER_COLUMNS)} FROM caller ORDER BY caller_id`,
    join(folder, 'caller.parquet'),
  );
}

function callerRow(key: Row): Row {
  const principal = String(key.principal);
  if (principal === '') return {};
  const { kind, role, permissionSet, session } = classifyPrincipal(principal);
  return { kind, role, permission_set: permissionSet, session };
}

function withoutEmpty(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => (type === 'VARCHAR' ? `nullif(${name}, '') AS ${name}` : name))
    .join(', ');
}
