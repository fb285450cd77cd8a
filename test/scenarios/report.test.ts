import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Line, OTHER_SERVICE, USAGE, writePeriod } from '../fixtures/export.ts';
import { type Run, runBursar, temporaryFolder } from '../fixtures/run.ts';

/** Names that break what is glued together: SQL, CSV formulas, terminal escapes, direction, JSON keys, length. */
const HOSTILE = [
  `'; DROP TABLE usage; --`,
  `=HYPERLINK("http://x","y")`,
  '\u001b[31mred\u001b[0m',
  '\u202egnp.exe',
  '__proto__',
  'a,b=c\\d"e',
  '😀 %s $x %',
  'x'.repeat(2000),
];

const SSO = 'arn:aws:sts::000000000002:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/mia@example.com';

const usage = (team: string | null, cost: number, more: Line = {}): Line => ({
  ...USAGE,
  line_item_unblended_cost: cost,
  pricing_public_on_demand_cost: cost * 2,
  tags: team === null ? {} : { 'iamPrincipal/team': team },
  ...more,
});

const OCTOBER: Line[] = [
  usage('backend', 10),
  usage('backend', 5, {
    line_item_usage_type: 'USE1-Claude4.6Sonnet-cache-read-input-token-count',
    line_item_usage_amount: 3000,
  }),
  usage('data', 7, {
    line_item_usage_start_date: '2026-10-06 10:00:00',
    line_item_usage_end_date: '2026-10-06 11:00:00',
  }),
  usage('', 2),
  usage(null, 1, { line_item_iam_principal: SSO }),
  usage(null, 4, { line_item_iam_principal: null }),
  usage(null, 0.5, { line_item_line_item_type: 'Tax', line_item_iam_principal: '', line_item_usage_amount: 1 }),
  usage(null, -3, { line_item_line_item_type: 'Credit', line_item_iam_principal: null }),
  { ...OTHER_SERVICE, line_item_unblended_cost: 1000 },
];

const SEPTEMBER: Line[] = [
  usage('backend', 20, {
    line_item_usage_start_date: '2026-09-30 10:00:00',
    line_item_usage_end_date: '2026-09-30 11:00:00',
  }),
  ...HOSTILE.map((name, index) =>
    usage(name, index + 1, {
      line_item_usage_start_date: '2026-09-02 10:00:00',
      tags: { 'iamPrincipal/team': name, [name]: 'v' },
      line_item_iam_principal: name,
    }),
  ),
];

/** A late line: its usage day lies in September, its billing period is October. */
const LATE = usage('data', 6, {
  line_item_usage_start_date: '2026-09-30 23:00:00',
  line_item_usage_end_date: '2026-10-01 00:00:00',
});

interface ReportJson {
  readonly source: { readonly snapshot: string; readonly dataThrough: string };
  readonly period: { readonly from: string; readonly to: string };
  readonly cost: string;
  readonly rows: readonly Readonly<Record<string, unknown> & { cost: string; tokens: Record<string, string> }>[];
  readonly total: string;
  readonly check: Readonly<Record<'bill' | 'shown' | 'filteredOut' | 'difference', string>>;
  readonly notes: readonly string[];
}

let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  folder = temporaryFolder();
  const cur = join(folder.path, 'exports', 'cur');
  mkdirSync(cur, { recursive: true });
  await writePeriod(cur, '2026-09', [{ lines: SEPTEMBER }]);
  await writePeriod(cur, '2026-10', [{ lines: OCTOBER }, { lines: [LATE] }]);
  await bursar('ingest', '--cur', 'exports');
});

afterAll(() => folder.remove());

function bursar(...args: string[]): Promise<Run> {
  return runBursar(args, { cwd: folder.path, env: { BURSAR_LEDGER: join(folder.path, 'ledger') } });
}

