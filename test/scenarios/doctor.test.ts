import { cpSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Line, OTHER_SERVICE, type Part, writePeriod } from '../fixtures/export.ts';
import { deliveredAt, orderlyMonth, personArn, usageOn } from '../fixtures/organisation.ts';
import { useWorkspace } from '../fixtures/workspace.ts';

const workspace = useWorkspace();

/** When the newest delivery of these tests was written, unless they say otherwise. */
const DELIVERED = '2026-11-01T06:00:00Z';

interface DoctorJson {
  readonly verdict: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly periods: readonly string[];
  readonly findings: readonly {
    readonly check: string;
    readonly verdict: string;
    readonly summary: string;
    readonly evidence: readonly {
      readonly what: string;
      readonly cost: string | null;
      readonly lines: number | null;
    }[];
    readonly remedies: readonly { readonly what: string; readonly paste: readonly string[] }[];
  }[];
}

interface Diagnosis {
  readonly code: number | null;
  readonly json: DoctorJson;
  readonly verdicts: Readonly<Record<string, string>>;
  /** summary and evidence of a check, one below the other */
  text(check: string): string;
}

async function doctor(...args: string[]): Promise<Diagnosis> {
  const { stdout, stderr, code } = await workspace.bursar('doctor', '--cur', 'cur', '--format', 'json', ...args);
  if (stdout === '') throw new Error(stderr);
  const json = JSON.parse(stdout) as DoctorJson;
  return {
    code,
    json,
    verdicts: Object.fromEntries(json.findings.map(({ check, verdict }) => [check, verdict])),
    text(check) {
      const found = json.findings.find((one) => one.check === check);
      const evidence = (found?.evidence ?? []).map(({ what, lines, cost }) =>
        [what, ...(lines === null ? [] : [`${lines} lines`]), ...(cost === null ? [] : [Number(cost)])].join(' · '),
      );
      return [found?.summary, ...evidence].join('\n');
    },
  };
}

type Months = Readonly<Record<string, readonly Line[] | readonly Part[]>>;

/** Writes months and lets AWS have delivered them at an instant. */
async function deliver(months: Months, at = DELIVERED, folder = workspace.cur): Promise<void> {
  for (const [period, content] of Object.entries(months)) {
    const parts = content.map((one): Part => ('lines' in one ? (one as Part) : { lines: [one as Line] }));
    const lines = parts.every((part) => part.without === undefined && part.added === undefined);
    await writePeriod(folder, period, lines ? [{ lines: parts.flatMap((part) => part.lines) }] : parts);
  }
  deliveredAt(folder, at);
}

const invoiced = { bill_invoice_id: 'INV-1' };
const september = (): Line[] => orderlyMonth('2026-09', invoiced);
const october = (...more: readonly Line[]): Line[] => [...orderlyMonth('2026-10'), ...more];

test('an orderly bill: every check is ok but that the copy is old; exit code 0', async () => {
  await deliver({ '2026-09': september(), '2026-10': october() });
  const { json, verdicts, code, text } = await doctor();
  expect(verdicts).toEqual({
    ...Object.fromEntries(json.findings.map(({ check }) => [check, 'ok'])),
    exports: 'skipped',
    freshness: 'warn',
  });
  expect(text('freshness')).toMatch(/^the newest delivery is \d+ days old\n/);
  expect(code).toBe(0);
  expect(json).toMatchObject({
    verdict: 'warn',
    counts: { ok: 16, skipped: 1, warn: 1, fail: 0 },
    periods: ['2026-09', '2026-10'],
  });
  expect(json.findings.every(({ verdict, remedies }) => (verdict === 'warn') === remedies.length > 0)).toBe(true);
});

test('a delivery of today is fresh', async () => {
  const today = new Date().toISOString();
  await deliver({ [today.slice(0, 7)]: [usageOn(today.slice(0, 10), 3)] }, today);
  expect((await doctor()).verdicts.freshness).toBe('ok');
});

