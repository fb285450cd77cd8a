/** A role or a user of IAM. */
export interface IamPrincipal {
  readonly kind: 'role' | 'user';
  readonly name: string;
  /** `arn:aws:iam::111122223333:role/path/name` */
  readonly arn: string;
}

const ARN = /^arn:[\w-]+:iam::\d{12}:(role|user)\/(?:.*\/)?([^/]+)$/;

/** Whom an ARN names. A bug where it names neither a role nor a user. */
export function iamPrincipal(arn: string): IamPrincipal {
  const [, kind, name] = ARN.exec(arn) ?? [];
  if ((kind !== 'role' && kind !== 'user') || name === undefined) throw new Error(`no role and no user: ${arn}`);
  return { kind, name, arn };
}

/** Why only AWS itself changes a role. */
export type ProtectedRole = 'identity-center' | 'service-linked';

/**
 * Whose role it is, where it is not the account's. Sources: https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
 * (path and name), https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
 */
export function protectedRole({ kind, name, arn }: IamPrincipal): ProtectedRole | null {
  if (kind !== 'role') return null;
  if (arn.includes(':role/aws-service-role/')) return 'service-linked';
  return name.startsWith('AWSReservedSSO_') || arn.includes(':role/aws-reserved/sso.amazonaws.com/')
    ? 'identity-center'
    : null;
}
