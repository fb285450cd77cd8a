import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../domain/finding.ts';
import type { ExaminedPeriod, Health } from '../../domain/health.ts';
import { ZERO } from '../../domain/money.ts';
import type { Day, Period } from '../../domain/period.ts';
import { DATA_CHECKS, judge, LEDGER_CHECKS } from './checks.ts';
import { cost, healthOf, instant, octoberOf, rawOf, roundingOf } from './health.fixture.ts';

function verdictOf(check: string, health: Health): Verdict | undefined {
  return judge(DATA_CHECKS, health).find((finding) => finding.check === check)?.verdict;
}

/** One number of October at, and just beyond, where the verdict turns. */
const THRESHOLDS: readonly (readonly [check: string, Verdict, why: string, Partial<ExaminedPeriod>])[] = [
  ['attribution', 'ok', '5 %', { unattributed: { lines: 1, cost: cost('5') } }],
  ['attribution', 'warn', 'above 5 %', { unattributed: { lines: 1, cost: cost('5.0000000001') } }],
  ['attribution', 'warn', '50 %', { unattributed: { lines: 1, cost: cost('50') } }],
  ['attribution', 'fail', 'above 50 %', { unattributed: { lines: 1, cost: cost('50.0000000001') } }],
  ['allocation', 'ok', '10 %', { allocations: [team('90', '10')] }],
  ['allocation', 'warn', 'above 10 %', { allocations: [team('89.99', '10.01')] }],
  ['allocation', 'fail', 'above 50 %', { allocations: [team('49.99', '50.01')] }],
  [
    'allocation',
    'warn',
    'one dimension tells, another little',
    { allocations: [team('95', '5'), { ...team('1', '99'), dimension: 'floor' }] },
  ],
  [
    'freshness',
    'ok',
    '72 hours before the end',
    { dataThrough: [{ seller: 'AI21', through: instant('2026-10-29T00:00:00Z') }] },
  ],
  [
    'freshness',
    'warn',
    '73 hours before the end',
    { dataThrough: [{ seller: 'AI21', through: instant('2026-10-28T23:00:00Z') }] },
  ],
  ['freshness', 'ok', 'two days before a delivery within the month', within('2026-10-08T00:00:00Z')],
  ['freshness', 'warn', 'four days before a delivery within the month', within('2026-10-06T00:00:00Z')],
  ['freshness', 'fail', 'all services end early, and the month is long delivered', settled('2026-10-20T00:00:00Z')],
  ['freshness', 'warn', 'Bedrock ends early, other services do not', settled('2026-10-31T23:00:00Z')],
  [
    'rounding',
    'ok',
    'less than a cent in all',
    { raw: rawOf({ rounding: [roundingOf({ long: 1, lost: 9n * 10n ** 27n, most: 5n * 10n ** 19n })] }) },
  ],
  [
    'rounding',
    'warn',
    'a cent in all',
    { raw: rawOf({ rounding: [roundingOf({ long: 1, lost: -(10n ** 28n), most: 1n })] }) },
  ],
  [
    'rounding',
    'fail',
    'more than half a digit on a line',
    { raw: rawOf({ rounding: [roundingOf({ long: 1, lost: 1n, most: 5n * 10n ** 19n + 1n })] }) },
  ],
  ['rounding', 'skipped', 'lines were not read', { raw: null }],
  ['duplicates', 'warn', '1 % of the cost', twice('1')],
  ['duplicates', 'fail', 'above 1 %', twice('1.01')],
  ['usage-types', 'warn', '5 %', unread('5')],
  ['usage-types', 'fail', 'above 5 %', unread('5.01')],
  ['usage-types', 'warn', 'amounts that are no number', { amountsUnread: 1 }],
  [
    'single-sign',
    'ok',
    'a product code alone',
    { single: [{ sign: 'product code', productCode: 'AmazonBedrock', lines: 9, cost: cost('90') }] },
  ],
  [
    'single-sign',
    'ok',
    'a family alone that costs nothing',
    { single: [{ sign: 'product family', productCode: 'X', lines: 9, cost: ZERO }] },
  ],
  [
    'single-sign',
    'warn',
    '5 % by a principal alone',
    { single: [{ sign: 'principal', productCode: 'X', lines: 9, cost: cost('5') }] },
  ],
  [
    'single-sign',
    'fail',
    'above 5 %',
    { single: [{ sign: 'principal', productCode: 'X', lines: 9, cost: cost('5.01') }] },
  ],
  ['tags', 'ok', 'an unused tag on 5 %', { tags: [tag('iamPrincipal/owner', '5')] }],
  ['tags', 'warn', 'an unused tag on more', { tags: [tag('iamPrincipal/owner', '5.01')] }],
  [
    'tags',
    'ok',
    'an unused tag of resources on all',
    { tags: [tag('resourceTags/Bucket', '100'), tag('iamPrincipal/team', '90')] },
  ],
  ['tags', 'warn', 'a key spelled nearly like one of Bursar’s own', { tags: [tag('resourceTags/user:Team', '90')] }],
  ['sessions', 'ok', '50,000 callers', { callers: [{ kind: 'agentcore', callers: 50_000, cost: cost('1') }] }],
  ['sessions', 'warn', 'more', { callers: [{ kind: 'agentcore', callers: 50_001, cost: cost('1') }] }],
  ['sessions', 'skipped', 'nobody called', { callers: [] }],
  ['gateways', 'ok', '20 % in one session', role({ cost: cost('20') })],
  ['gateways', 'warn', 'above 20 %', role({ cost: cost('20.01') })],
  ['gateways', 'ok', 'many sessions', role({ cost: cost('90'), sessions: 6 })],
  ['gateways', 'ok', 'nearly all belongs to somebody', role({ cost: cost('90'), settled: cost('80') })],
  ['gateways', 'ok', 'people signing in', role({ cost: cost('90'), kind: 'identity-center' })],
  ['api-keys', 'ok', '10 %', { callers: [{ kind: 'api-key', callers: 1, cost: cost('10') }] }],
  ['api-keys', 'warn', 'above 10 %', { callers: [{ kind: 'api-key', callers: 1, cost: cost('10.01') }] }],
  ['states', 'ok', 'open', {}],
  ['states', 'warn', 'open 31 days after its end', { delivered: instant('2026-12-02T00:00:00Z') }],
  ['states', 'warn', 'restated', { state: { kind: 'restated', invoicedAs: cost('90'), invoicedIn: 'x' } }],
  ['identity', 'ok', 'on the fourth day', { identity: { column: 'all', firstDay: '2026-10-04' as Day } }],
  [
    'identity',
    'warn',
    'on the fifth day, and never before',
    { identity: { column: 'all', firstDay: '2026-10-05' as Day } },
  ],
  ['identity', 'fail', 'no column', { identity: { column: 'none', firstDay: null } }],
  ['deliveries', 'warn', 'no manifest', { listed: false }],
  [
    'cost-basis',
    'warn',
    'two payers, two bases',
    {
      netBasis: [
        { payer: '1', cost: 'net', why: '' },
        { payer: '2', cost: 'unblended', why: '' },
      ],
    },
  ],
];

