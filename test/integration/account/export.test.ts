import {
  BCMDataExportsClient,
  CreateExportCommand,
  type Export,
  ListExportsCommand,
} from '@aws-sdk/client-bcm-data-exports';
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { DELIVERY_TEST_OBJECT } from '../../../src/aws/read/buckets.ts';
import { createExportKind } from '../../../src/change/kind/create-export.ts';
import type { PlanPart } from '../../../src/domain/plan.ts';
import type { ExportWish } from '../../../src/domain/setup.ts';
import { exportTopic } from '../../../src/setup/export/topic.ts';
import { applyAll, opened, signal, undoAll } from './changes.fixture.ts';
import { type Account, MEMBERS, OUTSIDER, PAYER } from './organization.ts';
import { exportWish, wishOf } from './set-up.fixture.ts';
import { accountServer } from './start.ts';

const server = await accountServer();

async function plan(wished: Partial<ExportWish> = {}, account: Account = PAYER): Promise<PlanPart> {
  const open = await opened(server, account, { parts: ['payer'] });
  return exportTopic.plan(wishOf({ export: exportWish(wished) }), open, signal);
}

const kinds = ({ changes }: PlanPart): string[] => changes.map(({ kind }) => kind);

const s3 = (account: Account = PAYER, region = 'eu-central-1') =>
  new S3Client({ ...server.client(account, region), forcePathStyle: true });

/** A bucket that somebody has made before. */
async function makeBucket(Bucket: string, account: Account = PAYER): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' as const };
  await s3(account).send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
}

/** An export that somebody has made before, into a bucket that lets everything in. */
async function makeExport(Name: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const S3OutputConfigurations = {
    OutputType: 'CUSTOM',
    Format: 'PARQUET',
    Compression: 'PARQUET',
    Overwrite: 'OVERWRITE_REPORT',
  } as const;
  const made: Export = {
    Name,
    DataQuery: {
      QueryStatement: 'SELECT line_item_usage_type, tags FROM COST_AND_USAGE_REPORT',
      TableConfigurations: { COST_AND_USAGE_REPORT: settings },
    },
    DestinationConfigurations: {
      S3Destination: { S3Bucket: 'older', S3Prefix: 'cur', S3Region: 'eu-central-1', S3OutputConfigurations },
    },
    RefreshCadence: { Frequency: 'SYNCHRONOUS' },
  };
  await new BCMDataExportsClient(server.client(PAYER)).send(new CreateExportCommand({ Export: made }));
}

