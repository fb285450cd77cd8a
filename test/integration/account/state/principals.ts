import {
  IAMClient,
  ListRoleTagsCommand,
  ListUserTagsCommand,
  paginateListRoles,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import type { Moto } from '../wire/moto-relay.ts';
import { tagRecord } from './canonical.ts';

/** The tags of all roles and users of an account, by ARN. */
export async function principalState(moto: Moto, account: string): Promise<Record<string, unknown>> {
  const client = moto.client(IAMClient, account);
  const found: Record<string, unknown> = {};
  for await (const { Roles = [] } of paginateListRoles({ client }, {}))
    for (const { RoleName, Arn = '' } of Roles)
      found[Arn] = tagRecord((await client.send(new ListRoleTagsCommand({ RoleName, MaxItems: 1000 }))).Tags);
  for await (const { Users = [] } of paginateListUsers({ client }, {}))
    for (const { UserName, Arn = '' } of Users)
      found[Arn] = tagRecord((await client.send(new ListUserTagsCommand({ UserName, MaxItems: 1000 }))).Tags);
  return found;
}
