import { COST_TAGS_REGION } from '../../aws/cost-tags-client.ts';
import { type CostTag, readCostTags, readTagBackfills, type TagBackfill } from '../../aws/read/cost-tags.ts';
import { backfillFrom, startTagBackfill } from '../../aws/write/cost-tags.ts';
import type { Change, ChangeWords } from '../../domain/change.ts';
import type { Period } from '../../domain/period.ts';
import type { Kind } from '../kind.ts';

/** A part is a key: `iamPrincipal/team` -> the first month that it is marked from; `null` = since it is active. */
export const backfillCostTagsKind: Kind = {
  words,
  read: async (session, { after }, signal) => {
    const tags = await readCostTags(session, signal);
    const backfills = await readTagBackfills(session, signal);
    return Object.fromEntries(Object.keys(after).map((key) => [key, backfilledFrom(key, tags, backfills)]));
  },
  write: async (session, change, parts, signal) => {
    if (Object.values(parts).some((month) => month !== null)) await startTagBackfill(session, monthOf(change), signal);
  },
  cli: (change) => [
    [
      'ce',
      'start-cost-allocation-tag-backfill',
      '--region',
      COST_TAGS_REGION,
      '--backfill-from',
      backfillFrom(monthOf(change)),
    ],
  ],
  // AWS takes none while one runs.
  cliThere: () => [
    'ce',
    'list-cost-allocation-tag-backfill-history',
    '--region',
    COST_TAGS_REGION,
    '--query',
    "BackfillRequests[?BackfillStatus=='PROCESSING'].BackfillFrom",
  ],
  terraform: () => null,
  cloudformation: () => null,
};

/** The first month from which on a key is marked: a backfill marks the keys as they are at the moment when it is asked for. */
export function backfilledFrom(
  key: string,
  tags: readonly CostTag[],
  backfills: readonly TagBackfill[],
): Period | null {
  const tag = tags.find((one) => one.key === key);
  if (tag === undefined || !tag.active) return null;
  const since = tag.since === null ? Number.NEGATIVE_INFINITY : Date.parse(tag.since);
  const months = backfills
    .filter(({ status, requested }) => status !== 'FAILED' && Date.parse(requested) >= since)
    .map(({ from }) => from);
  return months.toSorted()[0] ?? null;
}

function monthOf({ resource }: Change): Period {
  return resource as Period;
}

function words(change: Change): ChangeWords {
  const month = monthOf(change);
  return {
    does: `ask AWS to mark past lines from ${month} on with ${Object.keys(change.after).join(', ')}`,
    effect:
      'AWS marks these months anew with the tags that are active at that moment, all keys of the bill and not only these, and delivers them again. ' +
      'Nobody has shown yet that it does so for tags of principals.',
    costs: 'nothing',
    undo: { possible: false, why: 'AWS cannot take a backfill back; it takes another after 24 hours' },
  };
}
