import { describe, expect, test } from 'vitest';
import { NO_RULES } from '../../domain/allocation.ts';
import { deliveryStatement } from '../../domain/bucket-policy.ts';
import { CUR_TABLE, type DataExport } from '../../domain/data-export.ts';
import { OperatingError } from '../../domain/errors.ts';
import { parseMoney } from '../../domain/money.ts';
import type { Period } from '../../domain/period.ts';
import { EMPTY_PART } from '../../domain/plan.ts';
import type { SetupWish } from '../../domain/setup.ts';
import { REPORT_COLUMNS } from '../export/query.ts';
import type { AccountHealth, CostingPrincipal, PayerHealth } from './account-health.ts';
import { ACCOUNT_CHECKS } from './checks.ts';

const PAYER = '111122223333';
const NOW = Date.parse('2026-11-26T12:00:00Z');
const AS_FOUND = { id: PAYER, profile: null, role: null, regions: [] };

const WISH: SetupWish = {
  accounts: { payer: AS_FOUND, identity: null, members: [AS_FOUND] },
  dimensions: { team: { tagKeys: ['iamPrincipal/team'], spellings: {}, byCaller: false } },
  allocation: NO_RULES,
  tagPrincipals: true,
  trySsoTags: false,
  activateTags: true,
  backfill: null,
  export: {
    name: 'bursar',
    bucket: 'bills',
    bucketRegion: 'eu-central-1',
    prefix: 'cur',
    granularity: 'daily',
    resources: false,
  },
  athena: { database: 'bursar', table: 'cur', workgroup: 'bursar', results: 's3://bills/athena/', scanBytes: 1e11 },
  sessionTags: new Map(),
};

function exportNamed(name: string, identity: boolean, health: Partial<DataExport['health']> = {}): DataExport {
  return {
    arn: `arn:aws:bcm-data-exports:us-east-1:${PAYER}:export/${name}`,
    name,
    query: `SELECT ${REPORT_COLUMNS.join(', ')} FROM ${CUR_TABLE}`,
    tables: { [CUR_TABLE]: { INCLUDE_IAM_PRINCIPAL_DATA: identity ? 'TRUE' : 'FALSE' } },
    destination: {
      bucket: 'bills',
      prefix: 'cur',
      region: 'eu-central-1',
      format: 'PARQUET',
      compression: 'PARQUET',
      overwrite: 'OVERWRITE_REPORT',
      outputType: 'CUSTOM',
    },
    health: { healthy: true, reason: null, delivered: true, ...health },
  };
}

const POLICY = JSON.stringify({ Statement: [deliveryStatement('bills', PAYER)] });
const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const FACTS = {
  region: 'eu-central-1',
  publicAccess: BLOCKED,
  encryption: { algorithm: 'AES256', key: null },
  policy: POLICY,
  owner: null,
};

const SEEN: PayerHealth = {
  id: PAYER,
  management: { value: PAYER },
  exports: { value: [exportNamed('bursar', true)] },
  bucket: { name: 'bills', facts: { value: FACTS } },
  delivery: {
    value: {
      period: '2026-11' as Period,
      files: 2,
      written: NOW - 3_600_000,
      columns: ['line_item_iam_principal', 'tags'],
    },
  },
  costTags: { value: [{ key: 'iamPrincipal/team', active: true, since: null }] },
};

const WELL: AccountHealth = {
  now: NOW,
  wish: WISH,
  accounts: [{ id: PAYER, parts: ['payer', 'member'], caller: `arn:aws:iam::${PAYER}:user/admin`, failures: [] }],
  payer: SEEN,
  plan: { ...EMPTY_PART, accounts: [] },
  reports: { places: ['s3://bills/cur/bursar'], failure: null, bill: null },
  principals: null,
};

const DENIED = new OperatingError('AWS_ACCESS_DENIED', 'cannot look: not authorized', { hint: 'needs x:Y\n  {}' });

function judged(health: AccountHealth, name: string) {
  const check = ACCOUNT_CHECKS.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check.judge(health);
}

