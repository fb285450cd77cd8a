import {
  BCMDataExportsClient,
  CreateExportCommand,
  DeleteExportCommand,
  GetExportCommand,
  GetTableCommand,
  ListExecutionsCommand,
  ListExportsCommand,
  UpdateExportCommand,
} from '@aws-sdk/client-bcm-data-exports';
import { CreateBucketCommand, DeleteBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const TableName = 'COST_AND_USAGE_REPORT';
const Bucket = 'acme-cur';
const IDENTITY = { INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE' };

const exportsOf = () => new BCMDataExportsClient(server.client(PAYER));
const s3Of = () => new S3Client(server.client(PAYER));

function definition(Name: string, columns: string, settings: Record<string, string> = IDENTITY) {
  const output = {
    OutputType: 'CUSTOM',
    Format: 'PARQUET',
    Compression: 'PARQUET',
    Overwrite: 'OVERWRITE_REPORT',
  } as const;
  return {
    Name,
    DataQuery: {
      QueryStatement: `SELECT ${columns} FROM ${TableName}`,
      TableConfigurations: { [TableName]: settings },
    },
    DestinationConfigurations: {
      S3Destination: { S3Bucket: Bucket, S3Prefix: 'cur', S3Region: 'us-east-1', S3OutputConfigurations: output },
    },
    RefreshCadence: { Frequency: 'SYNCHRONOUS' as const },
  };
}

const create = (...given: Parameters<typeof definition>) =>
  exportsOf().send(new CreateExportCommand({ Export: definition(...given) }));

async function bucket(conditions: Record<string, Record<string, string>> = {}) {
  await s3Of().send(new CreateBucketCommand({ Bucket }));
  const Statement = {
    Effect: 'Allow',
    Principal: { Service: ['billingreports.amazonaws.com', 'bcm-data-exports.amazonaws.com'] },
    Action: ['s3:PutObject', 's3:GetBucketPolicy'],
    Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    Condition: { StringLike: { 'aws:SourceAccount': PAYER.id }, ...conditions },
  };
  await s3Of().send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );
}

test('the table has the columns that its settings say', async () => {
  const columns = async (TableProperties: Record<string, string>) =>
    (await exportsOf().send(new GetTableCommand({ TableName, TableProperties }))).Schema?.map(({ Name }) => Name) ?? [];
  const plain = await columns({});
  expect(plain).not.toContain('line_item_iam_principal');
  const more = await columns({ ...IDENTITY, INCLUDE_RESOURCES: 'TRUE' });
  expect(more.filter((name) => !plain.includes(name))).toEqual(['line_item_iam_principal', 'line_item_resource_id']);
  await expect(columns({ INCLUDE_CALLER: 'TRUE' })).rejects.toThrow(
    'Table property INCLUDE_CALLER provided but table has no such property',
  );
});

test('an export needs a bucket that lets Data Exports in, and a query of columns that are there', async () => {
  await expect(create('bursar', 'tags')).rejects.toMatchObject({ name: 'ValidationException' });
  await bucket();
  await expect(create('bursar', '*')).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(create('bursar', 'line_item_iam_principal', {})).rejects.toThrow(
    'The columns in the query provided are not a subset of the table',
  );
  await expect(create('bur sar', 'tags')).rejects.toThrow(/export.name.*regular expression/);
  const { ExportArn } = await create('bursar', 'line_item_iam_principal, product.region AS region, tags');
  const { Export, ExportStatus } = await exportsOf().send(new GetExportCommand({ ExportArn }));
  expect(Export?.DataQuery?.TableConfigurations?.[TableName]).toMatchObject({
    ...IDENTITY,
    TIME_GRANULARITY: 'HOURLY',
  });
  expect(ExportStatus?.StatusCode).toBe('HEALTHY');
  await expect(create('bursar', 'tags')).rejects.toThrow(/duplicate export name/);
  for (const name of ['b', 'c', 'd', 'e']) await create(name, 'tags');
  await expect(create('f', 'tags')).rejects.toMatchObject({ name: 'ServiceQuotaExceededException' });
  await exportsOf().send(new DeleteExportCommand({ ExportArn }));
  expect((await exportsOf().send(new ListExportsCommand())).Exports).toHaveLength(4);
});

test('a policy for another account or another export lets nobody in', async () => {
  await bucket({ ArnLike: { 'aws:SourceArn': 'arn:aws:bcm-data-exports:us-east-1:999999999999:export/*' } });
  await expect(create('bursar', 'tags')).rejects.toMatchObject({ name: 'ValidationException' });
});

test('an export is delivered daily, and fails when the bucket no longer lets it', async () => {
  await bucket();
  const { ExportArn } = await create('bursar', 'tags');
  await server.advance(12);
  await s3Of().send(new DeleteBucketPolicyCommand({ Bucket }));
  const status = async () => (await exportsOf().send(new GetExportCommand({ ExportArn }))).ExportStatus;
  expect(await status()).toMatchObject({ StatusCode: 'HEALTHY' });
  await server.advance(24);
  expect(await status()).toMatchObject({ StatusCode: 'UNHEALTHY', StatusReason: 'INSUFFICIENT_PERMISSION' });
  const { Executions = [] } = await exportsOf().send(new ListExecutionsCommand({ ExportArn }));
  expect(Executions.map(({ ExecutionStatus }) => ExecutionStatus?.StatusCode)).toEqual([
    'DELIVERY_FAILURE',
    'DELIVERY_SUCCESS',
  ]);
});

test('sources differ: the column may come by itself, the settings may be fixed', async () => {
  await bucket();
  server.exports.selectsPrincipal = false;
  server.exports.settingsMayChange = false;
  await expect(create('bursar', 'line_item_iam_principal')).rejects.toThrow(/not a subset/);
  const { ExportArn } = await create('bursar', 'tags', {});
  const update = new UpdateExportCommand({ ExportArn, Export: definition('bursar', 'tags') });
  await expect(exportsOf().send(update)).rejects.toMatchObject({ name: 'ValidationException' });
  server.exports.settingsMayChange = true;
  await exportsOf().send(update);
  expect(server.exports.state()).toMatchObject([{ DataQuery: { TableConfigurations: { [TableName]: IDENTITY } } }]);
});
