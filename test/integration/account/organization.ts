/** An account of the sample organisation. Ids are text: one begins with a zero. */
export interface Account {
  readonly id: string;
  readonly name: string;
}

export const PAYER: Account = { id: '111111111111', name: 'payer' };
/** Delegated administrator of Identity Center. */
export const IDENTITY: Account = { id: '222222222222', name: 'identity' };
export const MEMBERS: readonly [Account, Account] = [
  { id: '333333333333', name: 'shop' },
  { id: '012345678901', name: 'research' },
];
/** Not of this organisation: owns what the others may not touch. */
export const OUTSIDER: Account = { id: '999999999999', name: 'outsider' };

export const ORGANIZATION: readonly Account[] = [PAYER, IDENTITY, ...MEMBERS];
export const EVERYONE: readonly Account[] = [...ORGANIZATION, OUTSIDER];

/** The role of every account but the payer's that the payer may assume, as AWS makes it for new accounts. */
export const ASSUMABLE_ROLE = 'OrganizationAccountAccessRole';
/** The IAM user of every account whose access key the tests hold. */
export const ADMIN = 'admin';
/** Where Identity Center lives. */
export const IDENTITY_REGION = 'eu-central-1';
/** The only region of billing services. */
export const BILLING_REGION = 'us-east-1';
/** Off until somebody turns them on (https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html); not all. */
export const OPT_IN_REGIONS = ['af-south-1', 'ap-east-1', 'eu-south-1', 'me-south-1'] as const;