/** A bill on which nothing is wrong and much could be better. 100 dollars of usage in October, of which many are odd. */
async function deliverCareless(): Promise<void> {
  const nobody = { line_item_iam_principal: '', tags: {} };
  const twice = usageOn('2026-10-20', 0.25);
  const marketplace = {
    ...OTHER_SERVICE,
    bill_billing_entity: 'AWS Marketplace',
    line_item_legal_entity: 'Rock Bottom Ltd',
  };
  await deliver({
    '2026-08': orderlyMonth('2026-08', { line_item_iam_principal: '' }),
    '2026-10': [
      usageOn('2026-10-01', 8, nobody),
      ...Array.from({ length: 8 }, (_, day) =>
        usageOn(`2026-10-${12 + day}`, 5, { line_item_iam_principal: personArn(`person-${day}`) }),
      ),
      usageOn('2026-10-30', 25, {
        line_item_iam_principal: 'arn:aws:sts::000000000002:assumed-role/llm-gateway/gateway',
        tags: {},
      }),
      usageOn('2026-10-30', 12, { line_item_iam_principal: 'arn:aws:iam::000000000002:user/BedrockAPIKey-7k2m' }),
      usageOn('2026-10-30', 9, {
        tags: { 'iamPrincipal/team': 'web', 'iamPrincipal/owner': 'kim', 'resourceTags/Bucket': 'b' },
      }),
      usageOn('2026-10-30', 3, { line_item_usage_type: 'USE1-Zorblax-quux', pricing_unit: 'Zorbs' }),
      usageOn('2026-10-30', 1.5, {
        line_item_product_code: 'AmazonBedrockDreams',
        product_product_family: 'Amazon Bedrock',
      }),
      usageOn('2026-10-30', 1, {
        line_item_product_code: 'NewService',
        product_product_family: 'Amazon Bedrock',
        line_item_iam_principal: '',
      }),
      usageOn('2026-10-30', 0.00000000014),
      twice,
      twice,
      {
        ...marketplace,
        line_item_product_code: 'a1',
        line_item_unblended_cost: 7,
        product: { product_name: 'Bedrock Geology Suite' },
      },
      {
        ...marketplace,
        line_item_product_code: 'a2',
        line_item_unblended_cost: 6,
        product: { product_name: 'Claude Opus 5' },
      },
      {
        ...OTHER_SERVICE,
        line_item_product_code: 'AmazonS3',
        line_item_resource_id: 'arn:aws:s3:::my-BedRock-logs',
        line_item_unblended_cost: 0.5,
      },
    ].map(
      (line): Line => ({
        identity_line_item_id: 'other',
        ...line,
        line_item_net_unblended_cost: line.line_item_unblended_cost ?? null,
      }),
    ),
  });
}

test('a careless bill: what warns, with its numbers; exit code 0', async () => {
  await deliverCareless();
  const { verdicts, text, code } = await doctor();
  expect(verdicts).toEqual({
    deliveries: 'warn',
    freshness: 'warn',
    duplicates: 'warn',
    exports: 'skipped',
    identity: 'warn',
    attribution: 'warn',
    allocation: 'warn',
    tags: 'warn',
    'not-counted': 'warn',
    'single-sign': 'warn',
    'usage-types': 'warn',
    rounding: 'ok',
    currency: 'ok',
    'cost-basis': 'warn',
    states: 'warn',
    sessions: 'ok',
    gateways: 'warn',
    'api-keys': 'warn',
  });
  expect(code).toBe(0);
  expect(text('not-counted').split('\n').slice(1)).toEqual([
    'a1: product name Bedrock Geology Suite · 1 lines · 7',
    'a2: model name Claude Opus 5 · 1 lines · 6',
    'AmazonS3 (Amazon Elastic Compute Cloud): resource arn:aws:s3:::my-BedRock-logs · 1 lines · 0.5',
  ]);
  expect(text('rounding')).toMatch(
    /unblended cost: lines with more than ten digits; .* by 0\.00000000004, exact to .* · 1 lines/,
  );
});

