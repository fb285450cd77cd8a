import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDB } from '../engine/duckdb.ts';
import type { FileEngine, Row } from '../engine/engine.ts';
import { CUR_COLUMNS } from './columns.ts';
import { deliverAgain, type Sample, type SampleOptions, writeSampleOrganisation } from './write.ts';

const LINES = 8_000;
let folder: string;
let engine: FileEngine;
let sample: Sample;

const write = (name: string, options: Partial<SampleOptions> = {}): Promise<Sample> =>
  writeSampleOrganisation({ dir: join(folder, name), engine, lines: LINES, months: 2, ...options });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bursar-sample-'));
  engine = await openDuckDB({ keepOrder: true });
  sample = await write('plain');
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const bill = ({ exportDir }: Sample, period = '*'): string =>
  `read_parquet(${engine.dialect.text(`${exportDir}/data/BILLING_PERIOD=${period}/*.parquet`)}, hive_partitioning = true, union_by_name = true)`;
const truth = ({ truthDir }: Sample, table: string): string =>
  `read_parquet(${engine.dialect.text(`${truthDir}/${table}/*.parquet`)})`;
const values = (rows: readonly Row[]): unknown[] => rows.map((row) => Object.values(row)[0]);
const distinct = async (expression: string, where = 'true', of = bill(sample)): Promise<unknown[]> =>
  values(
    await engine.rows(`SELECT DISTINCT ${expression} AS value FROM ${of} WHERE ${where} ORDER BY value NULLS LAST`),
  );

/** The lines of Bedrock usage, found by seller and code from the catalogue's own list in `bill`. */
const BEDROCK = (of: Sample): string =>
  `(line_item_legal_entity, line_item_product_code) IN (SELECT (seller, product_code) FROM ${truth(of, 'bill')} WHERE bedrock)`;
const USAGE = (of: Sample): string => `${BEDROCK(of)} AND line_item_line_item_type = 'Usage'`;

describe('the same parameters', () => {
  const content = async (of: Sample): Promise<unknown> =>
    values(await engine.rows(`SELECT CAST(line AS VARCHAR) FROM ${bill(of)} AS line ORDER BY 1`));

  test('give the same lines, and another seed gives others', async () => {
    const again = await write('again');
    const other = await write('other', { seed: 2 });
    expect(await content(again)).toEqual(await content(sample));
    expect(await content(other)).not.toEqual(await content(sample));
  });

  test('give these totals: when they change, the generator number in folder.ts has to be raised', async () => {
    expect(await readFile(join(sample.truthDir, 'totals.csv'), 'utf8')).toMatchInlineSnapshot(`
      "period,part,lines,unblended,net,list
      2026-09,bedrock adjustments,104,1979.1095402383,,0.0000000000
      2026-09,bedrock usage,991,62432.1202398916,,33521.1389554520
      2026-09,other services,2905,193097.6343551041,,155415.3381697034
      2026-10,bedrock adjustments,78,4250.2378679856,4250.2378679856,0.0000000000
      2026-10,bedrock usage,1008,57349.4023798775,55344.6377462612,28655.2656005275
      2026-10,other services,2914,188414.5150920726,178857.5814432597,145230.2609050942
      "
    `);
  });
});

