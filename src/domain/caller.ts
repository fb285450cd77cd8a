/** How AWS wrote down who called: the shapes of `line_item_iam_principal`. */
export const PRINCIPAL_KINDS = [
  'iam-user',
  'api-key',
  'identity-center',
  'assumed-role',
  'agentcore',
  'iam-role',
  'federated-user',
  'root',
  'unrecognised',
] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

/** What a principal ARN means. `null` = this kind of principal has no such part. */
export interface PrincipalMeaning {
  readonly kind: PrincipalKind;
  /** account id inside the ARN, a string of 12 digits */
  readonly account: string | null;
  /** role name (Identity Center: the whole AWSReservedSSO_… name) */
  readonly role: string | null;
  /** Identity Center permission set name */
  readonly permissionSet: string | null;
  /** role session name; for IAM users and API keys null */
  readonly session: string | null;
}
