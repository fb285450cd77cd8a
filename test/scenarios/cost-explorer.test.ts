import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { billedLines } from '../fixtures/billed-lines.ts';
import { type BilledLine, type CostExplorerServer, startCostExplorer } from '../fixtures/cost-explorer-server.ts';
import { type Run, runBursar, temporaryFolder } from '../fixtures/run.ts';

const TAG = 'iamPrincipal/team';
const PERIOD = '2026-10';
const SONNET = 'Claude Sonnet 4.6 (Amazon Bedrock Edition)';
const OPUS = 'Claude Opus 5 (Amazon Bedrock Edition)';
const INPUT = 'USE1-MP:USE1_InputTokenCount-Units';
const DOLLAR = 10n ** 10n;

const folder = temporaryFolder();
afterAll(() => folder.remove());

let server: CostExplorerServer;
let home: string;
let tests = 0;
beforeEach(async () => {
  server = await startCostExplorer();
  home = join(folder.path, String(++tests));
  mkdirSync(home);
});
afterEach(() => server.stop());

function bursar(...args: string[]): Promise<Run> {
  return runBursar(args, { cwd: home, env: { ...server.env, BURSAR_LEDGER: join(home, 'ledger') } });
}

function report(...args: string[]): Promise<Run> {
  return bursar('report', '--source', 'ce', '--period', PERIOD, ...args);
}

const LINE: BilledLine = {
  day: '2026-10-05',
  service: SONNET,
  recordType: 'Usage',
  usageType: INPUT,
  tags: { [TAG]: 'data' },
  unblended: 6n * DOLLAR,
  net: 5n * DOLLAR,
  amount: 2n * DOLLAR,
  unit: 'Units',
};

/** Two models that share a usage type, a model of Amazon's own, another service, and what only corrects. */
const BILL: readonly BilledLine[] = [
  LINE,
  { ...LINE, service: OPUS, unblended: 30n * DOLLAR, net: 25n * DOLLAR },
  { ...LINE, service: OPUS, tags: { [TAG]: 'web' }, unblended: 15n * DOLLAR, net: 12n * DOLLAR, amount: DOLLAR },
  {
    ...LINE,
    service: 'Amazon Bedrock',
    usageType: 'USE1-NovaLite-input-tokens',
    tags: {},
    unit: '1K tokens',
    unblended: 1_234_567_890n,
    net: 1_234_567_890n,
    amount: 2_057n * DOLLAR,
  },
  { ...LINE, service: 'EC2 - Other', usageType: 'EBS:VolumeUsage', tags: {}, unit: 'GB-Mo', unblended: 900n * DOLLAR },
  { ...LINE, service: 'Tax', recordType: 'Tax', usageType: '', tags: {}, unblended: 99n * DOLLAR, net: 99n * DOLLAR },
  {
    ...LINE,
    recordType: 'Refund',
    usageType: '',
    tags: {},
    unblended: -2n * DOLLAR,
    net: -2n * DOLLAR,
    day: '2026-10-06',
  },
];