describe('the export', () => {
  test('has as many lines as asked', async () => {
    const rows = await engine.rows(
      `SELECT BILLING_PERIOD AS period, count(*) AS lines FROM ${bill(sample)} GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { period: '2026-09', lines: '4000' },
      { period: '2026-10', lines: '4000' },
    ]);
    expect(sample.periods).toEqual(['2026-09', '2026-10']);
  });

  test('has the columns of CUR 2.0 in their physical types', async () => {
    const rows = await engine.rows(`DESCRIBE FROM ${bill(sample)}`);
    const described = Object.fromEntries(rows.map((row) => [row.column_name, row.column_type]));
    expect(described).toEqual({ ...CUR_COLUMNS, BILLING_PERIOD: 'VARCHAR' });
  });

  test('lies as AWS delivers it, its manifest naming the files', async () => {
    const data = await readdir(join(sample.exportDir, 'data/BILLING_PERIOD=2026-10'));
    expect(data.sort()).toEqual([1, 2, 3].map((part) => `bursar-sample-0000${part}.snappy.parquet`));
    const folder = join(sample.exportDir, 'metadata/BILLING_PERIOD=2026-10');
    expect(await readdir(folder)).toEqual(['bursar-sample-Manifest.json']);
    const manifest = JSON.parse(await readFile(join(folder, 'bursar-sample-Manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      executionId: expect.stringMatching(/^[0-9a-f]{32}$/),
      billingPeriod: { start: '2026-10-01T00:00:00.000Z', end: '2026-11-01T00:00:00.000Z' },
      compression: 'Parquet',
    });
    expect(manifest.columns).toHaveLength(Object.keys(CUR_COLUMNS).length);
    expect(manifest.dataFiles.map((uri: string) => uri.slice(uri.indexOf('data/')))).toEqual(
      data.map((file) => `data/BILLING_PERIOD=2026-10/${file}`),
    );
    expect(manifest.dataFiles[0]).toMatch(/^s3:\/\//);
  });

  test('has ids of its own for all lines', async () => {
    const [row] = await engine.rows(`SELECT count(DISTINCT identity_line_item_id) AS ids,
      min(length(identity_line_item_id)) AS length FROM ${bill(sample)}`);
    expect(row).toEqual({ ids: String(LINES), length: '52' });
  });

  test('has no cost with more than 10 decimals', async () => {
    const columns = ['line_item_unblended_cost', 'line_item_net_unblended_cost', 'pricing_public_on_demand_cost'];
    for (const column of columns) {
      const longer = await distinct(
        column,
        `CAST(CAST(${column} AS DECIMAL(38,20)) AS DECIMAL(38,10)) <> CAST(${column} AS VARCHAR)::DECIMAL(38,20)`,
      );
      expect(longer).toEqual([]);
    }
  });
});

describe('Bedrock lines', () => {
  test('have principals, NULL and the empty text', async () => {
    const kinds = await distinct(
      "CASE WHEN line_item_iam_principal IS NULL THEN 'null' WHEN line_item_iam_principal = '' THEN 'empty' ELSE 'arn' END",
      USAGE(sample),
    );
    expect(kinds).toEqual(['arn', 'empty', 'null']);
  });

  test('are of every product-code family, unit, entity and operation', async () => {
    expect(
      await distinct("regexp_replace(line_item_product_code, '^[0-9a-z]{20,}$', 'opaque')", USAGE(sample)),
    ).toEqual([
      'AmazonBedrock',
      'AmazonBedrockAgentCore',
      'AmazonBedrockFoundationModels',
      'AmazonBedrockService',
      'opaque',
    ]);
    expect(await distinct('pricing_unit', USAGE(sample))).toEqual(
      expect.arrayContaining(['1K tokens', '1M tokens', 'Units']),
    );
    expect(await distinct('bill_billing_entity', USAGE(sample))).toEqual(['AWS', 'AWS Marketplace']);
    expect(await distinct('line_item_operation', USAGE(sample))).toEqual([
      'InvokeModelInference',
      'InvokeModelStreamingInference',
      'Usage',
    ]);
  });

  test('have resources of every kind, and none', async () => {
    const kind = "regexp_extract(line_item_resource_id, '^arn:aws:bedrock:[a-z0-9-]+:\\d*:([a-z-]+)/', 1)";
    expect(await distinct(kind, USAGE(sample))).toEqual([
      '',
      'application-inference-profile',
      'foundation-model',
      'inference-profile',
      null,
    ]);
  });

  test('on AWS Marketplace have no service code and no list price, and name the unit in the description', async () => {
    const where = `${USAGE(sample)} AND bill_billing_entity = 'AWS Marketplace'`;
    expect(await distinct('product_servicecode', where)).toEqual(['']);
    expect(await distinct('pricing_public_on_demand_cost', where)).toEqual([0]);
    expect(await distinct("trim(split_part(line_item_line_item_description, '|', 3))", where)).toEqual(
      expect.arrayContaining(['Million Input Tokens', 'Million Output Tokens', 'Search Units']),
    );
  });

  test('of other types occur, without principal, and on AWS Marketplace without a product', async () => {
    const other = `${BEDROCK(sample)} AND line_item_line_item_type <> 'Usage'`;
    expect(await distinct('line_item_line_item_type', other)).toEqual([
      'BundledDiscount',
      'Credit',
      'EdpDiscount',
      'Fee',
      'PrivateRateDiscount',
      'Refund',
      'Tax',
    ]);
    expect(await distinct('line_item_iam_principal', other)).toEqual([null]);
    expect(await distinct('product', `${other} AND bill_billing_entity = 'AWS Marketplace'`)).toEqual([null]);
    expect(await distinct('line_item_line_item_type', `${other} AND bill_billing_entity = 'AWS Marketplace'`)).toEqual([
      'Refund',
      'Tax',
    ]);
  });

  test('are about a fifth of all', async () => {
    const [row] = await engine.rows(
      `SELECT avg(CASE WHEN ${USAGE(sample)} THEN 1 ELSE 0 END) AS share FROM ${bill(sample)}`,
    );
    expect(row?.share).toBeGreaterThan(0.18);
    expect(row?.share).toBeLessThan(0.25);
  });
});

describe('months', () => {
  test('the newest has net costs on all lines, the oldest on none', async () => {
    expect(await distinct('line_item_net_unblended_cost IS NULL', 'true', bill(sample, '2026-10'))).toEqual([false]);
    expect(await distinct('line_item_net_unblended_cost IS NULL', 'true', bill(sample, '2026-09'))).toEqual([true]);
  });

  test('closed ones have an invoice a seller, the newest none', async () => {
    const invoices = `SELECT line_item_legal_entity, count(DISTINCT bill_invoice_id) AS invoices, min(length(bill_invoice_id)) AS length`;
    const closed = await engine.rows(`${invoices} FROM ${bill(sample, '2026-09')} GROUP BY 1`);
    expect(closed.length).toBeGreaterThan(3);
    for (const { invoices, length } of closed) expect([invoices, length]).toEqual(['1', '10']);
    expect(await distinct('bill_invoice_id', 'true', bill(sample, '2026-10'))).toEqual(['', null]);
  });

  test('Marketplace sellers report up to an earlier hour than AWS', async () => {
    const rows =
      await engine.rows(`SELECT line_item_legal_entity AS seller, CAST(max(line_item_usage_start_date) AS VARCHAR) AS last
      FROM ${bill(sample, '2026-10')} WHERE ${USAGE(sample)} GROUP BY 1 ORDER BY 1`);
    expect(rows).toEqual([
      { seller: 'Amazon Web Services, Inc.', last: '2026-10-31 23:00:00' },
      { seller: 'Anthropic, PBC', last: '2026-10-30 23:00:00' },
      { seller: 'Cohere Inc.', last: '2026-10-30 11:00:00' },
      { seller: 'OpenAI OpCo, LLC', last: '2026-10-30 23:00:00' },
      { seller: 'Stability AI Ltd', last: '2026-10-30 23:00:00' },
    ]);
  });

  test('two lines come late: their usage lies in the month before', async () => {
    const late = "BILLING_PERIOD = '2026-10' AND line_item_usage_start_date < TIMESTAMP '2026-10-01'";
    expect(await distinct('bill_billing_entity', late)).toEqual(['AWS', 'AWS Marketplace']);
  });

  test('in the oldest one most tags were not yet activated', async () => {
    const keys = `unnest(map_keys(tags))`;
    const iam = (list: unknown[]): unknown[] => list.filter((key) => String(key).startsWith('iamPrincipal/'));
    expect(iam(await distinct(keys, 'true', bill(sample, '2026-09')))).toEqual([
      'iamPrincipal/business-unit',
      'iamPrincipal/team',
    ]);
    expect(iam(await distinct(keys, 'true', bill(sample, '2026-10')))).toEqual([
      'iamPrincipal/business-unit',
      'iamPrincipal/department',
      'iamPrincipal/environment',
      'iamPrincipal/project',
      'iamPrincipal/team',
    ]);
  });

  test('Bedrock comes to its spend, whatever the number of lines', async () => {
    for (const lines of [1_000, 50_000]) {
      const one = await write(`spend-${lines}`, { lines, months: 1 });
      const [row] = await engine.rows(`SELECT CAST(sum(unblended) AS DOUBLE) AS spend FROM ${truth(one, 'usage')}`);
      expect(row?.spend).toBeGreaterThan(40_000);
      expect(row?.spend).toBeLessThan(90_000);
    }
  });
});

describe('before AWS changed the bill', () => {
  let early: Sample;
  beforeAll(async () => {
    early = await write('early', { months: 5, lines: 10_000, lastMonth: '2026-05' });
  });

  test('there is no product family, provider or model', async () => {
    expect(await distinct('product_product_family', USAGE(early), bill(early))).toEqual(['']);
    expect(await distinct("product['model']", USAGE(early), bill(early))).toEqual([null]);
    expect(await distinct("product['product_name']", USAGE(early), bill(early))).toEqual(
      expect.arrayContaining(['Claude Sonnet 4.6 (Amazon Bedrock Edition)']),
    );
  });

  test('principals begin on 8 April 2026, on mantle later, and operations on 15 January', async () => {
    const first = async (where: string): Promise<unknown[]> =>
      values(
        await engine.rows(
          `SELECT strftime(min(line_item_usage_start_date), '%Y-%m-%d') FROM ${bill(early)} WHERE ${USAGE(early)} AND ${where}`,
        ),
      );
    expect(await first("line_item_iam_principal <> ''")).toEqual(['2026-04-08']);
    expect(await first("line_item_iam_principal <> '' AND line_item_usage_type LIKE '%mantle%'")).toEqual([null]);
    expect(await first("line_item_operation LIKE 'Invoke%'")).toEqual(['2026-01-15']);
    expect(await distinct('line_item_iam_principal', "BILLING_PERIOD = '2026-03'", bill(early))).toEqual([null]);
  });
});

test('further sessions are spread over a Lambda function and a runtime of AgentCore', async () => {
  const spread = await write('sessions', { months: 1, sessions: 4_000, lines: 16_000 });
  const names = (role: string): Promise<unknown[]> =>
    distinct('line_item_iam_principal', `line_item_iam_principal LIKE '%assumed-role/${role}/%'`, bill(spread));
  const jobs = await names('nightly-enrichment');
  const agents = await names('AgentCoreRuntime-support');
  expect(jobs.length).toBeGreaterThan(500);
  expect(agents.length).toBeGreaterThan(500);
  expect(jobs[0]).toMatch(/\/job-\d{6}$/);
  for (const agent of agents)
    expect(agent).toMatch(/\/BedrockAgentCore-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a team is renamed in the middle of a month: its tags have the old name before and the new one after', async () => {
  const days =
    await engine.rows(`SELECT tags['iamPrincipal/team'] AS team, CAST(min(line_item_usage_start_date) AS VARCHAR) AS first,
      CAST(max(line_item_usage_start_date) AS VARCHAR) AS last
    FROM ${bill(sample, '2026-09')} WHERE tags['iamPrincipal/team'] IN ('web', 'frontend') GROUP BY 1 ORDER BY 1`);
  expect(days).toEqual([
    { team: 'frontend', first: expect.stringMatching(/^2026-09-14/), last: expect.stringMatching(/^2026-09-30/) },
    { team: 'web', first: expect.stringMatching(/^2026-09-0/), last: expect.stringMatching(/^2026-09-1[23]/) },
  ]);
});

describe('an export of before principals were recorded', () => {
  test('has no column of them; in the month in which they begin its first part has none', async () => {
    const early = await write('column', { months: 3, lines: 9_000, lastMonth: '2026-05', truth: false });
    const parts = (period: string): string =>
      engine.dialect.text(`${early.exportDir}/data/BILLING_PERIOD=${period}/*.parquet`);
    const having = async (period: string): Promise<unknown[]> =>
      values(
        await engine.rows(`SELECT right(file_name, 20) FROM parquet_schema(${parts(period)})
          WHERE name = 'line_item_iam_principal' ORDER BY 1`),
      );
    expect(await having('2026-03')).toEqual([]);
    expect(await having('2026-04')).toEqual(['00002.snappy.parquet', '00003.snappy.parquet']);
    expect(await having('2026-05')).toHaveLength(3);
  });
});

describe('a daily export', () => {
  test('states whole days', async () => {
    const daily = await write('daily', { months: 1, granularity: 'daily', truth: false });
    const spans = `line_item_usage_end_date - line_item_usage_start_date`;
    const where = "line_item_line_item_type = 'Usage'";
    expect(await distinct(`CAST(${spans} AS VARCHAR)`, where, bill(daily))).toEqual(['1 day']);
    expect(await distinct('CAST(CAST(line_item_usage_start_date AS TIME) AS VARCHAR)', where, bill(daily))).toEqual([
      '00:00:00',
    ]);
    const days = await distinct('identity_time_interval', where, bill(daily));
    expect(days.length).toBe(32);
    expect(days[1]).toBe('2026-10-01T00:00:00Z/2026-10-02T00:00:00Z');
  });
});

describe('a CSV export', () => {
  test('is compressed, begins with a byte order mark, and has maps as JSON text', async () => {
    const csv = await write('csv', { months: 1, lines: 2_000, format: 'csv', truth: false });
    const folder = join(csv.exportDir, 'data/BILLING_PERIOD=2026-10');
    const files = (await readdir(folder)).sort();
    expect(files).toEqual([1, 2, 3].map((part) => `bursar-sample-0000${part}.csv.gz`));
    const text = gunzipSync(await readFile(join(folder, files[0] ?? ''))).toString('utf8');
    expect(text.startsWith('\ufeffbill_bill_type,')).toBe(true);
    expect(text).toContain('2026-10-01T00:00:00.000Z');
    expect(text).toContain('"{""accountTag/environment"":""');
    expect(text).not.toMatch(/,-?\d+(\.\d+)?e-?\d+,/i);
    const manifest = join(csv.exportDir, 'metadata/BILLING_PERIOD=2026-10/bursar-sample-Manifest.json');
    expect(JSON.parse(await readFile(manifest, 'utf8'))).toMatchObject({
      compression: 'GZIP',
      dataFiles: files.map((file) => expect.stringContaining(file)),
    });
  });
});

describe('a month that is delivered again', () => {
  test('has other amounts, fewer parts, and the left-over ones beside them', async () => {
    const again = await write('restated', { months: 2, truth: true });
    const folder = join(again.exportDir, 'data/BILLING_PERIOD=2026-09');
    const manifest = async (): Promise<{ executionId: string; dataFiles: string[] }> =>
      JSON.parse(
        await readFile(join(again.exportDir, 'metadata/BILLING_PERIOD=2026-09/bursar-sample-Manifest.json'), 'utf8'),
      );
    const totals = (): Promise<string> => readFile(join(again.truthDir, 'totals.csv'), 'utf8');
    const before = [await totals()];
    const executions = [(await manifest()).executionId];
    for (const parts of [2, 1, 1]) {
      await deliverAgain(join(again.configFile, '..'), '2026-09', engine);
      expect(await readdir(folder)).toHaveLength(3);
      const { executionId, dataFiles } = await manifest();
      expect(dataFiles).toHaveLength(parts);
      before.push(await totals());
      executions.push(executionId);
    }
    expect(new Set(before).size).toBe(4);
    expect(new Set(executions).size).toBe(4);
    const october = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('2026-10'));
    expect(october(before[3] ?? '')).toEqual(october(before[0] ?? ''));
    expect(await write('restated', { months: 2 })).toMatchObject({ kept: false });
    expect(await totals()).toBe(before[0]);
  });

  test('must be in the sample, and the folder must hold a whole one', async () => {
    const dir = join(sample.configFile, '..');
    await expect(deliverAgain(dir, '2026-01', engine)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(deliverAgain(join(folder, 'nothing'), '2026-10', engine)).rejects.toMatchObject({
      code: 'FOLDER_TAKEN',
    });
  });
});

test('discounts are lines in the oldest month, lines and net columns in the next, net columns in the newest', async () => {
  const three = await write('discounts', { months: 3, lines: 9_000, truth: false });
  const rows = await engine.rows(`SELECT BILLING_PERIOD AS period,
      count(*) FILTER (line_item_line_item_type LIKE '%Discount') > 0 AS lines,
      count(*) FILTER (line_item_line_item_type = 'Usage' AND line_item_net_unblended_cost < line_item_unblended_cost) > 0 AS columns,
      sum(line_item_net_unblended_cost) FILTER (line_item_line_item_type LIKE '%Discount') AS net
    FROM ${bill(three)} GROUP BY 1 ORDER BY 1`);
  expect(rows).toEqual([
    { period: '2026-08', lines: true, columns: false, net: null },
    { period: '2026-09', lines: true, columns: true, net: 0 },
    { period: '2026-10', lines: false, columns: true, net: null },
  ]);
});

test('lines of every type occur', async () => {
  expect(await distinct('line_item_line_item_type')).toEqual([
    'BundledDiscount',
    'Credit',
    'DiscountedUsage',
    'EdpDiscount',
    'Fee',
    'FlatRateSubscription',
    'PrivateRateDiscount',
    'RIFee',
    'Refund',
    'SavingsPlanCoveredUsage',
    'SavingsPlanNegation',
    'SavingsPlanRecurringFee',
    'SavingsPlanUpfrontFee',
    'Tax',
    'Usage',
  ]);
});
