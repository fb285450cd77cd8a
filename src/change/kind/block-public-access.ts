import { PUBLIC_ACCESS_SWITCHES, type PublicAccessBlock, readPublicAccessBlock } from '../../aws/read/buckets.ts';
import { writePublicAccessBlock } from '../../aws/write/buckets.ts';
import type { Change, ChangeWords, State } from '../../domain/change.ts';
import { resource as hclResource, label } from '../hcl.ts';
import type { Kind } from '../kind.ts';
import { bucketOf, bucketOptions, bucketReference, bucketStack, isNewBucket } from '../own-bucket.ts';

/** The switches as parts: on, off, `null` = the bucket has none of its own. */
export function publicAccessState(block: PublicAccessBlock | null): State {
  return Object.fromEntries(PUBLIC_ACCESS_SWITCHES.map((name) => [name, block?.[name] ?? null]));
}

/** What the switches are to be. */
export const ALL_BLOCKED = Object.fromEntries(
  PUBLIC_ACCESS_SWITCHES.map((name) => [name, true]),
) as unknown as PublicAccessBlock;

/** The four switches of S3 Block Public Access. The resource is the ARN of the bucket. */
export const blockPublicAccessKind: Kind = {
  words,
  read: async (session, change, signal) =>
    publicAccessState(await readPublicAccessBlock(session, bucketOf(change), signal)),
  write: async (session, change, parts, signal) => {
    const bucket = bucketOf(change);
    // They are written together, so those that stay are read.
    const now = publicAccessState(await readPublicAccessBlock(session, bucket, signal));
    const wanted = { ...now, ...parts };
    const none = PUBLIC_ACCESS_SWITCHES.every((name) => wanted[name] === null);
    const block = Object.fromEntries(PUBLIC_ACCESS_SWITCHES.map((name) => [name, wanted[name] === true]));
    await writePublicAccessBlock(session, bucket, none ? null : (block as unknown as PublicAccessBlock), signal);
  },
  cli: (change) => {
    const switches = PUBLIC_ACCESS_SWITCHES.map((name) => `${name}=true`).join(',');
    const options = ['--public-access-block-configuration', switches];
    return [['s3api', 'put-public-access-block', ...bucketOptions(change), ...options]];
  },
  terraform: (change) =>
    hclResource(
      'aws_s3_bucket_public_access_block',
      label(bucketOf(change).name),
      ['bucket', bucketReference(change)],
      ['block_public_acls', true],
      ['ignore_public_acls', true],
      ['block_public_policy', true],
      ['restrict_public_buckets', true],
    ),
  cloudformation: (change) => (isNewBucket(change) ? bucketStack(bucketOf(change).name) : null),
};

function words(change: Change): ChangeWords {
  const { name } = bucketOf(change);
  return {
    does: `block public access to the bucket ${name}`,
    effect: 'No policy and no access list can open the bill to everybody, not even by mistake.',
    costs: 'nothing',
    undo: isNewBucket(change)
      ? { possible: false, why: 'it stays as long as the bucket, and goes with it' }
      : { possible: true, how: 'the switches are as before' },
  };
}
