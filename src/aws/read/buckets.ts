import type { PublicAccessBlockConfiguration, S3Client } from '@aws-sdk/client-s3';
import { OperatingError } from '../../domain/errors.ts';
import { askingAws, serviceAnswer } from '../failure.ts';
import { s3Client } from '../s3-client.ts';
import type { AwsSession } from '../session.ts';

/** A bucket of one account. Whose it is, is checked with every request: a name says nothing about its owner. */
export interface OwnBucket {
  readonly name: string;
  /** twelve digits: the owner */
  readonly account: string;
  /** `null` = not known: S3 finds it */
  readonly region: string | null;
}

/** The four switches of S3 Block Public Access. */
export type PublicAccessBlock = Readonly<Record<PublicAccessSwitch, boolean>>;

export const PUBLIC_ACCESS_SWITCHES = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const satisfies readonly (keyof PublicAccessBlockConfiguration)[];
type PublicAccessSwitch = (typeof PUBLIC_ACCESS_SWITCHES)[number];

/** How S3 encrypts what is put into a bucket. */
export interface BucketEncryption {
  /** `AES256` = keys of S3; `aws:kms`, `aws:kms:dsse` = a key of KMS */
  readonly algorithm: string;
  readonly key: string | null;
}

/** What Data Exports puts into the bucket to see whether it may. Source: users who saw it there; AWS does not document it. */
export const DELIVERY_TEST_OBJECT = 'aws-programmatic-access-test-object';

/**
 * The region that the bucket is in; `null` = there is no bucket of this name.
 * @throws OperatingError BUCKET_FOREIGN, and those of `askingAws`
 */
export async function findBucket(session: AwsSession, bucket: OwnBucket, signal: AbortSignal): Promise<string | null> {
  return withBucket(session, bucket, 'look at', ['s3:ListBucket'], async (client, named) => {
    const { GetBucketLocationCommand, HeadBucketCommand } = await import('@aws-sdk/client-s3');
    const options = { abortSignal: signal };
    try {
      const { BucketRegion } = await client.send(new HeadBucketCommand(named), options);
      return BucketRegion ?? (await client.config.region());
    } catch (error) {
      // An answer to HEAD has no body that says why.
      const { status } = serviceAnswer(error);
      if (status === 404) return null;
      if (status === 400) await client.send(new GetBucketLocationCommand(named), options);
      if (status === 403 && !(await isMine(session, bucket, client, signal))) throw foreign(bucket, error);
      throw error;
    }
  });
}

/** A bucket of this account that does not let itself be looked at is another case than somebody else's. */
async function isMine(
  session: AwsSession,
  { name }: OwnBucket,
  client: S3Client,
  signal: AbortSignal,
): Promise<boolean> {
  const request = {
    what: `find out whose the bucket ${name} is`,
    actions: ['s3:ListAllMyBuckets'],
    resources: ['*'],
    profile: session.settings.profile,
  };
  return askingAws(request, async () => {
    const { ListBucketsCommand } = await import('@aws-sdk/client-s3');
    const { Buckets = [] } = await client.send(new ListBucketsCommand({ Prefix: name }), { abortSignal: signal });
    return Buckets.some(({ Name }) => Name === name);
  });
}

/** The error of a bucket that belongs to another account. */
export function foreign({ name, account }: OwnBucket, cause: unknown): OperatingError {
  return new OperatingError('BUCKET_FOREIGN', `the bucket ${name} does not belong to account ${account}`, { cause });
}

/** The switches; `null` = the bucket has none of its own, so all are off. @throws OperatingError those of `askingAws` */
export async function readPublicAccessBlock(
  session: AwsSession,
  bucket: OwnBucket,
  signal: AbortSignal,
): Promise<PublicAccessBlock | null> {
  const actions = ['s3:GetBucketPublicAccessBlock'];
  return withBucket(session, bucket, 'read the public access block of', actions, async (client, named) => {
    const { GetPublicAccessBlockCommand } = await import('@aws-sdk/client-s3');
    const answer = await orNull('NoSuchPublicAccessBlockConfiguration', () =>
      client.send(new GetPublicAccessBlockCommand(named), { abortSignal: signal }),
    );
    if (answer === null) return null;
    const { PublicAccessBlockConfiguration: switches = {} } = answer;
    return Object.fromEntries(
      PUBLIC_ACCESS_SWITCHES.map((name) => [name, switches[name] ?? false]),
    ) as unknown as PublicAccessBlock;
  });
}

