import type { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { OperatingError } from '../domain/errors.ts';
import { type AwsRequest, askingAws, serviceAnswer } from './failure.ts';
import type { AwsSession } from './session.ts';

/** Where cost allocation tags are, in the partition aws. Source: https://docs.aws.amazon.com/general/latest/gr/billing.html */
export const COST_TAGS_REGION = 'us-east-1';
const COST_TAGS_REGION_CHINA = 'cn-northwest-1';

/**
 * Runs calls about cost allocation tags. AWS takes nothing for them; it does for questions for costs.
 * @throws OperatingError PAYER_NEEDED, and those of `askingAws`
 */
export async function askingCostTags<T>(
  session: AwsSession,
  { what, action }: { readonly what: string; readonly action: string },
  run: (client: CostExplorerClient, sdk: typeof import('@aws-sdk/client-cost-explorer')) => Promise<T>,
): Promise<T> {
  const request: AwsRequest = { what, actions: [action], resources: ['*'], profile: session.settings.profile };
  return askingAws(request, async () => {
    const sdk = await import('@aws-sdk/client-cost-explorer');
    const options = await session.clientOptions(COST_TAGS_REGION);
    const region = options.region.startsWith('cn-') ? COST_TAGS_REGION_CHINA : COST_TAGS_REGION;
    const client = new sdk.CostExplorerClient({ ...options, region });
    try {
      return await run(client, sdk);
    } catch (error) {
      throw payerNeeded(error, what) ?? error;
    } finally {
      client.destroy();
    }
  });
}

/** "Linked account doesn't have access to cost allocation tags": a denied access that no policy helps. */
function payerNeeded(error: unknown, what: string): OperatingError | null {
  if (serviceAnswer(error).code !== 'AccessDeniedException') return null;
  const { message } = error as Error;
  if (!/linked account/i.test(message)) return null;
  return new OperatingError('PAYER_NEEDED', `cannot ${what}: ${message.replace(/\.$/, '')}`, { cause: error });
}
