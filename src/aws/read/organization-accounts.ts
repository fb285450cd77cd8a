import { askingAws } from '../failure.ts';
import { allPages } from '../pages.ts';
import type { AwsSession } from '../session.ts';

/** An account of the organization. */
export interface OrganizationAccount {
  /** twelve digits */
  readonly id: string;
  readonly name: string;
  /** neither suspended nor being closed */
  readonly active: boolean;
}

/**
 * All accounts of the organization. Only its management account, or one that administers a service for it, may ask.
 * @throws OperatingError those of `askingAws`
 */
export async function readOrganizationAccounts(
  session: AwsSession,
  signal: AbortSignal,
): Promise<OrganizationAccount[]> {
  const request = {
    what: 'list the accounts of the organization',
    actions: ['organizations:ListAccounts'],
    resources: ['*'],
    profile: session.settings.profile,
    denied: 'Only the management account of the organization, or one that administers a service for it, may ask.',
  };
  return askingAws(request, async () => {
    const { ListAccountsCommand, OrganizationsClient } = await import('@aws-sdk/client-organizations');
    const client = new OrganizationsClient(await session.clientOptions('us-east-1'));
    try {
      const accounts = await allPages('accounts', async (NextToken) => {
        const page = await client.send(new ListAccountsCommand({ NextToken }), { abortSignal: signal });
        return { items: page.Accounts, next: page.NextToken };
      });
      return accounts.map(({ Id = '', Name = Id, State, Status }) => ({
        id: Id,
        name: Name,
        active: (State ?? Status) === 'ACTIVE',
      }));
    } finally {
      client.destroy();
    }
  });
}
