import type { Account, Team } from './organisation.ts';
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
  readonly person: string | null;
  readonly team: Team | null;
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
  /** other session names of the same role, beside `session`, over which the lines are spread */
  readonly sessions: number;
}

/** A caller of whom nothing is known. */
export const NOBODY = {
  principal: null,
  kind: null,
  role: null,
  permissionSet: null,
  session: null,
  person: null,
  team: null,
  tags: {},
  inferenceProfile: null,
  resourceProject: null,
  sessions: 0,
} as const;

/** What callers of an account call, by who sells Claude there. */
export const coding = (account: Account): Profile => `coding:${account.claude}`;
export const chat = (account: Account): Profile => `chat:${account.claude}`;
