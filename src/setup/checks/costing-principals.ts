import type { OpenedAccount, ReachedAccount } from '../../aws/accounts.ts';
import { type ListedPrincipal, readIamPrincipals, readPrincipalTags } from '../../aws/read/iam-principals.ts';
import type { RoleUse, UserUse } from '../../domain/health.ts';
import { iamPrincipal, protectedRole } from '../../domain/iam-principal.ts';
import { orElse, tried } from '../read.ts';
import type { CostingPrincipal, NewestBill } from './account-health.ts';

type Unlooked = Omit<CostingPrincipal, 'tagKeys'>;

/** The roles and users, dearest first, with the keys of the tags that they carry. */
export async function readCostingPrincipals(
  { roles, users }: Pick<NewestBill, 'roles' | 'users'>,
  accounts: readonly ReachedAccount[],
  signal: AbortSignal,
): Promise<CostingPrincipal[]> {
  const read: CostingPrincipal[] = [];
  const all = [...roles.map(ofRole), ...users.map(ofUser)];
  for (const [account, own] of Map.groupBy(all, (principal) => principal.account)) {
    const open = accounts.find(({ id }) => id === account)?.open ?? null;
    read.push(...(open === null ? own.map(unknown) : await lookedAt(own, open, signal)));
  }
  return read.sort((a, b) => (a.cost === b.cost ? 0 : a.cost < b.cost ? 1 : -1));
}

function ofRole({ role, account, kind, cost, settled }: RoleUse): Unlooked {
  return { type: 'role', name: role, account, kind, cost, settled, match: { role, account } };
}

function ofUser({ arn, account, kind, cost, settled }: UserUse): Unlooked {
  return { type: 'user', name: iamPrincipal(arn).name, account, kind, cost, settled, match: { arn } };
}

async function lookedAt(
  principals: readonly Unlooked[],
  { session }: OpenedAccount,
  signal: AbortSignal,
): Promise<CostingPrincipal[]> {
  const listed = orElse(await tried(() => readIamPrincipals(session, signal)), null);
  if (listed === null) return principals.map(unknown);
  const keysOf = async (principal: ListedPrincipal | undefined): Promise<readonly string[] | null> => {
    if (principal === undefined) return null;
    // Nobody can tag them: what they carry says nothing.
    if (protectedRole(principal) !== null) return [];
    const tags = await tried(() => readPrincipalTags(session, principal, signal));
    return 'value' in tags ? [...tags.value.keys()] : null;
  };
  const read: CostingPrincipal[] = [];
  for (const one of principals) {
    const principal = listed.find(({ kind, name }) => kind === one.type && name === one.name);
    read.push({ ...one, tagKeys: await keysOf(principal) });
  }
  return read;
}

function unknown(principal: Unlooked): CostingPrincipal {
  return { ...principal, tagKeys: null };
}
