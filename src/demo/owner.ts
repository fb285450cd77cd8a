import { ACCOUNTS, type Account, TEAMS, type Team } from './organisation.ts';
import type { Person } from './people.ts';

/** Until then the tags of the team frontend said `web`. */
export const RENAMED = { instant: '2026-09-14T00:00:00Z', team: 'frontend', before: 'web' } as const;

/** On this day somebody went to another team and a role was handed over. */
export const REORGANISED = '2026-10-12';

/** To whom the organisation's own files give dollars that no tag gives to anybody; `null` = to nobody. */
export interface Owner {
  readonly team: Team | typeof SHARED | null;
  readonly costCenter: string | null;
}

/** Before and from the reorganisation on. */
export type Owners = readonly [before: Owner, after: Owner];

const SHARED = '(shared)';
const NO_OWNER: Owner = { team: null, costCenter: null };
export const SHARED_OWNER: Owner = { team: SHARED, costCenter: SHARED };

const always = (owner: Owner): Owners => [owner, owner];
export const ownersOfTeams = (before: Team, after: Team): Owners => [ownerOf(before), ownerOf(after)];
const ownerOf = (team: Team): Owner => ({ team, costCenter: TEAMS[team].costCenter });

/** Accounts of one team's applications: what runs there is on its cost centre. */
export const APPLICATION_ACCOUNTS = (Object.keys(TEAMS) as Team[]).map((team) => ({
  team,
  account: ACCOUNTS[TEAMS[team].applications],
}));

/** What the files say of callers of an account of whom they say nothing more. */
export function ownersInAccount(account: Account): Owners {
  const of = APPLICATION_ACCOUNTS.find((one) => one.account === account);
  return always(of === undefined ? NO_OWNER : { team: null, costCenter: TEAMS[of.team].costCenter });
}

/** Of somebody who is in the people file. An account's rule goes before the file. */
export function ownersOfPerson(account: Account, person: Person): Owners {
  if (!person.listed) return ownersInAccount(account);
  const [, { costCenter }] = ownersInAccount(account);
  const [before, after] = ownersOfTeams(person.team, person.laterTeam);
  return costCenter === null
    ? [before, after]
    : [
        { ...before, costCenter },
        { ...after, costCenter },
      ];
}

/** Of lines that name no principal. */
export function ownersOfNobody(account: Account): Owners {
  if (account === ACCOUNTS.shared) return always(SHARED_OWNER);
  return account === ACCOUNTS.web ? ownersOfTeams('frontend', 'frontend') : ownersInAccount(account);
}
