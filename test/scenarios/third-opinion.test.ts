import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { textOf } from '../../src/engine/cells.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { Row } from '../../src/engine/engine.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { ingest } from '../../src/ledger/ingest.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { CUDOS_COUNTS, CUDOS_GROUP, CUDOS_MILLIONS, CUDOS_UNIT } from '../fixtures/cudos.ts';
import { temporaryFolder } from '../fixtures/run.ts';

/** A third opinion on the sample organisation: AWS's own dashboard beside the ledger, usage key by usage key. */

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** What both say of the lines of one usage key; `null`: nothing. */
interface Compared {
  readonly productName: string;
  readonly lineItemType: string;
  readonly usageType: string;
  /** CUDOS's name for the usage type */
  readonly group: string;
  readonly cost: Opinions;
  readonly tokens: Opinions;
  readonly kind: Opinions;
}

interface Opinions {
  readonly cudos: string | null;
  readonly ledger: string | null;
}

/** Token kinds by CUDOS's groups. */
const KINDS: Readonly<Record<string, string>> = {
  Input: 'input',
  Output: 'output',
  'Batch Input': 'input',
  'Batch Output': 'output',
  'Reserved Input Tokens': 'input',
  'Reserved Output Tokens': 'output',
  'Cache Read': 'cache-read',
  'Cache Write': 'cache-write',
  'Cache Write 1h': 'cache-write',
};

/** The only differences there may be, and why the ledger is right in them. */
const EXPLANATIONS: Readonly<Record<string, (compared: Compared) => boolean>> = {
  'tax and refunds of Marketplace carry no product name: CUDOS loses them, the ledger knows them by the product code':
    ({ cost, productName, lineItemType }) => cost.cudos === null && productName === '' && lineItemType !== 'Usage',
  'CUDOS takes every product of Marketplace for Bedrock that has the word in its name, the ledger those of its editions':
    ({ cost, productName }) => cost.ledger === null && !productName.includes('(Amazon Bedrock Edition)'),
  'embeddings and speech are groups of their own in CUDOS; their tokens are input and output all the same': ({
    cost,
    tokens,
    kind,
    group,
  }) => ['Embeddings', 'Speech'].includes(group) && agree(cost) && agree(tokens) && kind.cudos === null,
  'training, routing and optimising are charged by tokens that no model call has in or out: the ledger leaves them out of tokens':
    ({ cost, tokens, kind, group }) =>
      BESIDE_CALLS.includes(group) && agree(cost) && tokens.ledger === null && agree(kind),
  'reserved capacity is charged by tokens a minute, used or not: that CUDOS calls it input tokens makes none of it': ({
    cost,
    tokens,
    kind,
    usageType,
  }) => usageType.endsWith('tokens-per-minute') && agree(cost) && agree(tokens) && kind.ledger === null,
};

/** Groups of CUDOS whose tokens are counted in no call of a model. */
const BESIDE_CALLS = ['Model Customization Training', 'Prompt Optimization', 'Intelligent Prompt Routing'];

/** The columns that both sides are grouped by, in the ledger's spelling. */
const KEYS = {
  payer: 'bill_payer_account_id',
  invoice: 'bill_invoice_id',
  entity: 'bill_billing_entity',
  product_code: 'line_item_product_code',
  line_item_type: 'line_item_line_item_type',
  usage_type: 'line_item_usage_type',
  unit: 'pricing_unit',
  product_name: `product['product_name']`,
  description_field: `trim(split_part(line_item_line_item_description, '|', 3))`,
} as const;

let compared: Compared[];

beforeAll(async () => {
  const writer = await openDuckDB({ keepOrder: true });
  const sample = { dir: join(folder.path, 'sample'), lines: 40_000, engine: writer };
  const { exportDir } = await writeSampleOrganisation(sample);
  await writer.close();
  const source = await openExportFolder(exportDir);
  const ledger = await openFolderLedger(join(folder.path, 'ledger'), source.place);
  const engine = await openDuckDB();
  compared = [];
  for (const outcome of await ingest(openDuckDB, source, ledger, await source.deliveries())) {
    if (outcome.kind === 'failed') throw outcome.error;
    const { snapshot } = outcome;
    const [fact, usage] = (['fact', 'usage'] as const).map((table) => ledger.relation(engine, snapshot, table));
    const lines = engine.parquet(snapshot.files.map(({ path }) => path));
    const rows = await engine.rows(opinions(lines, `${fact} AS f JOIN ${usage} AS u ON f.usage_id = u.usage_id`));
    compared.push(...rows.map(comparedOf));
  }
  await engine.close();
});

