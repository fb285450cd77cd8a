/** What can be compared, shown, and kept in a journal. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * What a change touches: part -> what it is; `null` = it is not there. What the parts are, each kind of change says: tag keys,
 * statements of a policy, the export.
 */
export type State = Readonly<Record<string, Json>>;

/** Every kind of change that Bursar makes in an account. */
export const CHANGE_KINDS = [
  'tag-principal',
  'activate-cost-tags',
  'backfill-cost-tags',
  'pass-session-tags',
  'create-bucket',
  'block-public-access',
  'encrypt-bucket',
  'allow-delivery',
  'create-export',
  'create-database',
  'create-table',
  'create-workgroup',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Who else writes what a change touches: it would take the change back, so the change belongs into his files. */
export interface ManagedBy {
  readonly by: 'cloudformation' | 'terraform';
  /** name of the stack, or what tells that it is Terraform's */
  readonly evidence: string;
}

/** One thing that is to become otherwise in an account. Plain data. */
export interface Change {
  /** the same in each plan that holds the change: kind, account, and what is changed */
  readonly id: string;
  readonly kind: ChangeKind;
  /** twelve digits */
  readonly account: string;
  /** `null` = AWS has the service once for all regions (IAM) */
  readonly region: string | null;
  /** ARN, or the name where there is no ARN */
  readonly resource: string;
  /** as it was read for the plan */
  readonly before: State;
  /** the same parts, as they are to be */
  readonly after: State;
  /** ids of changes of the plan that must be there before */
  readonly dependsOn: readonly string[];
  /** `null` = nobody */
  readonly managedBy: ManagedBy | null;
}

/** A change in words, for whoever agrees to it. */
export interface ChangeWords {
  /** what is done: `tag role checkout-api: team = payments` */
  readonly does: string;
  /** what comes of it, one sentence */
  readonly effect: string;
  /** `nothing`, or what AWS takes for it */
  readonly costs: string;
  /** how far `bursar undo` takes it back */
  readonly undo: { readonly possible: true; readonly how: string } | { readonly possible: false; readonly why: string };
}

/** Whether two things are the same, whatever the order of their names. */
export function sameJson(a: Json, b: Json): boolean {
  return canonical(a) === canonical(b);
}

/** These parts of a state; `null` where it has none. */
export function only(state: State, parts: readonly string[]): State {
  return Object.fromEntries(parts.map((part) => [part, state[part] ?? null]));
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}
