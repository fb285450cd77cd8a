import { askingAws } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/**
 * The id of the account that the credentials belong to. AWS takes nothing for it, and no permission is needed.
 * @throws OperatingError those of `askingAws`
 */
export async function readAccount(session: AwsSession): Promise<string> {
  const request = {
    what: 'find out which AWS account the credentials belong to',
    actions: ['sts:GetCallerIdentity'],
    resources: ['*'],
    profile: session.settings.profile,
  };
  return askingAws(request, async () => {
    const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
    const client = new STSClient(await session.clientOptions('us-east-1'));
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    if (Account === undefined) throw new Error('GetCallerIdentity named no account');
    return Account;
  });
}
