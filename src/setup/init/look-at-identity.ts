import { inRegion } from '../../aws/failure.ts';
import { readAccessAttributes } from '../../aws/read/access-attributes.ts';
import { type OwnedIdentityCenter, readIdentityCenters } from '../../aws/read/identity-store.ts';
import { readPermissionSets } from '../../aws/read/permission-sets.ts';
import type { AwsSession } from '../../aws/session.ts';
import { OperatingError } from '../../domain/errors.ts';
import { type Read, tried } from '../read.ts';
import type { FoundCenter } from './found.ts';

/** Who is asked about Identity Center, and where. */
export interface IdentityAccount extends Pick<FoundCenter, 'account' | 'profile' | 'role'> {
  readonly session: AwsSession;
  /** the likeliest first: it lives in one of them, which need not be that of Bedrock */
  readonly regions: readonly string[];
}

/**
 * Identity Center as an account sees it; `null` = it sees none in these regions. Changes nothing.
 * @throws OperatingError where the credentials end meanwhile
 */
export async function lookAtIdentity(asked: IdentityAccount, signal: AbortSignal): Promise<Read<FoundCenter | null>> {
  const { account, profile, role, session, regions } = asked;
  let failure: OperatingError | null = null;
  for (const region of regions) {
    const read = await tried(() =>
      readIdentityCenters(session, region).catch((failure: unknown) => {
        throw failure instanceof OperatingError ? inRegion(region, failure) : failure;
      }),
    );
    if ('failure' in read) {
      // A policy may forbid some regions: another one may answer. One that is off has none.
      if (read.failure.code !== 'REGION_OFF') failure ??= read.failure;
      continue;
    }
    const center = ofOrganization(read.value, account);
    if (center === null) continue;
    const [permissionSets, attributes] = await Promise.all([
      tried(() => readPermissionSets(session, center, signal)),
      tried(() => readAccessAttributes(session, center, signal)),
    ]);
    return { value: { account, profile, role, region, owner: center.owner, permissionSets, attributes } };
  }
  return failure === null ? { value: null } : { failure };
}

/**
 * That of the organization, where a member account has one of its own beside it, which has no permission sets:
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/account-instances-identity-center.html
 */
function ofOrganization(centers: readonly OwnedIdentityCenter[], account: string): OwnedIdentityCenter | null {
  return centers.find(({ owner }) => owner !== account) ?? centers[0] ?? null;
}