describe('the verdict turns where the table says', () => {
  test.each(THRESHOLDS)('%s is %s: %s', (check, verdict, _, october) => {
    const months = [octoberOf(october)];
    // An old copy would hide how far the data reaches.
    const now = Math.max(...months.map(({ delivered }) => delivered ?? 0));
    expect(verdictOf(check, healthOf(months, { now }))).toBe(verdict);
  });
});

function team(allocated: string, unallocated: string): ExaminedPeriod['allocations'][number] {
  return { dimension: 'team', allocated: cost(allocated), shared: ZERO, unallocated: cost(unallocated) };
}

function tag(key: string, amount: string): ExaminedPeriod['tags'][number] {
  return { key, cost: cost(amount), values: 1, firstDay: null };
}

function role(more: Partial<ExaminedPeriod['roles'][number]>): Partial<ExaminedPeriod> {
  return {
    roles: [{ account: '1', role: 'r', kind: 'assumed-role', sessions: 1, cost: ZERO, settled: ZERO, ...more }],
  };
}

function twice(amount: string): Partial<ExaminedPeriod> {
  const duplicates = {
    repeated: { lines: 1, cost: cost(amount) },
    lines: 1000,
    sameId: 0,
    examples: [],
    equalFiles: [],
  };
  return { raw: rawOf({ duplicates }) };
}

function unread(amount: string): Partial<ExaminedPeriod> {
  return {
    unread: [
      { what: 'usage-type', productCode: 'AmazonBedrock', usageType: 'Zorb', unit: '', lines: 1, cost: cost(amount) },
    ],
  };
}

/** A delivery in the middle of the month. */
function within(through: string): Partial<ExaminedPeriod> {
  return {
    delivered: instant('2026-10-10T00:00:00Z'),
    dataThrough: [{ seller: 'AWS', through: instant(through) }],
    raw: rawOf({ through: instant(through) }),
  };
}

