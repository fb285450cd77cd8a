import { readAccessAttributes } from '../../aws/read/access-attributes.ts';
import { findIdentityCenter } from '../../aws/read/identity-store.ts';
import { ONLY_ADMINISTRATORS } from '../../aws/sso-admin.ts';
import { EMPTY_PART } from '../../domain/plan.ts';
import type { Topic } from '../topic.ts';
import { planSessionTags } from './plan.ts';

/** Attributes of people as session tags: https://docs.aws.amazon.com/singlesignon/latest/userguide/attributesforaccesscontrol.html */
export const sessionTagsTopic: Topic = {
  part: 'identity',
  plan: async (wish, { id, regions, session }, signal) => {
    if (wish.sessionTags.size === 0) return EMPTY_PART;
    const center = await findIdentityCenter(session, {
      region: regions[0] ?? null,
      named: 'accounts.identity.region in bursar.yaml',
      denied: ONLY_ADMINISTRATORS,
    });
    return planSessionTags(wish, id, center, await readAccessAttributes(session, center, signal));
  },
};
