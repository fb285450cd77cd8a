import { type Caller, chat, coding, somebody } from './caller.ts';
import { ACCOUNTS, type Account } from './organisation.ts';
import type { Profile } from './profiles.ts';

/** Bedrock lines without a principal: features that record none, and calls of which AWS knows no identity. */
export function namelessCallers(weight: number): Caller[] {
  const nameless = (account: Account, profile: Profile, share: number): Caller => ({
    ...somebody(account),
    profile,
    hours: 'always',
    weight: weight * share,
  });
  const members = Object.values(ACCOUNTS);
  return [
    ...members.map((account) => nameless(account, 'features', 0.6 / members.length)),
    nameless(ACCOUNTS.backendProd, chat(ACCOUNTS.backendProd), 0.2),
    nameless(ACCOUNTS.web, chat(ACCOUNTS.web), 0.1),
    nameless(ACCOUNTS.dataLab, coding(ACCOUNTS.dataLab), 0.1),
  ];
}

/** For whom other services are billed: workloads of each account, tagged as resources. */
export function otherWorkloads(accounts: readonly Account[]): Caller[] {
  const workload = (account: Account, resourceProject: string | null, weight: number): Caller => ({
    ...somebody(account),
    resourceProject,
    profile: 'other',
    hours: 'always',
    weight,
  });
  return accounts.flatMap((account, index) =>
    ['web', 'worker', null].map((project) => workload(account, project, 1 + (index % 3))),
  );
}

/** Nobody, for tax, credits and the like of an account: no line is drawn for it. */
export function bookingOf(account: Account): Caller {
  return { ...somebody(account), profile: 'other', hours: 'always', weight: 0 };
}