describe('the price', () => {
  test('is shown, and nothing is asked until it is agreed to', async () => {
    server.lines = BILL;
    const run = await report();
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/^error COST_EXPLORER_PRICE: .* 2026-10 by iamPrincipal\/team: about 3 pages, \$0\.03;/);
    expect(run.stderr).toMatch(/never more than 50 pages, \$0\.50 \(--max-pages\)\. Nothing was asked\n {2}Add --yes/);
    expect(server.requests).toEqual([]);
  });

  test('is said at the end; what was paid for answers for the rest of the day', async () => {
    server.lines = BILL;
    const first = await report('--yes', '--format', 'csv');
    expect(first.stderr).toContain('Cost Explorer: asked 3 pages, $0.03.');
    const again = await report('--format', 'csv');
    expect(again).toMatchObject({ code: 0, stdout: first.stdout });
    expect(again.stderr).toContain('nothing to pay, 2026-10 by iamPrincipal/team is kept (--refresh asks anew)');
    expect(again.stderr).not.toContain('ingested');
    expect(server.answered).toBe(3);

    server.lines = [...BILL, LINE];
    const refreshed = await report('--refresh', '--yes', '--format', 'csv');
    expect(server.answered).toBe(6);
    expect(refreshed.stdout).toContain('data,,,35.0000000000');
    expect(first.stdout).toContain('data,,,30.0000000000');
  });

  test('is paid once when two ask at the same time', async () => {
    server.lines = BILL;
    const runs = await Promise.all([report('--yes', '--format', 'csv'), report('--yes', '--format', 'csv')]);
    expect(server.answered).toBe(3);
    expect(runs.map(({ stderr }) => /asked 3 pages/.test(stderr)).sort()).toEqual([false, true]);
    // The one that comes second may find the ledger in use.
    expect(runs.find(({ code }) => code === 0)?.stdout).toContain('data,,,30.0000000000');
  });

  test('has a limit, and the next run goes on from there', async () => {
    server.lines = BILL;
    server.pageSize = 2;
    const run = await report('--yes', '--max-pages', '5');
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/error COST_EXPLORER_PRICE: .*5 pages \(\$0\.05\)/);
    expect(run.stderr).toContain('Cost Explorer: asked 5 pages, $0.05.');
    expect(server.answered).toBe(5);
    const rest = await report('--yes', '--format', 'csv');
    expect(rest.code).toBe(0);
    // Six groups by service and record type, four by service and usage type, four by tag value and usage type.
    expect(server.answered).toBe(3 + 2 + 2);
    server.pageSize = 1_000;
    const whole = await report('--refresh', '--yes', '--format', 'csv');
    expect(rest.stdout).toBe(whole.stdout);
  });

  test('above the limit is refused before anything is asked', async () => {
    server.lines = BILL;
    const run = await report('--yes', '--max-pages', '2');
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('--max-pages 3') });
    writeFileSync(join(home, 'bursar.yaml'), JSON.stringify({ 'cost-explorer': { 'max-pages': 1 } }));
    expect(await report('--yes')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('more than 1 page, $0.01'),
    });
    expect(server.requests).toEqual([]);
  });
});

describe('the questions', () => {
  test('are by tag, usage type and day, and never filter by service', async () => {
    server.lines = BILL;
    await report('--yes', '--by', 'team,model');
    const asked = server.requests.map(({ GroupBy, Filter, TimePeriod, Metrics, Granularity }) => {
      expect({ TimePeriod, Granularity }).toEqual({
        TimePeriod: { Start: '2026-10-01', End: '2026-11-01' },
        Granularity: 'DAILY',
      });
      expect(Metrics).toEqual(['UnblendedCost', 'NetUnblendedCost', 'UsageQuantity']);
      expect(JSON.stringify(Filter ?? null)).not.toContain('"SERVICE"');
      return GroupBy.map(({ Key }) => Key).join(' ');
    });
    expect(asked).toEqual(['SERVICE RECORD_TYPE', 'SERVICE USAGE_TYPE', `${TAG} USAGE_TYPE`, `${TAG} SERVICE`]);
  });

  test.each([
    [['--by', 'session'], 'Cost Explorer does not tell session'],
    [['--by', 'team', '--where', 'account=1'], 'Cost Explorer does not tell account'],
    [['--by', 'team,project'], `not by ${TAG} and iamPrincipal/project`],
    [['--cost', 'list'], 'Cost Explorer does not tell list cost'],
    [['--period', '2999-01'], 'none of the days asked for is over'],
    [['--forecast'], '--forecast does not go with --source ce'],
    [['--cur', '.'], '--source ce does not go with --cur'],
    [['--max-pages', 'many'], '--max-pages many is not understood'],
  ])('that would be answered by nothing are refused, and cost nothing: %s', async (args, message) => {
    const run = await report('--yes', ...args);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(server.requests).toEqual([]);
  });
});

