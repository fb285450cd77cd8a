import { closeAccounts, openAccounts, type ReachedAccount } from '../../aws/accounts.ts';
import { readAccount } from '../../aws/read/account.ts';
import { readOrganizationAccounts } from '../../aws/read/organization-accounts.ts';
import { openAwsSession } from '../../aws/session.ts';
import type { InitConfig } from '../../config/config.ts';
import type { OperatingError } from '../../domain/errors.ts';
import type { AccountAccess, Accounts } from '../../domain/setup.ts';
import type { LookedAccount } from '../../setup/init/look.ts';
import type { IdentityAccount } from '../../setup/init/look-at-identity.ts';
import { regionsToLookInto } from '../../setup/init/regions.ts';

interface OpenedAccounts {
  /** the first is the one of the credentials */
  readonly accounts: readonly [LookedAccount, ...LookedAccount[]];
  /** the one that bursar.yaml names for Identity Center, else that of the credentials */
  readonly identity: IdentityAccount;
  /** why accounts do not let themselves be looked at */
  readonly closed: readonly OperatingError[];
  /** of the command */
  readonly region: string;
  close(): void;
}

interface Asked {
  /** none = those that are never off */
  readonly regions: readonly string[];
  /** name of a role of every account of the organization; `null` = none is assumed */
  readonly memberRole: string | null;
  readonly signal: AbortSignal;
}

/**
 * The account of the credentials, and the others that a configuration or --member-role reaches.
 * @throws OperatingError those of `askingAws`, of the account of the credentials
 */
export async function openLooked({ aws, accounts }: InitConfig, asked: Asked): Promise<OpenedAccounts> {
  const session = openAwsSession(aws);
  let others: readonly ReachedAccount[] = [];
  const close = (): void => {
    closeAccounts(others);
    session.close();
  };
  try {
    const id = await readAccount(session);
    const { region } = await session.clientOptions('us-east-1');
    const regions = asked.regions.length > 0 ? [...new Set(asked.regions)] : regionsToLookInto(region);
    const members =
      asked.memberRole === null
        ? named(accounts)
        : (await readOrganizationAccounts(session, asked.signal))
            .filter(({ active }) => active)
            .map((one) => roleIn(one.id, asked.memberRole ?? ''));
    const wanted = members.filter((member) => member.id !== null && member.id !== id);
    others = await openAccounts({ payer: null, identity: null, members: wanted }, aws, null);
    const reached = others.flatMap(({ open, ...one }): LookedAccount[] =>
      open === null ? [] : [{ id: one.id, profile: one.profile, role: one.role, session: open.session, regions }],
    );
    const looked: OpenedAccounts['accounts'] = [{ id, profile: aws.profile, role: null, session, regions }, ...reached];
    return {
      accounts: looked,
      identity: identityOf(looked, accounts?.identity ?? null, region),
      closed: others.flatMap(({ failures }) => failures),
      region,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function identityOf(looked: OpenedAccounts['accounts'], wished: AccountAccess | null, region: string): IdentityAccount {
  const { id, profile, role, session, regions } = looked.find((one) => one.id === wished?.id) ?? looked[0];
  const likely = wished !== null && wished.regions.length > 0 ? wished.regions : [...new Set([region, ...regions])];
  return { account: id, profile, role, session, regions: likely };
}

function named(accounts: Accounts | null): AccountAccess[] {
  const all = [accounts?.payer, accounts?.identity, ...(accounts?.members ?? [])].filter((one) => one != null);
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index).map(withoutRegions);
}

/** Regions are those that are looked into, whatever the file says. */
function withoutRegions(access: AccountAccess): AccountAccess {
  return { ...access, regions: [] };
}

function roleIn(id: string, name: string): AccountAccess {
  const role = name.startsWith('arn:') ? name : `arn:aws:iam::${id}:role/${name}`;
  return { id, profile: null, role, regions: [] };
}
