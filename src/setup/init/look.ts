import { readBedrockCallers, type SeenInRegion } from '../../aws/read/bedrock-callers.ts';
import { readBucketNames } from '../../aws/read/bucket-names.ts';
import { readManagementAccount, readOrganizationAccounts } from '../../aws/read/organization.ts';
import type { AwsSession } from '../../aws/session.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Found, FoundAccount, Read } from './found.ts';

/** An account that answers, and in which callers are looked for. */
export interface LookedAccount extends Pick<FoundAccount, 'id' | 'profile' | 'role'> {
  readonly session: AwsSession;
  readonly regions: readonly string[];
}

interface LookRequest {
  /** the first is the one of the credentials */
  readonly accounts: readonly [LookedAccount, ...LookedAccount[]];
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

/**
 * Looks at the accounts, and changes nothing. What may not be read is told in its place.
 * @throws OperatingError where nothing can be read at all, or where the credentials end meanwhile
 */
export async function look(asked: LookRequest): Promise<Found> {
  const { accounts, signal } = asked;
  const [{ id, session }] = accounts;
  const [management, organization, buckets] = await Promise.all([
    tried(() => readManagementAccount(session, signal)),
    tried(() => readOrganizationAccounts(session, signal)),
    tried(() => readBucketNames(session, signal)),
  ]);
  const found: FoundAccount[] = [];
  for (const [index, account] of accounts.entries()) {
    const onProgress = (done: number, what: string): void => asked.onProgress((index + done) / accounts.length, what);
    found.push(await lookAtCallers(account, { ...asked, onProgress }));
  }
}

/** Failures that say something of one part alone. */
const OF_ONE_PART = new Set(['AWS_ACCESS_DENIED', 'AWS_CREDENTIALS_INVALID', 'AWS_REFUSED', 'AWS_THROTTLED', 'AWS_UNREACHABLE']);

async function tried<T>(read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { value: await read() };
  } catch (failure) {
    if (failure instanceof OperatingError && OF_ONE_PART.has(failure.code)) return { failure };
    throw failure;
  }
}
