import { askingAws } from '../failure.ts';
import { allPages } from '../pages.ts';
import type { AwsSession } from '../session.ts';

/** A key that the bill can tell dollars apart by. */
interface CostTag {
  /** `iamPrincipal/team` of roles, users and their sessions; `team` of resources */
  readonly key: string;
  readonly active: boolean;
}

/**
 * Every cost allocation tag that AWS knows, whatever its type: those of principals are told by their prefix.
 * @throws OperatingError those of `askingAws`; AWS_ACCESS_DENIED also where the account does not pay
 */
export async function readCostTags(session: AwsSession, signal: AbortSignal): Promise<CostTag[]> {
  const request = {
    what: 'list the cost allocation tags',
    actions: ['ce:ListCostAllocationTags'],
    resources: ['*'],
    profile: session.settings.profile,
    denied: 'Only the account that pays may ask.',
  };
  return askingAws(request, async () => {
    const { CostExplorerClient, ListCostAllocationTagsCommand } = await import('@aws-sdk/client-cost-explorer');
    const client = new CostExplorerClient(await session.clientOptions('us-east-1'));
    try {
      const tags = await allPages('cost allocation tags', async (NextToken) => {
        const page = await client.send(new ListCostAllocationTagsCommand({ NextToken }), { abortSignal: signal });
        return { items: page.CostAllocationTags, next: page.NextToken };
      });
      return tags.map(({ TagKey = '', Status }) => ({ key: TagKey, active: Status === 'Active' }));
    } finally {
      client.destroy();
    }
  });
}
