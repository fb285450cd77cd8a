import { type ListedPrincipal, readIamPrincipals, readPrincipalTags } from '../../aws/read/iam-principals.ts';
import type { AwsSession } from '../../aws/session.ts';
import { protectedRole } from '../../domain/iam-principal.ts';
import type { Day } from '../../domain/period.ts';
import { EMPTY_PART, type PlanPart } from '../../domain/plan.ts';
import type { SetupWish } from '../../domain/setup.ts';
import type { OpenAccount, Topic } from '../topic.ts';
import { type NamedPrincipal, planTags } from './plan.ts';
import { protectedNotes, triedRole } from './protected-roles.ts';
import { absentNotes, withoutTagsNote } from './rule-notes.ts';
import { type Wanted, wantedTags } from './wanted.ts';

/** How many roles are looked at at once: IAM allows few calls a second. */
const AT_ONCE = 4;

/** Tags of roles and users: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html */
export const principalsTopic: Topic = {
  part: 'member',
  plan: async (wish, account, signal) => {
    if (!wish.tagPrincipals && !wish.trySsoTags) return EMPTY_PART;
    const today = new Date().toISOString().slice(0, 10) as Day;
    const principals = await readIamPrincipals(account.session, signal);
    const wanted = wantedTags(wish, today);
    const named = wish.tagPrincipals ? await readNamed(account.session, namedOf(principals, wanted), signal) : [];
    const tags = planTags(wish, account.id, named);
    const notes = wish.tagPrincipals ? notesOn(wish, account, principals, today) : [];
    const plan: PlanPart = { ...tags, notes: [...tags.notes, ...notes] };
    return wish.trySsoTags ? tryingOne(wish, account, plan, triedRole(principals, wanted), signal) : plan;
  },
};

interface Named {
  readonly principal: ListedPrincipal;
  readonly wanted: Wanted;
}

function namedOf(principals: readonly ListedPrincipal[], wanted: (principal: ListedPrincipal) => Wanted): Named[] {
  return principals
    .filter((principal) => protectedRole(principal) === null)
    .map((principal) => ({ principal, wanted: wanted(principal) }))
    .filter((one) => one.wanted.tags.length > 0 || one.wanted.instead.length > 0);
}

async function readNamed(
  session: AwsSession,
  named: readonly Named[],
  signal: AbortSignal,
): Promise<readonly NamedPrincipal[]> {
  const read: NamedPrincipal[] = [];
  for (let at = 0; at < named.length; at += AT_ONCE) {
    const some = named.slice(at, at + AT_ONCE).map(async (one) => ({
      ...one,
      tags: await readPrincipalTags(session, one.principal, signal),
      stack: null,
    }));
    read.push(...(await Promise.all(some)));
  }
  return read;
}

function notesOn(wish: SetupWish, { id }: OpenAccount, principals: readonly ListedPrincipal[], today: Day) {
  const { members } = wish.accounts;
  const rules = wish.allocation.rules.filter(({ from, to }) => from <= today && today < to);
  const only = members.length <= 1;
  // What concerns the rules alone is said once, not for each account.
  const isFirst = only || members[0]?.id === id;
  return [
    ...absentNotes(rules, { account: id, only, principals }),
    ...(isFirst ? withoutTagsNote(rules) : []),
    ...protectedNotes(wish, id, principals),
  ];
}

/** The plan, and last the one role of Identity Center whose tags AWS is asked for: a refusal stops nothing else. */
async function tryingOne(
  wish: SetupWish,
  { id, session }: OpenAccount,
  plan: PlanPart,
  tried: Named | null,
  signal: AbortSignal,
): Promise<PlanPart> {
  if (tried === null) {
    const what =
      'There is no role of Identity Center to try tags on: none that a rule names by role or permission-set with a value for a tag.';
    return { ...plan, notes: [...plan.notes, { level: 'warn', account: id, what, remedies: [] }] };
  }
  const { changes, notes } = planTags(wish, id, await readNamed(session, [tried], signal));
  return { ...plan, changes: [...plan.changes, ...changes], notes: [...plan.notes, ...notes] };
}
