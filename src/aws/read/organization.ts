import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { OperatingError } from '../../domain/errors.ts';
import { type AwsRequest, askingAws, serviceAnswer } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/** An account of the organization. */
export interface OrganizationAccount {
  /** twelve digits */
  readonly id: string;
  readonly name: string;
  /** neither suspended nor being closed */
  readonly active: boolean;
}

/** A hundred thousand accounts: a list that goes on is one that goes round. */
const MAX_PAGES = 5_000;

/**
 * The management account of the organization that the account is in, which pays for all of it; any account of it may ask.
 * @returns `null` = the account is in no organization: it pays for itself
 * @throws OperatingError those of `askingAws`
 */
export async function readManagementAccount(session: AwsSession, signal: AbortSignal): Promise<string | null> {
  const request = requestFor(session, 'find out which account manages the organization', 'DescribeOrganization');
  return withClient(session, request, async (client) => {
    const { DescribeOrganizationCommand } = await import('@aws-sdk/client-organizations');
    try {
      const { Organization } = await client.send(new DescribeOrganizationCommand({}), { abortSignal: signal });
      return Organization?.MasterAccountId ?? null;
    } catch (error) {
      if (serviceAnswer(error).code === 'AWSOrganizationsNotInUseException') return null;
      throw error;
    }
  });
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
    ...requestFor(session, 'list the accounts of the organization', 'ListAccounts'),
    denied: 'Only the management account of the organization, or one that administers a service for it, may ask.',
  };
  return withClient(session, request, async (client) => {
    const { ListAccountsCommand } = await import('@aws-sdk/client-organizations');
    const all: OrganizationAccount[] = [];
    let NextToken: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const page = await client.send(new ListAccountsCommand({ NextToken }), { abortSignal: signal });
      for (const { Id = '', Name = Id, State, Status } of page.Accounts ?? []) {
        all.push({ id: Id, name: Name, active: (State ?? Status) === 'ACTIVE' });
      }
      if (!page.NextToken) return all;
      NextToken = page.NextToken;
    }
    throw new OperatingError('AWS_REFUSED', `the list of accounts has more than ${MAX_PAGES} pages`, {
      hint: 'What answers is hardly AWS Organizations: check --endpoint-url.',
    });
  });
}

function requestFor({ settings }: AwsSession, what: string, action: string): AwsRequest {
  return { what, actions: [`organizations:${action}`], resources: ['*'], profile: settings.profile };
}

async function withClient<T>(
  session: AwsSession,
  request: AwsRequest,
  run: (client: OrganizationsClient) => Promise<T>,
): Promise<T> {
  return askingAws(request, async () => {
    const { OrganizationsClient } = await import('@aws-sdk/client-organizations');
    const client = new OrganizationsClient(await session.clientOptions('us-east-1'));
    try {
      return await run(client);
    } finally {
      client.destroy();
    }
  });
}