async function report(...args: string[]): Promise<ReportJson> {
  const { stdout, stderr, code } = await bursar('report', '--cur', 'exports', '--format', 'json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as ReportJson;
}

/** `backend 15` or `(none) -3 Credit`, and `… (other)`. */
const brief = ({ rows }: ReportJson, ...dimensions: string[]): string[] =>
  rows.map((row) => {
    const names = dimensions.map((dimension) => row[dimension] ?? '(none)');
    const marks = [
      ...(row.adjustment === undefined ? [] : [row.adjustment]),
      ...(row.other === true ? ['(other)'] : []),
    ];
    return [...names, String(Number(row.cost)), ...marks].join(' ');
  });

describe('who spent what', () => {
  test('by team: owners, usage that nobody owns, and adjustments apart', async () => {
    const answer = await report('--by', 'team');
    expect(brief(answer, 'team')).toEqual(['backend 15', 'data 13', '(none) 7', '(none) 0.5 Tax', '(none) -3 Credit']);
    expect(answer).toMatchObject({
      period: { from: '2026-10-01', to: '2026-11-01' },
      cost: 'unblended',
      total: '32.5000000000',
      check: { bill: '32.5000000000', shown: '32.5000000000', filteredOut: '0', difference: '0' },
    });
    expect(answer.source.snapshot).toMatch(/^2026-10@/);
    expect(answer.source.dataThrough).toBe('2026-10-06T11:00:00Z');
  });

  test('tokens by kind, counted in the unit of each line; none on tax and credit', async () => {
    const { rows } = await report('--by', 'team');
    expect(rows.map(({ tokens }) => tokens)).toEqual([
      { input: '1000000', output: '0', cacheRead: '3000000', cacheWrite: '0' },
      { input: '2000000', output: '0', cacheRead: '0', cacheWrite: '0' },
      { input: '3000000', output: '0', cacheRead: '0', cacheWrite: '0' },
      { input: '0', output: '0', cacheRead: '0', cacheWrite: '0' },
      { input: '0', output: '0', cacheRead: '0', cacheWrite: '0' },
    ]);
    expect(rows[0]).toMatchObject({ share: 0.461538, costPerMillionTokens: '3.7500000000', cacheHitRate: 0.75 });
  });

  test.each<[string, string[], string[], string[]]>([
    [
      'a person behind single sign-on',
      ['--by', 'permission-set,session', '--where', 'principal-kind=identity-center'],
      ['permission-set', 'session'],
      ['Developer mia@example.com 1'],
    ],
    ['by token kind', ['--by', 'token-kind', '--where', 'team=backend'], ['token-kind'], ['input 10', 'cache-read 5']],
    [
      'the rest of --top is one row; what belongs to nobody stays apart, and so do adjustments',
      ['--by', 'team', '--top', '1'],
      ['team'],
      ['backend 15', '(none) 7', '(none) 13 (other)', '(none) 0.5 Tax', '(none) -3 Credit'],
    ],
    [
      'by line item type',
      ['--by', 'line-item-type'],
      ['line-item-type'],
      ['Usage 35', 'Tax 0.5 Tax', 'Credit -3 Credit'],
    ],
    ['a comma list', ['--by', 'team', '--where', 'team=backend,data'], ['team'], ['backend 15', 'data 13']],
    [
      'all but',
      ['--by', 'team', '--where', 'team!=backend'],
      ['team'],
      ['data 13', '(none) 7', '(none) 0.5 Tax', '(none) -3 Credit'],
    ],
    ['no team', ['--by', 'team', '--where', 'team=(none)', '--where', 'line-item-type=Usage'], ['team'], ['(none) 7']],
    ['all but no team', ['--by', 'team', '--where', 'team!=(none)'], ['team'], ['backend 15', 'data 13']],
    [
      'no team or data',
      ['--by', 'line-item-type', '--where', 'team=(none),data'],
      ['line-item-type'],
      ['Usage 20', 'Tax 0.5 Tax', 'Credit -3 Credit'],
    ],
    ['list cost', ['--by', 'team', '--where', 'team=data', '--cost', 'list'], ['team'], ['data 26']],
    [
      'by day',
      ['--by', 'team', '--grain', 'day', '--where', 'team=data'],
      ['day', 'team'],
      ['2026-09-30 data 6', '2026-10-06 data 7'],
    ],
    [
      'usage days over two billing periods',
      ['--by', 'team', '--from', '2026-09-30', '--to', '2026-09-30'],
      ['team'],
      ['backend 20', 'data 6'],
    ],
    [
      'a usage day within one billing period',
      ['--by', 'team', '--period', '2026-10', '--from', '2026-09-30', '--to', '2026-09-30'],
      ['team'],
      ['data 6'],
    ],
    [
      'by month, over billing periods',
      ['--by', 'team', '--period', '2026-09..2026-10', '--grain', 'month', '--where', 'team=backend'],
      ['month', 'team'],
      ['2026-09 backend 20', '2026-10 backend 15'],
    ],
    [
      'a tag by its key',
      ['--by', 'tag:iamPrincipal/team', '--where', 'tag:iamPrincipal/team=data'],
      ['tag:iamPrincipal/team'],
      ['data 13'],
    ],
    [
      'region, model, provider',
      ['--by', 'region,model,provider', '--where', 'team=data'],
      ['region', 'model', 'provider'],
      ['us-east-1 Claude Sonnet 4.6 Anthropic 13'],
    ],
  ])('%s', async (_, args, dimensions, expected) => {
    const answer = await report(...args);
    expect(brief(answer, ...dimensions)).toEqual(expected);
    expect(answer.check.difference).toBe('0');
  });

  test('what a filter leaves out is in the check', async () => {
    const { check } = await report('--by', 'team', '--where', 'team=data');
    expect(check).toEqual({
      bill: '32.5000000000',
      shown: '13.0000000000',
      filteredOut: '19.5000000000',
      difference: '0',
    });
  });

  test('a month of the range without data is said', async () => {
    const { notes, total } = await report('--period', '2026-08..2026-10');
    expect(notes.join()).toMatch(/no Bedrock lines for 2026-08/);
    expect(total).toBe('88.5000000000');
  });

  test('a tag that no line carries is said, with the nearest', async () => {
    const { notes } = await report('--by', 'tag:iamPrincipal/taem');
    expect(notes.join()).toMatch(
      /no Bedrock line carries the tag iamPrincipal\/taem\. The nearest tag seen is iamPrincipal\/team/,
    );
  });

  test('lines without net values are shown in unblended cost, and it is said', async () => {
    expect((await report()).notes.join()).toMatch(/payer 000000000001 is shown in unblended cost/);
    expect((await report('--cost', 'unblended')).notes).toEqual([]);
  });
});

describe('hostile names pass through every way in and out unharmed', () => {
  const where = (value: string): string => `team=${value.replaceAll(/[\\,]/g, '\\$&')}`;

  test.each(HOSTILE.map((name) => [name.slice(0, 40), name]))(
    'as a value to group and filter by: %j',
    async (_, name) => {
      const answer = await report('--period', '2026-09', '--by', 'team', '--where', where(name));
      expect(answer.rows.map((row) => row.team)).toEqual([name]);
    },
  );

  test.each(HOSTILE.map((name) => [name.slice(0, 40), name]))('as a principal: %j', async (_, name) => {
    const filter = `principal=${name.replaceAll(/[\\,]/g, '\\$&')}`;
    const answer = await report('--period', '2026-09', '--by', 'principal,principal-kind', '--where', filter);
    expect(answer.rows.map((row) => [row.principal, row['principal-kind']])).toEqual([[name, 'unrecognised']]);
  });

  test.each(HOSTILE.map((name) => [name.slice(0, 40), name]))('as a tag key: %j', async (_, name) => {
    const key = `tag:${name}`;
    const answer = await report('--period', '2026-09', '--by', key.replaceAll(/[\\,]/g, '\\$&'));
    expect(
      answer.rows.map((row) => Object.getOwnPropertyDescriptor(row, key)?.value).filter((value) => value !== null),
    ).toEqual(['v']);
  });

  test('no terminal escape reaches the table, and no formula a spreadsheet', async () => {
    const table = await bursar('report', '--cur', 'exports', '--period', '2026-09', '--by', 'team');
    expect(table.stdout).not.toMatch(/[\u001b\u202e]/);
    const csv = await bursar('report', '--cur', 'exports', '--period', '2026-09', '--by', 'team', '--format', 'csv');
    expect(csv.stdout).toContain(`'=HYPERLINK`);
    expect(csv.stdout).not.toMatch(/(^|,)"?[=@]/m);
  });
});

test('two runs print the same', async () => {
  const args = [
    'report',
    '--cur',
    'exports',
    '--by',
    'session,usage-type',
    '--format',
    'csv',
    '--period',
    '2026-09..2026-10',
  ];
  expect((await bursar(...args)).stdout).toBe((await bursar(...args)).stdout);
});

test('paths are meant from where the user stands, under npm too', async () => {
  const env = { INIT_CWD: folder.path, npm_package_name: 'bursar', BURSAR_LEDGER: 'ledger' };
  const { stdout, code } = await runBursar(['report', '--cur', './exports', '--format', 'json'], { cwd: '/', env });
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as ReportJson).total).toBe('32.5000000000');
});
