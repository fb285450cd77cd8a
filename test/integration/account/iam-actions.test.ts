import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CostExplorerClient, ListCostAllocationTagsCommand } from '@aws-sdk/client-cost-explorer';
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import * as s3 from '@aws-sdk/client-s3';
import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();

/** The actions of one call, which may fail. */
async function actionsOf(call: () => Promise<unknown>): Promise<readonly string[]> {
  server.forget();
  await call().catch(() => {});
  expect(server.record.calls).toHaveLength(1);
  return server.record.actions;
}

const Bucket = 'acme-cur';
const at = { Bucket };
const Key = 'a/b.parquet';
const block = { PublicAccessBlockConfiguration: { BlockPublicAcls: true } };
const encryption = { ServerSideEncryptionConfiguration: { Rules: [] } };

// biome-ignore lint/suspicious/noExplicitAny: the commands of S3 have no type in common
const S3: readonly [string, any][] = [
  ['s3:ListAllMyBuckets', new s3.ListBucketsCommand()],
  ['s3:CreateBucket', new s3.CreateBucketCommand(at)],
  ['s3:DeleteBucket', new s3.DeleteBucketCommand(at)],
  ['s3:ListBucket', new s3.HeadBucketCommand(at)],
  ['s3:ListBucket', new s3.ListObjectsV2Command(at)],
  ['s3:ListBucketVersions', new s3.ListObjectVersionsCommand(at)],
  ['s3:GetBucketLocation', new s3.GetBucketLocationCommand(at)],
  ['s3:GetBucketPolicy', new s3.GetBucketPolicyCommand(at)],
  ['s3:GetBucketPolicyStatus', new s3.GetBucketPolicyStatusCommand(at)],
  ['s3:PutBucketPolicy', new s3.PutBucketPolicyCommand({ Bucket, Policy: '{}' })],
  ['s3:DeleteBucketPolicy', new s3.DeleteBucketPolicyCommand(at)],
  ['s3:GetBucketPublicAccessBlock', new s3.GetPublicAccessBlockCommand(at)],
  ['s3:PutBucketPublicAccessBlock', new s3.PutPublicAccessBlockCommand({ Bucket, ...block })],
  ['s3:PutBucketPublicAccessBlock', new s3.DeletePublicAccessBlockCommand(at)],
  ['s3:GetEncryptionConfiguration', new s3.GetBucketEncryptionCommand(at)],
  ['s3:PutEncryptionConfiguration', new s3.PutBucketEncryptionCommand({ Bucket, ...encryption })],
  ['s3:PutEncryptionConfiguration', new s3.DeleteBucketEncryptionCommand(at)],
  ['s3:GetBucketOwnershipControls', new s3.GetBucketOwnershipControlsCommand(at)],
  ['s3:GetBucketVersioning', new s3.GetBucketVersioningCommand(at)],
  ['s3:GetLifecycleConfiguration', new s3.GetBucketLifecycleConfigurationCommand(at)],
  ['s3:GetBucketTagging', new s3.GetBucketTaggingCommand(at)],
  ['s3:PutBucketTagging', new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } })],
  ['s3:PutBucketTagging', new s3.DeleteBucketTaggingCommand(at)],
  ['s3:GetObject', new s3.GetObjectCommand({ Bucket, Key })],
  ['s3:GetObject', new s3.HeadObjectCommand({ Bucket, Key })],
  ['s3:PutObject', new s3.PutObjectCommand({ Bucket, Key, Body: 'x' })],
  ['s3:PutObject', new s3.CopyObjectCommand({ Bucket, Key, CopySource: 'a/b' })],
  ['s3:DeleteObject', new s3.DeleteObjectCommand({ Bucket, Key })],
  ['s3:DeleteObject', new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } })],
];

test('the actions of S3 are often named otherwise than its operations', async () => {
  const client = new s3.S3Client({ ...server.client(PAYER), maxAttempts: 1 });
  for (const [action, command] of S3)
    expect([command.constructor.name, ...(await actionsOf(() => client.send(command)))]).toEqual([
      command.constructor.name,
      action,
    ]);
});

test('services whose actions have another prefix, more than one action, or none', async () => {
  const sso = new SSOAdminClient(server.client(PAYER));
  expect(await actionsOf(() => sso.send(new ListInstancesCommand()))).toEqual(['sso:ListInstances']);
  const costs = new CostExplorerClient(server.client(PAYER));
  expect(await actionsOf(() => costs.send(new ListCostAllocationTagsCommand()))).toEqual(['ce:ListCostAllocationTags']);
  const athena = new AthenaClient(server.client(PAYER));
  const Tags = [{ Key: 'team', Value: 'finops' }];
  expect(await actionsOf(() => athena.send(new CreateWorkGroupCommand({ Name: 'a', Tags })))).toEqual([
    'athena:CreateWorkGroup',
    'athena:TagResource',
  ]);
  const glue = new GlueClient(server.client(PAYER));
  expect(await actionsOf(() => glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'a' } })))).toEqual([
    'glue:CreateDatabase',
  ]);
  const sts = new STSClient(server.client(PAYER));
  expect(await actionsOf(() => sts.send(new GetCallerIdentityCommand()))).toEqual([]);
});
