import { type Json, sameJson } from './change.ts';
import { type Decided, holds, matches, type PolicyRequest } from './policy-condition.ts';

type Statement = { readonly [name: string]: Json };

/** The policy of a bucket, its statements by name. */
export interface BucketPolicy {
  /** all but the statements: Version, Id */
  readonly head: Statement;
  /** by Sid; those without one, or with one that is taken, by their number: `statement 2`. In order */
  readonly statements: ReadonlyMap<string, Statement>;
}

/** Who delivers exports: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-s3-bucket.html */
const DELIVERER = 'bcm-data-exports.amazonaws.com';

const SID = 'EnableAWSDataExportsToWriteToS3';

/** Of a policy that is new. */
export const NEW_HEAD: Statement = { Version: '2012-10-17' };

/** @throws SyntaxError where the text is no policy; S3 keeps none such */
export function parseBucketPolicy(text: string | null): BucketPolicy {
  if (text === null) return { head: NEW_HEAD, statements: new Map() };
  const { Statement = [], ...head } = JSON.parse(text) as { Statement?: Statement | readonly Statement[] };
  const statements = new Map<string, Statement>();
  for (const [index, statement] of [Statement].flat().entries()) {
    const sid = statement.Sid;
    const named = typeof sid === 'string' && sid !== '' && !statements.has(sid);
    statements.set(named ? sid : `statement ${index + 1}`, statement);
  }
  return { head, statements };
}

/** `null` = without a statement there is no policy. */
export function bucketPolicyText({ head, statements }: BucketPolicy): string | null {
  if (statements.size === 0) return null;
  return JSON.stringify({ ...head, Statement: [...statements.values()] });
}

/**
 * The statement that lets Data Exports deliver, with the conditions that AWS recommends: for exports of this account alone.
 * Values stand alone, not in lists of one: so S3 gives them back.
 */
export function deliveryStatement(bucket: string, account: string): Statement {
  return {
    Sid: SID,
    Effect: 'Allow',
    Principal: { Service: DELIVERER },
    Action: 's3:PutObject',
    // Not the prefix alone: when an export is made, Data Exports tries the bucket with an object at its root.
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:aws:bcm-data-exports:us-east-1:${account}:export/*` },
    },
  };
}

/** A name that no statement has: another account's delivery may have AWS's own name. */
export function freeSid({ statements }: BucketPolicy, account: string): string {
  const names = [SID, `${SID}For${account}`];
  for (let number = 2; ; number++) {
    const free = names.find((name) => !statements.has(name));
    if (free !== undefined) return free;
    names.push(`${SID}For${account}No${number}`);
  }
}

/** Whether one of the statements lets Data Exports deliver for the account, in whatever form. */
export function allowsDelivery(policy: BucketPolicy, bucket: string, account: string): boolean {
  return [...policy.statements.values()].some(
    (statement) => statement.Effect === 'Allow' && hitsDelivery(statement, bucket, account) === 'yes',
  );
}

/** Names of statements that forbid the delivery, and of those of which it cannot be told. */
export function deniesDelivery(
  policy: BucketPolicy,
  bucket: string,
  account: string,
): { readonly sure: readonly string[]; readonly perhaps: readonly string[] } {
  const named = (decided: Decided) =>
    [...policy.statements].flatMap(([name, statement]) =>
      statement.Effect === 'Deny' && hitsDelivery(statement, bucket, account) === decided ? [name] : [],
    );
  return { sure: named('yes'), perhaps: named('unknown') };
}

/** The same, whatever is written as a list of one, and in whatever order lists are. */
export function sameStatement(a: Statement, b: Statement): boolean {
  return sameJson(plain(a), plain(b));
}

function plain(value: Json): Json {
  if (Array.isArray(value)) {
    const items = value.map(plain).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return items.length === 1 ? (items[0] ?? null) : items;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function hitsDelivery(statement: Statement, bucket: string, account: string): Decided {
  if (!isForDeliverer(statement) || !isFor(statement, 'Action', ['s3:PutObject'])) return 'no';
  const objects = ['aws-programmatic-access-test-object', 'cur/bursar/data/x.parquet'];
  const resources = objects.map((object) => `arn:aws:s3:::${bucket}/${object}`);
  if (!isFor(statement, 'Resource', resources)) return 'no';
  return holds((statement.Condition ?? {}) as Parameters<typeof holds>[0], requestOf(account));
}

/** What Data Exports sends when it delivers an export of the account. What is not named here may be there or not. */
function requestOf(account: string): PolicyRequest {
  return new Map([
    ['aws:sourceaccount', account],
    ['aws:sourcearn', `arn:aws:bcm-data-exports:us-east-1:${account}:export/bursar-00000000`],
    ['aws:securetransport', 'true'],
    ['aws:principalisawsservice', 'true'],
    ['aws:principalservicename', DELIVERER],
    ['s3:tlsversion', '1.3'],
  ]);
}

function isForDeliverer({ Principal, NotPrincipal }: Statement): boolean {
  if (Principal === undefined) return NotPrincipal !== undefined && !services(NotPrincipal).includes(DELIVERER);
  // "*" means everybody, services as well.
  if (Principal === '*') return true;
  return services(Principal).includes(DELIVERER) || texts((Principal as Statement)?.AWS).includes('*');
}

const services = (principal: Json): readonly string[] => texts((principal as Statement | null)?.Service);

function isFor(statement: Statement, what: 'Action' | 'Resource', wanted: readonly string[]): boolean {
  const patterns = texts(statement[what]);
  const ignoringCase = what === 'Action';
  const covers = (patterns: readonly string[]) =>
    wanted.every((one) => patterns.some((pattern) => matches(pattern, one, ignoringCase)));
  if (patterns.length > 0) return covers(patterns);
  const others = texts(statement[`Not${what}`]);
  return others.length > 0 && !covers(others);
}

function texts(value: Json | undefined): readonly string[] {
  return [value ?? []].flat().filter((one) => typeof one === 'string');
}
