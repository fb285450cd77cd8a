import { type IamPrincipal, iamPrincipal } from '../../domain/iam-principal.ts';
import { askingIam } from '../iam.ts';
import { allPages } from '../pages.ts';
import type { AwsSession } from '../session.ts';

/** A principal as a list of IAM shows it. Lists leave out tags: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export interface ListedPrincipal extends IamPrincipal {
  /** may be empty; users have none */
  readonly description: string;
}

/**
 * All roles and users of the account, in the order of their ARNs.
 * @throws OperatingError those of `askingAws`
 */
export async function readIamPrincipals(session: AwsSession, signal: AbortSignal): Promise<readonly ListedPrincipal[]> {
  const request = {
    what: 'list the roles and users of the account',
    actions: ['iam:ListRoles', 'iam:ListUsers'],
    resources: ['*'],
  };
  return askingIam(session, request, async (client, { ListRolesCommand, ListUsersCommand }) => {
    const options = { abortSignal: signal };
    const roles = await allPages('roles', async (Marker) => {
      const page = await client.send(new ListRolesCommand({ Marker }), options);
      return { items: page.Roles, next: page.Marker };
    });
    const users = await allPages('users', async (Marker) => {
      const page = await client.send(new ListUsersCommand({ Marker }), options);
      return { items: page.Users, next: page.Marker };
    });
    const all = [
      ...roles.map(({ Arn = '', Description }) => ({ ...iamPrincipal(Arn), description: Description ?? '' })),
      ...users.map(({ Arn = '' }) => ({ ...iamPrincipal(Arn), description: '' })),
    ];
    return all.toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
  });
}

/**
 * The tags of a role or user: key -> value, in the case in which they were given.
 * @throws OperatingError those of `askingAws`; AWS_REFUSED where it is no longer there
 */
export async function readPrincipalTags(
  session: AwsSession,
  { kind, name, arn }: IamPrincipal,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const request = {
    what: `read the tags of ${kind} ${name}`,
    actions: [kind === 'role' ? 'iam:ListRoleTags' : 'iam:ListUserTags'],
    resources: [arn],
  };
  return askingIam(session, request, async (client, { ListRoleTagsCommand, ListUserTagsCommand }) => {
    const options = { abortSignal: signal };
    const tags = await allPages(`tags of ${kind} ${name}`, async (Marker) => {
      const page =
        kind === 'role'
          ? await client.send(new ListRoleTagsCommand({ RoleName: name, Marker }), options)
          : await client.send(new ListUserTagsCommand({ UserName: name, Marker }), options);
      return { items: page.Tags, next: page.Marker };
    });
    return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  });
}