function opinions(lines: string, facts: string): string {
  const names = Object.keys(KEYS);
  const columns = Object.entries(KEYS).map(([name, column]) => `nullif(CAST(${column} AS VARCHAR), '') AS ${name}`);
  const same = names.map((name) => `c.${name} IS NOT DISTINCT FROM l.${name}`).join(' AND ');
  const decimal = (column: string): string => `CAST(CAST(${column} AS VARCHAR) AS DECIMAL(28,10))`;
  return `
    WITH line AS (
      SELECT ${columns.join(', ')}, ${CUDOS_COUNTS} AS counts, ${CUDOS_GROUP} AS usage_group, ${CUDOS_MILLIONS} AS millions,
        contains(lower(coalesce(${CUDOS_UNIT}, '')), 'token') AS of_tokens,
        ${decimal('line_item_unblended_cost')} AS cost, ${decimal('line_item_usage_amount')} AS amount
      FROM ${lines}),
    c AS (
      SELECT ${names.join(', ')}, usage_group, counts, sum(cost) AS cost,
        CASE WHEN of_tokens THEN sum(amount) * millions * 1000000 END AS tokens
      FROM line GROUP BY ${names.join(', ')}, usage_group, counts, of_tokens, millions),
    l AS (
      SELECT ${names.join(', ')}, token_kind, sum(unblended) AS cost, sum(usage_amount) * tokens_per_unit AS tokens
      FROM ${facts} GROUP BY ${names.join(', ')}, token_kind, tokens_per_unit)
    SELECT coalesce(c.product_name, '') AS product_name, coalesce(c.line_item_type, '') AS line_item_type,
      coalesce(c.usage_type, '') AS usage_type, usage_group, CASE WHEN counts THEN c.cost END AS cudos_cost, l.cost AS ledger_cost,
      CAST(CASE WHEN counts THEN c.tokens END AS DECIMAL(38,4)) AS cudos_tokens, CAST(l.tokens AS DECIMAL(38,4)) AS ledger_tokens,
      token_kind
    FROM c FULL JOIN l ON ${same} WHERE counts OR l.cost IS NOT NULL`;
}

function comparedOf(row: Row): Compared {
  const orNull = (name: string): string | null => textOf(row, name);
  const text = (name: string): string => String(orNull(name));
  const counts = row.cudos_cost !== null;
  return {
    productName: text('product_name'),
    lineItemType: text('line_item_type'),
    usageType: text('usage_type'),
    group: text('usage_group'),
    cost: { cudos: orNull('cudos_cost'), ledger: orNull('ledger_cost') },
    tokens: { cudos: orNull('cudos_tokens'), ledger: orNull('ledger_tokens') },
    kind: { cudos: counts ? (KINDS[text('usage_group')] ?? null) : null, ledger: orNull('token_kind') },
  };
}

function agree({ cudos, ledger }: Opinions): boolean {
  return cudos === ledger;
}

test('both agree on what is Bedrock, its cost, its tokens and their kind, or the difference is one that is explained', () => {
  const differing = compared.filter(({ cost, tokens, kind }) => ![cost, tokens, kind].every(agree));
  const explained = differing.map((one) => ({
    one,
    why: Object.entries(EXPLANATIONS).flatMap(([why, applies]) => (applies(one) ? [why] : [])),
  }));
  expect(explained.filter(({ why }) => why.length !== 1)).toEqual([]);
  // An explanation that nothing needs any more is one too many.
  expect(new Set(explained.flatMap(({ why }) => why))).toEqual(new Set(Object.keys(EXPLANATIONS)));
});

test('they agree on most usage, of every token kind', () => {
  const same = compared.filter(({ cost, tokens, kind }) => [cost, tokens, kind].every(agree));
  expect(same.length).toBeGreaterThan(compared.length / 2);
  expect(new Set(same.map(({ kind }) => kind.ledger))).toEqual(
    new Set(['input', 'output', 'cache-read', 'cache-write', null]),
  );
});