describe('the answer', () => {
  test('shows who used which model, and says what it is', async () => {
    server.lines = BILL;
    const { code, stdout } = await report('--yes', '--by', 'team,model', '--cost', 'unblended');
    expect(code).toBe(0);
    expect(stdout).toContain('Billed by Cost Explorer, account 001122334455, tag iamPrincipal/team · 2026-10 open');
    expect(stdout).toMatch(/\ndata +Claude Opus 5 +30\.00 .* 2,000,000 /);
    expect(stdout).toMatch(/\ndata +Claude Sonnet 4\.6 +6\.00 /);
    expect(stdout).toMatch(/\nweb +Claude Opus 5 +15\.00 /);
    expect(stdout).toMatch(/\n\(no team\) +Nova Lite +0\.12 .* 2,057,000 /);
    expect(stdout).toMatch(/\n\(no team\) · Refund +Claude Sonnet 4\.6 +-2\.00 /);
    expect(stdout).toContain('Check: bill 49.12 = shown 49.12 + filtered out 0.00 · difference 0 ✓');
    expect(stdout).toContain('Note: Cost Explorer tells no principal');
  });

  test('says to programs what it comes from', async () => {
    server.lines = BILL;
    const { source, check } = JSON.parse((await report('--yes', '--format', 'json')).stdout);
    expect(source).toMatchObject({
      basis: 'actual',
      origin: 'Cost Explorer, account 001122334455, tag iamPrincipal/team',
    });
    expect(check.difference).toBe('0');
  });

  test('without a question by model is cheaper, and says what it does not know', async () => {
    server.lines = BILL;
    const { stdout } = await report('--yes', '--by', 'team,usage-type');
    expect(server.answered).toBe(3);
    expect(stdout).toContain('USD 51.00 are of usage types that several models share: they show no model');
  });

  test('of another tag key is another view: no dollar counts twice', async () => {
    const tags = { [TAG]: 'data', 'iamPrincipal/project': 'search' };
    server.lines = BILL.map((line) => (Object.keys(line.tags).length === 0 ? line : { ...line, tags }));
    const team = await report('--yes', '--by', 'team', '--cost', 'unblended', '--format', 'csv');
    const project = await report('--yes', '--by', 'project', '--cost', 'unblended', '--format', 'csv');
    expect(team.stdout).toContain('data,,,51.0000000000');
    expect(project.stdout).toContain('search,,,51.0000000000');
    // What both need was paid for once.
    expect(server.answered).toBe(4);
    expect((await report('--by', 'team', '--cost', 'unblended', '--format', 'csv')).stdout).toBe(team.stdout);
  });

  test('of another account is another view', async () => {
    server.lines = BILL;
    const one = await report('--yes', '--format', 'csv');
    server.account = '999988887777';
    server.lines = [{ ...LINE, net: DOLLAR }];
    const other = await report('--yes', '--format', 'csv');
    expect(other.stdout).toContain('data,,,1.0000000000');
    expect(one.stdout).toContain('data,,,30.0000000000');
    server.account = '001122334455';
    expect((await report('--format', 'csv')).stdout).toBe(one.stdout);
  });

  test('proves itself, and can be brought up to date alone', async () => {
    server.lines = BILL;
    const ingested = await bursar('ingest', '--source', 'ce', '--period', PERIOD, '--yes');
    expect(ingested).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Export: Cost Explorer of account 001122334455'),
    });
    const verified = await bursar('verify', '--source', 'ce', '--period', PERIOD);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('difference 0') });
  });

  test('lands every dollar when the data move between two questions, and says so', async () => {
    server.lines = BILL;
    server.fault = (earlier) => {
      if (earlier === 2) server.lines = [...BILL, { ...LINE, unblended: 4n * DOLLAR, net: 4n * DOLLAR }];
      return null;
    };
    const { code, stdout } = await report('--yes', '--cost', 'unblended');
    expect(code).toBe(0);
    expect(stdout).toContain('Check: bill 49.12 = shown 49.12');
    expect(stdout).toContain('USD 4.00 moved between two answers of Cost Explorer; --refresh asks anew');
  });

  test('without a day that is over, or without Bedrock', async () => {
    server.lines = BILL.filter(({ service }) => service === 'EC2 - Other');
    expect(await report('--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('PERIOD_WITHOUT_DATA') });
  });
});

