import { askingAws } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/** Whose credentials a session has. */
interface Caller {
  readonly account: string;
  readonly arn: string;
}

/**
 * The id of the account that the credentials belong to. AWS takes nothing for it, and no permission is needed.
 * @throws OperatingError those of `askingAws`
 */
export async function readAccount(session: AwsSession): Promise<string> {
  return (await readCaller(session)).account;
}

/**
 * Account and ARN of whoever the credentials are of.
 * @param region where it is asked; `null` = where the session is
 * @throws OperatingError those of `askingAws`
 */
export async function readCaller(session: AwsSession, region: string | null = null): Promise<Caller> {
  const request = {
    what: `find out which AWS account the credentials belong to${region === null ? '' : ` in ${region}`}`,
    actions: ['sts:GetCallerIdentity'],
    resources: ['*'],
    profile: session.settings.profile,
  };
  return askingAws(request, async () => {
    const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
    const options = await session.clientOptions('us-east-1');
    const client = new STSClient({ ...options, region: region ?? options.region });
    const { Account, Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    if (Account === undefined) throw new Error('GetCallerIdentity named no account');
    return { account: Account, arn: Arn };
  });
}
