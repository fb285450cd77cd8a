import type { IdentitystoreClient, ResourceNotFoundException } from '@aws-sdk/client-identitystore';
import type { Directory, DirectoryGroup, DirectoryUser } from '../../domain/directory.ts';
import { type AwsRequest, askingAws } from '../failure.ts';
import { allPages } from '../pages.ts';
import type { AwsSession } from '../session.ts';
import { findIdentityStore, notHere } from './identity-store.ts';

/** The most that Identity Center gives at once. Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html */
const PAGE = 100;
/** Members are counted for the user's information only; with more groups it would take minutes. */
const MAX_COUNTED_GROUPS = 300;

interface DirectoryRequest {
  /** `null`: the one of the account and region is taken */
  readonly identityStore: string | null;
  /** whether it matters who is in the group */
  isMapped(group: string): boolean;
  /** told how much of the groups is read, 0 to 1 */
  onProgress(done: number, what: string): void;
  readonly signal: AbortSignal;
}

/**
 * All users of Identity Center with their groups.
 * @throws OperatingError IDENTITY_CENTER_MISSING, and those of askingAws
 */
export async function readIdentityCenter(session: AwsSession, asked: DirectoryRequest): Promise<Directory> {
  const request: AwsRequest = {
    what: 'read the people of Identity Center',
    actions: ['identitystore:ListUsers', 'identitystore:ListGroups', 'identitystore:ListGroupMemberships'],
    resources: ['*'],
    profile: session.settings.profile,
    denied:
      'Only the management account of the organization, or the account that administers Identity Center, may ask.',
  };
  const identityStore = asked.identityStore ?? (await findIdentityStore(session));
  return askingAws(request, async () => {
    const { IdentitystoreClient } = await import('@aws-sdk/client-identitystore');
    const options = await session.clientOptions();
    const client = new IdentitystoreClient(options);
    try {
      return { identityStore, region: options.region, ...(await readStore(client, identityStore, asked)) };
    } catch (error) {
      throw missing(error) === null ? error : notHere(`identity store ${identityStore}`, options.region);
    } finally {
      client.destroy();
    }
  });
}

async function readStore(
  client: IdentitystoreClient,
  IdentityStoreId: string,
  { isMapped, onProgress, signal }: DirectoryRequest,
): Promise<Pick<Directory, 'users' | 'groups'>> {
  const { ListGroupMembershipsCommand, ListGroupsCommand, ListUsersCommand } = await import(
    '@aws-sdk/client-identitystore'
  );
  const options = { abortSignal: signal };
  const asked = { IdentityStoreId, MaxResults: PAGE };
  onProgress(0, 'users of Identity Center');
  const users = await allPages('users', async (NextToken) => {
    const page = await client.send(new ListUsersCommand({ ...asked, NextToken }), options);
    return { items: page.Users, next: page.NextToken };
  });
  const groups = await allPages('groups', async (NextToken) => {
    const page = await client.send(new ListGroupsCommand({ ...asked, NextToken }), options);
    return { items: page.Groups, next: page.NextToken };
  });
  const groupsOf = new Map<string, string[]>();
  const counted: DirectoryGroup[] = [];
  for (const [index, { GroupId, DisplayName = GroupId ?? '' }] of groups.entries()) {
    onProgress(index / groups.length, `group ${DisplayName}`);
    const mapped = isMapped(DisplayName);
    if (!mapped && groups.length > MAX_COUNTED_GROUPS) {
      counted.push({ name: DisplayName, members: null });
      continue;
    }
    const members = await allPages(`members of ${DisplayName}`, async (NextToken) => {
      const page = await client.send(new ListGroupMembershipsCommand({ ...asked, GroupId, NextToken }), options);
      return { items: page.GroupMemberships, next: page.NextToken };
    }).catch((error: unknown) => {
      // It was removed since the groups were listed.
      if (missing(error) === 'GROUP') return [];
      throw error;
    });
    counted.push({ name: DisplayName, members: members.length });
    for (const { MemberId } of members) {
      const id = MemberId?.UserId;
      if (id !== undefined) groupsOf.set(id, [...(groupsOf.get(id) ?? []), DisplayName]);
    }
  }
  const known = users.map((user): DirectoryUser => {
    const { UserId = '', UserName = UserId, DisplayName, Name, Emails, UserStatus } = user;
    return {
      userName: UserName,
      displayName: DisplayName || Name?.Formatted || [Name?.GivenName, Name?.FamilyName].filter(Boolean).join(' '),
      emails: (Emails ?? []).flatMap(({ Value }) => (Value ? [Value] : [])),
      // Stores of before this field do not tell it.
      enabled: UserStatus !== 'DISABLED',
      groups: groupsOf.get(UserId) ?? [],
    };
  });
  return { users: known, groups: counted };
}

/** What the service says is not there: `IDENTITY_STORE`, `GROUP`; `null` = the error is another. */
function missing(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') return null;
  return (error as ResourceNotFoundException).ResourceType ?? 'IDENTITY_STORE';
}
