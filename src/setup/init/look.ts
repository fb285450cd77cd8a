import { readBedrockCallers, type SeenInRegion } from '../../aws/read/bedrock-callers.ts';
import { readBucketNames } from '../../aws/read/bucket-names.ts';
import { readCostTags } from '../../aws/read/cost-tags.ts';
import { readDataExports } from '../../aws/read/data-exports.ts';
import { readIamPrincipals, readPrincipalTags } from '../../aws/read/iam-principals.ts';
import { readManagementAccount } from '../../aws/read/organization.ts';
import { readOrganizationAccounts } from '../../aws/read/organization-accounts.ts';
import type { AwsSession } from '../../aws/session.ts';
import { isOfOnePart, type Read, tried } from '../read.ts';
import { type Found, type FoundAccount, isNothing, unreadOf } from './found.ts';
import { type IdentityAccount, lookAtIdentity } from './look-at-identity.ts';
import { calledNames } from './seen-groups.ts';

/** An account that answers, and in which callers are looked for. */
export interface LookedAccount extends Pick<FoundAccount, 'id' | 'profile' | 'role'> {
  readonly session: AwsSession;
  readonly regions: readonly string[];
}

interface LookRequest {
  /** the first is the one of the credentials */
  readonly accounts: readonly [LookedAccount, ...LookedAccount[]];
  readonly identity: IdentityAccount;
  /** milliseconds since 1970 */
  readonly now: number;
  /** how far back */
  readonly days: number;
  /** most pages of CloudTrail in a region */
  readonly mostPages: number;
  /** of the bucket that is suggested */
  readonly region: string;
  /** told how much of the looking is done, 0 to 1 */
  onProgress(done: number, what: string): void;
  readonly signal: AbortSignal;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Whose tags are read; who calls most comes first. */
const MOST_TAGGED = 200;

/**
 * Looks at the accounts, and changes nothing. What may not be read is told in its place.
 * @throws OperatingError where nothing can be read at all, or where the credentials end meanwhile
 */
export async function look(asked: LookRequest): Promise<Found> {
  const { accounts, signal, now, days, region } = asked;
  const [{ id, session }] = accounts;
  const [management, organization, exports, buckets, costTags, identity] = await Promise.all([
    tried(() => readManagementAccount(session, signal)),
    tried(() => readOrganizationAccounts(session, signal)),
    tried(() => readDataExports(session, signal)),
    tried(() => readBucketNames(session, signal)),
    tried(() => readCostTags(session, signal)),
    lookAtIdentity(asked.identity, signal),
  ]);
  const looked: FoundAccount[] = [];
  for (const [index, account] of accounts.entries()) {
    const onProgress = (done: number, what: string): void => asked.onProgress((index + done) / accounts.length, what);
    looked.push(await lookAtCallers(account, { ...asked, onProgress }));
  }
  const isMember = 'value' in management && management.value !== null && management.value !== id;
  const day = new Date(now).toISOString().slice(0, 10);
  const found: Found = {
    day,
    days,
    account: id,
    management,
    organization: isMember ? forPayersAlone(organization) : organization,
    accounts: looked,
    exports,
    buckets,
    costTags: isMember ? forPayersAlone(costTags) : costTags,
    identity,
    region,
  };
  const [first] = unreadOf(found);
  if (first !== undefined && isNothing(found)) throw first.failure;
  return found;
}

/** What only the payer may read is no permission that a member lacks: the file says so where it asks for the payer. */
function forPayersAlone<T>(read: Read<readonly T[]>): Read<readonly T[]> {
  return 'failure' in read ? { value: [] } : read;
}

async function lookAtCallers(account: LookedAccount, asked: LookRequest): Promise<FoundAccount> {
  const { id, profile, role, session, regions } = account;
  let pages = 0;
  let ready = 0;
  const seen = await Promise.all(
    regions.map(async (region): Promise<SeenInRegion> => {
      const one = await readBedrockCallers(session, region, {
        // The history ends while it is read.
        from: asked.now - asked.days * DAY + HOUR,
        to: asked.now,
        mostPages: asked.mostPages,
        onPage: () => {
          pages++;
          asked.onProgress(ready / regions.length, `account ${id}: ${pages} pages of CloudTrail's event history`);
        },
        signal: asked.signal,
      });
      ready++;
      if (one.failure !== null && !isOfOnePart(one.failure)) throw one.failure;
      return one;
    }),
  );
  return { id, profile, role, seen, tagKeys: await tried(() => tagKeysOf(session, seen, asked.signal)) };
}

/** On how many of the roles and users that called each tag key is. */
async function tagKeysOf(
  session: AwsSession,
  seen: readonly SeenInRegion[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const called = calledNames(seen.flatMap(({ callers }) => callers)).slice(0, MOST_TAGGED);
  const counts = new Map<string, number>();
  if (called.length === 0) return counts;
  const principals = await readIamPrincipals(session, signal);
  for (const { kind, name } of called) {
    const principal = principals.find((one) => one.kind === kind && one.name === name);
    if (principal === undefined) continue;
    const tags = await readPrincipalTags(session, principal, signal);
    for (const key of tags.keys()) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