/** A delivery of days after the month, with Bedrock until the 20th. */
function settled(through: string): Partial<ExaminedPeriod> {
  return {
    state: { kind: 'invoiced' },
    delivered: instant('2026-11-04T00:00:00Z'),
    dataThrough: [{ seller: 'AWS', through: instant('2026-10-20T00:00:00Z') }],
    raw: rawOf({ through: instant(through) }),
  };
}

describe('freshness', () => {
  test('judges the copy by its age apart from what is in it, and tells both', () => {
    const health = healthOf([octoberOf()], { now: instant('2026-11-10T06:00:00Z') });
    const finding = judge(DATA_CHECKS, health).find(({ check }) => check === 'freshness');
    expect(finding?.summary).toBe('the newest delivery is 9 days old');
    expect(finding?.evidence[0]?.what).toBe(
      'newest data file of 2026-11-01 06:00 UTC, 9 days ago; newest usage until 2026-11-01 00:00 UTC, 9 days ago',
    );
  });

  test('a month that is over is the newest: where is the next one?', () => {
    const delivered = instant('2026-11-05T00:00:00Z');
    expect(verdictOf('freshness', healthOf([octoberOf({ delivered })], { now: delivered }))).toBe('warn');
  });

  test('of an older month that was asked for, neither age nor successor is judged', () => {
    const now = instant('2027-01-10T06:00:00Z');
    expect(verdictOf('freshness', healthOf([octoberOf()], { now, newest: '2027-01' as Period }))).toBe('ok');
  });

  test('an export in S3 is not copied again', () => {
    const health = healthOf([octoberOf()], { now: instant('2026-11-10T06:00:00Z'), copied: false });
    const pasted = judge(DATA_CHECKS, health).flatMap(({ remedies }) => remedies.flatMap(({ paste }) => paste));
    expect(pasted.length).toBeGreaterThan(0);
    expect(pasted.filter((line) => line.startsWith('aws s3 sync'))).toEqual([]);
  });
});

test('the last full month is judged beside the newest, and not those before', () => {
  const month = (period: string, unallocated: string, delivered: string): ExaminedPeriod =>
    octoberOf({
      period: period as Period,
      allocations: [team('100', unallocated)],
      delivered: instant(delivered),
    });
  const months = (august: string, september: string, october: string): ExaminedPeriod[] => [
    month('2026-08', august, '2026-09-20T00:00:00Z'),
    month('2026-09', september, '2026-10-10T00:00:00Z'),
    month('2026-10', october, '2026-10-10T00:00:00Z'),
  ];
  expect(verdictOf('allocation', healthOf(months('900', '0', '0')))).toBe('ok');
  expect(verdictOf('allocation', healthOf(months('0', '900', '0')))).toBe('fail');
  expect(verdictOf('allocation', healthOf(months('0', '0', '900')))).toBe('fail');
});

test('nothing to look at: every check is skipped or says that nothing can be read', () => {
  const failed = [{ period: '2026-10' as Period, code: 'CUR_FILE_UNREADABLE', message: 'm', hint: 'h' }];
  const findings = judge(DATA_CHECKS, healthOf([], { failed }));
  expect(findings.filter(({ verdict }) => verdict !== 'skipped').map(({ check, verdict }) => [check, verdict])).toEqual(
    [['deliveries', 'fail']],
  );
});

test('each check has a name and a question of its own, and what it warns of or fails for', () => {
  expect(new Set(DATA_CHECKS.map(({ name }) => name)).size).toBe(DATA_CHECKS.length);
  expect(new Set(DATA_CHECKS.map(({ asks }) => asks)).size).toBe(DATA_CHECKS.length);
  expect(DATA_CHECKS.filter(({ warns, fails }) => warns === 'never' && fails === 'never')).toEqual([]);
});

test('the checks of the ledger judge without the lines, the files and the clock of the export', () => {
  const full = healthOf([octoberOf({ unattributed: { lines: 1, cost: cost('60') } })], { copied: true });
  const examined = full.examined.map((period) => ({ ...period, raw: null, delivered: null }));
  const known = full.known.map((period) => ({ ...period, delivered: null }));
  const alone: Health = { ...full, now: 0, copied: false, known, examined };
  expect(judge(LEDGER_CHECKS, alone)).toEqual(judge(LEDGER_CHECKS, full));
  expect(judge(DATA_CHECKS, alone)).not.toEqual(judge(DATA_CHECKS, full));
});
