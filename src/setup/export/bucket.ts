import type { BucketEncryption, PublicAccessBlock } from '../../aws/read/buckets.ts';
import { deliveryChangeId, statementAdded } from '../../change/kind/allow-delivery.ts';
import { ALL_BLOCKED, publicAccessState } from '../../change/kind/block-public-access.ts';
import { encryptionState, S3_KEYS } from '../../change/kind/encrypt-bucket.ts';
import { bucketArn, bucketChangeId } from '../../change/own-bucket.ts';
import {
  allowsDelivery,
  deliveryStatement,
  deniesDelivery,
  freeSid,
  parseBucketPolicy,
} from '../../domain/bucket-policy.ts';
import type { Change, ChangeKind, ManagedBy, State } from '../../domain/change.ts';
import type { PlanNote, PlanPart } from '../../domain/plan.ts';

/** A bucket as it was read. */
export interface BucketFacts {
  readonly region: string;
  readonly publicAccess: PublicAccessBlock | null;
  readonly encryption: BucketEncryption | null;
  /** JSON text */
  readonly policy: string | null;
  /** who else writes it; `null` = nobody */
  readonly owner: ManagedBy | null;
}

/**
 * What a bucket needs to take exports of the account: made, closed to the public, encrypted, open to Data Exports.
 * @param facts `null` = there is no such bucket
 */
export function planBucket(
  account: string,
  name: string,
  regionWished: string,
  facts: BucketFacts | null,
): Pick<PlanPart, 'changes' | 'elsewhere' | 'notes'> {
  const region = facts?.region ?? regionWished;
  const change = (kind: ChangeKind, before: State, after: State, dependsOn: readonly string[]): Change => ({
    id: `${kind}/${account}/${name}`,
    kind,
    account,
    region,
    resource: bucketArn(name),
    before,
    after,
    dependsOn,
    managedBy: facts?.owner ?? null,
  });
  const policy = parseBucketPolicy(facts?.policy ?? null);
  const made = facts === null ? [bucketChangeId(account, name)] : [];
  const changes: Change[] = [];
  if (facts === null) changes.push(change('create-bucket', { bucket: null }, { bucket: { region } }, []));
  const switches = publicAccessState(facts?.publicAccess ?? null);
  const closed = Object.values(switches).every((one) => one === true);
  if (!closed) changes.push(change('block-public-access', switches, publicAccessState(ALL_BLOCKED), made));
  const encryption = facts?.encryption ?? null;
  if (encryption === null)
    changes.push(change('encrypt-bucket', encryptionState(null), encryptionState(S3_KEYS), made));
  if (!allowsDelivery(policy, name, account)) {
    const sid = freeSid(policy, account);
    const { before, after } = statementAdded(policy, sid, { ...deliveryStatement(name, account), Sid: sid });
    const first = changes.filter(({ kind }) => kind !== 'encrypt-bucket').map(({ id }) => id);
    changes.push({ ...change('allow-delivery', before, after, first), id: deliveryChangeId(account, name) });
  }
  const isOurs = (facts?.owner ?? null) === null;
  return {
    changes: isOurs ? changes : [],
    elsewhere: isOurs ? [] : changes,
    notes: [
      ...regionNotes(account, name, regionWished, region),
      ...encryptionNotes(account, name, encryption),
      ...denyNotes(account, name, deniesDelivery(policy, name, account)),
    ],
  };
}

function regionNotes(account: string, name: string, wished: string, region: string): PlanNote[] {
  if (wished === region) return [];
  const what = `The bucket ${name} lies in ${region}, not in ${wished}; it is used where it is.`;
  const paste = ['setup:', '  export:', `    bucket-region: ${region}`];
  return [{ level: 'info', account, what, remedies: [{ what: 'Write it down.', where: 'bursar.yaml', paste }] }];
}

function encryptionNotes(account: string, name: string, encryption: BucketEncryption | null): PlanNote[] {
  if (encryption === null || encryption.algorithm === S3_KEYS.algorithm) return [];
  const what = `The bucket ${name} encrypts with a key of KMS (${encryption.algorithm}). Whether AWS delivers exports into such buckets is not documented, and with older reports it failed.`;
  const remedy = 'Use another bucket, or encrypt this one with SSE-S3, if the export becomes unhealthy.';
  return [{ level: 'warn', account, what, remedies: [{ what: remedy, where: null, paste: [] }] }];
}

function denyNotes(account: string, name: string, denies: ReturnType<typeof deniesDelivery>): PlanNote[] {
  const note = (statements: readonly string[], what: string, remedy: string): PlanNote[] =>
    statements.length === 0
      ? []
      : [{ level: 'warn', account, what, remedies: [{ what: remedy, where: null, paste: [] }] }];
  const named = (statements: readonly string[]) => statements.map((one) => JSON.stringify(one)).join(', ');
  return [
    ...note(
      denies.sure,
      `The policy of the bucket ${name} forbids the delivery: ${named(denies.sure)}. A Deny counts more than any Allow.`,
      'Except the service bcm-data-exports.amazonaws.com from it, or use another bucket.',
    ),
    ...note(
      denies.perhaps,
      `The policy of the bucket ${name} may forbid the delivery: ${named(denies.perhaps)} has conditions that Bursar cannot judge.`,
      'Look at it, if the export cannot be made or becomes unhealthy.',
    ),
  ];
}