/** A bill that says too little, and says it wrongly. 100 dollars of usage in October. */
async function deliverBroken(): Promise<void> {
  const nobody = { line_item_iam_principal: '', tags: { 'resourceTags/user:Cost_Center': '4711' } };
  const twice = usageOn('2026-10-02', 20, nobody);
  await deliver(
    {
      '2026-08': [usageOn('2026-08-01', 3)],
      '2026-09': [usageOn('2026-09-30', 5, { line_item_currency_code: 'EUR' })],
      '2026-10': [
        usageOn('2026-10-03', 50, nobody),
        twice,
        twice,
        usageOn('2026-10-04', 10, { ...nobody, line_item_usage_type: 'USE1-Zorblax-quux', pricing_unit: 'Zorbs' }),
        {
          ...OTHER_SERVICE,
          line_item_usage_start_date: '2026-10-05 00:00:00',
          line_item_usage_end_date: '2026-10-05 01:00:00',
          line_item_product_code: 'AmazonBedrockDreams',
          line_item_unblended_cost: 9,
        },
      ],
    },
    '2026-11-20T06:00:00Z',
  );
  truncateSync(join(workspace.cur, 'data/BILLING_PERIOD=2026-08/cur-00001.snappy.parquet'), 100);
  writeFileSync(
    join(workspace.path, 'bursar.yaml'),
    'dimensions:\n  cost-center: iamPrincipal/cost-center\n  project: iamPrincipal/project\n',
  );
}

test('a broken bill: what fails, with its numbers; exit code 1', async () => {
  await deliverBroken();
  const { verdicts, text, code } = await doctor();
  expect(verdicts).toMatchObject({
    deliveries: 'fail',
    freshness: 'fail',
    duplicates: 'fail',
    identity: 'fail',
    attribution: 'fail',
    allocation: 'fail',
    tags: 'fail',
    'not-counted': 'fail',
    'usage-types': 'fail',
    currency: 'fail',
  });
  expect(code).toBe(1);
  expect(text('deliveries')).toMatch(
    /^cannot be read: 2026-08\nCUR_FILE_UNREADABLE: .*cur-00001.snappy.parquet is cut short/,
  );
  expect(text('freshness')).toMatch(/^2026-10 ends 27 days early: its last delivery is not whole/);
  expect(text('duplicates')).toMatch(/^1 Bedrock line more than once, 20\.0 % of their cost: \$20\.00/);
  expect(text('identity')).toMatch(/^2026-10 has the column of principals, but no line names one/);
  expect(text('attribution')).toMatch(/^100\.0 % of the usage of 2026-10 names no principal: \$100\.00 of \$100\.00/);
  expect(text('tags')).toMatch(
    /^cost-center: no line carries iamPrincipal\/cost-center, but lines carry resourceTags\/user:Cost_Center/,
  );
  expect(text('not-counted')).toMatch(/^1 product not counted .*: \$9\.00/);
  expect(text('usage-types')).toMatch(/^1 usage type or unit is not known, on 10\.0 % of usage: \$10\.00/);
  expect(text('currency')).toMatch(/EUR: 2026-09\nUSD: 2026-10/);
});

