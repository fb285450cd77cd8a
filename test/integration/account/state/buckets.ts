import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Moto } from '../wire/moto-relay.ts';
import { tagRecord } from './canonical.ts';

/** The buckets of an account with all that is set on them, by name. */
export async function bucketState(moto: Moto, account: string): Promise<Record<string, unknown>> {
  const s3 = moto.client(S3Client, account);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  const found: Record<string, unknown> = {};
  for (const { Name: Bucket } of Buckets) {
    const at = { Bucket };
    const policy = await orNothing(s3.send(new GetBucketPolicyCommand(at)));
    const lifecycle = await orNothing(s3.send(new GetBucketLifecycleConfigurationCommand(at)));
    const tags = await orNothing(s3.send(new GetBucketTaggingCommand(at)));
    found[Bucket ?? ''] = {
      region: (await s3.send(new GetBucketLocationCommand(at))).LocationConstraint || 'us-east-1',
      policy: policy?.Policy === undefined ? null : JSON.parse(policy.Policy),
      publicAccess: (await orNothing(s3.send(new GetPublicAccessBlockCommand(at))))?.PublicAccessBlockConfiguration,
      encryption: (await orNothing(s3.send(new GetBucketEncryptionCommand(at))))?.ServerSideEncryptionConfiguration,
      ownership: (await orNothing(s3.send(new GetBucketOwnershipControlsCommand(at))))?.OwnershipControls,
      versioning: (await orNothing(s3.send(new GetBucketVersioningCommand(at))))?.Status,
      lifecycle: lifecycle?.Rules,
      tags: tagRecord(tags?.TagSet),
      objects: ((await s3.send(new ListObjectsV2Command(at))).Contents ?? []).map(({ Key }) => Key),
    };
  }
  return found;
}

/** What S3 answers with a failure when it was never set. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404) return undefined;
    throw error;
  }
}
