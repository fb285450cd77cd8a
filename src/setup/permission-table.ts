import { CUR_TABLE } from '../domain/data-export.ts';
import type { AccountPart, SetupWish } from '../domain/setup.ts';

/** Commands that call AWS. */
export const PERMISSION_COMMANDS = ['init', 'plan', 'apply', 'undo', 'doctor', 'report', 'people'] as const;
export type PermissionCommand = (typeof PERMISSION_COMMANDS)[number];

/** The names that resources are narrowed to; `*` where nobody has said one. */
export interface Names {
  readonly account: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly database: string;
  readonly table: string;
  readonly workgroup: string;
  /** ARNs of roles that are assumed with these credentials; empty = none */
  readonly roles: readonly string[];
}

/** What some commands need for one purpose. */
export interface Needed {
  /** letters and digits; unique */
  readonly sid: string;
  /** for what, in a few words */
  readonly purpose: string;
  readonly part: AccountPart;
  readonly commands: readonly PermissionCommand[];
  readonly actions: readonly string[];
  readonly resources: (names: Names) => readonly string[];
  /** whether what bursar.yaml wants takes it */
  readonly wanted: (wish: SetupWish, commands: readonly PermissionCommand[]) => boolean;
}

const LOOK: readonly PermissionCommand[] = ['plan', 'apply', 'undo', 'doctor'];
const anything = () => ['*'];
const always = () => true;
const wantsExport = ({ export: wished }: SetupWish): boolean => wished !== null;
const wantsAthena = ({ athena }: SetupWish): boolean => athena !== null;
const wantsTags = ({ tagPrincipals, trySsoTags }: SetupWish): boolean => tagPrincipals || trySsoTags;
const wantsActive = ({ activateTags, backfill }: SetupWish): boolean => activateTags || backfill !== null;
const wantsSession = ({ sessionTags }: SetupWish): boolean => sessionTags.size > 0;
/** What is wanted decides nothing for init and doctor: they look at all that is there. */
const orLooking =
  (wanted: (wish: SetupWish) => boolean) =>
  (wish: SetupWish, commands: readonly PermissionCommand[]): boolean =>
    commands.includes('init') || commands.includes('doctor') || wanted(wish);

const bucket = (names: Names) => [`arn:aws:s3:::${names.bucket}`];
const curExport = ({ account }: Names) => `arn:aws:bcm-data-exports:us-east-1:${account}:export/*`;
const curTable = ({ account }: Names) => `arn:aws:bcm-data-exports:us-east-1:${account}:table/${CUR_TABLE}`;
const catalog = ({ account, database, table }: Names) => [
  `arn:aws:glue:*:${account}:catalog`,
  `arn:aws:glue:*:${account}:database/${database}`,
  `arn:aws:glue:*:${account}:table/${database}/${table}`,
];
const workgroup = ({ account, workgroup: name }: Names) => [`arn:aws:athena:*:${account}:workgroup/${name}`];
const roles = ({ account }: Names) => [`arn:aws:iam::${account}:role/*`];
const users = ({ account }: Names) => [`arn:aws:iam::${account}:user/*`];
const instances = () => ['arn:aws:sso:::instance/*'];

