import {
  BCMDataExportsClient,
  CreateExportCommand,
  GetExportCommand,
  GetTableCommand,
  ListExportsCommand,
} from '@aws-sdk/client-bcm-data-exports';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CostExplorerClient,
  ListCostAllocationTagsCommand,
  UpdateCostAllocationTagsStatusCommand,
} from '@aws-sdk/client-cost-explorer';
import { CreateRoleCommand, IAMClient, ListRoleTagsCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { ASSUMABLE_ROLE, IDENTITY, IDENTITY_REGION, MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP, RESEARCH] = MEMBERS;
const TRUST = JSON.stringify({ Version: '2012-10-17', Statement: [] });

test('everybody is who they are, also after assuming a role of a member', async () => {
  const sts = new STSClient(server.client(PAYER));
  expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({
    Account: PAYER.id,
    Arn: `arn:aws:iam::${PAYER.id}:user/admin`,
  });
  const RoleArn = `arn:aws:iam::${RESEARCH.id}:role/${ASSUMABLE_ROLE}`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'bursar' }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const member = new STSClient({ ...server.client(PAYER), credentials });
  expect(await member.send(new GetCallerIdentityCommand())).toMatchObject({
    Account: RESEARCH.id,
    Arn: `arn:aws:sts::${RESEARCH.id}:assumed-role/${ASSUMABLE_ROLE}/bursar`,
  });
  const shop = new STSClient(server.client(SHOP));
  await expect(shop.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'bursar' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});

test('an export needs a bucket whose policy lets Data Exports in', async () => {
  const s3 = new S3Client(server.client(PAYER));
  const exports = new BCMDataExportsClient(server.client(PAYER));
  const settings = { TIME_GRANULARITY: 'DAILY', INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE' };
  const { Schema = [] } = await exports.send(
    new GetTableCommand({ TableName: 'COST_AND_USAGE_REPORT', TableProperties: settings }),
  );
  expect(Schema.map(({ Name }) => Name)).toContain('line_item_iam_principal');
  const create = new CreateExportCommand({
    Export: {
      Name: 'bursar',
      DataQuery: {
        QueryStatement: `SELECT ${Schema.map(({ Name }) => Name).join(', ')} FROM COST_AND_USAGE_REPORT`,
        TableConfigurations: { COST_AND_USAGE_REPORT: settings },
      },
      DestinationConfigurations: {
        S3Destination: {
          S3Bucket: 'acme-cur',
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
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'acme-cur' }));
  await expect(exports.send(create)).rejects.toMatchObject({ name: 'ValidationException' });
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'bcm-data-exports.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::acme-cur/*',
    Condition: {
      StringEquals: { 'aws:SourceAccount': PAYER.id },
      ArnLike: { 'aws:SourceArn': `arn:aws:bcm-data-exports:us-east-1:${PAYER.id}:export/*` },
    },
  };
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket: 'acme-cur',
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
  const { ExportArn } = await exports.send(create);
  await server.advance(24);
  expect((await exports.send(new GetExportCommand({ ExportArn }))).ExportStatus?.StatusCode).toBe('HEALTHY');
  expect((await exports.send(new ListExportsCommand())).Exports).toHaveLength(1);
  expect(server.record.actions).toContain('cur:PutReportDefinition');
});

test('a tag key shows a day after its principal called Bedrock, to the payer alone', async () => {
  const iam = new IAMClient(server.client(SHOP));
  await iam.send(new CreateRoleCommand({ RoleName: 'checkout', AssumeRolePolicyDocument: TRUST }));
  await iam.send(new TagRoleCommand({ RoleName: 'checkout', Tags: [{ Key: 'team', Value: 'shop' }] }));
  await server.callBedrock(`arn:aws:sts::${SHOP.id}:assumed-role/checkout/session`);
  const costs = new CostExplorerClient(server.client(PAYER));
  expect((await costs.send(new ListCostAllocationTagsCommand())).CostAllocationTags).toEqual([]);
  await server.advance(24);
  const update = (TagKey: string) =>
    new UpdateCostAllocationTagsStatusCommand({ CostAllocationTagsStatus: [{ TagKey, Status: 'Active' }] });
  expect((await costs.send(update('iamPrincipal/team'))).Errors).toEqual([]);
  expect((await costs.send(update('team'))).Errors).toMatchObject([{ Code: 'TagKeysNotFoundException' }]);
  expect((await costs.send(new ListCostAllocationTagsCommand())).CostAllocationTags).toMatchObject([
    { TagKey: 'iamPrincipal/team', Status: 'Active' },
  ]);
  const member = new CostExplorerClient(server.client(SHOP));
  await expect(member.send(new ListCostAllocationTagsCommand())).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  const trail = new CloudTrailClient(server.client(SHOP));
  const { Events } = await trail.send(
    new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'InvokeModel' }] }),
  );
  expect(Events?.map(({ Username }) => Username)).toEqual(['session']);
});

