import type { AllocationRules } from './allocation.ts';
import type { OwnDimensions } from './dimension.ts';
import type { Period } from './period.ts';

/**
 * What an account is to the set-up: `payer` has the bill, its cost allocation tags and the export; `identity` has Identity Center;
 * `member` has principals that call Bedrock.
 */
export const ACCOUNT_PARTS = ['payer', 'identity', 'member'] as const;
export type AccountPart = (typeof ACCOUNT_PARTS)[number];

/** An account that bursar.yaml names, and how it is reached. */
export interface AccountAccess {
  /** twelve digits; `null` = whichever the credentials are of */
  readonly id: string | null;
  /** profile of ~/.aws/config; `null` = as every command finds its credentials */
  readonly profile: string | null;
  /** ARN of a role to assume with these credentials; `null` = none */
  readonly role: string | null;
  /** where it uses Bedrock; for `identity` the region of Identity Center. Empty: the region of the command */
  readonly regions: readonly string[];
}

/** Whoever names none has one account, which is the payer and its only member. */
export interface Accounts {
  readonly payer: AccountAccess | null;
  readonly identity: AccountAccess | null;
  readonly members: readonly AccountAccess[];
}

export const GRANULARITIES = ['hourly', 'daily', 'monthly'] as const;

/** The CUR 2.0 export that is to be there. */
export interface ExportWish {
  readonly name: string;
  readonly bucket: string;
  readonly bucketRegion: string;
  /** of the keys in the bucket, without slashes at its ends */
  readonly prefix: string;
  readonly granularity: (typeof GRANULARITIES)[number];
  /** with line_item_resource_id */
  readonly resources: boolean;
}

/** What Athena needs to read the export. */
export interface AthenaWish {
  readonly database: string;
  readonly table: string;
  readonly workgroup: string;
  /** s3://bucket/prefix/ */
  readonly results: string;
  /** most that one query may read */
  readonly scanBytes: number;
}

/** What bursar.yaml wants the accounts to be: `bursar plan` compares, `bursar apply` makes it so. */
export interface SetupWish {
  readonly accounts: Accounts;
  /** dimensions and rules say which tags the principals get */
  readonly dimensions: OwnDimensions;
  readonly allocation: AllocationRules;
  readonly tagPrincipals: boolean;
  /** ask AWS to tag one AWSReservedSSO_ role, and tell what it says */
  readonly trySsoTags: boolean;
  readonly activateTags: boolean;
  /** from which month on AWS is asked to mark past lines with the tags; `null` = not at all */
  readonly backfill: Period | null;
  readonly export: ExportWish | null;
  readonly athena: AthenaWish | null;
  /** session tag key -> attribute of Identity Center, such as `${path:enterprise.department}` */
  readonly sessionTags: ReadonlyMap<string, string>;
}

/** In `tags` of CUR 2.0, and where tags are activated, the keys of principals begin so. Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html */
export const PRINCIPAL_TAG_PREFIX = 'iamPrincipal/';

/** The tag keys, without prefix, that principals are to carry: dimension -> key, for dimensions that are read from principals' tags. */
export function principalTagKeys(dimensions: OwnDimensions): ReadonlyMap<string, string> {
  const keys = Object.entries(dimensions).flatMap(([dimension, { tagKeys }]) => {
    const key = tagKeys.find((one) => one.startsWith(PRINCIPAL_TAG_PREFIX));
    return key === undefined ? [] : [[dimension, key.slice(PRINCIPAL_TAG_PREFIX.length)] as const];
  });
  return new Map(keys);
}

/** What bursar init leaves to the reader of bursar.yaml. */
export const FILL_IN = 'FILL-IN';
