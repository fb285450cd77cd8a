import { PRINCIPAL_KINDS, type PrincipalKind } from './caller.ts';
import type { Day } from './period.ts';

/** What a rule can look at: fields of a caller, in the spelling of bursar.yaml. */
export const RULE_FIELDS = ['arn', 'role', 'permission-set', 'session', 'account', 'kind'] as const;
export type RuleField = (typeof RULE_FIELDS)[number];

/** The kind, for rules, of lines that name no principal. */
export const NO_PRINCIPAL = 'none';

/** What a rule can name as kind. */
export const RULE_KINDS: readonly string[] = [...PRINCIPAL_KINDS, NO_PRINCIPAL];

/** The dimension that names people: built in, and never shared. */
export const PERSON = 'person';

/** The value of dollars that a rule declares to be used by many. */
export const SHARED = '(shared)';

/** How no value is written where one must be. */
export const NONE = '(none)';

/** Values that mean something else than themselves. */
export const RESERVED_VALUES: readonly string[] = [NONE, SHARED];

/** Sentinels: every day lies in [FIRST_DAY, END_OF_DAYS). */
export const FIRST_DAY = '0001-01-01' as Day;
export const END_OF_DAYS = '9999-12-31' as Day;

/** Days, half-open. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

/** One rule of bursar.yaml. */
export interface Rule extends DayRange {
  /** for people: `rule gateway (bursar.yaml line 12)` */
  readonly place: string;
  /** field -> pattern with the wildcards `*` and `?`; all must match, at least one is there */
  readonly match: Readonly<Partial<Record<RuleField, string>>>;
  /** dimension (or {@link PERSON}) -> value; for a rule of shared dollars every dimension of the file -> {@link SHARED} */
  readonly outcome: ReadonlyMap<string, string>;
}

/** One row of the people file. */
export interface PersonRow extends DayRange {
  /** for people: `people.csv line 7` */
  readonly place: string;
  /** role session name, e-mail address, IAM user name or ARN, folded by {@link foldedName} */
  readonly session: string;
  /** dimension (or {@link PERSON}) -> value */
  readonly values: ReadonlyMap<string, string>;
}

/** Everything that says to whom a caller's dollars belong, besides the tags on the lines. */
export interface AllocationRules {
  /** the dimensions of the configuration, without {@link PERSON} */
  readonly dimensions: readonly string[];
  readonly rules: readonly Rule[];
  readonly people: readonly PersonRow[];
  /** for people: the name of the people file; `null` = there is none */
  readonly peopleFile: string | null;
}

export const NO_RULES: AllocationRules = { dimensions: [], rules: [], people: [], peopleFile: null };

/** A caller as the ledger knows it; `null` = it has no such part, and for `principal` that the line names nobody. */
export interface AllocatedCaller {
  readonly account: string | null;
  readonly principal: string | null;
  readonly kind: PrincipalKind | null;
  readonly role: string | null;
  readonly permissionSet: string | null;
  readonly session: string | null;
}

/** To what a caller's dollars go in one dimension on some days, and why. */
export interface AllocationSpan extends DayRange {
  /** `null` = to nothing */
  readonly value: string | null;
  /** `rule gateway (bursar.yaml line 12)`, `people.csv line 7`, `session name`; `null` with no value */
  readonly evidence: string | null;
}

/** Names are compared without case: directories and single sign-on disagree on it. */
export function foldedName(name: string): string {
  return name.trim().toLowerCase();
}

/** A person's name as answers show it: an e-mail address in lower case, so that one person is one row. */
export function personName(name: string): string {
  return isMailAddress(name) ? foldedName(name) : name.trim();
}

export function isMailAddress(text: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text);
}
