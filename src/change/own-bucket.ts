import type { OwnBucket } from '../aws/read/buckets.ts';
import type { Change } from '../domain/change.ts';
import { expression, label } from './hcl.ts';
import type { StackResource } from './kind.ts';

export const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;

/** The id of the change that makes a bucket. */
export const bucketChangeId = (account: string, name: string): string => `create-bucket/${account}/${name}`;

/** The bucket that a change is about, if its resource is one. */
export function bucketOf({ resource, account, region }: Change): OwnBucket {
  return { name: resource.slice(bucketArn('').length), account, region };
}

/** Whether the plan makes the bucket: what belongs to it is then of one piece with it. */
export function isNewBucket(change: Change): boolean {
  return change.dependsOn.includes(bucketChangeId(change.account, bucketOf(change).name));
}

/** The bucket in Terraform: the one of the same file, or its name. */
export function bucketReference(change: Change) {
  const { name } = bucketOf(change);
  return isNewBucket(change) ? expression(`aws_s3_bucket.${label(name)}.id`) : name;
}

/** Letters and digits of a name, as CloudFormation wants them. */
export function logicalId(kind: string, name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${kind}${words.join('')}`;
}

/** A new bucket as a whole: in CloudFormation its encryption and its public access block are no resources of their own. */
export function bucketStack(name: string): StackResource {
  return {
    logicalId: logicalId('Bucket', name),
    body: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: name,
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        },
      },
    },
  };
}

/** The options of `aws s3api` that name the bucket, and let S3 check whose it is. */
export function bucketOptions(change: Change): string[] {
  const { name, account, region } = bucketOf(change);
  const where = region === null ? [] : ['--region', region];
  return ['--bucket', name, '--expected-bucket-owner', account, ...where];
}
