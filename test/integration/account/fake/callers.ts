import { createHash } from 'node:crypto';
import { IAMClient, ListRoleTagsCommand, ListUserTagsCommand } from '@aws-sdk/client-iam';
import { BILLING_REGION, PAYER } from '../organization.ts';
import type { Moto } from '../wire/moto-relay.ts';
import type { TrailEvent } from './trail.ts';

/** How a principal calls Bedrock. */
export interface Use {
  readonly region?: string;
  readonly operation?: 'InvokeModel' | 'InvokeModelWithResponseStream' | 'Converse' | 'ConverseStream';
  readonly model?: string;
  /** tags of the session, beside those of the role */
  readonly sessionTags?: Readonly<Record<string, string>>;
  /** now by the clock of the machine, if absent: clients do not know that ours is ahead */
  readonly at?: Date;
  /** such as AccessDenied: CloudTrail has refused calls too */
  readonly errorCode?: string;
  /** the account whose trail has it, for callers without an account of their own */
  readonly account?: string;
}

interface Caller {
  readonly account: string;
  readonly kind: 'user' | 'role' | 'root' | 'federated-user' | 'service';
  readonly name: string;
  readonly session: string;
}

/** What a call leaves behind: an event, and the keys of the tags that the caller had. */
export async function bedrockUse(arn: string, use: Use, moto: Moto): Promise<{ event: TrailEvent; tagKeys: string[] }> {
  const caller = callerOf(arn, use.account);
  const {
    region = BILLING_REGION,
    operation = 'InvokeModel',
    model = 'anthropic.claude-sonnet-4-6',
    at = new Date(),
  } = use;
  const refusal = use.errorCode === undefined ? {} : { errorCode: use.errorCode };
  const event = {
    account: caller.account,
    region,
    at,
    name: operation,
    source: 'bedrock.amazonaws.com',
    identity: identityOf(caller, arn),
    requestParameters: { modelId: model },
    ...refusal,
  };
  const tagKeys = [...(await tagKeysOf(caller, moto)), ...Object.keys(use.sessionTags ?? {})];
  return { event, tagKeys: use.errorCode === undefined ? tagKeys : [] };
}

/** The keys of the tags that a user or role has now; roles of Identity Center and the like have none. */
async function tagKeysOf({ account, kind, name }: Caller, moto: Moto): Promise<string[]> {
  if (kind !== 'user' && kind !== 'role') return [];
  const iam = moto.client(IAMClient, account);
  const { Tags = [] } =
    kind === 'user'
      ? await iam.send(new ListUserTagsCommand({ UserName: name }))
      : await iam.send(new ListRoleTagsCommand({ RoleName: name }));
  return Tags.map(({ Key = '' }) => Key);
}

/** The `userIdentity` that CloudTrail writes: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html. */
function identityOf({ account: accountId, kind, name, session }: Caller, arn: string): Record<string, unknown> {
  const id = createHash('sha256').update(`${accountId}${name}`).digest('hex').slice(0, 16).toUpperCase();
  const attributes = { creationDate: '2026-11-01T00:00:00Z', mfaAuthenticated: 'false' };
  switch (kind) {
    case 'user':
      return { type: 'IAMUser', principalId: `AIDA${id}`, arn, accountId, accessKeyId: `AKIA${id}`, userName: name };
    case 'root':
      return { type: 'Root', principalId: accountId, arn, accountId, accessKeyId: '' };
    case 'service':
      return { type: 'AWSService', invokedBy: name };
    case 'federated-user': {
      const sessionIssuer = {
        type: 'IAMUser',
        principalId: `AIDA${id}`,
        arn: `arn:aws:iam::${accountId}:user/issuer`,
        accountId,
        userName: 'issuer',
      };
      return {
        type: 'FederatedUser',
        principalId: `${accountId}:${name}`,
        arn,
        accountId,
        accessKeyId: `ASIA${id}`,
        sessionContext: { sessionIssuer, attributes },
      };
    }
    case 'role': {
      const path = name.startsWith('AWSReservedSSO_') ? 'aws-reserved/sso.amazonaws.com/eu-central-1/' : '';
      const sessionIssuer = {
        type: 'Role',
        principalId: `AROA${id}`,
        arn: `arn:aws:iam::${accountId}:role/${path}${name}`,
        accountId,
        userName: name,
      };
      return {
        type: 'AssumedRole',
        principalId: `AROA${id}:${session}`,
        arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${session}`,
        accountId,
        accessKeyId: `ASIA${id}`,
        sessionContext: { sessionIssuer, attributes },
      };
    }
  }
}

function callerOf(arn: string, account = PAYER.id): Caller {
  if (arn.endsWith('.amazonaws.com')) return { account, kind: 'service', name: arn, session: '' };
  const pattern = /^arn:aws:(?:iam|sts)::(\d{12}):(?:(root)|(user|role|assumed-role|federated-user)\/(.+))$/;
  const [, id = '', root, kind, path = ''] = pattern.exec(arn) ?? [];
  if (root !== undefined) return { account: id, kind: 'root', name: 'root', session: '' };
  const parts = path.split('/');
  if (kind === 'assumed-role')
    return { account: id, kind: 'role', name: parts[0] ?? '', session: parts.slice(1).join('/') };
  if (kind === 'user' || kind === 'role' || kind === 'federated-user')
    return { account: id, kind, name: parts.at(-1) ?? '', session: 'session' };
  throw new Error(`${arn} is no caller that this server knows`);
}
