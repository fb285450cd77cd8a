import { readIamPrincipals } from '../../aws/read/iam-principals.ts';
import { protectedRole } from '../../domain/iam-principal.ts';
import { EMPTY_PART } from '../../domain/plan.ts';
import type { Topic } from '../topic.ts';
import { planTags } from './plan.ts';
import { readNamed, utcDay } from './read.ts';
import { wantedTags } from './wanted.ts';

const NOBODY =
  'There is no role of Identity Center to try tags on: none that a rule names by role or permission-set with a value for a tag.';

/**
 * Asks AWS for the tags of one role of Identity Center, which it refuses according to its documents: the first that is to have some. The last
 * of all topics, since a refusal ends what comes after it in the account.
 */
export const ssoTrialTopic: Topic = {
  part: 'member',
  plan: async (wish, { id, session }, signal) => {
    if (!wish.trySsoTags) return EMPTY_PART;
    const wanted = wantedTags(wish, utcDay());
    const named = (await readIamPrincipals(session, signal))
      .filter((one) => protectedRole(one) === 'identity-center')
      .map((principal) => ({ principal, wanted: wanted(principal) }))
      .filter((one) => one.wanted.tags.length > 0)
      .slice(0, 1);
    if (named.length > 0) {
      const seen = await readNamed({ session, regions: [] }, named, wish.dimensions, signal);
      return planTags(wish, id, seen.named);
    }
    return { ...EMPTY_PART, notes: [{ level: 'warn', account: id, what: NOBODY, remedies: [] }] };
  },
};