/**
 * Every permission that a command can need. GetCallerIdentity needs none. docs/reference/permissions.md is made from this table, and a
 * test compares it with the calls that the commands make.
 * Source of the resources: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const PERMISSIONS: readonly Needed[] = [
  {
    sid: 'AssumeRoles',
    purpose: 'reach the accounts for which bursar.yaml names a role',
    part: 'payer',
    commands: ['init', ...LOOK],
    actions: ['sts:AssumeRole'],
    resources: ({ roles: named }) => named,
    wanted: always,
  },
  {
    sid: 'SeeOrganization',
    purpose: 'know whether this is the account that gets the bill',
    part: 'payer',
    commands: ['init', ...LOOK],
    actions: ['organizations:DescribeOrganization'],
    resources: anything,
    wanted: orLooking(wantsExport),
  },
  {
    sid: 'ListAccounts',
    purpose: 'name the accounts of the organisation',
    part: 'payer',
    commands: ['init'],
    actions: ['organizations:ListAccounts'],
    resources: anything,
    wanted: always,
  },
  {
    sid: 'ListExports',
    purpose: 'find the exports that are there',
    part: 'payer',
    commands: ['init', ...LOOK],
    actions: ['bcm-data-exports:ListExports'],
    resources: anything,
    wanted: orLooking((wish) => wantsExport(wish) || wantsAthena(wish)),
  },
  {
    sid: 'SeeExports',
    purpose: 'see what an export selects, and whether it is delivered',
    part: 'payer',
    commands: ['init', ...LOOK],
    actions: ['bcm-data-exports:GetExport', 'bcm-data-exports:ListExecutions'],
    resources: (names) => [curExport(names)],
    wanted: orLooking((wish) => wantsExport(wish) || wantsAthena(wish)),
  },
  {
    sid: 'SeeColumns',
    purpose: 'know the columns that an export can select',
    part: 'payer',
    commands: ['plan', 'apply', 'doctor'],
    actions: ['bcm-data-exports:GetTable'],
    resources: (names) => [curTable(names)],
    wanted: wantsExport,
  },
  {
    sid: 'MakeExport',
    purpose: 'make the export',
    part: 'payer',
    commands: ['apply'],
    actions: ['bcm-data-exports:CreateExport'],
    resources: (names) => [curExport(names), curTable(names)],
    wanted: wantsExport,
  },
  {
    sid: 'MakeExportAsReport',
    purpose: 'make the export: AWS asks for the permission of the old reports as well, which have no resource yet',
    part: 'payer',
    commands: ['apply'],
    actions: ['cur:PutReportDefinition'],
    resources: anything,
    wanted: wantsExport,
  },
  {
    sid: 'RemoveExport',
    purpose: 'take back the export',
    part: 'payer',
    commands: ['undo'],
    actions: ['bcm-data-exports:DeleteExport'],
    resources: (names) => [curExport(names)],
    wanted: wantsExport,
  },
  {
    sid: 'RemoveExportAsReport',
    purpose: 'take back the export, for which AWS may ask for the permission of the old reports as well',
    part: 'payer',
    commands: ['undo'],
    actions: ['cur:DeleteReportDefinition'],
    resources: anything,
    wanted: wantsExport,
  },
  {
    sid: 'ListBuckets',
    purpose: 'tell a bucket of this account from one of somebody else',
    part: 'payer',
    commands: ['init', ...LOOK],
    actions: ['s3:ListAllMyBuckets'],
    resources: anything,
    wanted: orLooking(wantsExport),
  },
  {
    sid: 'SeeBucket',
    purpose: 'see region, policy, encryption and public access of the bucket',
    part: 'payer',
    commands: LOOK,
    actions: [
      's3:ListBucket',
      's3:GetBucketLocation',
      's3:GetBucketPolicy',
      's3:GetBucketPublicAccessBlock',
      's3:GetBucketTagging',
      's3:GetEncryptionConfiguration',
    ],
    resources: bucket,
    wanted: orLooking(wantsExport),
  },
  {
    sid: 'MakeBucket',
    purpose: 'make the bucket',
    part: 'payer',
    commands: ['apply'],
    actions: ['s3:CreateBucket'],
    resources: bucket,
    wanted: wantsExport,
  },
  {
    sid: 'ProtectBucket',
    purpose: 'block public access, encrypt, and let AWS deliver; and the same back',
    part: 'payer',
    commands: ['apply', 'undo'],
    actions: ['s3:PutBucketPublicAccessBlock', 's3:PutEncryptionConfiguration', 's3:PutBucketPolicy'],
    resources: bucket,
    wanted: wantsExport,
  },
  {
    sid: 'RemoveBucket',
    purpose: 'take back the bucket while nothing was delivered into it',
    part: 'payer',
    commands: ['undo'],
    actions: ['s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:DeleteObject'],
    resources: (names) => [...bucket(names), `arn:aws:s3:::${names.bucket}/aws-programmatic-access-test-object`],
    wanted: wantsExport,
  },
  {
    sid: 'ReadExport',
    purpose: 'read the delivered files',
    part: 'payer',
    commands: ['report', 'doctor'],
    actions: ['s3:ListBucket', 's3:GetObject'],
    resources: (names) => [...bucket(names), `arn:aws:s3:::${names.bucket}/${names.prefix}/*`],
    wanted: orLooking(wantsExport),
  },
  {
    sid: 'AskCostExplorer',
    purpose: 'report without an export (--source ce, verify --against ce)',
    part: 'payer',
    commands: ['report'],
    actions: ['ce:GetCostAndUsage'],
    resources: anything,
    wanted: always,
  },
  {
    sid: 'SeeCostTags',
    purpose: 'see which cost allocation tags are active',
    part: 'payer',
    commands: ['init', ...LOOK],
    actions: ['ce:ListCostAllocationTags'],
    resources: anything,
    wanted: orLooking(wantsActive),
  },
  {
    sid: 'SeeBackfills',
    purpose: 'see which months were marked already',
    part: 'payer',
    commands: ['plan', 'apply', 'doctor'],
    actions: ['ce:ListCostAllocationTagBackfillHistory'],
    resources: anything,
    wanted: ({ backfill }) => backfill !== null,
  },
  {
    sid: 'ActivateCostTags',
    purpose: 'activate cost allocation tags, and make them inactive again',
    part: 'payer',
    commands: ['apply', 'undo'],
    actions: ['ce:UpdateCostAllocationTagsStatus'],
    resources: anything,
    wanted: ({ activateTags }) => activateTags,
  },
  {
    sid: 'MarkPastLines',
    purpose: 'ask AWS to mark past months',
    part: 'payer',
    commands: ['apply'],
    actions: ['ce:StartCostAllocationTagBackfill'],
    resources: anything,
    wanted: ({ backfill }) => backfill !== null,
  },
  {
    sid: 'SeeCatalog',
    purpose: 'see database and table of Athena',
    part: 'payer',
    commands: LOOK,
    actions: ['glue:GetDatabase', 'glue:GetTable'],
    resources: catalog,
    wanted: wantsAthena,
  },
  {
    sid: 'MakeTable',
    purpose: 'make or change database and table',
    part: 'payer',
    commands: ['apply'],
    actions: ['glue:CreateDatabase', 'glue:CreateTable'],
    resources: catalog,
    wanted: wantsAthena,
  },
  {
    sid: 'ChangeTable',
    purpose: 'change a table that is there, and change it back',
    part: 'payer',
    commands: ['apply', 'undo'],
    actions: ['glue:UpdateTable'],
    resources: catalog,
    wanted: wantsAthena,
  },
  {
    sid: 'RemoveTable',
    purpose: 'take back table and database while nobody else uses them',
    part: 'payer',
    commands: ['undo'],
    actions: ['glue:DeleteTable', 'glue:GetTables', 'glue:DeleteDatabase'],
    resources: (names) => [...catalog(names), `arn:aws:glue:*:${names.account}:table/${names.database}/*`],
    wanted: wantsAthena,
  },
  {
    sid: 'SeeWorkgroup',
    purpose: 'see the workgroup of Athena',
    part: 'payer',
    commands: LOOK,
    actions: ['athena:GetWorkGroup'],
    resources: workgroup,
    wanted: wantsAthena,
  },
  {
    sid: 'MakeWorkgroup',
    purpose: 'make the workgroup',
    part: 'payer',
    commands: ['apply'],
    actions: ['athena:CreateWorkGroup'],
    resources: workgroup,
    wanted: wantsAthena,
  },
  {
    sid: 'ChangeWorkgroup',
    purpose: 'change a workgroup that is there, and change it back',
    part: 'payer',
    commands: ['apply', 'undo'],
    actions: ['athena:UpdateWorkGroup'],
    resources: workgroup,
    wanted: wantsAthena,
  },
  {
    sid: 'RemoveWorkgroup',
    purpose: 'take back the workgroup while nobody keeps queries in it',
    part: 'payer',
    commands: ['undo'],
    actions: ['athena:ListNamedQueries', 'athena:DeleteWorkGroup'],
    resources: workgroup,
    wanted: wantsAthena,
  },
  {
    sid: 'FindIdentityCenter',
    purpose: 'find Identity Center',
    part: 'identity',
    commands: ['people', 'init', ...LOOK],
    actions: ['sso:ListInstances'],
    resources: anything,
    wanted: (wish, commands) => commands.includes('people') || commands.includes('init') || wantsSession(wish),
  },
  {
    sid: 'SeePermissionSets',
    purpose: 'name the permission sets',
    part: 'identity',
    commands: ['init'],
    actions: ['sso:ListPermissionSets', 'sso:DescribePermissionSet'],
    resources: () => [...instances(), 'arn:aws:sso:::permissionSet/*'],
    wanted: always,
  },
  {
    sid: 'ReadPeople',
    purpose: 'read people and their groups',
    part: 'identity',
    commands: ['people'],
    actions: ['identitystore:ListUsers', 'identitystore:ListGroups', 'identitystore:ListGroupMemberships'],
    resources: anything,
    wanted: always,
  },
  {
    sid: 'SeeSessionTags',
    purpose: 'see which attributes are passed as session tags',
    part: 'identity',
    commands: ['init', ...LOOK],
    actions: ['sso:DescribeInstanceAccessControlAttributeConfiguration'],
    resources: instances,
    wanted: (wish, commands) => commands.includes('init') || wantsSession(wish),
  },
  {
    sid: 'PassSessionTags',
    purpose: 'pass attributes as session tags',
    part: 'identity',
    commands: ['apply'],
    actions: ['sso:CreateInstanceAccessControlAttributeConfiguration'],
    resources: instances,
    wanted: wantsSession,
  },
  {
    sid: 'ChangeSessionTags',
    purpose: 'change the attributes that are passed, and change them back',
    part: 'identity',
    commands: ['apply', 'undo'],
    actions: ['sso:UpdateInstanceAccessControlAttributeConfiguration'],
    resources: instances,
    wanted: wantsSession,
  },
  {
    sid: 'StopSessionTags',
    purpose: 'pass no attributes any more',
    part: 'identity',
    commands: ['undo'],
    actions: ['sso:DeleteInstanceAccessControlAttributeConfiguration'],
    resources: instances,
    wanted: wantsSession,
  },
  {
    sid: 'SeeCallers',
    purpose: 'see who called Bedrock in the last 90 days',
    part: 'member',
    commands: ['init'],
    actions: ['cloudtrail:LookupEvents'],
    resources: anything,
    wanted: always,
  },
  {
    sid: 'ListPrincipals',
    purpose: 'find roles and users',
    part: 'member',
    commands: ['init', 'plan', 'apply', 'doctor'],
    actions: ['iam:ListRoles', 'iam:ListUsers'],
    resources: anything,
    wanted: orLooking(wantsTags),
  },
  {
    sid: 'SeeStacks',
    purpose: 'know which roles and users a stack of CloudFormation owns',
    part: 'member',
    commands: ['plan', 'apply'],
    actions: ['cloudformation:DescribeStackResources'],
    resources: anything,
    wanted: wantsTags,
  },
  {
    sid: 'SeeRoleTags',
    purpose: 'see tags of roles',
    part: 'member',
    commands: ['init', ...LOOK],
    actions: ['iam:ListRoleTags'],
    resources: roles,
    wanted: orLooking(wantsTags),
  },
  {
    sid: 'SeeUserTags',
    purpose: 'see tags of users',
    part: 'member',
    commands: ['init', ...LOOK],
    actions: ['iam:ListUserTags'],
    resources: users,
    wanted: orLooking(wantsTags),
  },
  {
    sid: 'TagRoles',
    purpose: 'tag roles, and take tags back',
    part: 'member',
    commands: ['apply', 'undo'],
    actions: ['iam:TagRole', 'iam:UntagRole'],
    resources: roles,
    wanted: wantsTags,
  },
  {
    sid: 'TagUsers',
    purpose: 'tag users, and take tags back',
    part: 'member',
    commands: ['apply', 'undo'],
    actions: ['iam:TagUser', 'iam:UntagUser'],
    resources: users,
    wanted: wantsTags,
  },
];
