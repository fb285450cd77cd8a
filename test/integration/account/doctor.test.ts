import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BCMDataExportsClient, CreateExportCommand, GetTableCommand } from '@aws-sdk/client-bcm-data-exports';
import { CostExplorerClient, UpdateCostAllocationTagsStatusCommand } from '@aws-sdk/client-cost-explorer';
import { CreateRoleCommand, CreateUserCommand, IAMClient, TagRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../../src/setup/permission-table.ts';
import { USAGE, writePeriod } from '../../fixtures/export.ts';
import { runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { MEMBERS, OUTSIDER, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const folder = temporaryFolder();
afterAll(() => folder.remove());
const [SHOP] = MEMBERS;
/** What docs/reference/permissions.md says that the command can need. */
const NEEDED = new Set([
  'sts:GetCallerIdentity',
  ...PERMISSIONS.filter(({ commands }) => commands.includes('doctor')).flatMap(({ actions }) => actions),
]);
let count = 0;

const SETUP = `
accounts:
  payer: { id: "${PAYER.id}" }
  members: [{ id: "${PAYER.id}" }]
dimensions:
  team: iamPrincipal/team
setup:
  activate-tags: true
  export: { bucket: bursar-cur-bucket }
`;

interface Told {
  readonly verdict: string;
  readonly summary: string;
  readonly evidence: readonly { readonly what: string; readonly cost: string | null }[];
  readonly remedies: readonly { readonly what: string; readonly paste: readonly string[] }[];
}

/** Runs doctor with a bursar.yaml of its own. */
async function doctor(yaml: string, args: readonly string[] = [], account: { id: string } = PAYER) {
  const config = join(folder.path, `bursar-${++count}.yaml`);
  writeFileSync(config, yaml);
  server.forget();
  const run = await runBursar(['doctor', '--config', config, '--format', 'json', ...args], {
    cwd: folder.path,
    env: { ...server.env(account), BURSAR_LEDGER: join(folder.path, `ledger-${count}`) },
  });
  expect(server.record.actions.filter((action) => !NEEDED.has(action))).toEqual([]);
  expect(server.record.changes).toEqual([]);
  expect(run.stderr).not.toMatch(/^(bug|error)/m);
  const { findings } = JSON.parse(run.stdout) as { findings: (Told & { check: string })[] };
  const byName = Object.fromEntries(findings.map(({ check, ...told }) => [check, told as Told]));
  const verdicts = Object.fromEntries(findings.map(({ check, verdict }) => [check, verdict]));
  const told = (check: string): Told => byName[check] ?? { verdict: 'absent', summary: '', evidence: [], remedies: [] };
  return { ...run, verdicts, told };
}

const s3 = () => new S3Client({ ...server.client(PAYER), forcePathStyle: true });
const BUCKET = 'bursar-cur-bucket';

const ALLOW_DELIVERY = {
  Sid: 'delivery',
  Effect: 'Allow',
  Principal: { Service: 'bcm-data-exports.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${BUCKET}/*`,
  Condition: {
    StringEquals: { 'aws:SourceAccount': PAYER.id },
    ArnLike: { 'aws:SourceArn': `arn:aws:bcm-data-exports:us-east-1:${PAYER.id}:export/*` },
  },
};

async function setPolicy(...statements: readonly object[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await s3().send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy }));
}

async function makeBucket(...statements: readonly object[]): Promise<void> {
  await s3().send(new CreateBucketCommand({ Bucket: BUCKET }));
  await s3().send(
    new PutPublicAccessBlockCommand({
      Bucket: BUCKET,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  // The bucket of the test server has none by default; since 2023 those of S3 do.
  await encrypt('AES256');
  await setPolicy(ALLOW_DELIVERY, ...statements);
}

async function encrypt(SSEAlgorithm: 'AES256' | 'aws:kms'): Promise<void> {
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }] };
  await s3().send(new PutBucketEncryptionCommand({ Bucket: BUCKET, ServerSideEncryptionConfiguration }));
}

async function makeExport(Name: string, identity: boolean): Promise<void> {
  const client = new BCMDataExportsClient(server.client(PAYER));
  const settings = { TIME_GRANULARITY: 'DAILY', INCLUDE_IAM_PRINCIPAL_DATA: identity ? 'TRUE' : 'FALSE' };
  const table = new GetTableCommand({ TableName: 'COST_AND_USAGE_REPORT', TableProperties: settings });
  const { Schema = [] } = await client.send(table);
  const QueryStatement = `SELECT ${Schema.map(({ Name: column }) => column).join(', ')} FROM COST_AND_USAGE_REPORT`;
  await client.send(
    new CreateExportCommand({
      Export: {
        Name,
        DataQuery: { QueryStatement, TableConfigurations: { COST_AND_USAGE_REPORT: settings } },
        DestinationConfigurations: {
          S3Destination: {
            S3Bucket: BUCKET,
            S3Prefix: 'cur',
            S3Region: 'us-east-1',
            S3OutputConfigurations: {
              OutputType: 'CUSTOM',
              Format: 'PARQUET',
              Compression: 'PARQUET',
              Overwrite: 'OVERWRITE_REPORT',
            },
          },
        },
        RefreshCadence: { Frequency: 'SYNCHRONOUS' },
      },
    }),
  );
}

async function put(key: string, Body: string): Promise<void> {
  await s3().send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body }));
}

