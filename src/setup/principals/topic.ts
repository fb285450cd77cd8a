import { type ListedPrincipal, readIamPrincipals } from '../../aws/read/iam-principals.ts';
import type { OperatingError } from '../../domain/errors.ts';
import { protectedRole } from '../../domain/iam-principal.ts';
import type { Day } from '../../domain/period.ts';
import { EMPTY_PART, type PlanNote } from '../../domain/plan.ts';
import { principalTagKeys, type SetupWish } from '../../domain/setup.ts';
import type { OpenAccount, Topic } from '../topic.ts';
import { planTags } from './plan.ts';
import { protectedNotes } from './protected-roles.ts';
import { type Named, readNamed, utcDay } from './read.ts';
import { absentEverywhere, absentNotes, withoutTagsNote } from './rule-notes.ts';
import { type Wanted, wantedTags } from './wanted.ts';

/** Tags of roles and users: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html */
export const principalsTopic: Topic = {
  part: 'member',
  plan: async (wish, account, signal) => {
    if (!wish.tagPrincipals) return EMPTY_PART;
    if (principalTagKeys(wish.dimensions).size === 0) return { ...EMPTY_PART, notes: [noKeys(account.id)] };
    const today = utcDay();
    const principals = await readIamPrincipals(account.session, signal);
    const named = namedOf(principals, wantedTags(wish, today));
    const { named: seen, stacksUnknown } = await readNamed(account, named, wish.dimensions, signal);
    const tags = planTags(wish, account.id, seen);
    const unknown = stacksUnknown === null ? [] : [unknownStacks(account.id, stacksUnknown)];
    const roles = principals.filter(({ kind }) => kind === 'role').map(({ name }) => name);
    return { ...tags, roles, notes: [...tags.notes, ...unknown, ...notesOn(wish, account, principals, today)] };
  },
  across: (wish, parts) => {
    const looked = parts.flatMap(({ roles }) => roles ?? []);
    // Where there is one account, its own notes say it.
    if (parts.length <= 1 || parts.some(({ roles }) => roles === undefined)) return [];
    return absentEverywhere(rulesOf(wish, utcDay()), looked);
  },
};

function rulesOf({ allocation }: SetupWish, today: Day) {
  return allocation.rules.filter(({ from, to }) => from <= today && today < to);
}

function namedOf(principals: readonly ListedPrincipal[], wanted: (principal: ListedPrincipal) => Wanted): Named[] {
  return principals
    .filter((principal) => protectedRole(principal) === null)
    .map((principal) => ({ principal, wanted: wanted(principal) }))
    .filter((one) => one.wanted.tags.length > 0 || one.wanted.instead.length > 0);
}

function notesOn(wish: SetupWish, { id }: OpenAccount, principals: readonly ListedPrincipal[], today: Day) {
  const { members } = wish.accounts;
  const rules = rulesOf(wish, today);
  const only = members.length <= 1;
  // What concerns the rules alone is said once, not for each account.
  const isFirst = only || members[0]?.id === id;
  return [
    ...absentNotes(rules, { account: id, only, principals }),
    ...(isFirst ? withoutTagsNote(rules) : []),
    ...protectedNotes(wish, id, principals),
  ];
}

function unknownStacks(account: string, { message, hint }: OperatingError): PlanNote {
  return {
    level: 'warn',
    account,
    what: `Whether stacks of CloudFormation have these roles is not known (${message}). Tags of such a role belong into its template.`,
    remedies: [{ what: hint, where: null, paste: [] }],
  };
}

function noKeys(account: string): PlanNote {
  return {
    level: 'warn',
    account,
    what: 'No role or user gets a tag: no dimension of bursar.yaml reads one of theirs.',
    remedies: [
      {
        what: 'Let a dimension read a tag of principals.',
        where: 'bursar.yaml',
        paste: ['dimensions:', '  team: iamPrincipal/team'],
      },
    ],
  };
}
