import type { IAMClient } from '@aws-sdk/client-iam';
import { type AwsRequest, askingAws } from './failure.ts';
import type { AwsSession } from './session.ts';

/**
 * Runs calls of IAM, which each partition has once for all its regions.
 * @throws OperatingError those of `askingAws`
 */
export async function askingIam<T>(
  session: AwsSession,
  request: Omit<AwsRequest, 'profile'>,
  run: (client: IAMClient, sdk: typeof import('@aws-sdk/client-iam')) => Promise<T>,
): Promise<T> {
  return askingAws({ ...request, profile: session.settings.profile }, async () => {
    const sdk = await import('@aws-sdk/client-iam');
    const client = new sdk.IAMClient(await session.clientOptions('us-east-1'));
    try {
      return await run(client, sdk);
    } finally {
      client.destroy();
    }
  });
}
