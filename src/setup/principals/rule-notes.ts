import { isLiteral, matchesPattern } from '../../allocation/pattern.ts';
import { type Rule, SHARED } from '../../domain/allocation.ts';
import { closestOf } from '../../domain/dimension.ts';
import type { IamPrincipal } from '../../domain/iam-principal.ts';
import type { PlanNote } from '../../domain/plan.ts';
import { isGeneral, namesPrincipals } from './wanted.ts';

/** An account whose roles and users are known. */
export interface KnownPrincipals {
  readonly account: string;
  /** whether bursar.yaml has no other member account: then what names no account means this one */
  readonly only: boolean;
  readonly principals: readonly IamPrincipal[];
}

/** Rules that name a role or user which the account they mean does not have: most often a slip of the pen. */
export function absentNotes(rules: readonly Rule[], known: KnownPrincipals): PlanNote[] {
  return rules.flatMap((rule) => {
    const named = rule.match.arn === undefined ? roleOf(rule, known) : arnOf(rule.match.arn, known);
    if (named === null || known.principals.some(named.is)) return [];
    const names = known.principals.filter(({ kind }) => kind === named.kind).map(({ name }) => name);
    const nearest = isLiteral(named.pattern) ? nearestOf(named.pattern, names) : '';
    const says = isLiteral(named.pattern)
      ? `names ${named.kind} ${named.pattern}, which account ${known.account} does not have`
      : `names ${named.kind}s ${named.pattern}, and account ${known.account} has none that is called so`;
    return [{ level: 'warn', account: known.account, what: `${rule.place} ${says}.${nearest}`, remedies: [] }];
  });
}

/**
 * Rules that name a role without saying in which account, where no account has it.
 * @param roles the names of all accounts
 */
export function absentEverywhere(rules: readonly Rule[], roles: readonly string[]): PlanNote[] {
  return rules.flatMap(({ match: { role, account, arn }, place }) => {
    if (role === undefined || account !== undefined || arn !== undefined) return [];
    if (roles.some((name) => matchesPattern(role, name))) return [];
    const what = isLiteral(role)
      ? `${place} names role ${role}, which no member account has.${nearestOf(role, roles)}`
      : `${place} names roles ${role}, and no member account has one that is called so.`;
    return [{ level: 'warn', account: null, what, remedies: [] }];
  });
}

function nearestOf(name: string, names: readonly string[]): string {
  return names.length === 0 ? '' : ` The nearest name is ${closestOf(name, names)}.`;
}

/** Whom a rule means in this account; `null` = nobody that can be looked up here. */
interface Named {
  readonly kind: IamPrincipal['kind'];
  /** of the name */
  readonly pattern: string;
  is(principal: IamPrincipal): boolean;
}

function roleOf({ match: { role, account } }: Rule, known: KnownPrincipals): Named | null {
  const here = account === undefined ? known.only : isLiteral(account) ? account === known.account : false;
  if (role === undefined || !here) return null;
  return { kind: 'role', pattern: role, is: ({ kind, name }) => kind === 'role' && matchesPattern(role, name) };
}

const ARN = /^arn:[\w-]+:(iam|sts)::(\d{12}):(role|user|assumed-role)\/(.+)$/;

/** Of a pattern, where its account and whether it is a role or user are written out. */
function arnOf(pattern: string, { account }: KnownPrincipals): Named | null {
  const [, service, of, type, rest = ''] = ARN.exec(pattern) ?? [];
  if (of !== account) return null;
  if (service === 'iam' && (type === 'role' || type === 'user')) {
    const name = rest.slice(rest.lastIndexOf('/') + 1);
    return { kind: type, pattern: name, is: ({ arn }) => matchesPattern(pattern, arn) };
  }
  const [role = '', session] = rest.split('/');
  if (type !== 'assumed-role' || session === undefined) return null;
  return { kind: 'role', pattern: role, is: ({ kind, name }) => kind === 'role' && matchesPattern(role, name) };
}

/** Rules that say a value and of which no tag comes, since they do not name roles or users. */
export function withoutTagsNote(rules: readonly Rule[]): PlanNote[] {
  const those = rules
    .filter((rule) => ![...rule.outcome.values()].includes(SHARED))
    .filter((rule) => !namesPrincipals(rule) || !isGeneral(rule));
  if (those.length === 0) return [];
  const what =
    `No tags come from ${listed(those.map(({ place }) => place))}: a tag says one thing of all calls of a role or user, and these rules ` +
    'look at accounts, kinds or sessions. Reports use them all the same.';
  return [{ level: 'info', account: null, what, remedies: [] }];
}

const MOST_LISTED = 5;

/** The first ones of a list, and how many there are more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).join(', ');
  return names.length > MOST_LISTED ? `${shown} and ${names.length - MOST_LISTED} more` : shown;
}
