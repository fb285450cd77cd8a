import type { OpenedAccount, ReachedAccount } from '../../aws/accounts.ts';
import { type ListedPrincipal, readIamPrincipals, readPrincipalTags } from '../../aws/read/iam-principals.ts';
import type { RoleUse } from '../../domain/health.ts';
import { protectedRole } from '../../domain/iam-principal.ts';
import { orElse, tried } from '../read.ts';
import type { CostingRole } from './account-health.ts';

/** The roles, dearest first, with the keys of the tags that they carry. */
export async function readCostingRoles(
  roles: readonly RoleUse[],
  accounts: readonly ReachedAccount[],
  signal: AbortSignal,
): Promise<CostingRole[]> {
  const read: CostingRole[] = [];
  for (const [account, own] of Map.groupBy(roles, (role) => role.account)) {
    const open = accounts.find(({ id }) => id === account)?.open ?? null;
    read.push(...(open === null ? own.map(unknown) : await rolesOf(own, open, signal)));
  }
  return read.sort((a, b) => (a.cost === b.cost ? 0 : a.cost < b.cost ? 1 : -1));
}

async function rolesOf(
  roles: readonly RoleUse[],
  { session }: OpenedAccount,
  signal: AbortSignal,
): Promise<CostingRole[]> {
  const listed = orElse(await tried(() => readIamPrincipals(session, signal)), null);
  if (listed === null) return roles.map(unknown);
  const keysOf = async (principal: ListedPrincipal | undefined): Promise<readonly string[] | null> => {
    if (principal === undefined) return null;
    // Nobody can tag them: what they carry says nothing.
    if (protectedRole(principal) !== null) return [];
    const tags = await tried(() => readPrincipalTags(session, principal, signal));
    return 'value' in tags ? [...tags.value.keys()] : null;
  };
  const read: CostingRole[] = [];
  for (const role of roles) {
    const principal = listed.find(({ kind, name }) => kind === 'role' && name === role.role);
    read.push({ ...role, tagKeys: await keysOf(principal) });
  }
  return read;
}

function unknown(role: RoleUse): CostingRole {
  return { ...role, tagKeys: null };
}
