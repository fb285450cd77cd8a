import type { BucketLocationConstraint } from '@aws-sdk/client-s3';
import { OperatingError } from '../../domain/errors.ts';
import { serviceAnswer } from '../failure.ts';
import {
  DELIVERY_TEST_OBJECT,
  foreign,
  type OwnBucket,
  type PublicAccessBlock,
  readSomeKeys,
  withBucket,
} from '../read/buckets.ts';
import type { AwsSession } from '../session.ts';

/** Where buckets need no location: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
const WITHOUT_LOCATION = 'us-east-1';

/**
 * Makes the bucket in its region; one of this account that is there already is left as it is.
 * @throws OperatingError BUCKET_FOREIGN, and those of `askingAws`
 */
export async function createBucket(session: AwsSession, bucket: OwnBucket, signal: AbortSignal): Promise<void> {
  const { name, region } = bucket;
  await withBucket(session, bucket, 'make', ['s3:CreateBucket'], async (client) => {
    const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
    const place =
      region === null || region === WITHOUT_LOCATION
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
    try {
      await client.send(new CreateBucketCommand({ Bucket: name, ...place }), { abortSignal: signal });
    } catch (error) {
      const { code } = serviceAnswer(error);
      if (code === 'BucketAlreadyExists') throw foreign(bucket, error);
      if (code !== 'BucketAlreadyOwnedByYou') throw error;
    }
  });
}

/**
 * Removes the bucket while nothing has been delivered into it.
 * @throws OperatingError BUCKET_NOT_EMPTY, and those of `askingAws`
 */
export async function deleteEmptyBucket(session: AwsSession, bucket: OwnBucket, signal: AbortSignal): Promise<void> {
  const { name } = bucket;
  const keys = await readSomeKeys(session, bucket, signal);
  if (keys.some((key) => key !== DELIVERY_TEST_OBJECT)) throw notEmpty(name);
  await withBucket(session, bucket, 'remove', ['s3:DeleteBucket', 's3:DeleteObject'], async (client, named) => {
    const { DeleteBucketCommand, DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const options = { abortSignal: signal };
    if (keys.length > 0) await client.send(new DeleteObjectCommand({ ...named, Key: DELIVERY_TEST_OBJECT }), options);
    try {
      await client.send(new DeleteBucketCommand(named), options);
    } catch (error) {
      const { code } = serviceAnswer(error);
      if (code === 'BucketNotEmpty') throw notEmpty(name, error);
      if (code !== 'NoSuchBucket') throw error;
    }
  });
}

function notEmpty(name: string, cause?: unknown): OperatingError {
  return new OperatingError('BUCKET_NOT_EMPTY', `the bucket ${name} holds files`, { cause });
}

/** @param block `null` = the bucket is to have none of its own */
export async function writePublicAccessBlock(
  session: AwsSession,
  bucket: OwnBucket,
  block: PublicAccessBlock | null,
  signal: AbortSignal,
): Promise<void> {
  const actions = ['s3:PutBucketPublicAccessBlock'];
  await withBucket(session, bucket, 'block public access to', actions, async (client, named) => {
    const { DeletePublicAccessBlockCommand, PutPublicAccessBlockCommand } = await import('@aws-sdk/client-s3');
    const options = { abortSignal: signal };
    if (block === null) await client.send(new DeletePublicAccessBlockCommand(named), options);
    else {
      const input = { ...named, PublicAccessBlockConfiguration: block };
      await client.send(new PutPublicAccessBlockCommand(input), options);
    }
  });
}

/** @param encrypted with the keys of S3; false = back to what S3 does by itself */
export async function writeBucketEncryption(
  session: AwsSession,
  bucket: OwnBucket,
  encrypted: boolean,
  signal: AbortSignal,
): Promise<void> {
  await withBucket(session, bucket, 'encrypt', ['s3:PutEncryptionConfiguration'], async (client, named) => {
    const { DeleteBucketEncryptionCommand, PutBucketEncryptionCommand } = await import('@aws-sdk/client-s3');
    const options = { abortSignal: signal };
    if (!encrypted) await client.send(new DeleteBucketEncryptionCommand(named), options);
    else {
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }];
      const input = { ...named, ServerSideEncryptionConfiguration: { Rules } };
      await client.send(new PutBucketEncryptionCommand(input), options);
    }
  });
}

/** @param policy JSON text; `null` = the bucket is to have none */
export async function writeBucketPolicy(
  session: AwsSession,
  bucket: OwnBucket,
  policy: string | null,
  signal: AbortSignal,
): Promise<void> {
  const actions = [policy === null ? 's3:DeleteBucketPolicy' : 's3:PutBucketPolicy'];
  await withBucket(session, bucket, 'change the policy of', actions, async (client, named) => {
    const { DeleteBucketPolicyCommand, PutBucketPolicyCommand } = await import('@aws-sdk/client-s3');
    const options = { abortSignal: signal };
    if (policy === null) await client.send(new DeleteBucketPolicyCommand(named), options);
    else await client.send(new PutBucketPolicyCommand({ ...named, Policy: policy }), options);
  });
}
