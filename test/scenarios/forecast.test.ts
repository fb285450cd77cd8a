import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';

/** A day's line: 10 dollars on working days, 2 on others; of the team data 1 dollar more. */
function linesOf(period: string, first: number, last: number, invoice = ''): Line[] {
  return Array.from({ length: last - first + 1 }, (_, index): Line[] => {
    const day = `${period}-${String(first + index).padStart(2, '0')}`;
    const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
    const line: Line = {
      ...USAGE,
      bill_invoice_id: invoice,
      line_item_usage_start_date: `${day} 00:00:00`,
      line_item_usage_end_date: new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000)
        .toISOString()
        .slice(0, 19)
        .replace('T', ' '),
      line_item_unblended_cost: weekend ? 2 : 10,
    };
    return [line, { ...line, line_item_unblended_cost: 1, tags: { 'iamPrincipal/team': 'data' } }];
  }).flat();
}

const tax = (period: string, cost: number, invoice = ''): Line => ({
  ...USAGE,
  bill_invoice_id: invoice,
  line_item_iam_principal: null,
  line_item_line_item_type: 'Tax',
  line_item_unblended_cost: cost,
  line_item_usage_start_date: `${period}-01 00:00:00`,
  line_item_usage_end_date: `${period}-01 00:00:00`,
});

const folder = temporaryFolder();
const bursar = (cur: string, ...args: string[]) =>
  runBursar(['report', '--cur', cur, '--ledger', `${cur}-ledger`, '--forecast', ...args], { cwd: folder.path });

beforeAll(async () => {
  const cur = `${folder.path}/cur`;
  for (const [period, days, usage] of [
    ['2026-07', 31, 265],
    ['2026-08', 31, 257],
    ['2026-09', 30, 266],
  ] as const) {
    await writePeriod(cur, period, [{ lines: [...linesOf(period, 1, days, '77'), tax(period, usage * 0.07, '77')] }]);
  }
  const slow: Line = {
    ...USAGE,
    line_item_legal_entity: 'Anthropic, PBC',
    line_item_unblended_cost: 0.5,
    line_item_usage_start_date: '2026-10-20 13:00:00',
    line_item_usage_end_date: '2026-10-20 14:00:00',
  };
  await writePeriod(cur, '2026-10', [{ lines: [...linesOf('2026-10', 1, 20), slow, tax('2026-10', 5)] }]);
  await writePeriod(`${folder.path}/young`, '2026-10', [{ lines: linesOf('2026-10', 15, 20) }]);
  await writePeriod(`${folder.path}/closed`, '2026-09', [{ lines: linesOf('2026-09', 1, 30, '77') }]);
});
afterAll(() => folder.remove());

const withoutIds = (text: string): string => text.replaceAll(/\d{8}T\d{6}Z-[0-9a-f]+/g, 'ID');

describe('the end of an open period', () => {
  test('as a table: billed + rest = month end', async () => {
    const { stdout, code } = await bursar('cur');
    expect(code).toBe(0);
    await expect(withoutIds(stdout)).toMatchFileSnapshot('../golden/forecast.txt');
  });

  test('as JSON and CSV', async () => {
    const { stdout } = await bursar('cur', '--format', 'json');
    await expect(withoutIds(stdout)).toMatchFileSnapshot('../golden/forecast.golden.json');
    const json = JSON.parse(stdout);
    // Of the 20th only a part has come: 12 days are estimated, 8 of them working days.
    expect(json).toMatchObject({ through: '2026-10-19', daysLeft: 12 });
    const cents = (text: string): number => Math.round(Number(text) * 100);
    expect(cents(json.billed) + cents(json.estimatedRest)).toBe(cents(json.estimatedTotal));
    expect(Number(json.estimatedTotal) / (275 * 1.07)).toBeCloseTo(1, 1);
    expect(Number(json.range80.low)).toBeLessThanOrEqual(Number(json.estimatedTotal));
    const csv = await bursar('cur', '--format', 'csv');
    expect(csv.stdout.split('\r\n').map((line) => line.split(',').slice(0, 3).join())).toEqual([
      'charge,billed,estimatedRest',
      ...json.rows.map((row: Record<string, string>) => [row.charge, row.billed, row.estimatedRest].join()),
      `Total,${json.billed},${json.estimatedRest}`,
      '',
    ]);
  });

  test('of the lines that --where keeps', async () => {
    const { stdout } = await bursar('cur', '--where', 'team=data', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      billed: '20.0000000000',
      estimatedRest: '11.0000000000',
      estimatedTotal: '31.0000000000',
      range80: { low: '31.0000000000', high: '31.0000000000' },
    });
  });

  test('of an organisation that has just begun: no range, and it says why', async () => {
    const { stdout } = await bursar('young');
    expect(stdout).toContain('No range: 6 days of usage is too little history to tell how far off this may be.');
  });
});

describe('what cannot be forecast', () => {
  test.each([
    [['closed'], /is of an open billing period: 2026-09 is invoiced.*No billing period is open/s],
    [['cur', '--period', '2026-09'], /2026-09 is invoiced, and all that it costs is billed.*Open is: 2026-10\./s],
    [['cur', '--period', '2026-09..2026-10'], /--forecast is of one billing period/],
    [['cur', '--changed-since', '2026-09'], /does not go with --changed-since/],
    [['cur', '--snapshot', 'previous'], /does not go with --snapshot/],
    [['cur', '--by', 'team'], /does not go with --by.*name one with --where/],
    [['cur', '--from', '2026-10-02'], /does not go with --from/],
  ])('%s', async ([cur = '', ...args], message) => {
    expect(await bursar(cur, ...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });
});