test('principals alone make most of it Bedrock’s: another service may have begun to name them', async () => {
  const strange = usageOn('2026-10-10', 12, { line_item_product_code: "Q=1'; x", product_product_family: 'Q' });
  await deliver({ '2026-10': october(strange) });
  const { verdicts, text, json } = await doctor();
  const [remedy] = json.findings.find(({ check }) => check === 'single-sign')?.remedies ?? [];
  expect(remedy?.paste).toEqual(["bursar report --by product-code,usage-type --where 'product-code=Q\\=1'\\''; x'"]);
  expect(verdicts['single-sign']).toBe('fail');
  expect(text('single-sign')).toMatch(/\nQ=1'; x: principal · 1 lines · 12$/);
});

test('a tag of the configuration that is on no line, with none that is spelled like it', async () => {
  writeFileSync(
    join(workspace.path, 'bursar.yaml'),
    'dimensions:\n  team: iamPrincipal/team\n  floor: iamPrincipal/floor\n',
  );
  await deliver({ '2026-10': october() });
  const { verdicts, text, json } = await doctor();
  expect(verdicts).toMatchObject({ tags: 'warn', allocation: 'warn' });
  expect(text('tags')).toMatch(/^floor: no line carries iamPrincipal\/floor\n/);
  expect(json.findings.find(({ check }) => check === 'tags')?.remedies[0]?.paste).toEqual([
    'aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=iamPrincipal/floor,Status=Active',
  ]);
});

test('a rule that calls the gateway shared settles it', async () => {
  const gateway = { line_item_iam_principal: 'arn:aws:sts::000000000002:assumed-role/llm-gateway/gateway', tags: {} };
  await deliver({ '2026-10': october(usageOn('2026-10-10', 20, gateway)) });
  expect((await doctor()).verdicts).toMatchObject({ gateways: 'warn', allocation: 'warn' });
  writeFileSync(
    join(workspace.path, 'bursar.yaml'),
    'dimensions:\n  team: iamPrincipal/team\nrules:\n  - match: { role: llm-gateway }\n    shared: true\n',
  );
  const { verdicts, text } = await doctor();
  expect(verdicts).toMatchObject({ gateways: 'ok', allocation: 'ok' });
  expect(text('allocation')).toMatch(/\nno team · 0\nshared, by team · 20$/);
});

describe('duplicates', () => {
  test('a data file that was copied: every line twice', async () => {
    const parts = [{ lines: october() }];
    const [file = ''] = await writePeriod(workspace.cur, '2026-10', parts, null);
    cpSync(file, join(file, '../copy-00001.snappy.parquet'));
    const { verdicts, text } = await doctor();
    expect(verdicts).toMatchObject({ duplicates: 'fail', deliveries: 'warn' });
    expect(text('duplicates')).toMatch(/every Bedrock line is there twice · 12 lines · 36\n/);
    expect(text('duplicates').match(/as long as another file: /g)).toHaveLength(2);
  });

  test('one id on lines that differ is no duplicate', async () => {
    const line = usageOn('2026-10-02', 3);
    await deliver({ '2026-10': october(line, { ...line, line_item_unblended_cost: 4 }) });
    const { verdicts, text } = await doctor();
    expect(verdicts.duplicates).toBe('ok');
    expect(text('duplicates')).toMatch(/lines with one id that differ: .* · 2 lines$/);
  });

  test('without ids nothing is judged', async () => {
    await deliver({ '2026-10': [{ lines: october(), without: ['identity_line_item_id'] }] });
    expect((await doctor()).verdicts.duplicates).toBe('skipped');
  });
});

describe('identity', () => {
  test('a column in some files only', async () => {
    const old = { lines: [usageOn('2026-10-01', 3)], without: ['line_item_iam_principal'] } as const;
    await deliver({ '2026-10': [{ lines: october() }, old] });
    expect((await doctor()).verdicts.identity).toBe('warn');
  });

  test('months of before it was recorded', async () => {
    const lines = orderlyMonth('2026-03', { line_item_iam_principal: '' });
    await deliver({ '2026-03': [{ lines, without: ['line_item_iam_principal'] }] });
    expect((await doctor()).text('identity')).toMatch(/^2026-03 is over before 2026-04-08/);
  });
});

describe('several exports', () => {
  const both = (): Promise<Diagnosis> => doctor('--cur', 'second');

  async function deliverTwo(first: readonly Line[], second: readonly Line[]): Promise<void> {
    const nobody = first.map((line): Line => ({ ...line, line_item_iam_principal: '' }));
    mkdirSync(join(workspace.path, 'second'));
    await deliver({ '2026-10': nobody });
    await deliver({ '2026-10': second }, DELIVERED, join(workspace.path, 'second'));
  }

  test.each([
    ['agree', 0, 'ok'],
    ['differ by little', 0.1, 'warn'],
    ['the one that counts lacks lines', 10, 'fail'],
  ])('%s', async (_, lacking, verdict) => {
    await deliverTwo([...october(), usageOn('2026-10-03', lacking)], october());
    const { verdicts, text } = await both();
    expect(verdicts.exports).toBe(verdict);
    expect(text('exports')).toMatch(/second counts, 12 lines name a principal/);
    expect(text('exports')).toMatch(/cur does not count, names nobody/);
  });

  test('two payers', async () => {
    mkdirSync(join(workspace.path, 'second'));
    await deliver({ '2026-10': october() });
    const other = orderlyMonth('2026-10', { bill_payer_account_id: '000000000009' });
    await deliver({ '2026-10': other }, DELIVERED, join(workspace.path, 'second'));
    expect((await both()).text('exports')).toMatch(/^each payer’s month is in one export/);
  });
});

test('a month that changed after its invoice', async () => {
  await deliver({ '2026-09': september() });
  expect((await doctor()).text('states')).toMatch(/^invoiced: 2026-09/);
  await deliver({ '2026-09': [...september(), usageOn('2026-09-02', 1.5, invoiced)] });
  const { verdicts, text } = await doctor();
  expect(verdicts.states).toBe('warn');
  expect(text('states')).toMatch(/it was \$36\.00 on the invoice, \$1\.50 moved · 37\.5$/);
});

describe('what there is of a broken export is told', () => {
  test('no month can be read', async () => {
    await deliver({ '2026-10': october() });
    truncateSync(join(workspace.cur, 'data/BILLING_PERIOD=2026-10/cur-00001.snappy.parquet'), 100);
    const { json, verdicts, code } = await doctor();
    expect(json.counts).toEqual({ ok: 0, skipped: 17, pending: 0, warn: 0, fail: 1 });
    expect(verdicts.deliveries).toBe('fail');
    expect(code).toBe(1);
  });

  test('a file that went bad after it was ingested', async () => {
    await deliver({ '2026-10': october() });
    expect((await workspace.bursar('ingest', '--cur', 'cur')).code).toBe(0);
    const file = join(workspace.cur, 'data/BILLING_PERIOD=2026-10/cur-00001.snappy.parquet');
    writeFileSync(file, Buffer.alloc(statSync(file).size));
    deliveredAt(workspace.cur, DELIVERED);
    const { verdicts } = await doctor();
    expect(verdicts).toMatchObject({
      deliveries: 'fail',
      duplicates: 'skipped',
      'not-counted': 'skipped',
      attribution: 'ok',
    });
  });

  test('lines, but none of Bedrock; no line at all', async () => {
    await deliver({ '2026-09': [OTHER_SERVICE], '2026-10': [{ lines: [] }] });
    const { verdicts, code } = await doctor();
    expect(verdicts).toMatchObject({
      deliveries: 'ok',
      identity: 'skipped',
      attribution: 'skipped',
      'not-counted': 'ok',
    });
    expect(code).toBe(0);
  });

  test('a period that is not there', async () => {
    await deliver({ '2026-10': october() });
    const { stderr, code } = await workspace.bursar('doctor', '--cur', 'cur', '--period', '2025-10');
    expect(stderr).toMatch(/PERIOD_WITHOUT_DATA.*\n.*2026-10/);
    expect(code).toBe(2);
  });
});

test('the newest three months are read, unless others are asked for', async () => {
  const months = ['2026-06', '2026-07', '2026-08', '2026-09'];
  await deliver(Object.fromEntries(months.map((period) => [period, orderlyMonth(period)])));
  expect((await doctor()).json.periods).toEqual(months.slice(1));
  expect((await doctor('--period', '2026-06..2026-07')).json.periods).toEqual(months.slice(0, 2));
});

test('what it prints, to people', async () => {
  await deliverCareless();
  const { stdout } = await workspace.bursar('doctor', '--cur', 'cur');
  const steady = stdout.replaceAll(/\d+ (days|hours) (old|ago)/g, 'N $1 $2').replaceAll(workspace.path, '…');
  await expect(steady).toMatchFileSnapshot('../golden/doctor-careless.txt');
});
