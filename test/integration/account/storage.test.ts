import {
  AthenaClient,
  CreateNamedQueryCommand,
  CreateWorkGroupCommand,
  DeleteWorkGroupCommand,
  GetWorkGroupCommand,
  UpdateWorkGroupCommand,
} from '@aws-sdk/client-athena';
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  GlueClient,
  paginateGetDatabases,
  paginateGetTables,
} from '@aws-sdk/client-glue';
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutBucketPolicyCommand,
  paginateListBuckets,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { OUTSIDER, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();

test('a bucket is private and encrypted as it is made', async () => {
  const s3 = new S3Client(server.client(PAYER));
  const Bucket = 'acme-cur';
  await s3.send(new CreateBucketCommand({ Bucket }));
  const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
  expect(PublicAccessBlockConfiguration).toMatchObject({ BlockPublicPolicy: true, RestrictPublicBuckets: true });
  const put = (Statement: object) =>
    s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
  const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };
  await expect(put(open)).rejects.toThrow(/BlockPublicPolicy/);
  await expect(put({ ...open, Resource: 'arn:aws:s3:::another/*' })).rejects.toMatchObject({ name: 'MalformedPolicy' });
  await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
    SSEAlgorithm: 'AES256',
  });
});

test('buckets of others and of other regions are out of reach', async () => {
  const s3 = new S3Client(server.client(PAYER));
  const theirs = { Bucket: 'someone-elses' };
  await new S3Client(server.client(OUTSIDER)).send(new CreateBucketCommand(theirs));
  await expect(s3.send(new CreateBucketCommand(theirs))).rejects.toMatchObject({ name: 'BucketAlreadyExists' });
  await expect(s3.send(new GetBucketPolicyCommand(theirs))).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(s3.send(new HeadBucketCommand(theirs))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  const frankfurt = { Bucket: 'acme-frankfurt' };
  await new S3Client(server.client(PAYER, 'eu-central-1')).send(new CreateBucketCommand(frankfurt));
  await expect(s3.send(new HeadBucketCommand(frankfurt))).rejects.toMatchObject({ $metadata: { httpStatusCode: 301 } });
  const following = new S3Client({ ...server.client(PAYER), followRegionRedirects: true });
  expect(await following.send(new HeadBucketCommand(frankfurt))).toMatchObject({ BucketRegion: 'eu-central-1' });
  const expecting = new HeadBucketCommand({ ...frankfurt, ExpectedBucketOwner: OUTSIDER.id });
  await expect(following.send(expecting)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

test('buckets, databases and tables come in pages, none is lost', async () => {
  const names = ['aaa', 'bbb', 'ccc'];
  const client = new GlueClient(server.client(PAYER));
  const buckets = new S3Client(server.client(PAYER));
  for (const Name of names) {
    await buckets.send(new CreateBucketCommand({ Bucket: Name }));
    await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
  }
  for (const Name of names) await client.send(new CreateTableCommand({ DatabaseName: 'aaa', TableInput: { Name } }));
  server.pageSize = 2;
  server.forget();
  const found: unknown[] = [];
  for await (const page of paginateListBuckets({ client: buckets }, {}))
    found.push(page.Buckets?.map(({ Name }) => Name));
  for await (const page of paginateGetDatabases({ client }, {})) found.push(page.DatabaseList?.map(({ Name }) => Name));
  for await (const page of paginateGetTables({ client }, { DatabaseName: 'aaa' }))
    found.push(page.TableList?.map(({ Name }) => Name));
  const pages = [['aaa', 'bbb'], ['ccc']];
  expect(found).toEqual([...pages, ...pages, ...pages]);
});

test('a workgroup can be changed, and what is not there is said not to be', async () => {
  const athena = new AthenaClient(server.client(PAYER));
  const WorkGroup = 'bursar';
  await expect(athena.send(new GetWorkGroupCommand({ WorkGroup }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  });
  const limit = (BytesScannedCutoffPerQuery: number) =>
    new CreateWorkGroupCommand({ Name: WorkGroup, Configuration: { BytesScannedCutoffPerQuery } });
  await expect(athena.send(limit(1))).rejects.toThrow(/greater than or equal to 10000000/);
  await athena.send(limit(10_000_000));
  await athena.send(
    new UpdateWorkGroupCommand({
      WorkGroup,
      ConfigurationUpdates: { RemoveBytesScannedCutoffPerQuery: true, EnforceWorkGroupConfiguration: false },
    }),
  );
  const { Configuration } = (await athena.send(new GetWorkGroupCommand({ WorkGroup }))).WorkGroup ?? {};
  expect([Configuration?.BytesScannedCutoffPerQuery, Configuration?.EnforceWorkGroupConfiguration]).toEqual([
    undefined,
    false,
  ]);
  const query = { Name: 'a', Database: 'bursar', QueryString: 'SELECT 1', WorkGroup };
  await athena.send(new CreateNamedQueryCommand(query));
  await expect(athena.send(new DeleteWorkGroupCommand({ WorkGroup }))).rejects.toThrow(/not empty/);
  await athena.send(new DeleteWorkGroupCommand({ WorkGroup, RecursiveDeleteOption: true }));
  expect(server.workGroups.state()).toEqual([]);
});
