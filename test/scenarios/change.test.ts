import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';
import { useWorkspace } from '../fixtures/workspace.ts';

/** What a line of tokens costs for a million of them, and how AWS names it. */
const KINDS = {
  input: ['input-tokens', 3],
  output: ['output-tokens', 15],
  read: ['cache-read-input-token-count', 0.3],
  write: ['cache-write-input-token-count', 3.75],
} as const;

interface Used {
  readonly kind?: keyof typeof KINDS;
  readonly model?: string;
  readonly suffix?: string;
  readonly price?: number;
  readonly who?: string | null;
  readonly day?: string;
  readonly more?: Line;
}

/** A line of a team's tokens, by default of Claude Sonnet 4.6, in millions. */
function used(team: string, millions: number, given: Used = {}): Line {
  const { kind = 'input', model = 'Claude4.6Sonnet', suffix = '', who = team, day = '05', more } = given;
  const cost = millions * (given.price ?? KINDS[kind][1]);
  const principal = who === null ? null : who.startsWith('arn:') ? who : `arn:aws:iam::000000000002:user/${who}`;
  return {
    ...USAGE,
    line_item_iam_principal: principal,
    line_item_unblended_cost: cost,
    line_item_usage_amount: millions * 1000,
    line_item_usage_type: `USE1-${model}-${KINDS[kind][0]}${suffix}`,
    line_item_usage_start_date: `2026-10-${day} 10:00:00`,
    line_item_usage_end_date: `2026-10-${day} 11:00:00`,
    tags: { 'iamPrincipal/team': team },
    ...more,
  };
}

const inSeptember = (line: Line): Line => ({
  ...line,
  bill_billing_period_start_date: '2026-09-01 00:00:00',
  line_item_usage_start_date: String(line.line_item_usage_start_date).replace('2026-10', '2026-09'),
  line_item_usage_end_date: String(line.line_item_usage_end_date).replace('2026-10', '2026-09'),
});

const job = (session: string): string => `arn:aws:sts::000000000002:assumed-role/batch/${session}`;
const images = (amount: number, cost: number, unit: string): Line => ({
  line_item_usage_type: 'USE1-NovaCanvas-T2I-1024-Standard',
  line_item_usage_amount: amount,
  line_item_unblended_cost: cost,
  pricing_unit: unit,
});

/** One team, one cause: lines before, lines now, and the driver that has all of the change. */
const CAUSES: Readonly<Record<string, [before: Line[], now: Line[], driver: string | null, change: string]>> = {
  volume: [
    [used('volume', 2), used('volume', 1, { kind: 'output' })],
    [used('volume', 4), used('volume', 2, { kind: 'output' })],
    'volume',
    '21',
  ],
  model: [[used('model', 2)], [used('model', 2, { model: 'Claude4.6Opus', price: 5 })], 'modelMix', '4'],
  tier: [[used('tier', 2)], [used('tier', 2, { suffix: '-priority', price: 5.25 })], 'tierRouting', '4.5'],
  routing: [
    [used('routing', 2)],
    [used('routing', 2, { suffix: '-cross-region-global', price: 2.7 })],
    'tierRouting',
    '-0.6',
  ],
  cache: [
    [used('cache', 10)],
    [used('cache', 2), used('cache', 7, { kind: 'read' }), used('cache', 1, { kind: 'write' })],
    'cache',
    '-18.15',
  ],
  price: [[used('price', 2)], [used('price', 2, { price: 4 })], 'price', '2'],
  came: [[used('came', 1)], [used('came', 1), used('came', 2, { who: 'newcomer' })], 'newPrincipals', '6'],
  went: [[used('went', 1), used('went', 2, { who: 'leaver' })], [used('went', 1)], 'gonePrincipals', '-6'],
  'jobs, each a session': [
    [used('jobs, each a session', 1, { who: job('i-1') })],
    [used('jobs, each a session', 2, { who: job('i-2') })],
    'volume',
    '3',
  ],
  'people behind a role': [
    [used('people behind a role', 1, { who: job('mia@example.com') })],
    [
      used('people behind a role', 1, { who: job('mia@example.com') }),
      used('people behind a role', 1, { who: job('leo@example.com') }),
    ],
    'newPrincipals',
    '3',
  ],
  nobody: [[], [used('nobody', 1, { who: null })], 'volume', '3'],
  images: [
    [used('images', 0, { more: images(3, 3, 'images') })],
    [used('images', 0, { more: images(5, 5, 'images') })],
    'volume',
    '2',
  ],
  'dearer images': [
    [used('dearer images', 0, { more: images(3, 3, 'images') })],
    [used('dearer images', 0, { more: images(3, 6, 'images') })],
    'price',
    '3',
  ],
  'no unit': [
    [used('no unit', 0, { more: images(3, 3, '') })],
    [used('no unit', 0, { more: images(5, 5, '') })],
    'rest',
    '2',
  ],
  'a discount': [
    [used('a discount', 1)],
    [
      used('a discount', 1),
      used('a discount', 0, { more: { line_item_line_item_type: 'EdpDiscount', line_item_unblended_cost: -0.5 } }),
    ],
    'adjustments',
    '-0.5',
  ],
  unchanged: [[used('unchanged', 1)], [used('unchanged', 1)], null, '0'],
};

