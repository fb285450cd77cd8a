import { createHash } from 'node:crypto';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { IDENTITY_REGION } from '../organization.ts';
import type { Moto } from '../wire/moto-relay.ts';

/** A role that is there before anybody sets something up. */
export interface NewRole {
  readonly name: string;
  /** with slashes around it, such as `/app/` */
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** who may assume it: such as `{ Service: 'lambda.amazonaws.com' }` */
  readonly trusts?: Readonly<Record<string, string>>;
}

/** Makes the role at moto, past the rules of IAM. */
export async function addRole(moto: Moto, account: string, role: NewRole): Promise<{ RoleName: string }> {
  const { name: RoleName, path: Path = '/', tags = {}, description: Description, trusts } = role;
  const trust = { Effect: 'Allow', Principal: trusts ?? { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await moto
    .client(IAMClient, account)
    .send(new CreateRoleCommand({ RoleName, Path, Tags, Description, AssumeRolePolicyDocument }));
  return { RoleName };
}

/** The role of a permission set: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html. */
export function addReservedRole(moto: Moto, account: string, permissionSet: string): Promise<{ RoleName: string }> {
  const id = createHash('sha256').update(`${account}${permissionSet}`).digest('hex').slice(0, 16);
  return addRole(moto, account, {
    name: `AWSReservedSSO_${permissionSet}_${id}`,
    path: `/aws-reserved/sso.amazonaws.com/${IDENTITY_REGION}/`,
    trusts: { Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_${id}_DO_NOT_DELETE` },
  });
}