/** A delivery as AWS writes it, its manifest last; nobody reads the data. */
async function deliver(name: string, columns: readonly string[]): Promise<void> {
  const file = `${name}-00001.snappy.parquet`;
  await put(`cur/${name}/data/BILLING_PERIOD=2026-10/${file}`, 'PAR1');
  const manifest = { dataFiles: [file], columns: columns.map((column) => ({ name: column, type: 'string' })) };
  await put(`cur/${name}/metadata/BILLING_PERIOD=2026-10/${name}-Manifest.json`, JSON.stringify(manifest));
}

async function makeRole(RoleName: string, Tags: readonly { Key: string; Value: string }[]): Promise<string> {
  const iam = new IAMClient(server.client(PAYER));
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  if (Tags.length > 0) await iam.send(new TagRoleCommand({ RoleName, Tags: [...Tags] }));
  return `arn:aws:sts::${PAYER.id}:assumed-role/${RoleName}/session`;
}

async function activate(...keys: readonly string[]): Promise<void> {
  const CostAllocationTagsStatus = keys.map((TagKey) => ({ TagKey, Status: 'Active' as const }));
  await new CostExplorerClient(server.client(PAYER)).send(
    new UpdateCostAllocationTagsStatusCommand({ CostAllocationTagsStatus }),
  );
}