describe('between two periods', () => {
  const folder = temporaryFolder();
  const bursar = (...args: string[]) =>
    runBursar(['report', '--cur', 'cur', '--ledger', 'ledger', ...args], { cwd: folder.path });

  beforeAll(async () => {
    const cur = join(folder.path, 'cur');
    const [before, now] = [
      Object.values(CAUSES).flatMap(([lines]) => lines),
      Object.values(CAUSES).flatMap(([, lines]) => lines),
    ];
    const late = used('late', 5, { day: '25' });
    await writePeriod(cur, '2026-09', [{ lines: [...before, late].map(inSeptember) }]);
    await writePeriod(cur, '2026-10', [{ lines: [...now, used('late', 1, { day: '19' })] }]);
  });
  afterAll(() => folder.remove());

  test('each cause is one driver, and the whole change', async () => {
    const { stdout } = await bursar('--by', 'team', '--changed-since', '2026-09', '--format', 'json');
    const rows: Record<string, string & Record<string, string>>[] = JSON.parse(stdout).rows;
    const found = Object.fromEntries(
      rows.map(({ team, change, drivers }) => {
        const moved = Object.entries(drivers ?? {}).filter(([, part]) => Number(part) !== 0);
        expect(moved).toHaveLength(1);
        expect(moved[0]?.[1]).toBe(change);
        return [team, [moved[0]?.[0], String(Number(change))]];
      }),
    );
    const expected = Object.entries(CAUSES).filter(([, [, , driver]]) => driver !== null);
    expect(found).toEqual({
      late: ['volume', '-12'],
      ...Object.fromEntries(expected.map(([team, [, , driver, change]]) => [team, [driver, change]])),
    });
  });

  test('as a table, with a sentence for the greatest changes', async () => {
    const { stdout, code } = await bursar('--by', 'team', '--changed-since', '2026-09');
    expect(code).toBe(0);
    const text = stdout.replaceAll(/\d{8}T\d{6}Z-[0-9a-f]+/g, 'ID');
    await expect(text).toMatchFileSnapshot('../golden/changed-since-period.txt');
  });

  test('the same days of both', async () => {
    const days = ['--period', '2026-10', '--to', '2026-10-20', '--changed-since', '2026-09'];
    const { stdout } = await bursar('--by', 'team', '--where', 'team=late', ...days);
    expect(stdout).toContain('since billing period 2026-09, usage to 2026-09-20 · usage to 2026-10-20');
    expect(stdout).toMatch(/late +0\.00 +3\.00 +\+3\.00 +new/);
    const last = await bursar(
      '--by',
      'team',
      '--period',
      '2026-10',
      '--from',
      '2026-10-31',
      '--changed-since',
      '2026-09',
    );
    expect(last.stdout).toContain('Nothing moved.');
  });

  test('what does not go together is an error', async () => {
    const outside = await bursar('--period', '2026-10', '--from', '2026-09-20', '--changed-since', '2026-09');
    expect(outside).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/OPTION_INVALID: --from and --to are not days of one/),
    });
    const grain = await bursar('--grain', 'day', '--changed-since', '2026-09');
    expect(grain).toMatchObject({ code: 2, stderr: expect.stringMatching(/does not go with --grain/) });
  });
});

