import type { Period } from '../../domain/period.ts';
import { askingCostTags } from '../cost-tags-client.ts';
import { allPages } from '../pages.ts';
import type { AwsSession } from '../session.ts';

/** A key that the bill can tell dollars apart by. */
export interface CostTag {
  /** `iamPrincipal/team` of roles, users and their sessions; `team` of resources */
  readonly key: string;
  readonly active: boolean;
  /** when it was last made active or inactive, as AWS writes it; `null` = never, or AWS does not say */
  readonly since: string | null;
}

/**
 * Every cost allocation tag that AWS knows, whatever its type: AWS has no type for those of principals, their prefix tells them.
 * Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_ListCostAllocationTags.html
 * @throws OperatingError those of `askingCostTags`
 */
export async function readCostTags(session: AwsSession, signal: AbortSignal): Promise<CostTag[]> {
  const request = { what: 'list the cost allocation tags', action: 'ce:ListCostAllocationTags' };
  return askingCostTags(session, request, async (client, { ListCostAllocationTagsCommand }) => {
    const tags = await allPages('cost allocation tags', async (NextToken) => {
      const page = await client.send(new ListCostAllocationTagsCommand({ NextToken }), { abortSignal: signal });
      return { items: page.CostAllocationTags, next: page.NextToken };
    });
    return tags.map(({ TagKey = '', Status, LastUpdatedDate }) => ({
      key: TagKey,
      active: Status === 'Active',
      since: LastUpdatedDate ?? null,
    }));
  });
}

/** A request that past months be marked with the tags that are active. */
export interface TagBackfill {
  /** the first month that it marks */
  readonly from: Period;
  /** when AWS was asked, as it writes it */
  readonly requested: string;
  readonly status: 'SUCCEEDED' | 'PROCESSING' | 'FAILED';
}

/**
 * What was asked for before.
 * Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_ListCostAllocationTagBackfillHistory.html
 * @throws OperatingError those of `askingCostTags`
 */
export async function readTagBackfills(session: AwsSession, signal: AbortSignal): Promise<TagBackfill[]> {
  const request = {
    what: 'read which backfills of cost allocation tags there were',
    action: 'ce:ListCostAllocationTagBackfillHistory',
  };
  return askingCostTags(session, request, async (client, { ListCostAllocationTagBackfillHistoryCommand }) => {
    const all = await allPages('backfills', async (NextToken) => {
      const command = new ListCostAllocationTagBackfillHistoryCommand({ NextToken });
      const page = await client.send(command, { abortSignal: signal });
      return { items: page.BackfillRequests, next: page.NextToken };
    });
    return all.map(({ BackfillFrom = '', RequestedAt = '', BackfillStatus = 'PROCESSING' }) => ({
      from: BackfillFrom.slice(0, 7) as Period,
      requested: RequestedAt,
      status: BackfillStatus,
    }));
  });
}