describe('the chain', () => {
  test('from nothing to whole', async () => {
    const nothing = await doctor(SETUP);
    expect(nothing.code).toBe(1);
    expect(nothing.verdicts).toEqual({
      accounts: 'ok',
      payer: 'ok',
      'data-export': 'fail',
      bucket: 'fail',
      'newest-delivery': 'skipped',
      cur: 'skipped',
      'cost-tags': 'pending',
      'tagged-principals': 'skipped',
      athena: 'skipped',
      setup: 'warn',
    });
    expect(nothing.told('data-export').remedies[0]?.paste).toContain('bursar apply');

    await makeBucket();
    await makeExport('bursar', true);
    const made = await doctor(SETUP);
    expect(made).toMatchObject({
      code: 0,
      verdicts: { 'data-export': 'pending', bucket: 'ok', 'newest-delivery': 'pending', setup: 'pending' },
    });

    await server.callBedrock(await makeRole('checkout', [{ Key: 'team', Value: 'shop' }]));
    await server.advance(25);
    await deliver('bursar', ['line_item_iam_principal', 'tags']);
    const delivered = await doctor(SETUP);
    expect(delivered.verdicts).toMatchObject({
      'data-export': 'ok',
      'newest-delivery': 'ok',
      'cost-tags': 'warn',
      setup: 'warn',
    });
    await activate('iamPrincipal/team');
    const whole = await doctor(SETUP);
    expect(whole).toMatchObject({ code: 0, verdicts: { 'cost-tags': 'ok', setup: 'ok' } });
    expect(whole.told('cost-tags').summary).toBe('iamPrincipal/team: active');
  });

  test('with the dollars of the ledger', async () => {
    await makeRole('pipeline', []);
    const tagged = await makeRole('checkout', [{ Key: 'team', Value: 'shop' }]);
    await server.callBedrock(tagged);
    await server.advance(25);
    await activate('iamPrincipal/team');
    const cur = join(folder.path, 'cur');
    const session = (role: string) => `arn:aws:sts::${PAYER.id}:assumed-role/${role}/s-1`;
    const user = `arn:aws:iam::${PAYER.id}:user/BedrockAPIKey-a1b2`;
    await new IAMClient(server.client(PAYER)).send(new CreateUserCommand({ UserName: 'BedrockAPIKey-a1b2' }));
    const line = (principal: string, cost: number, tags: object) => ({
      ...USAGE,
      line_item_usage_account_id: PAYER.id,
      line_item_iam_principal: principal,
      line_item_unblended_cost: cost,
      line_item_net_unblended_cost: cost,
      tags,
    });
    const lines = [
      line(session('pipeline'), 20, {}),
      line(user, 10, {}),
      line(session('checkout'), 70, { 'iamPrincipal/team': 'shop' }),
    ];
    await writePeriod(cur, '2026-10', [{ lines: lines as never }]);
    const both = await doctor(`cur: ${cur}\n${SETUP}`);
    expect(both.told('cost-tags').evidence[0]).toMatchObject({ cost: expect.stringMatching(/^70\.0+$/) });
    expect(both.told('tagged-principals')).toMatchObject({
      verdict: 'warn',
      summary: '30.0 % of the usage of 2026-10 is of roles and users without a tag of yours, and of nobody',
    });
    const { paste = [] } = both.told('tagged-principals').remedies[0] ?? {};
    expect(paste.filter((text) => text.includes('match'))).toEqual([
      `  - match: { role: "pipeline", account: "${PAYER.id}" }`,
      `  - match: { arn: "${user}" }`,
    ]);
    expect(both.verdicts).toMatchObject({ cur: 'ok', identity: 'ok', tags: 'ok' });
  });
});

describe('the traps', () => {
  test('the tag of resources is active instead of that of principals', async () => {
    const role = await makeRole('checkout', [{ Key: 'team', Value: 'shop' }]);
    await server.callBedrock(role);
    await server.advance(25);
    server.costTags.add('team');
    await activate('team');
    const { code, told } = await doctor(SETUP);
    expect(code).toBe(1);
    expect(told('cost-tags')).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('the tag team is active, which is that of resources'),
    });
  });

  test('two exports, one of which names nobody, and reports read that one', async () => {
    await makeBucket();
    await makeExport('old', false);
    await makeExport('new', true);
    await server.advance(25);
    await deliver('old', ['tags']);
    await deliver('new', ['line_item_iam_principal', 'tags']);
    const { told } = await doctor(SETUP);
    expect(told('data-export')).toMatchObject({
      verdict: 'warn',
      summary: expect.stringMatching(/new .* but old does not/),
    });
    expect(told('cur')).toMatchObject({ verdict: 'warn', remedies: [{ paste: [`cur: s3://${BUCKET}/cur/new`] }] });
    const reading = await doctor(`cur: s3://${BUCKET}/cur/old\n${SETUP}`, ['--period', '2026-10']);
    expect(reading.code).toBe(1);
    expect(reading.told('cur').verdict).toBe('fail');
  });

  test('the newest delivery has no column of principals', async () => {
    await makeBucket();
    await makeExport('bursar', true);
    await server.advance(25);
    await deliver('bursar', ['tags']);
    expect((await doctor(SETUP)).told('newest-delivery')).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('has no line_item_iam_principal'),
    });
  });

  test('the older form of the bucket policy is good, a Deny is not, nor a key of KMS without a word', async () => {
    await makeBucket();
    await makeExport('bursar', true);
    const older = {
      ...ALLOW_DELIVERY,
      Principal: { Service: ['billingreports.amazonaws.com', 'bcm-data-exports.amazonaws.com'] },
      Action: ['s3:PutObject', 's3:GetBucketPolicy'],
      Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
    };
    await setPolicy(older);
    expect((await doctor(SETUP)).told('bucket').verdict).toBe('ok');
    await encrypt('aws:kms');
    expect((await doctor(SETUP)).told('bucket')).toMatchObject({
      verdict: 'warn',
      summary: expect.stringContaining('KMS'),
    });
    await setPolicy(ALLOW_DELIVERY, {
      ...ALLOW_DELIVERY,
      Sid: 'nobody',
      Effect: 'Deny',
      Principal: '*',
      Condition: {},
    });
    expect((await doctor(SETUP)).told('bucket')).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('nobody'),
    });
    await setPolicy({ ...ALLOW_DELIVERY, Principal: { Service: 'delivery.logs.amazonaws.com' } });
    expect((await doctor(SETUP)).told('bucket').verdict).toBe('fail');
  });

  test('the payer is a member', async () => {
    const { told, code } = await doctor(SETUP.replaceAll(PAYER.id, SHOP.id), [], SHOP);
    expect(code).toBe(1);
    expect(told('payer')).toMatchObject({ verdict: 'fail', summary: expect.stringContaining(PAYER.id) });
    expect(told('cost-tags')).toMatchObject({ verdict: 'fail' });
  });
});

