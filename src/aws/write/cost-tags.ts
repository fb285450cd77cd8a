import { OperatingError } from '../../domain/errors.ts';
import { firstDay, type Period } from '../../domain/period.ts';
import { askingCostTags } from '../cost-tags-client.ts';
import { serviceAnswer } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/** The most that AWS takes at once. */
export const TAGS_AT_ONCE = 20;

/**
 * Makes cost allocation tags active or inactive, twenty at a time.
 * Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_UpdateCostAllocationTagsStatus.html
 * @throws OperatingError AWS_REFUSED where AWS refuses some (the others are done then), and those of `askingCostTags`
 */
export async function writeCostTags(
  session: AwsSession,
  active: ReadonlyMap<string, boolean>,
  signal: AbortSignal,
): Promise<void> {
  const request = { what: 'activate cost allocation tags', action: 'ce:UpdateCostAllocationTagsStatus' };
  const entries = [...active].map(([TagKey, is]) => ({ TagKey, Status: statusOf(is) }));
  await askingCostTags(session, request, async (client, { UpdateCostAllocationTagsStatusCommand }) => {
    const refused: string[] = [];
    for (let at = 0; at < entries.length; at += TAGS_AT_ONCE) {
      const CostAllocationTagsStatus = entries.slice(at, at + TAGS_AT_ONCE);
      const command = new UpdateCostAllocationTagsStatusCommand({ CostAllocationTagsStatus });
      // What is refused stands in an answer that is a success otherwise.
      const { Errors = [] } = await client.send(command, { abortSignal: signal });
      refused.push(...Errors.map(({ TagKey, Code, Message }) => `${TagKey}: ${Message} (${Code})`));
    }
    if (refused.length === 0) return;
    throw new OperatingError('AWS_REFUSED', `cannot activate cost allocation tags: ${refused.join('; ')}`, {
      hint: 'The others are done. Run bursar plan again: a key that AWS no longer lists waits until a tagged principal calls Bedrock.',
    });
  });
}

/**
 * Asks AWS to mark the lines of past months with the tags that are active now.
 * Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_StartCostAllocationTagBackfill.html
 * @throws OperatingError AWS_REFUSED within 24 hours of another, and those of `askingCostTags`
 */
export async function startTagBackfill(session: AwsSession, from: Period, signal: AbortSignal): Promise<void> {
  const request = {
    what: `backfill cost allocation tags from ${from} on`,
    action: 'ce:StartCostAllocationTagBackfill',
  };
  await askingCostTags(session, request, async (client, { StartCostAllocationTagBackfillCommand }) => {
    const command = new StartCostAllocationTagBackfillCommand({ BackfillFrom: backfillFrom(from) });
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      const { code } = serviceAnswer(error);
      if (code !== 'BackfillLimitExceededException') throw error;
      throw new OperatingError('AWS_REFUSED', `cannot ${request.what}: ${(error as Error).message} (${code})`, {
        hint: 'AWS takes one backfill in 24 hours, and none while another runs: run bursar apply again later.',
        cause: error,
      });
    });
  });
}

/** The form in which AWS takes the first of a month. */
export function backfillFrom(month: Period): string {
  return `${firstDay(month)}T00:00:00Z`;
}

function statusOf(active: boolean): 'Active' | 'Inactive' {
  return active ? 'Active' : 'Inactive';
}
