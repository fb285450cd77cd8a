import { type BucketEncryption, readBucketEncryption } from '../../aws/read/buckets.ts';
import { writeBucketEncryption } from '../../aws/write/buckets.ts';
import type { State } from '../../domain/change.ts';
import { block, resource as hclResource, label } from '../hcl.ts';
import type { Kind } from '../kind.ts';
import { bucketOf, bucketOptions, bucketReference, bucketStack, isNewBucket } from '../own-bucket.ts';

/** One part: `encryption` -> `{ algorithm, key }`. */
export function encryptionState(encryption: BucketEncryption | null): State {
  return { encryption: encryption === null ? null : { ...encryption } };
}

export const S3_KEYS: BucketEncryption = { algorithm: 'AES256', key: null };

/** Encryption by default with keys that S3 looks after. The resource is the ARN of the bucket. */
export const encryptBucketKind: Kind = {
  words: (change) => ({
    does: `encrypt what is put into the bucket ${bucketOf(change).name}, with keys that S3 looks after (SSE-S3)`,
    effect: 'Files lie encrypted; whoever may read them sees no difference.',
    costs: 'nothing',
    undo: isNewBucket(change)
      ? { possible: false, why: 'it stays as long as the bucket, and goes with it' }
      : { possible: true, how: 'the bucket has no encryption of its own again; S3 encrypts by itself since 2023' },
  }),
  read: async (session, change, signal) =>
    encryptionState(await readBucketEncryption(session, bucketOf(change), signal)),
  write: async (session, change, { encryption }, signal) => {
    if (encryption === undefined) return;
    await writeBucketEncryption(session, bucketOf(change), encryption !== null, signal);
  },
  cli: (change) => {
    const rules = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: S3_KEYS.algorithm } }] };
    const options = ['--server-side-encryption-configuration', JSON.stringify(rules)];
    return [['s3api', 'put-bucket-encryption', ...bucketOptions(change), ...options]];
  },
  terraform: (change) =>
    hclResource(
      'aws_s3_bucket_server_side_encryption_configuration',
      label(bucketOf(change).name),
      ['bucket', bucketReference(change)],
      block('rule', block('apply_server_side_encryption_by_default', ['sse_algorithm', S3_KEYS.algorithm])),
    ),
  cloudformation: (change) => (isNewBucket(change) ? bucketStack(bucketOf(change).name) : null),
};
