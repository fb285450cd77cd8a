import { askingAws, serviceAnswer } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/**
 * The management account of the organization that the account is in, which gets the bill of all its accounts;
 * `null` = it is in none, or may not know.
 * @throws OperatingError those of `askingAws`, but for AWS_ACCESS_DENIED
 */
export async function readManagementAccount(session: AwsSession, signal: AbortSignal): Promise<string | null> {
  const request = {
    what: 'find out which account manages the organization',
    actions: ['organizations:DescribeOrganization'],
    resources: ['*'],
    profile: session.settings.profile,
  };
  return askingAws(request, async () => {
    const { DescribeOrganizationCommand, OrganizationsClient } = await import('@aws-sdk/client-organizations');
    const client = new OrganizationsClient(await session.clientOptions('us-east-1'));
    try {
      const { Organization } = await client.send(new DescribeOrganizationCommand({}), { abortSignal: signal });
      return Organization?.MasterAccountId ?? null;
    } catch (error) {
      const { code } = serviceAnswer(error);
      if (code === 'AWSOrganizationsNotInUseException' || code === 'AccessDeniedException') return null;
      throw error;
    } finally {
      client.destroy();
    }
  });
}
