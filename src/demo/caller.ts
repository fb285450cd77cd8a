import { createHash } from 'node:crypto';
import { type Account, TEAMS, type Team } from './organisation.ts';
import { type Owners, ownersInAccount } from './owner.ts';
import type { Person } from './people.ts';
import type { Hours, Profile } from './profiles.ts';

/** Tags of a principal: `team`, `business-unit`, `department`, `project`, `environment`. */
export type Tags = Readonly<Record<string, string>>;

type PrincipalKind = 'iam-user' | 'api-key' | 'identity-center' | 'assumed-role' | 'agentcore' | 'iam-role';

/** Who calls, or for whom lines without a caller are billed, and how. */
export interface Caller {
  readonly account: Account;
  /** an ARN; `null` where AWS records nobody: the bill then holds NULL or '' */
  readonly principal: string | null;
  readonly kind: PrincipalKind | null;
  readonly role: string | null;
  readonly permissionSet: string | null;
  readonly session: string | null;
  /** the person behind it and the team it belongs to, known to the organisation whatever the bill says */
  readonly person: Person | null;
  readonly team: Team | null;
  /** to whom the organisation's files give what no tag gives */
  readonly owners: Owners;
  /** the name under which the people file lists it */
  readonly listed: string | null;
  /** tags of the role, the user or the session */
  readonly tags: Tags;
  /** id of the application inference profile it calls through */
  readonly inferenceProfile: string | null;
  /** the `Project` tag of the resource it uses: an inference profile, an instance, … */
  readonly resourceProject: string | null;
  readonly profile: Profile;
  readonly hours: Hours;
  /** share of the lines, relative */
  readonly weight: number;
  /** other session names of the same role, beside `session`, over which the lines are spread; see {@link SPREAD} */
  readonly sessions: number;
}

/** What is the same for most callers. */
const PLAIN = {
  principal: null,
  kind: null,
  role: null,
  permissionSet: null,
  session: null,
  person: null,
  team: null,
  listed: null,
  tags: {},
  inferenceProfile: null,
  resourceProject: null,
  sessions: 0,
} as const;

/** A caller in an account of whom no more is known. */
export const somebody = (account: Account): typeof PLAIN & Pick<Caller, 'account' | 'owners'> => ({
  ...PLAIN,
  account,
  owners: ownersInAccount(account),
});

/** A role session in an account. */
export function assumed(
  account: Account,
  role: string,
  session: string,
): Pick<Caller, 'principal' | 'role' | 'session'> {
  return { principal: `arn:aws:sts::${account.id}:assumed-role/${role}/${session}`, role, session };
}

export const teamTags = (team: Team): Tags => ({
  team,
  'business-unit': TEAMS[team].businessUnit,
  department: TEAMS[team].department,
});

export const allTags = (team: Team, project: string, account: Account): Tags => ({
  ...teamTags(team),
  project,
  environment: account.environment,
});

/** Digits that look drawn and are the same for the same text. */
export const hex = (text: string, digits: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);

/** What callers of an account call, by who sells Claude there. */
export const coding = (account: Account): Profile => `coding:${account.claude}`;
export const chat = (account: Account): Profile => `chat:${account.claude}`;
