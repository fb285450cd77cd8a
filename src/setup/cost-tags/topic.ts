import { readCostTags, readTagBackfills } from '../../aws/read/cost-tags.ts';
import { EMPTY_PART, type PlanPart } from '../../domain/plan.ts';
import { PRINCIPAL_TAG_PREFIX, principalTagKeys } from '../../domain/setup.ts';
import type { Topic } from '../topic.ts';
import { planActivation } from './activation.ts';
import { planBackfill } from './backfill.ts';

/** Cost allocation tags of principals: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html */
export const costTagsTopic: Topic = {
  part: 'payer',
  plan: async (wish, { id, session }, signal) => {
    const keys = [...new Set(principalTagKeys(wish.dimensions).values())].map((key) => PRINCIPAL_TAG_PREFIX + key);
    if ((!wish.activateTags && wish.backfill === null) || keys.length === 0) return EMPTY_PART;
    const tags = await readCostTags(session, signal);
    const activation = wish.activateTags ? planActivation(id, keys, tags) : EMPTY_PART;
    if (wish.backfill === null) return activation;
    const backfills = await readTagBackfills(session, signal);
    const seen = { tags, backfills, activation: activation.changes[0] ?? null };
    return together(activation, planBackfill(id, wish.backfill, keys, seen, new Date()));
  },
};

function together(one: PlanPart, other: PlanPart): PlanPart {
  return {
    changes: [...one.changes, ...other.changes],
    elsewhere: [...one.elsewhere, ...other.elsewhere],
    pending: [...one.pending, ...other.pending],
    notes: [...one.notes, ...other.notes],
  };
}