/** `null` = none by default, which S3 has not had since 2023. @throws OperatingError those of `askingAws` */
export async function readBucketEncryption(
  session: AwsSession,
  bucket: OwnBucket,
  signal: AbortSignal,
): Promise<BucketEncryption | null> {
  const actions = ['s3:GetEncryptionConfiguration'];
  return withBucket(session, bucket, 'read the encryption of', actions, async (client, named) => {
    const { GetBucketEncryptionCommand } = await import('@aws-sdk/client-s3');
    const answer = await orNull('ServerSideEncryptionConfigurationNotFoundError', () =>
      client.send(new GetBucketEncryptionCommand(named), { abortSignal: signal }),
    );
    const [rule] = answer?.ServerSideEncryptionConfiguration?.Rules ?? [];
    const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
    return SSEAlgorithm === undefined ? null : { algorithm: SSEAlgorithm, key: KMSMasterKeyID ?? null };
  });
}

/** The bucket policy as JSON text; `null` = it has none. @throws OperatingError those of `askingAws` */
export async function readBucketPolicy(
  session: AwsSession,
  bucket: OwnBucket,
  signal: AbortSignal,
): Promise<string | null> {
  return withBucket(session, bucket, 'read the policy of', ['s3:GetBucketPolicy'], async (client, named) => {
    const { GetBucketPolicyCommand } = await import('@aws-sdk/client-s3');
    const answer = await orNull('NoSuchBucketPolicy', () =>
      client.send(new GetBucketPolicyCommand(named), { abortSignal: signal }),
    );
    return answer?.Policy ?? null;
  });
}

/** Tags of the bucket, also those that AWS has set. @throws OperatingError those of `askingAws` */
export async function readBucketTags(
  session: AwsSession,
  bucket: OwnBucket,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  return withBucket(session, bucket, 'read the tags of', ['s3:GetBucketTagging'], async (client, named) => {
    const { GetBucketTaggingCommand } = await import('@aws-sdk/client-s3');
    const answer = await orNull('NoSuchTagSet', () =>
      client.send(new GetBucketTaggingCommand(named), { abortSignal: signal }),
    );
    return new Map((answer?.TagSet ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  });
}

/** Up to two keys of the bucket: whether it is empty, but for the object of Data Exports. */
export async function readSomeKeys(session: AwsSession, bucket: OwnBucket, signal: AbortSignal): Promise<string[]> {
  return withBucket(session, bucket, 'list', ['s3:ListBucket'], async (client, named) => {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const command = new ListObjectsV2Command({ ...named, MaxKeys: 2 });
    const { Contents = [] } = await client.send(command, { abortSignal: signal });
    return Contents.map(({ Key = '' }) => Key);
  });
}

/**
 * Runs calls on a bucket with a client of its own.
 * @param actions IAM actions on the bucket
 */
export async function withBucket<T>(
  session: AwsSession,
  { name, account, region }: OwnBucket,
  verb: string,
  actions: readonly string[],
  run: (client: S3Client, named: { readonly Bucket: string; readonly ExpectedBucketOwner: string }) => Promise<T>,
): Promise<T> {
  const request = {
    what: `${verb} the bucket ${name}`,
    actions,
    resources: [`arn:aws:s3:::${name}`],
    profile: session.settings.profile,
  };
  return askingAws(request, async () => {
    const client = await s3Client(session, region);
    try {
      return await run(client, { Bucket: name, ExpectedBucketOwner: account });
    } finally {
      client.destroy();
    }
  });
}

async function orNull<T>(code: string, run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (serviceAnswer(error).code === code) return null;
    throw error;
  }
}
