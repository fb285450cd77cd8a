import { classifyUsage } from '../domain/classify-usage.ts';
import { classifyPrincipal } from '../domain/principal.ts';
import type { UsageMeaning } from '../domain/usage.ts';
import type { Columns, Engine, Row } from '../engine/engine.ts';
import type { Ledger } from './ledger.ts';
import type { SnapshotName, Unread } from './snapshot.ts';
import { CALLER_KEY, TABLES, USAGE_KEY } from './tables.ts';

/**
 * Writes usage and caller of a snapshot again, under the classifier of today: the facts and tag sets are taken over. No
 * bill is read.
 */
export async function reclassify(
  engine: Engine,
  ledger: Ledger,
  from: SnapshotName,
  to: SnapshotName,
): Promise<Unread[]> {
  for (const table of ['fact', 'fact_day', 'tag_set'] as const) await ledger.copy(engine, from, to, table);
  const stored = (table: 'usage' | 'caller', key: readonly string[]): AsyncIterable<readonly Row[]> => {
    const columns = key.map((column) => `coalesce(${column}, '') AS ${column}`);
    const relation = ledger.relation(engine, from, table);
    return engine.stream(`SELECT ${table}_id, ${columns.join(', ')} FROM ${relation} AS stored ORDER BY 1`);
  };
  const { unread } = await writeUsage(engine, ledger, to, stored('usage', USAGE_KEY));
  await writeCallers(engine, ledger, to, stored('caller', CALLER_KEY));
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
 * Writes the usage table from distinct keys and keeps it in the engine, for the facts to be joined to; there `''` stands
 * for NULL in its keys.
 * @returns SQL that names the kept table, and what could not be read for what it is
 */
export async function writeUsage(
  engine: Engine,
  ledger: Ledger,
  snapshot: SnapshotName,
  keys: AsyncIterable<readonly Row[]>,
): Promise<{ table: string; unread: Unread[] }> {
  const unread = new Map<string, Unread>();
  const rows = numbered(keys, 'usage_id', (key) => usageRow(key, unread));
  const table = await engine.load('usage', TABLES.usage, rows);
  await ledger.write(engine, snapshot, 'usage', withoutEmpty(TABLES.usage, table));
  return { table, unread: [...unread.values()] };
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

/** Writes the caller table from distinct keys and keeps it in the engine, as {@link writeUsage} does. */
export async function writeCallers(
  engine: Engine,
  ledger: Ledger,
  snapshot: SnapshotName,
  keys: AsyncIterable<readonly Row[]>,
): Promise<string> {
  const table = await engine.load('caller', TABLES.caller, numbered(keys, 'caller_id', callerRow));
  await ledger.write(engine, snapshot, 'caller', withoutEmpty(TABLES.caller, table));
  return table;
}

function callerRow(key: Row): Row {
  const principal = String(key.principal);
  if (principal === '') return {};
  const { kind, role, permissionSet, session } = classifyPrincipal(principal);
  return { kind, role, permission_set: permissionSet, session };
}

/** The rows of a kept table, in the order of their ids, with NULL for `''`. */
function withoutEmpty(columns: Columns, table: string): string {
  const values = Object.entries(columns).map(([name, type]) =>
    type === 'VARCHAR' ? `nullif(${name}, '') AS ${name}` : name,
  );
  return `SELECT ${values.join(', ')} FROM ${table} ORDER BY 1`;
}