const payer = (parts: Partial<PayerHealth>): AccountHealth => ({ ...WELL, payer: { ...SEEN, ...parts } });
const bucket = (parts: Partial<typeof FACTS>): AccountHealth =>
  payer({ bucket: { name: 'bills', facts: { value: { ...FACTS, ...parts } } } });
const tags = (...list: readonly (readonly [key: string, active: boolean])[]): AccountHealth =>
  payer({ costTags: { value: list.map(([key, active]) => ({ key, active, since: null })) } });

test('where all is well, no check but that of dollars says anything', () => {
  const verdicts = ACCOUNT_CHECKS.map(({ name }) => [name, judged(WELL, name).verdict]);
  expect(Object.fromEntries(verdicts)).toEqual({
    accounts: 'ok',
    payer: 'ok',
    'data-export': 'ok',
    bucket: 'ok',
    'newest-delivery': 'ok',
    cur: 'ok',
    'cost-tags': 'ok',
    'tagged-principals': 'skipped',
    athena: 'ok',
    setup: 'ok',
  });
});

test.each<readonly [what: string, health: AccountHealth, check: string, verdict: string]>([
  [
    'no payer is named',
    { ...WELL, payer: null, wish: { ...WISH, accounts: { ...WISH.accounts, payer: null } } },
    'payer',
    'warn',
  ],
  ['the payer does not answer', { ...WELL, payer: null }, 'data-export', 'skipped'],
  ['the payer is a member', payer({ management: { value: '999988887777' } }), 'payer', 'fail'],
  ['no export', payer({ exports: { value: [] } }), 'data-export', 'fail'],
  ['exports may not be seen', payer({ exports: { failure: DENIED } }), 'data-export', 'fail'],
  ['the only export names nobody', payer({ exports: { value: [exportNamed('old', false)] } }), 'data-export', 'fail'],
  [
    'one of two names nobody',
    payer({ exports: { value: [exportNamed('old', false), exportNamed('bursar', true)] } }),
    'data-export',
    'warn',
  ],
  [
    'it is unhealthy',
    payer({ exports: { value: [exportNamed('bursar', true, { healthy: false, reason: 'INSUFFICIENT_PERMISSION' })] } }),
    'data-export',
    'fail',
  ],
  [
    'it was just made',
    payer({ exports: { value: [exportNamed('bursar', true, { delivered: false })] } }),
    'data-export',
    'pending',
  ],
  ['the bucket is gone', payer({ bucket: { name: 'bills', facts: { value: null } } }), 'bucket', 'fail'],
  ['its policy is empty', bucket({ policy: null as never }), 'bucket', 'fail'],
  ['it may become public', bucket({ publicAccess: { ...BLOCKED, BlockPublicAcls: false } }), 'bucket', 'warn'],
  ['it has a key of KMS', bucket({ encryption: { algorithm: 'aws:kms', key: null } }), 'bucket', 'warn'],
  ['nothing is delivered yet', payer({ delivery: { value: null } }), 'newest-delivery', 'pending'],
  [
    'the delivery is old',
    payer({
      delivery: { value: { period: '2026-11' as Period, files: 1, written: NOW - 73 * 3_600_000, columns: null } },
    }),
    'newest-delivery',
    'warn',
  ],
  [
    'the delivery has no tags',
    payer({
      delivery: {
        value: { period: '2026-11' as Period, files: 1, written: NOW, columns: ['line_item_iam_principal'] },
      },
    }),
    'newest-delivery',
    'fail',
  ],
  ['nothing says what reports read', { ...WELL, reports: { ...WELL.reports, places: [] } }, 'cur', 'warn'],
  ['reports read a copy', { ...WELL, reports: { ...WELL.reports, places: ['./cur'] } }, 'cur', 'ok'],
  ['reports cannot be read', { ...WELL, reports: { ...WELL.reports, failure: DENIED } }, 'cur', 'fail'],
  ['the key is not offered', tags(), 'cost-tags', 'pending'],
  ['the key is not active', tags(['iamPrincipal/team', false]), 'cost-tags', 'warn'],
  ['that of resources is active instead', tags(['iamPrincipal/team', false], ['user:Team', true]), 'cost-tags', 'fail'],
  ['both are active', tags(['iamPrincipal/team', true], ['team', true]), 'cost-tags', 'ok'],
  ['nothing is asked for', { ...WELL, plan: null }, 'setup', 'skipped'],
  [
    'something waits',
    {
      ...WELL,
      plan: { ...EMPTY_PART, accounts: [], pending: [{ account: PAYER, what: 'x', waitsFor: 'y', howLong: 'z' }] },
    },
    'setup',
    'pending',
  ],
  [
    'an account may not be looked at wholly',
    { ...WELL, plan: { ...EMPTY_PART, accounts: [{ id: PAYER, parts: ['payer'], failures: [DENIED] }] } },
    'setup',
    'fail',
  ],
])('%s', (_what, health, check, verdict) => {
  const { verdict: found, remedies } = judged(health, check);
  expect(found).toBe(verdict);
  // Whoever is told that something is wrong is told what to do.
  if (verdict === 'fail' || verdict === 'warn') expect(remedies.length).toBeGreaterThan(0);
});

