import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { BCMDataExportsClient, CreateExportCommand, type Export } from '@aws-sdk/client-bcm-data-exports';
import { CostExplorerClient, UpdateCostAllocationTagsStatusCommand } from '@aws-sdk/client-cost-explorer';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { IAMClient, TagRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateInstanceAccessControlAttributeConfigurationCommand,
  ListInstancesCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/run.ts';
import { runShell } from './aws-cli.ts';
import { IDENTITY, IDENTITY_REGION, MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP] = MEMBERS;

async function aws(script: string, account = PAYER) {
  const folder = temporaryFolder();
  const ended = await runShell(`set -euo pipefail\n${script}`, server.env(account), folder.path);
  folder.remove();
  return ended;
}

const Bucket = 'acme-cur';
const Policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'bcm-data-exports.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
    Condition: { StringEquals: { 'aws:SourceAccount': PAYER.id } },
  },
});
const EXPORT: Export = {
  Name: 'bursar',
  DataQuery: {
    QueryStatement: 'SELECT line_item_iam_principal, tags FROM COST_AND_USAGE_REPORT',
    TableConfigurations: { COST_AND_USAGE_REPORT: { INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE' } },
  },
  DestinationConfigurations: {
    S3Destination: {
      S3Bucket: Bucket,
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
};
const TABLE: TableInput = {
  Name: 'cur',
  TableType: 'EXTERNAL_TABLE',
  Parameters: { 'projection.enabled': 'true', 'projection.billing_period.type': 'date' },
  PartitionKeys: [{ Name: 'billing_period', Type: 'string' }],
  StorageDescriptor: {
    Columns: [{ Name: 'tags', Type: 'map<string,string>' }],
    Location: `s3://${Bucket}/cur/bursar/data/`,
  },
};
const Configuration = { BytesScannedCutoffPerQuery: 10_000_000_000, EnforceWorkGroupConfiguration: true };
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how Identity Center names an attribute of a user
const ATTRIBUTES = { AccessControlAttributes: [{ Key: 'team', Value: { Source: ['${path:enterprise.department}'] } }] };

/** What is there before either of them sets something up. */
async function before() {
  await server.reset();
  await server.addRole(SHOP, { name: 'checkout', path: '/app/' });
  server.costTags.add('iamPrincipal/team');
}

async function bySdk() {
  const s3 = new S3Client(server.client(PAYER));
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await new BCMDataExportsClient(server.client(PAYER)).send(new CreateExportCommand({ Export: EXPORT }));
  const CostAllocationTagsStatus = [{ TagKey: 'iamPrincipal/team', Status: 'Active' as const }];
  const update = new UpdateCostAllocationTagsStatusCommand({ CostAllocationTagsStatus });
  await new CostExplorerClient(server.client(PAYER)).send(update);
  const glue = new GlueClient(server.client(PAYER));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'bursar' } }));
  await glue.send(new CreateTableCommand({ DatabaseName: 'bursar', TableInput: TABLE }));
  await new AthenaClient(server.client(PAYER)).send(new CreateWorkGroupCommand({ Name: 'bursar', Configuration }));
  const sso = new SSOAdminClient(server.client(IDENTITY, IDENTITY_REGION));
  const [{ InstanceArn } = {}] = (await sso.send(new ListInstancesCommand())).Instances ?? [];
  const attributes = { InstanceArn, InstanceAccessControlAttributeConfiguration: ATTRIBUTES };
  await sso.send(new CreateInstanceAccessControlAttributeConfigurationCommand(attributes));
  const tag = new TagRoleCommand({ RoleName: 'checkout', Tags: [{ Key: 'team', Value: 'shop + sale' }] });
  await new IAMClient(server.client(SHOP)).send(tag);
}

async function byCli() {
  const payer = await aws(`
    aws s3api create-bucket --bucket ${Bucket}
    aws s3api put-bucket-policy --bucket ${Bucket} --policy '${Policy}'
    aws bcm-data-exports create-export --export '${JSON.stringify(EXPORT)}' --query ExportArn --output text
    aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=iamPrincipal/team,Status=Active
    aws glue create-database --database-input Name=bursar
    aws glue create-table --database-name bursar --table-input '${JSON.stringify(TABLE)}'
    aws athena create-work-group --name bursar --configuration '${JSON.stringify(Configuration)}'`);
  expect(payer).toMatchObject({ code: 0, stderr: '' });
  expect(payer.stdout).toContain(`arn:aws:bcm-data-exports:us-east-1:${PAYER.id}:export/bursar-`);
  const identity = await aws(
    `export AWS_DEFAULT_REGION=${IDENTITY_REGION} AWS_REGION=${IDENTITY_REGION}
    arn=$(aws sso-admin list-instances --query 'Instances[0].InstanceArn' --output text)
    aws sso-admin create-instance-access-control-attribute-configuration --instance-arn "$arn" --instance-access-control-attribute-configuration '${JSON.stringify(ATTRIBUTES)}'`,
    IDENTITY,
  );
  expect(identity).toMatchObject({ code: 0, stderr: '' });
  const shop = await aws(`aws iam tag-role --role-name checkout --tags 'Key=team,Value=shop + sale'`, SHOP);
  expect(shop).toMatchObject({ code: 0, stderr: '' });
}

test('what the AWS CLI sets up is what the SDK sets up', async () => {
  await before();
  const untouched = JSON.stringify(await server.state());
  await bySdk();
  const sdk = await server.state();
  const operations = server.record.operations.sort();
  expect(JSON.stringify(sdk)).not.toBe(untouched);
  await before();
  expect(JSON.stringify(await server.state())).toBe(untouched);
  await byCli();
  expect(await server.state()).toEqual(sdk);
  expect(server.record.operations.sort()).toEqual(operations);
});

test('the AWS CLI is refused as a member', async () => {
  const { code, stderr } = await aws('aws ce list-cost-allocation-tags', SHOP);
  expect(code).not.toBe(0);
  expect(stderr).toContain("Linked account doesn't have access to cost allocation tags");
});
