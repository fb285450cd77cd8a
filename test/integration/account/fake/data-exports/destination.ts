import {
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { allows, type Policy } from '../../control/policy.ts';
import type { Moto } from '../../wire/moto-relay.ts';
import type { WholeExport } from './export.ts';

/** Whether the bucket is there, where and whose it is said to be, and its policy lets Data Exports write for this export. */
export async function mayWrite(moto: Moto, account: string, whole: WholeExport): Promise<boolean> {
  const { S3Bucket, S3Prefix, S3Region, S3BucketOwner = account } = whole.DestinationConfigurations.S3Destination;
  const s3 = moto.client(S3Client, S3BucketOwner);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  if (Buckets.every(({ Name }) => Name !== S3Bucket)) return false;
  const { LocationConstraint = 'us-east-1' } = await s3.send(new GetBucketLocationCommand({ Bucket: S3Bucket }));
  if (LocationConstraint !== S3Region) return false;
  try {
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket: S3Bucket }));
    return allows(JSON.parse(Policy) as Policy, {
      principal: { kind: 'Service', names: ['bcm-data-exports.amazonaws.com'] },
      action: 's3:PutObject',
      resource: `arn:aws:s3:::${S3Bucket}/${S3Prefix}/${whole.Name}/data/x.parquet`,
      context: { 'aws:SourceAccount': account, 'aws:SourceArn': whole.ExportArn },
    });
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucketPolicy') return false;
    throw error;
  }
}

/** What Data Exports leaves in a bucket when it tries whether it may write: seen by those who list such buckets. */
export async function leaveTestObject(moto: Moto, account: string, whole: WholeExport): Promise<void> {
  const { S3Bucket: Bucket, S3BucketOwner = account } = whole.DestinationConfigurations.S3Destination;
  const test = { Bucket, Key: 'aws-programmatic-access-test-object', Body: 'Test Object' };
  await moto.client(S3Client, S3BucketOwner).send(new PutObjectCommand(test));
}