describe('between two deliveries of a period', () => {
  const workspace = useWorkspace();
  const moved = async (...args: string[]) => {
    const { stdout } = await workspace.bursar('report', '--cur', 'cur', '--by', 'team', ...args, '--format', 'json');
    const { rows } = JSON.parse(stdout) as { rows: { team: string; drivers: Record<string, string> }[] };
    const partsOf = (drivers: Record<string, string>) =>
      Object.entries(drivers).flatMap(([driver, part]) => (Number(part) === 0 ? [] : [`${driver} ${Number(part)}`]));
    return rows.map(({ team, drivers }) => [team, ...partsOf(drivers)].join(' '));
  };
  const since = ['--changed-since', 'previous'];

  test('days that were there whole are restated, new days are used', async () => {
    const early = [used('a', 1, { day: '03' }), used('b', 2, { day: '03' }), used('b', 2, { day: '05' })];
    await writePeriod(workspace.cur, '2026-10', [{ lines: early }]);
    await workspace.bursar('ingest', '--cur', 'cur');
    const later = [
      used('a', 1, { day: '03', price: 2 }),
      used('b', 2, { day: '03' }),
      used('b', 3, { day: '05' }),
      used('b', 1, { day: '06' }),
      used('c', 1, { day: '06' }),
    ];
    await writePeriod(workspace.cur, '2026-10', [{ lines: later }]);
    expect(await moved(...since)).toEqual(['b volume 6', 'c newPrincipals 3', 'a restatement -1']);
    expect(await moved(...since, '--grain', 'day')).toHaveLength(4);
  });

  test('each seller has days of its own', async () => {
    const marketplace = (millions: number, day: string): Line =>
      used('m', millions, { day, more: { line_item_legal_entity: 'Anthropic, PBC' } });
    await writePeriod(workspace.cur, '2026-10', [{ lines: [used('a', 1, { day: '10' }), marketplace(1, '06')] }]);
    await workspace.bursar('ingest', '--cur', 'cur');
    await writePeriod(workspace.cur, '2026-10', [
      { lines: [used('a', 1, { day: '10' }), used('a', 1, { day: '04' }), marketplace(1, '06'), marketplace(2, '08')] },
    ]);
    expect(await moved(...since)).toEqual(['m volume 6', 'a restatement 3']);
  });

  test('after the invoice everything is a restatement, tax too', async () => {
    const invoiced = (lines: Line[]): Line[] => lines.map((line) => ({ ...line, bill_invoice_id: '77' }));
    const tax = (cost: number): Line => ({
      ...used('t', 1, { who: null }),
      line_item_line_item_type: 'Tax',
      line_item_unblended_cost: cost,
    });
    await writePeriod(workspace.cur, '2026-10', [{ lines: invoiced([used('a', 1), tax(1)]) }]);
    await workspace.bursar('ingest', '--cur', 'cur');
    await writePeriod(workspace.cur, '2026-10', [
      { lines: invoiced([used('a', 1), used('a', 2, { day: '30' }), tax(2)]) },
    ]);
    expect(await moved(...since)).toEqual(['a restatement 6', 't restatement 1']);
  });
});
