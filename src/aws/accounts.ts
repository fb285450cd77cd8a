import { OperatingError } from '../domain/errors.ts';
import { ACCOUNT_PARTS, type AccountAccess, type AccountPart, type Accounts } from '../domain/setup.ts';
import { slots } from './at-once.ts';
import { readCaller } from './read/account.ts';
import { type AwsSession, type AwsSettings, openAwsSession } from './session.ts';

/** An account of bursar.yaml, and what came of reaching it. */
export interface ReachedAccount {
  /** twelve digits; what bursar.yaml calls it where the credentials say nothing: `(unknown)` */
  readonly id: string;
  readonly parts: readonly AccountPart[];
  /** how it was reached */
  readonly profile: string | null;
  readonly role: string | null;
  /** why it was not reached, or not in all regions */
  readonly failures: readonly OperatingError[];
  /** `null` = not reached */
  readonly open: OpenedAccount | null;
}

export interface OpenedAccount {
  readonly session: AwsSession;
  /** ARN of whoever acts in it */
  readonly caller: string;
  /** the regions that are on, of each part that it is; of some part there may be none */
  readonly regions: ReadonlyMap<AccountPart, readonly string[]>;
}

/** Accounts that are looked at at once. */
const ACCOUNTS_AT_ONCE = 4;

interface Named {
  readonly access: AccountAccess;
  readonly parts: ReadonlyMap<AccountPart, readonly string[]>;
}

/**
 * Opens a session for each account and checks whose it is; an account that is several things is one. What fails is kept by account.
 * @param only ids of the accounts to open; `null` = all
 */
export async function openAccounts(
  accounts: Accounts,
  settings: AwsSettings,
  only: readonly string[] | null,
): Promise<ReachedAccount[]> {
  const named = merge(accounts).filter(({ access }) => only === null || access.id === null || only.includes(access.id));
  const slot = slots(ACCOUNTS_AT_ONCE);
  const reached = await Promise.all(named.map((one) => slot(() => reach(one, settings))));
  return reached.filter(({ id, open }) => {
    const wanted = only === null || only.includes(id);
    if (!wanted) open?.session.close();
    return wanted;
  });
}

export function closeAccounts(reached: readonly ReachedAccount[]): void {
  for (const { open } of reached) open?.session.close();
}

/** Payer first, then identity, then members in the order of the file. */
function merge({ payer, identity, members }: Accounts): Named[] {
  const all: (readonly [AccountPart, AccountAccess])[] = [
    ...(payer === null ? [] : [['payer', payer] as const]),
    ...(identity === null ? [] : [['identity', identity] as const]),
    ...members.map((member) => ['member', member] as const),
  ];
  const byId = Map.groupBy(all, ([, { id }]) => id);
  return [...byId.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return [{ access: first[1], parts: new Map(same.map(([part, { regions }]) => [part, regions])) }];
  });
}

async function reach({ access, parts }: Named, settings: AwsSettings): Promise<ReachedAccount> {
  const { profile, role } = access;
  const session = openAwsSession({ ...settings, profile: profile ?? settings.profile, role });
  const account = { parts: ACCOUNT_PARTS.filter((part) => parts.has(part)), profile: session.settings.profile, role };
  try {
    const { account: id, arn } = await readCaller(session);
    if (access.id !== null && access.id !== id) throw otherAccount(access, id, session);
    const { regions, failures } = await openRegions(session, id, parts);
    return { ...account, id, failures, open: { session, caller: arn, regions } };
  } catch (error) {
    session.close();
    if (!(error instanceof OperatingError)) throw error;
    return { ...account, id: access.id ?? '(unknown)', failures: [error], open: null };
  }
}

function otherAccount({ id, role }: AccountAccess, found: string, { settings }: AwsSession): OperatingError {
  const whose = settings.profile === null ? 'these credentials are' : `profile ${settings.profile} is`;
  return new OperatingError('ACCOUNT_OTHER', `${whose} of account ${found}, not ${id}`, {
    hint:
      role === null
        ? `Say in bursar.yaml how ${id} is reached: profile: NAME, or role: NAME to assume there. Or correct the id.`
        : 'Correct role or id in bursar.yaml.',
  });
}

/** Which of the regions answer. One that is off knows no credentials, not even good ones. */
async function openRegions(session: AwsSession, id: string, parts: Named['parts']) {
  const standard = (await session.clientOptions(STANDARD_REGION)).region;
  const named = [...new Set([...parts.values()].flat())].filter((region) => region !== standard);
  const failures: OperatingError[] = [];
  const off = new Set<string>();
  for (const region of named) {
    try {
      await readCaller(session, region);
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      off.add(region);
      failures.push(error.code === 'AWS_CREDENTIALS_INVALID' ? regionOff(region, id, error) : error);
    }
  }
  const regions = [...parts].map(([part, wanted]) => {
    const on = (wanted.length === 0 ? [standard] : wanted).filter((region) => !off.has(region));
    return [part, on] as const;
  });
  return { regions: new Map(regions), failures };
}

const STANDARD_REGION = 'us-east-1';

function regionOff(region: string, id: string, cause: OperatingError): OperatingError {
  return new OperatingError('REGION_OFF', `region ${region} is off in account ${id}`, {
    hint: `Switch it on (aws account enable-region --region-name ${region}), or take it out of bursar.yaml.`,
    cause,
  });
}