async function openBucket(Bucket: string): Promise<void> {
  await makeBucket(Bucket);
  const Statement = {
    Sid: 'delivery',
    Effect: 'Allow',
    Principal: { Service: 'bcm-data-exports.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
    Condition: { StringEquals: { 'aws:SourceAccount': PAYER.id } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  await s3().send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

const policyOf = async (Bucket: string): Promise<unknown> =>
  JSON.parse((await s3().send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? '');

test('from nothing to an export that is delivered, and back', async () => {
  const before = await server.state();
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  const first = await plan();
  expect(first.notes).toEqual([]);
  expect(kinds(first).join(' ')).toBe('create-bucket block-public-access encrypt-bucket allow-delivery create-export');
  expect(server.record.changes).toEqual([]);
  await applyAll(payer, first.changes);
  const second = await plan();
  expect(second.changes).toEqual([]);
  expect(second.pending.map(({ what }) => what)).toEqual(['first delivery of the export bursar']);
  await server.advance(24);
  expect(await plan()).toEqual({ changes: [], elsewhere: [], pending: [], notes: [] });
  await undoAll(payer, first.changes);
  expect(await server.state()).toEqual(before);
  expect(await plan()).toEqual(first);
});

test('AWS may add the column of the caller by itself', async () => {
  server.exports.selectsPrincipal = false;
  await applyAll(await opened(server, PAYER, { parts: ['payer'] }), (await plan()).changes);
  expect((await plan()).changes).toEqual([]);
});

test('each call may be throttled, and each answer lost', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  const first = await plan();
  for (const operation of ['CreateBucket', 'PutBucketPolicy', 'CreateExport'])
    server.faults.plan({ operation }, { kind: 'lost' });
  for (const operation of ['HeadBucket', 'GetBucketPolicy', 'ListExports', 'GetExport', 'GetTable'])
    server.faults.plan({ operation }, { kind: 'throttle' }, { times: 2 });
  await applyAll(payer, first.changes);
  expect((await plan()).changes).toEqual([]);
  for (const operation of ['DeleteExport', 'DeleteBucketPolicy', 'DeleteBucket'])
    server.faults.plan({ operation }, { kind: 'lost' });
  await undoAll(payer, first.changes);
  expect(await plan()).toEqual(first);
});

test('lists that are late make no second export', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  const { changes } = await plan();
  await applyAll(payer, changes.slice(0, -1));
  server.late.plan({ operation: 'ListExports' }, 3);
  const [create] = changes.slice(-1);
  if (create === undefined) throw new Error('no export is planned');
  for (let time = 0; time < 2; time++) await createExportKind.write(payer.session, create, create.after, signal);
  expect(server.exports.state()).toMatchObject([{ Name: 'bursar' }]);
});

test('a policy keeps its other statements, and gets them back', async () => {
  await makeBucket('acme-billing');
  const others = {
    Version: '2012-10-17',
    Id: 'of-the-audit',
    Statement: [
      {
        Sid: 'tls',
        Effect: 'Deny',
        Principal: '*',
        // Not `s3:*`: moto does not look at conditions, and would let nobody in.
        Action: ['s3:GetObject', 's3:DeleteObject'],
        Resource: ['arn:aws:s3:::acme-billing/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${MEMBERS[0].id}:root` },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::acme-billing/*',
      },
    ],
  };
  await s3().send(new PutBucketPolicyCommand({ Bucket: 'acme-billing', Policy: JSON.stringify(others) }));
  const { changes, notes } = await plan();
  expect(notes).toEqual([]);
  expect(changes.map(({ kind }) => kind)).toEqual(['allow-delivery', 'create-export']);
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  await applyAll(payer, changes);
  const after = (await policyOf('acme-billing')) as typeof others;
  expect(after).toMatchObject({ Version: others.Version, Id: others.Id });
  expect(after.Statement.slice(0, 2)).toEqual(others.Statement);
  expect(after.Statement).toHaveLength(3);
  expect((await plan()).changes).toEqual([]);
  await undoAll(payer, changes);
  expect(await policyOf('acme-billing')).toEqual(others);
});

test('a bucket in another region is used where it is', async () => {
  await makeBucket('acme-billing');
  const part = await plan({ bucketRegion: 'us-east-1' });
  expect(part.notes.map(({ what }) => what)).toEqual([
    'The bucket acme-billing lies in eu-central-1, not in us-east-1; it is used where it is.',
  ]);
  await applyAll(await opened(server, PAYER, { parts: ['payer'] }), part.changes);
  expect((await plan({ bucketRegion: 'us-east-1' })).changes).toEqual([]);
});

test('a bucket that Terraform marks as its own is shown to Terraform, and the export waits', async () => {
  await makeBucket('acme-billing');
  const TagSet = [{ Key: 'ManagedBy', Value: 'terraform' }];
  await s3().send(new PutBucketTaggingCommand({ Bucket: 'acme-billing', Tagging: { TagSet } }));
  const part = await plan();
  expect(part.changes).toEqual([]);
  expect(part.elsewhere.map(({ kind }) => kind)).toEqual(['allow-delivery']);
  expect(part.pending.map(({ waitsFor }) => waitsFor)).toEqual([
    'Terraform (tag ManagedBy = terraform) lets AWS Data Exports deliver into the bucket acme-billing',
  ]);
});

test('a bucket of somebody else is left alone', async () => {
  await makeBucket('acme-billing', OUTSIDER);
  await expect(plan()).rejects.toMatchObject({
    code: 'BUCKET_FOREIGN',
    message: `the bucket acme-billing does not belong to account ${PAYER.id}`,
  });
});

test('somebody else takes the name between plan and apply', async () => {
  const { changes } = await plan();
  await makeBucket('acme-billing', OUTSIDER);
  await expect(applyAll(await opened(server, PAYER, { parts: ['payer'] }), changes)).rejects.toMatchObject({
    code: 'BUCKET_FOREIGN',
  });
});

test('an export without callers stays, and one is made beside it', async () => {
  await openBucket('older');
  await makeExport('older', { INCLUDE_IAM_PRINCIPAL_DATA: 'FALSE' });
  const part = await plan();
  expect(part.notes.map(({ what }) => what)).toEqual([
    expect.stringContaining('The export older names no callers, does not select bill_billing_entity'),
  ]);
  await applyAll(await opened(server, PAYER, { parts: ['payer'] }), part.changes);
  const { Exports = [] } = await new BCMDataExportsClient(server.client(PAYER)).send(new ListExportsCommand());
  expect(Exports.map(({ ExportName }) => ExportName)).toEqual(['older', 'bursar']);
});

test('five exports are all that AWS allows', async () => {
  await openBucket('older');
  for (const name of ['one', 'two', 'three', 'four', 'five']) await makeExport(name, {});
  await expect(plan()).rejects.toMatchObject({ code: 'EXPORT_QUOTA', message: expect.stringContaining('five (names') });
});

test('a name that is taken is not taken away', async () => {
  await openBucket('older');
  await makeExport('bursar', {});
  await expect(plan()).rejects.toMatchObject({
    code: 'EXPORT_NAME_TAKEN',
    hint: expect.stringContaining('setup.export.name: bursar-2'),
  });
});

test('somebody takes the name of the export between plan and apply', async () => {
  await openBucket('older');
  const { changes } = await plan();
  await makeExport('bursar', {});
  await expect(applyAll(await opened(server, PAYER, { parts: ['payer'] }), changes)).rejects.toMatchObject({
    code: 'EXPORT_NAME_TAKEN',
  });
});

test('AWS refuses an export into a bucket that does not let it in', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  const { changes } = await plan();
  const closed = changes.filter(({ kind }) => kind !== 'allow-delivery');
  await expect(applyAll(payer, closed)).rejects.toMatchObject({ code: 'EXPORT_BUCKET_REFUSED' });
});

test('what was delivered stays; the object with which AWS tried the bucket does not', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  const { changes } = await plan();
  await applyAll(payer, changes);
  const put = (Key: string) => s3().send(new PutObjectCommand({ Bucket: 'acme-billing', Key, Body: 'x' }));
  await put(DELIVERY_TEST_OBJECT);
  await undoAll(payer, changes);
  expect(await plan()).toMatchObject({ changes });
  await applyAll(payer, changes);
  await put(DELIVERY_TEST_OBJECT);
  await put('cur/bursar/data/BILLING_PERIOD=2026-11/bursar-00001.snappy.parquet');
  await expect(undoAll(payer, changes)).rejects.toMatchObject({ code: 'BUCKET_NOT_EMPTY' });
});

test('an unhealthy export says why', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  await applyAll(payer, (await plan()).changes);
  server.exports.execute('bursar', 'BILL_OWNER_CHANGED', server.now);
  expect((await plan()).notes.map(({ what }) => what)).toEqual([
    'The export bursar is unhealthy: somebody else pays for the account now (BILL_OWNER_CHANGED).',
  ]);
});

test('a member is told that its export holds its own lines alone', async () => {
  const [shop] = MEMBERS;
  const { notes } = await plan({}, shop);
  expect(notes.map(({ what }) => what)).toEqual([
    `Account ${shop.id} is a member of the organization of ${PAYER.id}: its export holds its own lines alone.`,
  ]);
});

test('a missing permission is named, with its statement', async () => {
  const allow = (...Action: string[]) => ({ Statement: [{ Effect: 'Allow' as const, Action, Resource: '*' }] });
  const { changes } = await plan();
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  await applyAll(payer, changes.slice(0, -1));
  server.restrict(PAYER, allow('s3:*', 'bcm-data-exports:*'));
  await expect(applyAll(payer, changes.slice(-1))).rejects.toMatchObject({
    code: 'AWS_ACCESS_DENIED',
    hint: expect.stringContaining('"Action":["bcm-data-exports:CreateExport","cur:PutReportDefinition"]'),
  });
  server.restrict(PAYER, allow('organizations:*', 'bcm-data-exports:*', 's3:ListAllMyBuckets'));
  await expect(plan()).rejects.toMatchObject({
    code: 'AWS_ACCESS_DENIED',
    hint: expect.stringContaining('"Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::acme-billing"]'),
  });
});
