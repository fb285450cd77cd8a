import { readBucketPolicy } from '../../aws/read/buckets.ts';
import { writeBucketPolicy } from '../../aws/write/buckets.ts';
import {
  type BucketPolicy,
  bucketPolicyText,
  NEW_HEAD,
  parseBucketPolicy,
  sameStatement,
} from '../../domain/bucket-policy.ts';
import type { Change, Json, State } from '../../domain/change.ts';
import { encoded, expression, resource as hclResource, label } from '../hcl.ts';
import type { Kind, StackResource } from '../kind.ts';
import { bucketOf, bucketOptions, bucketReference, isNewBucket, logicalId } from '../own-bucket.ts';

/** The part of a policy that was there before that holds what is no statement; no Sid has a space. */
const HEAD = 'policy document';

/**
 * A statement more, as parts: statements by name. Those that stay are named as well, so that plans written as files hold the whole policy.
 * @param policy as it is
 */
export function statementAdded(
  { head, statements }: BucketPolicy,
  sid: string,
  statement: { readonly [name: string]: Json },
): { readonly before: State; readonly after: State } {
  const stays = { ...(statements.size === 0 ? {} : { [HEAD]: head }), ...Object.fromEntries(statements) };
  return { before: { ...stays, [sid]: null }, after: { ...stays, [sid]: statement } };
}

/** The policy of a bucket. The resource is the ARN of the bucket. */
export const allowDeliveryKind: Kind = {
  words: (change) => {
    const { name, account } = bucketOf(change);
    const others = Object.keys(change.before).filter((part) => part !== HEAD && change.before[part] !== null).length;
    return {
      does: `let AWS Data Exports deliver into the bucket ${name}`,
      effect: `A statement of the bucket policy lets it write for exports of account ${account} alone.${others === 0 ? '' : ` The other ${others === 1 ? 'statement stays' : `${others} statements stay`}.`}`,
      costs: 'nothing',
      undo: {
        possible: true,
        how: `the statement goes${others === 0 ? '' : ', what else the policy says stays'}; an export in the bucket is then not delivered`,
      },
    };
  },
  read: async (session, change, signal) => {
    const { statements, head } = parseBucketPolicy(await readBucketPolicy(session, bucketOf(change), signal));
    const found = (part: string): Json => {
      if (part === HEAD) return statements.size === 0 ? null : head;
      const statement = statements.get(part);
      if (statement === undefined) return null;
      // S3 may give back a list of one where a value was put, and the other way round.
      const known = [change.after[part], change.before[part]].find(
        (one) => isStatement(one) && sameStatement(one, statement),
      );
      return known ?? statement;
    };
    return Object.fromEntries(Object.keys(change.after).map((part) => [part, found(part)]));
  },
  write: async (session, change, parts, signal) => {
    const bucket = bucketOf(change);
    const now = parseBucketPolicy(await readBucketPolicy(session, bucket, signal));
    const statements = new Map(now.statements);
    for (const [part, statement] of Object.entries(parts)) {
      if (part === HEAD) continue;
      if (isStatement(statement)) statements.set(part, statement);
      else statements.delete(part);
    }
    const text = bucketPolicyText({ head: now.head, statements });
    if (text !== null || now.statements.size > 0) await writeBucketPolicy(session, bucket, text, signal);
  },
  cli: (change) => {
    const options = ['--policy', JSON.stringify(documentOf(change))];
    return [['s3api', 'put-bucket-policy', ...bucketOptions(change), ...options]];
  },
  terraform: (change) =>
    hclResource(
      'aws_s3_bucket_policy',
      label(bucketOf(change).name),
      ['bucket', bucketReference(change)],
      ['policy', encoded(documentOf(change))],
      ...(isNewBucket(change)
        ? [['depends_on', expression(`[aws_s3_bucket_public_access_block.${label(bucketOf(change).name)}]`)] as const]
        : []),
    ),
  cloudformation: policyStack,
};

/** A stack cannot add to a policy, and takes none over: it makes that of a bucket of its own. */
function policyStack(change: Change): StackResource | null {
  if (!isNewBucket(change)) return null;
  const { name } = bucketOf(change);
  return {
    logicalId: deliveryLogicalId(name),
    body: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: name, PolicyDocument: documentOf(change) },
      DependsOn: [logicalId('Bucket', name)],
    },
  };
}

/** The id of the change of a bucket's policy. */
export const deliveryChangeId = (account: string, bucket: string): string => `allow-delivery/${account}/${bucket}`;

export const deliveryLogicalId = (bucket: string): string => logicalId('DeliveryPolicy', bucket);

/** The whole policy as it is to be. */
function documentOf({ after }: Change): Readonly<Record<string, Json>> {
  const { [HEAD]: head, ...statements } = after;
  return { ...(isStatement(head) ? head : NEW_HEAD), Statement: Object.values(statements).filter(isStatement) };
}

function isStatement(part: Json | undefined): part is { readonly [name: string]: Json } {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}
