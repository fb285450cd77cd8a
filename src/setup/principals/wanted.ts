import { type Allocated, allocator } from '../../allocation/allocate.ts';
import { patternsMeet } from '../../allocation/pattern.ts';
import { matchesRule } from '../../allocation/rules.ts';
import { type AllocatedCaller, type AllocationSpan, type Rule, SHARED } from '../../domain/allocation.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { IamPrincipal } from '../../domain/iam-principal.ts';
import type { Day } from '../../domain/period.ts';
import { classifyPrincipal } from '../../domain/principal.ts';
import { principalTagKeys, type SetupWish } from '../../domain/setup.ts';

/** A tag that a role or user is to carry. */
export interface WantedTag {
  readonly dimension: string;
  readonly key: string;
  readonly value: string;
  /** `rule checkout (bursar.yaml line 12)` */
  readonly evidence: string;
}

/** What bursar.yaml says of one role or user. */
export interface Wanted {
  /** in the order of the dimensions */
  readonly tags: readonly WantedTag[];
  /** why there is no tag though something names it: sentences that follow its name */
  readonly instead: readonly string[];
}

/** Stands for whatever session a role has: no pattern asks for this name, so only those with a `*` match it. */
const ANY_SESSION = '\u0000'.repeat(64);

/**
 * Which tags roles and users are to carry on a day: what reports say of all their calls, where a rule names the role or user itself
 * (`role`, `arn`), or the people file the user. Rules that say less than that leave them alone. A tag beats every rule, so a role
 * whose sessions belong to several gets none.
 */
export function wantedTags(wish: SetupWish, day: Day): (principal: IamPrincipal) => Wanted {
  const allocate = allocator(wish.allocation);
  const rules = wish.allocation.rules.filter(({ from, to }) => from <= day && day < to);
  const keys = [...principalTagKeys(wish.dimensions)];
  return (principal) => {
    const callers = callersOf(principal);
    const told = callers.map((caller) => attempt(() => allocate(caller)));
    const contested = told[0] instanceof OperatingError ? told[0] : null;
    const tags: WantedTag[] = [];
    const instead = contested === null ? [] : [`gets no tags: ${contested.message.replaceAll(ANY_SESSION, '*')}`];
    for (const [dimension, key] of contested === null ? keys : []) {
      const spans = told.flatMap((one) => (one instanceof OperatingError ? [] : spanOn(one, dimension, day)));
      const naming = spans.find(({ evidence }) => names(evidence, rules, principal));
      if (naming === undefined || naming.value === null || naming.value === SHARED) continue;
      const { value, evidence } = naming;
      const other =
        spans.find((span) => span.value !== null && span.value !== value)?.evidence ??
        rules.find((rule) => (rule.outcome.get(dimension) ?? value) !== value && saysOfSome(rule, principal, callers))
          ?.place;
      if (other === undefined || other === null) tags.push({ dimension, key, value, evidence: evidence ?? '' });
      else {
        instead.push(
          `gets no tag ${key}: ${evidence} says ${value}, but ${other} says something else of some of its calls, and a tag would overrule that`,
        );
      }
    }
    return { tags, instead };
  };
}

/** How the calls of a role or user can look on the bill; the usual one first. */
function callersOf({ kind, arn, name }: IamPrincipal): readonly [AllocatedCaller, ...AllocatedCaller[]] {
  const { account, permissionSet, kind: bare } = classifyPrincipal(arn);
  const itself: AllocatedCaller = { account, principal: arn, kind: bare, role: null, permissionSet, session: null };
  if (kind === 'user') return [itself];
  const assumed: AllocatedCaller = {
    account,
    principal: `${assumedRole(arn, name)}/${ANY_SESSION}`,
    kind: permissionSet === null ? 'assumed-role' : 'identity-center',
    role: name,
    permissionSet,
    session: null,
  };
  return [assumed, { ...assumed, kind: 'agentcore' }, { ...itself, role: name }];
}

/** Sessions lose the path of the role: `arn:aws:sts::111122223333:assumed-role/name` */
function assumedRole(arn: string, name: string): string {
  const [, partition, , , account] = arn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${name}`;
}

function attempt(run: () => Allocated): Allocated | OperatingError {
  try {
    return run();
  } catch (error) {
    if (error instanceof OperatingError && error.code === 'ALLOCATION_OVERLAP') return error;
    throw error;
  }
}

function spanOn({ spans }: Allocated, dimension: string, day: Day): readonly AllocationSpan[] {
  return (spans.get(dimension) ?? []).filter(({ from, to }) => from <= day && day < to);
}

/** Whether what decided speaks of this role or user, and not of whoever is in an account. */
function names(evidence: string | null, rules: readonly Rule[], { kind }: IamPrincipal): boolean {
  const rule = rules.find(({ place }) => place === evidence);
  // What is no rule is the people file, which names people: users of IAM among them, roles never.
  return rule === undefined ? kind === 'user' && evidence !== null : namesPrincipals(rule);
}

/** Whether a rule names roles or users; a bare `*` is everybody. */
export function namesPrincipals({ match }: Rule): boolean {
  return [match.role, match.arn, match['permission-set']].some(
    (pattern) => pattern !== undefined && /[^*?]/.test(pattern),
  );
}

/** Whether a rule says the same of all sessions of a role: it looks at none of them. */
export function isGeneral({ match: { session, arn } }: Rule): boolean {
  return session === undefined && (arn === undefined || !arn.includes(':assumed-role/') || arn.endsWith('/*'));
}

/** Whether a rule that names the role looks at its sessions as well. */
function saysOfSome(rule: Rule, { kind, arn, name }: IamPrincipal, callers: readonly AllocatedCaller[]): boolean {
  const { session, arn: arnPattern, ...others } = rule.match;
  if (kind === 'user' || (session === undefined && arnPattern === undefined)) return false;
  // That of all its calls is weighed already.
  if (callers.some((caller) => matchesRule(rule, caller))) return false;
  if (arnPattern !== undefined && !patternsMeet(arnPattern, `${assumedRole(arn, name)}/*`)) return false;
  if (arnPattern === undefined && others.role === undefined && others['permission-set'] === undefined) return false;
  return callers.some((caller) => matchesRule({ ...rule, match: others }, caller));
}