describe('what goes wrong', () => {
  const fault = (code: string, message: string, status = 400) => ({ code, message, status });

  test('AWS asking for patience is waited for, not for ever', async () => {
    server.lines = BILL;
    server.fault = (earlier) => (earlier < 2 ? fault('LimitExceededException', 'Rate exceeded') : null);
    expect(await report('--yes')).toMatchObject({ code: 0, stderr: expect.stringContaining('asked 3 pages, $0.03') });
    server.fault = () => fault('LimitExceededException', 'Rate exceeded');
    const before = server.requests.length;
    const run = await report('--yes', '--refresh');
    expect(run).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('error AWS_THROTTLED: cannot ask Cost Explorer'),
    });
    expect(server.requests.length - before).toBeLessThanOrEqual(5);
  });

  test.each<[string, string, number, string, RegExp]>([
    [
      'AccessDeniedException',
      'User: arn:aws:iam::001122334455:user/finops is not authorized to perform: ce:GetCostAndUsage on resource: arn:aws:ce:us-east-1:001122334455:/GetCostAndUsage because no identity-based policy allows it',
      3,
      'AWS_ACCESS_DENIED',
      /needs ce:GetCostAndUsage[\s\S]*\{"Effect":"Allow","Action":\["ce:GetCostAndUsage"\],"Resource":\["\*"\]\}/,
    ],
    [
      'AccessDeniedException',
      'User not enabled for cost explorer access',
      3,
      'COST_EXPLORER_UNAVAILABLE',
      /Switch it on once in the console/,
    ],
    ['DataUnavailableException', 'Data is not available', 3, 'COST_EXPLORER_UNAVAILABLE', /Switch it on/],
    [
      'ValidationException',
      "You haven't enabled historical data beyond 14 months.",
      3,
      'COST_EXPLORER_UNAVAILABLE',
      /this month and of the 13 before/,
    ],
    ['ValidationException', 'Something else', 3, 'AWS_REFUSED', /Something else/],
  ])('%s: %s', async (code, message, exitCode, ours, hint) => {
    server.lines = BILL;
    server.fault = () => fault(code, message);
    const run = await report('--yes');
    expect(run).toMatchObject({ code: exitCode, stderr: expect.stringContaining(`error ${ours}: `) });
    expect(run.stderr).toMatch(hint);
    expect(run.stderr).not.toContain('asked 1 page');
  });

  test('credentials that end in the middle lose nothing that was paid for', async () => {
    server.lines = BILL;
    server.pageSize = 2;
    server.fault = (earlier) => (earlier === 4 ? fault('ExpiredTokenException', 'The security token expired') : null);
    const broken = await report('--yes');
    expect(broken).toMatchObject({ code: 3, stderr: expect.stringContaining('AWS_CREDENTIALS_EXPIRED') });
    expect(broken.stderr).toContain('asked 4 pages, $0.04');
    const whole = await report('--yes');
    expect(whole).toMatchObject({ code: 0, stderr: expect.stringContaining('asked 3 pages, $0.03') });
    expect(server.answered).toBe(7);
  });

  test('a token that AWS has forgotten: the question is asked from its beginning', async () => {
    server.lines = BILL;
    server.pageSize = 2;
    server.fault = (earlier) => (earlier === 1 ? fault('InvalidNextTokenException', 'Token expired') : null);
    const run = await report('--yes', '--format', 'csv');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('data,,,30.0000000000') });
    expect(server.answered).toBe(1 + 7);
  });
});

