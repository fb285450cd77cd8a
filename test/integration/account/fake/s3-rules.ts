import {
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { iamActions } from '../control/iam-actions.ts';
import { allows, type Policy } from '../control/policy.ts';
import { resourceOf } from '../control/resource.ts';
import { EVERYONE } from '../organization.ts';
import { type Answer, AwsError, errorAnswer } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import type { Moto } from '../wire/moto-relay.ts';
import type { RawRequest } from '../wire/request.ts';
import { checkBucketPolicy } from './s3-policy.ts';

const CLASSIC = 'us-east-1';
/** Answered in the classic region wherever the bucket is. */
const ANYWHERE = new Set(['GetBucketLocation', 'ListBuckets', 'CreateBucket']);

/**
 * NOT AWS: what S3 refuses and moto does not: buckets of others, of other regions, with names or policies that cannot be.
 * @returns where to go instead, or null
 * @throws AwsError where S3 would refuse
 */
export async function checkS3Rules(call: Call, raw: RawRequest, moto: Moto): Promise<Answer | null> {
  const { Bucket } = call.input as { Bucket?: string };
  if (Bucket === undefined) return null;
  if (call.operation === 'CreateBucket') {
    checkNewBucket(Bucket, call.region, raw.body.toString());
    return null;
  }
  const owner = await ownerOf(Bucket, moto);
  // Who is not there is told so by moto.
  if (owner === null) return null;
  const expected = raw.headers['x-amz-expected-bucket-owner'];
  if (expected !== undefined && expected !== owner) throw accessDenied();
  if (owner !== call.account && !(await letsIn(Bucket, owner, call, moto))) throw accessDenied();
  const elsewhere = await regionOf(Bucket, owner, moto);
  if (elsewhere !== call.region && !ANYWHERE.has(call.operation)) return redirect(Bucket, elsewhere);
  if (call.operation === 'PutBucketPolicy') {
    const blocked = await blocksPublicPolicies(Bucket, owner, moto);
    checkBucketPolicy(raw.body.toString(), Bucket, blocked);
  }
  return null;
}

/**
 * New buckets are private and encrypted: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html. To moto they are neither.
 */
export async function afterS3(call: Call, answer: Answer, moto: Moto): Promise<void> {
  const { Bucket } = call.input as { Bucket?: string };
  if (answer.status >= 300) return;
  const s3 = moto.client(S3Client, call.account);
  const isNew = call.operation === 'CreateBucket';
  if (isNew) {
    const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: all }));
    const Rules = [{ ObjectOwnership: 'BucketOwnerEnforced' as const }];
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }));
  }
  if (isNew || call.operation === 'DeleteBucketEncryption') {
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const }, BucketKeyEnabled: false };
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
  }
}

function checkNewBucket(name: string, region: string, body: string): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..'))
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  const [, wanted = CLASSIC] = /<LocationConstraint[^>]*>([^<]+)</.exec(body) ?? [];
  if (wanted !== region)
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${wanted === CLASSIC ? 'unspecified' : wanted} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
}

async function ownerOf(bucket: string, moto: Moto): Promise<string | null> {
  for (const { id } of EVERYONE) {
    const { Buckets = [] } = await moto.client(S3Client, id).send(new ListBucketsCommand());
    if (Buckets.some(({ Name }) => Name === bucket)) return id;
  }
  return null;
}

async function regionOf(Bucket: string, owner: string, moto: Moto): Promise<string> {
  return (
    (await moto.client(S3Client, owner).send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint ?? CLASSIC
  );
}

/** Whether the policy of somebody else's bucket lets the caller do it. */
async function letsIn(Bucket: string, owner: string, call: Call, moto: Moto): Promise<boolean> {
  const { Policy } = await moto
    .client(S3Client, owner)
    .send(new GetBucketPolicyCommand({ Bucket }))
    .catch(() => ({ Policy: undefined }));
  if (Policy === undefined) return false;
  const names = [call.principal, call.account, `arn:aws:iam::${call.account}:root`];
  return iamActions(call).every((action) =>
    allows(JSON.parse(Policy) as Policy, { principal: { kind: 'AWS', names }, action, resource: resourceOf(call) }),
  );
}

async function blocksPublicPolicies(Bucket: string, owner: string, moto: Moto): Promise<boolean> {
  try {
    const answer = await moto.client(S3Client, owner).send(new GetPublicAccessBlockCommand({ Bucket }));
    return answer.PublicAccessBlockConfiguration?.BlockPublicPolicy ?? false;
  } catch {
    return false;
  }
}

function accessDenied(): AwsError {
  return new AwsError('AccessDenied', 'Access Denied', 403);
}

function redirect(bucket: string, region: string): Answer {
  const message = 'The bucket you are attempting to access must be addressed using the specified endpoint.';
  const answer = errorAnswer(new AwsError('PermanentRedirect', `${message} (${bucket})`, 301), 'rest-xml');
  return { ...answer, headers: { ...answer.headers, 'x-amz-bucket-region': region } };
}
