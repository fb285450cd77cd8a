import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDB } from '../engine/duckdb.ts';
import type { FileEngine } from '../engine/engine.ts';
import { type Sample, writeSampleOrganisation } from './write.ts';

let folder: string;
let engine: FileEngine;
let sample: Sample;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bursar-truth-'));
  engine = await openDuckDB({ keepOrder: true });
  sample = await writeSampleOrganisation({ dir: folder, engine, lines: 9_000, months: 3 });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const files = (glob: string): string => `read_parquet(${engine.dialect.text(glob)}, hive_partitioning = true)`;
const truth = (table: string): string => files(`${sample.truthDir}/${table}/*.parquet`);

/** The export's own view: text is cast to decimals, nothing of the generator is used. */
const RAW_COST = ['line_item_unblended_cost', 'line_item_net_unblended_cost', 'pricing_public_on_demand_cost'].map(
  (column, index) =>
    `CAST(sum(CAST(CAST(CAST(${column} AS VARCHAR) AS DECIMAL(38,20)) AS DECIMAL(38,10))) AS DECIMAL(38,10)) AS ${['unblended', 'net', 'list'][index]}`,
);
const raw = (): string => `(SELECT *, BILLING_PERIOD AS period, line_item_usage_account_id AS account,
  line_item_product_code AS product_code, line_item_legal_entity AS seller, line_item_line_item_type AS line_type,
  nullif(bill_invoice_id, '') AS invoice, nullif(line_item_iam_principal, '') AS principal,
  tags['iamPrincipal/team'] AS team, tags['iamPrincipal/business-unit'] AS business_unit,
  tags['iamPrincipal/department'] AS department, tags['iamPrincipal/project'] AS project,
  tags['iamPrincipal/environment'] AS environment, CAST(line_item_usage_start_date AS DATE) AS day,
  product_region_code AS region FROM ${files(`${sample.exportDir}/data/*/*.parquet`)})`;

const RAW_USAGE = (): string => `(FROM ${raw()} WHERE line_type = 'Usage'
  AND (seller, product_code) IN (SELECT (seller, product_code) FROM ${truth('bill')} WHERE bedrock))`;

const TOKENS = {
  // What is trained or optimised is billed by the token too, but no model was called.
  export: `CAST(sum(CASE
    WHEN regexp_matches(line_item_usage_type, 'Customization|Prompt') THEN NULL
    WHEN pricing_unit = '1K tokens' THEN 1000
    WHEN pricing_unit = '1M tokens' OR line_item_line_item_description LIKE '%Tokens' THEN 1000000 END
    * CAST(CAST(line_item_usage_amount AS VARCHAR) AS DECIMAL(28,6))) AS DECIMAL(38,6))`,
  truth: 'CAST(sum(tokens) AS DECIMAL(38,6))',
};
const SUMS = 'CAST(sum(lines) AS BIGINT) AS lines, sum(unblended) AS unblended, sum(net) AS net, sum(list) AS list';

async function expectSame(ofExport: string, ofTruth: string): Promise<void> {
  const lost = (a: string, b: string) => engine.rows(`(${a}) EXCEPT ALL (${b})`);
  expect((await engine.rows(ofTruth)).length).toBeGreaterThan(0);
  expect(await lost(ofExport, ofTruth)).toEqual([]);
  expect(await lost(ofTruth, ofExport)).toEqual([]);
}

describe('the truth is what the export says when it is summed independently', () => {
  test.each([
    'period',
    'period, account, principal',
    'period, product_code, seller, region',
    'period, team, business_unit, department, project, environment',
  ])('usage by %s', async (keys) => {
    await expectSame(
      `SELECT ${keys}, count(*) AS lines, ${RAW_COST.join(', ')}, ${TOKENS.export} AS tokens FROM ${RAW_USAGE()} GROUP BY ALL`,
      `SELECT ${keys}, ${SUMS}, ${TOKENS.truth} AS tokens FROM ${truth('usage')} GROUP BY ALL`,
    );
  });

  test('usage by day', async () => {
    const keys = 'period, day, account, seller, team';
    await expectSame(
      `SELECT ${keys}, count(*) AS lines, ${RAW_COST.join(', ')}, ${TOKENS.export} AS tokens FROM ${RAW_USAGE()} GROUP BY ALL`,
      `SELECT ${keys}, ${SUMS}, ${TOKENS.truth} AS tokens FROM ${truth('days')} GROUP BY ALL`,
    );
  });

  test('every line of the bill, by invoice, seller, product code and line type', async () => {
    const keys = 'period, account, invoice, seller, product_code, line_type';
    await expectSame(
      // Beside net columns a discount's own line has none: its effect is in the others'.
      `SELECT * REPLACE (coalesce(list, 0) AS list, CASE WHEN period = '2026-08' THEN net ELSE coalesce(net, 0) END AS net) FROM (
        SELECT ${keys}, count(*) AS lines, ${RAW_COST.join(', ')} FROM ${raw()} GROUP BY ALL)`,
      `SELECT ${keys}, ${SUMS} FROM ${truth('bill')} GROUP BY ALL`,
    );
  });
});

describe('the truth names', () => {
  test.each([
    ['token_kind', ['cache-read', 'cache-write', 'input', 'output', null]],
    ['cache_ttl', ['1h', '30m', '5m', null]],
    ['tier', ['flex', 'latency-optimized', 'priority', 'provisioned', 'reserved', 'standard', null]],
    ['routing', ['global', 'in-region', null]],
    ['batch', [false, true]],
    ['endpoint', ['mantle', 'runtime', null]],
    ['team', ['backend', 'data', 'frontend', 'web', null]],
    ['allocated_team', ['(shared)', 'backend', 'data', 'frontend', null]],
    ['cost_center', ['(shared)', '4100', '4200', '4300', null]],
    ['business_unit', ['BU-DATA-001', 'BU-ENG-001', 'BU-ENG-002', null]],
    [
      'provider',
      ['Amazon', 'Anthropic', 'Cohere', 'DeepSeek', 'Meta', 'Mistral AI', 'OpenAI', 'Qwen', 'Stability AI', null],
    ],
    ['principal_kind', ['agentcore', 'api-key', 'assumed-role', 'iam-role', 'iam-user', 'identity-center', null]],
  ] as const)('every %s', async (column, expected) => {
    const rows = await engine.rows(
      `SELECT DISTINCT ${column} AS value FROM ${truth('usage')} ORDER BY value NULLS LAST`,
    );
    expect(rows.map(({ value }) => value)).toEqual(expected);
  });

  test('callers with the person and the team behind them, also where the bill has no tag', async () => {
    const rows =
      await engine.rows(`SELECT person, home_team, coalesce(permission_set, role, principal_kind) AS called_as
      FROM ${files(join(sample.truthDir, 'callers.parquet'))} WHERE person LIKE 'mia.keller%' ORDER BY called_as`);
    const mia = { person: 'mia.keller@example.com', home_team: 'backend' };
    expect(rows).toEqual([
      { ...mia, called_as: 'AdministratorAccess' },
      { ...mia, called_as: 'BedrockDeveloper' },
      { ...mia, called_as: 'BedrockFederatedDeveloper' },
      { ...mia, called_as: 'api-key' },
    ]);
  });

  test('the dollars of each person, team and cost centre, for people to read', async () => {
    const [head, ...lines] = (await readFile(join(sample.truthDir, 'allocated.csv'), 'utf8')).trim().split('\n');
    expect(head).toBe('period,dimension,value,lines,unblended,net');
    const values = new Set(lines.map((line) => line.split(',').slice(1, 3).join(' ')));
    for (const one of ['person Mia Keller', 'person (none)', 'team frontend', 'team (shared)', 'cost-center 4200']) {
      expect(values).toContain(one);
    }
    expect(values).not.toContain('team web');
  });
});