describe('roles without tags', () => {
  const role = (name: string, cost: string, settled: string, tagKeys: readonly string[] | null): CostingPrincipal => ({
    type: 'role',
    account: PAYER,
    name,
    match: { role: name, account: PAYER },
    kind: name.startsWith('AWSReservedSSO_') ? 'identity-center' : 'assumed-role',
    cost: parseMoney(cost),
    settled: parseMoney(settled),
    tagKeys,
  });
  const bill = { period: '2026-10' as Period, usage: parseMoney('100'), tags: [], roles: [], users: [] };
  const judge = (...principals: readonly CostingPrincipal[]) =>
    judged({ ...WELL, principals, reports: { ...WELL.reports, bill } }, 'tagged-principals');

  test('warn with a rule for each, dearest first, and an import for people', () => {
    const found = judge(
      role('app', '30', '0', ['Name']),
      role('AWSReservedSSO_x_0123456789abcdef', '20', '0', []),
      role('ok', '40', '0', ['team']),
    );
    expect(found).toMatchObject({
      verdict: 'warn',
      summary: expect.stringMatching(/^50\.0 % of the usage of 2026-10/),
    });
    expect(found.evidence.map(({ what }) => what)).toEqual([
      `role app of ${PAYER}`,
      `role AWSReservedSSO_x_0123456789abcdef of ${PAYER}, of Identity Center: cannot be tagged`,
    ]);
    expect(found.remedies.map(({ paste }) => paste.at(-1))).toEqual([
      '    set: { team: TEAM }',
      'bursar people import --from identity-center',
    ]);
  });

  test('users and API keys are named, with a rule for their ARN', () => {
    const arn = `arn:aws:iam::${PAYER}:user/BedrockAPIKey-a1b2`;
    const key = {
      ...role('BedrockAPIKey-a1b2', '30', '0', []),
      type: 'user' as const,
      kind: 'api-key',
      match: { arn },
    };
    const found = judge(key);
    expect(found.verdict).toBe('warn');
    expect(found.evidence.map(({ what }) => what)).toEqual([
      `user BedrockAPIKey-a1b2 of ${PAYER}, of an API key of Bedrock`,
    ]);
    expect(found.remedies[0]?.paste).toContain(`  - match: { arn: "${arn}" }`);
  });

  test('are well where a rule says whose they are, or where they are cheap', () => {
    expect(judge(role('app', '80', '80', [])).verdict).toBe('ok');
    expect(judge(role('app', '10', '0', [])).verdict).toBe('ok');
  });

  test('of accounts that do not answer are not judged', () => {
    expect(judge(role('app', '80', '0', null)).verdict).toBe('skipped');
  });
});
