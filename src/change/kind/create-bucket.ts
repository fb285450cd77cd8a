import { findBucket } from '../../aws/read/buckets.ts';
import { createBucket, deleteEmptyBucket } from '../../aws/write/buckets.ts';
import { resource as hclResource, label } from '../hcl.ts';
import type { Kind } from '../kind.ts';
import { bucketOf, bucketStack } from '../own-bucket.ts';

/** One part: `bucket` -> `{ region }`. The resource is the ARN of the bucket. */
export const createBucketKind: Kind = {
  words: (change) => ({
    does: `make the bucket ${bucketOf(change).name} in ${change.region}`,
    effect: 'AWS has a place to deliver the export to.',
    costs: 'nothing while it is empty; then what S3 takes for the files that are stored, and for reading them',
    undo: {
      possible: true,
      how: 'the bucket is removed while nothing has been delivered into it; delivered files are never deleted',
    },
  }),
  read: async (session, change, signal) => {
    const region = await findBucket(session, bucketOf(change), signal);
    return { bucket: region === null ? null : { region } };
  },
  write: async (session, change, { bucket }, signal) => {
    if (bucket === undefined) return;
    if (bucket === null) await deleteEmptyBucket(session, bucketOf(change), signal);
    else await createBucket(session, bucketOf(change), signal);
  },
  cli: (change) => {
    const { name, region } = bucketOf(change);
    // us-east-1 is the one region that may not be named as a location.
    const place =
      region === null || region === 'us-east-1'
        ? []
        : ['--create-bucket-configuration', `LocationConstraint=${region}`];
    return [['s3api', 'create-bucket', '--bucket', name, ...(region === null ? [] : ['--region', region]), ...place]];
  },
  cliThere: (change) => ['s3api', 'list-buckets', '--query', `Buckets[?Name=='${bucketOf(change).name}'].Name`],
  terraform: (change) => {
    const { name } = bucketOf(change);
    return hclResource('aws_s3_bucket', label(name), ['bucket', name]);
  },
  cloudformation: (change) => bucketStack(bucketOf(change).name),
};
