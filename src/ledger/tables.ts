import type { Columns } from '../engine/engine.ts';

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

const text = (names: readonly string[]): Columns => Object.fromEntries(names.map((name) => [name, 'VARCHAR']));

const IDS = { usage_id: 'INTEGER', caller_id: 'INTEGER', tag_set_id: 'INTEGER', attributed: 'BOOLEAN' };

/** The ledger's tables: their columns in order, in types that every engine has. docs/reference/ledger.md explains them. */
export const TABLES = {
  fact: {
    usage_day: 'DATE',
    usage_hour: 'TINYINT',
    ...IDS,
    unblended: 'DECIMAL(18,10)',
    net: 'DECIMAL(18,10)',
    list: 'DECIMAL(18,10)',
    usage_amount: 'DECIMAL(28,10)',
  },
  fact_day: {
    usage_day: 'DATE',
    ...IDS,
    unblended: 'DECIMAL(28,10)',
    net: 'DECIMAL(28,10)',
    list: 'DECIMAL(28,10)',
    usage_amount: 'DECIMAL(38,10)',
  },
  usage: {
    usage_id: 'INTEGER',
    ...text(USAGE_KEY),
    ...text(['provider', 'model', 'token_kind', 'cache_ttl', 'tier', 'routing']),
    batch: 'BOOLEAN',
    endpoint: 'VARCHAR',
    tokens_per_unit: 'INTEGER',
    aws_region: 'VARCHAR',
    inference_profile: 'VARCHAR',
  },
  caller: {
    caller_id: 'INTEGER',
    ...text(CALLER_KEY),
    ...text(['kind', 'role', 'permission_set', 'session']),
  },
  tag_set: { tag_set_id: 'INTEGER', tags: 'MAP(VARCHAR, VARCHAR)' },
} as const satisfies Record<string, Columns>;

export type Table = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as readonly Table[];

/**
 * To what callers are allocated, under the rules of one hash: kept beside a snapshot's tables, made when a question needs it.
 * A caller has at most one row for a dimension and day; no row = it belongs to nothing.
 */
export const ALLOCATION = {
  caller_id: 'INTEGER',
  dimension: 'VARCHAR',
  from_day: 'DATE',
  to_day: 'DATE',
  value: 'VARCHAR',
  evidence: 'VARCHAR',
} as const satisfies Columns;
