import { type ListedPrincipal, readIamPrincipals, readPrincipalTags } from '../../aws/read/iam-principals.ts';
import type { AwsSession } from '../../aws/session.ts';
import type { Day } from '../../domain/period.ts';
import { EMPTY_PART } from '../../domain/plan.ts';
import type { Topic } from '../topic.ts';
import { isTaggable, type NamedPrincipal, planTags } from './plan.ts';
import { type Wanted, wantedTags } from './wanted.ts';

/** How many roles are looked at at once: IAM allows few calls a second. */
const AT_ONCE = 4;

/** Tags of roles and users: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html */
export const principalsTopic: Topic = {
  part: 'member',
  plan: async (wish, account, signal) => {
    if (!wish.tagPrincipals) return EMPTY_PART;
    const today = new Date().toISOString().slice(0, 10) as Day;
    const wanted = wantedTags(wish, today);
    const principals = await readIamPrincipals(account.session, signal);
    const named = principals
      .filter(isTaggable)
      .map((principal) => ({ principal, wanted: wanted(principal) }))
      .filter((one) => one.wanted.tags.length > 0 || one.wanted.instead.length > 0);
    return planTags(wish, account.id, await readNamed(account.session, named, signal));
  },
};

async function readNamed(
  session: AwsSession,
  named: readonly { readonly principal: ListedPrincipal; readonly wanted: Wanted }[],
  signal: AbortSignal,
): Promise<NamedPrincipal[]> {
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