describe('what cannot be looked at', () => {
  test('an account that does not answer, or is another one', async () => {
    const { told, code } = await doctor(
      SETUP.replace(`members: [{ id: "${PAYER.id}" }]`, `members: [{ id: "${OUTSIDER.id}", role: nobody }]`),
    );
    expect(code).toBe(1);
    expect(told('accounts')).toMatchObject({ verdict: 'fail', summary: expect.stringContaining(OUTSIDER.id) });
    const other = await doctor(SETUP, [], SHOP);
    expect(other.told('accounts').summary).toContain(`of account ${SHOP.id}, not ${PAYER.id}`);
    expect(other.told('data-export').verdict).toBe('skipped');
  });

  test('a permission that is missing is named', async () => {
    const Action = ['sts:*', 'organizations:*', 's3:*', 'iam:*'];
    server.restrict(PAYER, { Statement: { Effect: 'Allow', Action, Resource: '*' } });
    const { told, code } = await doctor(SETUP);
    expect(code).toBe(1);
    expect(told('data-export').remedies[0]?.what).toMatch(/"Action":\[.*bcm-data-exports:ListExports/);
    expect(told('cost-tags').remedies[0]?.what).toContain('ce:ListCostAllocationTags');
  });

  test('an export that cannot be read is a finding beside the accounts', async () => {
    const { told, code, verdicts } = await doctor(`cur: s3://no-such-bucket-here/cur\n${SETUP}`);
    expect(code).toBe(1);
    expect(told('cur')).toMatchObject({ verdict: 'fail' });
    expect(verdicts).not.toHaveProperty('identity');
  });

  test('an expired session says how to sign in', async () => {
    server.faults.plan({}, { kind: 'expired' }, { times: 99 });
    const { told, code } = await doctor(SETUP);
    expect(code).toBe(1);
    expect(told('accounts').remedies[0]?.what).toContain('aws sso login');
  });
});

test('no account is asked where bursar.yaml names none', async () => {
  const cur = join(folder.path, 'alone');
  await writePeriod(cur, '2026-10', [{ lines: [USAGE] }]);
  const { verdicts } = await doctor(`cur: ${cur}\n`);
  expect(verdicts).not.toHaveProperty('accounts');
  expect(server.record.calls).toEqual([]);
  const only = await doctor(`cur: ${cur}\n`, ['--only', 'account']);
  expect(only.verdicts).toMatchObject({ accounts: 'ok', setup: 'skipped' });
  expect(only.verdicts).not.toHaveProperty('identity');
});
