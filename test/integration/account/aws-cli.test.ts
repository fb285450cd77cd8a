import { expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/run.ts';
import { runShell } from './aws-cli.ts';
import { MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP] = MEMBERS;

async function aws(script: string, account = PAYER) {
  const folder = temporaryFolder();
  const ended = await runShell(`set -euo pipefail\n${script}`, server.env(account), folder.path);
  folder.remove();
  return ended;
}

test('the AWS CLI makes a bucket, an export, tags and a catalog; the state has them', async () => {
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'bcm-data-exports.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::acme-cur/*',
        Condition: { StringEquals: { 'aws:SourceAccount': PAYER.id } },
      },
    ],
  };
  const output = { OutputType: 'CUSTOM', Format: 'PARQUET', Compression: 'PARQUET', Overwrite: 'OVERWRITE_REPORT' };
  const whole = {
    Name: 'bursar',
    DataQuery: {
      QueryStatement: 'SELECT line_item_iam_principal, tags FROM COST_AND_USAGE_REPORT',
      TableConfigurations: { COST_AND_USAGE_REPORT: { INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE' } },
    },
    DestinationConfigurations: {
      S3Destination: { S3Bucket: 'acme-cur', S3Prefix: 'cur', S3Region: 'us-east-1', S3OutputConfigurations: output },
    },
    RefreshCadence: { Frequency: 'SYNCHRONOUS' },
  };
  const before = await server.state();
  const ended = await aws(`
    aws s3api create-bucket --bucket acme-cur
    aws s3api put-bucket-policy --bucket acme-cur --policy '${JSON.stringify(policy)}'
    aws bcm-data-exports create-export --export '${JSON.stringify(whole)}' --query ExportArn --output text
    aws glue create-database --database-input Name=bursar
    aws athena create-work-group --name bursar --configuration BytesScannedCutoffPerQuery=10000000000
    aws ce list-cost-allocation-tags
    aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=InvokeModel
    aws sts get-caller-identity
  `);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain(`arn:aws:bcm-data-exports:us-east-1:${PAYER.id}:export/bursar-`);
  const after = await server.state();
  expect(after).not.toEqual(before);
  expect(after).toMatchObject({
    exports: [{ account: PAYER.id, Name: 'bursar' }],
    accounts: {
      [PAYER.id]: { buckets: { 'acme-cur': { policy } }, catalogs: { 'us-east-1': { bursar: {} } } },
    },
  });
});

test('the AWS CLI is refused as a member', async () => {
  const { code, stderr } = await aws('aws ce list-cost-allocation-tags', SHOP);
  expect(code).not.toBe(0);
  expect(stderr).toContain("Linked account doesn't have access to cost allocation tags");
});