describe('against an export', () => {
  let sample: string;
  let payer: string;
  let member: string;
  let billed: readonly BilledLine[];

  beforeAll(async () => {
    const engine = await openDuckDB({ keepOrder: true });
    const asked = { dir: join(folder.path, 'sample'), seed: 1, lines: 8_000, months: 1, truth: false, engine };
    sample = (await writeSampleOrganisation(asked)).exportDir;
    const [row] = await engine.rows(
      `SELECT max(bill_payer_account_id) AS payer, min(line_item_usage_account_id) AS member FROM read_parquet('${sample}/data/BILLING_PERIOD=${PERIOD}/*.parquet')`,
    );
    payer = String(row?.payer);
    member = String(row?.member);
    expect(member).not.toBe(payer);
    await engine.close();
    billed = await billedLines(sample, PERIOD, TAG);
  });

  beforeEach(() => {
    server.lines = billed;
    server.account = payer;
    server.pageSize = 300;
  });

  function against(...args: string[]): Promise<Run> {
    return bursar('verify', '--cur', sample, '--against', 'ce', '--yes', ...args);
  }

  /** One line of a day costs a cent more. */
  function plant(day: string, match: (line: BilledLine) => boolean): void {
    const index = billed.findIndex((line) => line.day === day && match(line));
    server.lines = billed.map((line, at) =>
      at === index ? { ...line, unblended: line.unblended + DOLLAR / 100n } : line,
    );
    expect(index).toBeGreaterThanOrEqual(0);
  }

  test.each([
    ['--by', 'team', '--where', 'line-item-type!=Tax'],
    ['--by', 'team,usage-type', '--where', 'line-item-type=Usage'],
    ['--by', 'team,model', '--where', 'model=Claude Sonnet 4.6,Claude Opus 5', '--where', 'line-item-type=Usage'],
  ])('a report says to the last digit what the export says: %s %s', async (...asked) => {
    const days = ['--from', '2026-10-01', '--to', '2026-10-31', '--format', 'csv'];
    const ours = await bursar('report', '--cur', sample, '--period', PERIOD, ...asked, ...days);
    const theirs = await report('--yes', '--max-pages', '1000', ...asked, ...days);
    expect(theirs.code).toBe(0);
    expect(theirs.stdout.split('\n').length).toBeGreaterThan(4);
    expect(theirs.stdout).toBe(ours.stdout);
  });

  test('equal days agree', async () => {
    const run = await against();
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('31 days finished, none differs (tolerance USD 0 a day');
    expect(run.stdout).not.toContain('✗');
    expect(run.stderr).toMatch(/The bill of 2026-10 by day: about 1 page, \$0\.01;/);
  });

  test('a cent of Bedrock is found on its day, in both figures', async () => {
    plant(
      '2026-10-07',
      ({ service, recordType }) => service.endsWith('(Amazon Bedrock Edition)') && recordType === 'Usage',
    );
    const run = await against('--format', 'json');
    expect(run.code).toBe(1);
    const { agrees, comparisons } = JSON.parse(run.stdout);
    expect({ agrees, account: comparisons[0].account, seenAs: comparisons[0].seenAs }).toEqual({
      agrees: false,
      account: payer,
      seenAs: 'payer',
    });
    const differing = comparisons[0].days.filter(({ differs }: { differs: boolean }) => differs);
    expect(differing).toMatchObject([
      {
        day: '2026-10-07',
        finished: true,
        difference: { bill: '-0.0100000000', bedrock: '-0.0100000000', bedrockNet: '0.0000000000' },
      },
    ]);
    expect(comparisons[0].difference.bill).toBe('-0.0100000000');
    expect(await against('--tolerance', '0.01')).toMatchObject({ code: 0 });
    const table = await against('--tolerance', '0.009');
    expect(table).toMatchObject({ code: 1, stdout: expect.stringMatching(/2026-10-07 .* -0\.01 .*DIFFERS ✗/) });
    // The answer was paid for once.
    expect(table.stderr).toContain('nothing to pay');
  });

  test('a cent of another service leaves Bedrock as it is', async () => {
    plant('2026-10-08', ({ service }) => !/Bedrock/.test(service));
    const run = await against();
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/2026-10-08 .* -0\.01 +DIFFERS ✗/);
    expect(run.stdout).toContain('1 day of 31 finished differs');
  });

  test('days that AWS calls estimated are shown, not judged', async () => {
    plant('2026-10-30', ({ service }) => /Bedrock/.test(service));
    server.estimatedFrom = '2026-10-29';
    const run = await against();
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/2026-10-30 .*estimated\n/);
    expect(run.stdout).toContain('28 days finished, none differs');
    expect(run.stdout).toContain('AWS still calls 1 day that differs estimated');
  });

  test('a member account sees its own lines of the export alone', async () => {
    server.account = member;
    server.lines = await billedLines(sample, PERIOD, TAG, member);
    const run = await against();
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining(`member account ${member}`) });
    expect(run.stdout).toContain('31 days finished, none differs');
    server.lines = billed;
    expect(await against('--refresh')).toMatchObject({ code: 1 });
  });

  test('an account that the export does not have is told before anything is asked', async () => {
    server.account = '111111111111';
    const unknown = await against();
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining(`the export has ${payer}`) });
    expect(server.requests).toEqual([]);
  });

  test('is of an export', async () => {
    const run = await bursar('verify', '--source', 'ce', '--against', 'ce', '--yes');
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--source ce does not go with --against ce'),
    });
  });
});
