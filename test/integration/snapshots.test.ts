import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { type Run, runBursar } from '../fixtures/run.ts';
import { type Lake, openLake } from './lake.ts';

const cost = (amount: number, more: Line = {}): Line => ({ ...USAGE, line_item_unblended_cost: amount, ...more });

let lake: Lake;

beforeAll(async () => {
  lake = await openLake('snapshots');
});

afterAll(() => lake.remove());

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const run = await lake.bursar(...args, '--format', 'json');
  expect(run).toMatchObject({ code: 0 });
  return JSON.parse(run.stdout);
}

describe('the snapshot before, on Trino', () => {
  beforeAll(async () => {
    const cur = join(lake.folder, 'cur');
    await writePeriod(cur, '2026-10', [{ lines: [cost(3), cost(4, { tags: {} })] }]);
    await lake.rawTable('cur', cur);
    expect((await lake.bursar('ingest')).code).toBe(0);
    await writePeriod(cur, '2026-10', [{ lines: [cost(5), cost(4, { tags: {} })] }]);
  });

  test('report --snapshot previous', async () => {
    expect(await json('report', '--by', 'team')).toMatchObject({ total: '9.0000000000' });
    expect(await json('report', '--by', 'team', '--snapshot', 'previous')).toMatchObject({ total: '7.0000000000' });
  });

  test('report --changed-since previous, with the cents of DuckDB', async () => {
    const moved = await json('report', '--by', 'team', '--changed-since', 'previous');
    expect(JSON.stringify(moved)).toContain('"2.0000000000"');
    const { stdout, code } = await lake.bursar('report', '--by', 'team', '--changed-since', 'previous');
    expect(code).toBe(0);
    expect(stdout).toMatch(/backend +3\.00 +5\.00 +\+?2\.00/);
  });

  test('a snapshot that is not there', async () => {
    const run = await lake.bursar('report', '--snapshot', '20200101T000000Z');
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error SNAPSHOT_MISSING: .*\n {2}There are: 2026-10@/),
    });
  });
});

test('two payers in two tables are one ledger; the same bill twice counts once', async () => {
  const { httpPort } = inject('trino');
  await lake.sql('CREATE SCHEMA hive.snapshots_two');
  const other: Line = { bill_payer_account_id: '000000000009' };
  const exports: Record<string, Line[]> = {
    one: [cost(3), cost(1)],
    two: [cost(10, other)],
    again: [cost(3, { line_item_iam_principal: null }), cost(1, { line_item_iam_principal: null })],
  };
  for (const [name, lines] of Object.entries(exports)) {
    await writePeriod(join(lake.folder, name), '2026-10', [{ lines }]);
    await lake.rawTable(name, join(lake.folder, name));
  }
  const config = join(lake.folder, 'two.yaml');
  const trino = {
    host: '127.0.0.1',
    port: httpPort,
    tls: false,
    user: 'tester',
    catalog: 'hive',
    schema: 'snapshots_two',
  };
  const cur = Object.keys(exports).map((name) => `hive.snapshots.${name}`);
  writeFileSync(config, JSON.stringify({ engine: 'trino', cur, trino }));
  const bursar = (...args: string[]): Promise<Run> =>
    runBursar(args, { cwd: lake.folder, env: { BURSAR_CONFIG: config } });
  try {
    const report = await bursar('report', '--by', 'payer-account', '--format', 'json');
    expect(report.stderr).not.toMatch(/error|bug/);
    expect(JSON.parse(report.stdout)).toMatchObject({
      total: '14.0000000000',
      rows: [
        { 'payer-account': '000000000009', cost: '10.0000000000' },
        { 'payer-account': '000000000001', cost: '4.0000000000' },
      ],
    });
    expect((await bursar('report', '--by', 'principal', '--format', 'csv')).stdout).toContain('user/alice');
    expect(await bursar('verify')).toMatchObject({ code: 0 });
    expect((await bursar('ingest')).stdout).toContain('2026-10  unchanged');
  } finally {
    await lake.sql('DROP SCHEMA hive.snapshots_two CASCADE');
  }
});
