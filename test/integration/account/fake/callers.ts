import { createHash } from 'node:crypto';
import { IAMClient, ListRoleTagsCommand, ListUserTagsCommand } from '@aws-sdk/client-iam';
import type { Moto } from '../wire/moto-relay.ts';

type Identity = Readonly<Record<string, unknown>> & { readonly accountId: string };

/** The keys of the tags that a user or role has now. */
export async function principalTags(arn: string, moto: Moto): Promise<string[]> {
  const { account, kind, name } = partsOf(arn);
  const iam = moto.client(IAMClient, account);
  const { Tags = [] } =
    kind === 'user'
      ? await iam.send(new ListUserTagsCommand({ UserName: name }))
      : await iam.send(new ListRoleTagsCommand({ RoleName: name }));
  return Tags.map(({ Key = '' }) => Key);
}

/**
 * The `userIdentity` that CloudTrail writes for a principal: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html.
 * @param arn a user, or a role's session; a role alone is given a session
 */
export async function identityOf(arn: string, _moto: Moto): Promise<Identity> {
  const { account: accountId, kind, name, session } = partsOf(arn);
  const id = createHash('sha256').update(`${accountId}${name}`).digest('hex').slice(0, 16).toUpperCase();
  if (kind === 'user')
    return { type: 'IAMUser', principalId: `AIDA${id}`, arn, accountId, accessKeyId: `AKIA${id}`, userName: name };
  return {
    type: 'AssumedRole',
    principalId: `AROA${id}:${session}`,
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${session}`,
    accountId,
    accessKeyId: `ASIA${id}`,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: `AROA${id}`,
        arn: `arn:aws:iam::${accountId}:role/${name}`,
        accountId,
        userName: name,
      },
      attributes: { creationDate: '2026-11-01T00:00:00Z', mfaAuthenticated: 'false' },
    },
  };
}

function partsOf(arn: string): { account: string; kind: 'user' | 'role'; name: string; session: string } {
  const [, account = '', kind = '', path = ''] =
    /^arn:aws:(?:iam|sts)::(\d{12}):(user|role|assumed-role)\/(.+)$/.exec(arn) ?? [];
  if (account === '') throw new Error(`${arn} is neither user, role nor session`);
  const parts = path.split('/');
  if (kind === 'assumed-role')
    return { account, kind: 'role', name: parts[0] ?? '', session: parts.slice(1).join('/') };
  return { account, kind: kind as 'user' | 'role', name: parts.at(-1) ?? '', session: 'session' };
}
