import type { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { askingAws } from './failure.ts';
import type { IdentityCenter } from './read/identity-store.ts';
import type { AwsSession } from './session.ts';

/** Who may ask, for hints. Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html */
export const ONLY_ADMINISTRATORS =
  'Only the management account of the organization, or the account that administers Identity Center, may ask: accounts.identity in bursar.yaml.';

interface Asked {
  readonly what: string;
  readonly action: string;
  /** by default the instance */
  readonly resources?: readonly string[];
}

/**
 * Runs calls about what Identity Center has.
 * @throws OperatingError those of `askingAws`
 */
export async function askingIdentityCenter<T>(
  session: AwsSession,
  { arn, region }: Pick<IdentityCenter, 'arn' | 'region'>,
  { what, action, resources = [arn] }: Asked,
  run: (client: SSOAdminClient, sdk: typeof import('@aws-sdk/client-sso-admin')) => Promise<T>,
): Promise<T> {
  const request = {
    what,
    actions: [action],
    resources,
    profile: session.settings.profile,
    denied: ONLY_ADMINISTRATORS,
  };
  return askingAws(request, async () => {
    const sdk = await import('@aws-sdk/client-sso-admin');
    const client = new sdk.SSOAdminClient({ ...(await session.clientOptions(region)), region });
    try {
      return await run(client, sdk);
    } finally {
      client.destroy();
    }
  });
}
