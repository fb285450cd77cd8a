import type { Remedy } from '../../domain/finding.ts';
import { type IamPrincipal, protectedRole } from '../../domain/iam-principal.ts';
import type { PlanNote } from '../../domain/plan.ts';
import type { SetupWish } from '../../domain/setup.ts';
import { listed } from './rule-notes.ts';

/**
 * What works for roles that only AWS changes. That tags "cannot be applied to corresponding roles that IAM Identity Center creates":
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html (Tags)
 */
export function protectedNotes(wish: SetupWish, account: string, principals: readonly IamPrincipal[]): PlanNote[] {
  const sso = principals.filter((one) => protectedRole(one) === 'identity-center');
  if (sso.length === 0) return [];
  const what =
    `${count(sso.length, 'role')} of Identity Center (${listed(sso.map(({ name }) => name))}) ${sso.length === 1 ? 'gets' : 'get'} no tags: only AWS changes them, ` +
    'and one role is for everybody with its permission set. The bill names the person in the session.';
  return [{ level: 'info', account, what, remedies: waysToPeople(wish) }];
}

/** Nothing where one of the ways is taken already. */
function waysToPeople({ allocation, sessionTags }: SetupWish): readonly Remedy[] {
  const named = allocation.rules.some(({ match }) => match['permission-set'] !== undefined);
  if (named || allocation.people.length > 0 || sessionTags.size > 0) return [];
  return WAYS;
}

const WAYS: readonly Remedy[] = [
  {
    what: 'A people file says to what people belong: it works today, for the past too, and changes nothing in AWS.',
    where: 'shell',
    paste: ['bursar people import --from identity-center --dry-run'],
  },
  {
    what: 'A rule says it of everybody with a permission set.',
    where: 'bursar.yaml',
    paste: ['rules:', '  - match: { permission-set: NAME }', '    set: { DIMENSION: VALUE }'],
  },
  {
    what: 'Identity Center can pass attributes of people as session tags. That they reach the bill is likely, but nobody has shown it.',
    where: 'bursar.yaml',
    paste: ['setup:', '  session-tags:', `    KEY: \${path:enterprise.department}`],
  },
  {
    what: 'People can go on into a role of your own, one for each team, which carries tags.',
    where: null,
    paste: [],
  },
];

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