test('keys of IAM tags are one whatever their case; roles of Identity Center take none', async () => {
  const iam = new IAMClient(server.client(SHOP));
  for (const RoleName of ['checkout', 'AWSReservedSSO_Dev_0123456789abcdef'])
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
  const tag = (RoleName: string, Key: string) =>
    iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key, Value: Key }] }));
  await tag('checkout', 'Team');
  await tag('checkout', 'team');
  expect((await iam.send(new ListRoleTagsCommand({ RoleName: 'checkout' }))).Tags).toEqual([
    { Key: 'team', Value: 'team' },
  ]);
  await expect(tag('AWSReservedSSO_Dev_0123456789abcdef', 'team')).rejects.toMatchObject({
    name: 'UnmodifiableEntityException',
  });
  await expect(tag('checkout', 'a*b')).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(tag('checkout', 'aws:team')).rejects.toMatchObject({ name: 'InvalidInputException' });
});

test('one organisation, with Identity Center in one region', async () => {
  const { Accounts = [] } = await new OrganizationsClient(server.client(PAYER)).send(new ListAccountsCommand());
  expect(Accounts.map(({ Id }) => Id)).toContain(RESEARCH.id);
  const instances = (region: string) =>
    new SSOAdminClient(server.client(IDENTITY, region)).send(new ListInstancesCommand());
  expect((await instances(IDENTITY_REGION)).Instances).toHaveLength(1);
  expect((await instances('us-east-1')).Instances).toEqual([]);
});

test('faults, late reads and policies', async () => {
  const iam = new IAMClient({ ...server.client(SHOP), maxAttempts: 1 });
  await iam.send(new CreateRoleCommand({ RoleName: 'checkout', AssumeRolePolicyDocument: TRUST }));
  const tags = async () => (await iam.send(new ListRoleTagsCommand({ RoleName: 'checkout' }))).Tags;
  server.faults.plan({ service: 'iam', operation: 'ListRoleTags' }, { kind: 'throttle' });
  await expect(tags()).rejects.toMatchObject({ name: 'Throttling' });
  server.late.plan({ operation: 'ListRoleTags' }, 2);
  expect(await tags()).toEqual([]);
  await iam.send(new TagRoleCommand({ RoleName: 'checkout', Tags: [{ Key: 'team', Value: 'shop' }] }));
  expect([await tags(), await tags(), (await tags())?.length]).toEqual([[], [], 1]);
  server.restrict(SHOP, { Statement: { Effect: 'Allow', Action: 'iam:List*', Resource: '*' } });
  await tags();
  await expect(iam.send(new TagRoleCommand({ RoleName: 'checkout', Tags: [] }))).rejects.toThrow(
    `User: arn:aws:iam::${SHOP.id}:user/admin is not authorized to perform: iam:TagRole on resource: arn:aws:iam::${SHOP.id}:role/checkout`,
  );
  server.faults.plan({}, { kind: 'lost' });
  await expect(tags()).rejects.toThrow();
});
