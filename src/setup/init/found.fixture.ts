import type { SeenCaller } from '../../aws/read/bedrock-callers.ts';
import { CUR_TABLE, type DataExport } from '../../domain/data-export.ts';
import { OperatingError } from '../../domain/errors.ts';
import { REPORT_COLUMNS } from '../export/query.ts';
import type { Found } from './found.ts';

const PAYER = '111122223333';
/** Text: a number would lose its zeros. */
const SHOP = '001122334455';

function seen(principal: string, calls: number, first: string, last: string, failed = 0): SeenCaller {
  const account = principal.split(':')[4] ?? '';
  return { principal, account, calls, failed, first: Date.parse(first), last: Date.parse(last) };
}

const SSO = 'AWSReservedSSO_Developers_0123456789abcdef';

/** Every shape of caller. */
const CALLERS: readonly SeenCaller[] = [
  seen(`arn:aws:sts::${SHOP}:assumed-role/checkout-api/i-0123`, 900, '2026-09-01', '2026-11-26'),
  seen(`arn:aws:sts::${SHOP}:assumed-role/checkout-api/i-4567`, 304, '2026-09-03', '2026-11-25', 12),
  seen(`arn:aws:sts::${SHOP}:assumed-role/${SSO}/anna@example.org`, 120, '2026-10-01', '2026-11-26'),
  seen(`arn:aws:sts::${SHOP}:assumed-role/${SSO}/ben@example.org`, 7, '2026-11-02', '2026-11-02'),
  seen(`arn:aws:iam::${SHOP}:user/ci/build`, 40, '2026-11-01', '2026-11-20'),
  seen(`arn:aws:iam::${SHOP}:user/BedrockAPIKey-a1b2`, 33, '2026-11-05', '2026-11-19'),
  seen(`arn:aws:sts::${SHOP}:federated-user/Carla`, 3, '2026-11-06', '2026-11-06'),
  seen(
    `arn:aws:sts::${SHOP}:assumed-role/support-agent/BedrockAgentCore-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f`,
    21,
    '2026-11-01',
    '2026-11-07',
  ),
  seen(`arn:aws:iam::${SHOP}:root`, 1, '2026-09-09', '2026-09-09'),
  seen('ops"works\n.amazonaws.com', 1, '2026-09-09', '2026-09-09'),
  seen(`arn:aws:sts::${SHOP}:assumed-role/refused/x`, 0, '2026-11-07', '2026-11-07', 8),
];

const REGION = { events: 0, complete: true, failure: null, callers: [] };

/** The management account, and one member that was looked at. */
export const ORGANIZATION: Found = {
  day: '2026-11-26',
  days: 90,
  account: PAYER,
  management: { value: PAYER },
  organization: {
    value: [
      { id: PAYER, name: 'management', active: true },
      { id: SHOP, name: 'shop', active: true },
      { id: '000000000042', name: 'research: "lab"', active: true },
      { id: '000000000043', name: 'closed', active: false },
    ],
  },
  accounts: [
    {
      id: PAYER,
      profile: 'billing',
      role: null,
      seen: [{ ...REGION, region: 'us-east-1' }],
      tagKeys: { value: new Map() },
    },
    {
      id: SHOP,
      profile: null,
      role: `arn:aws:iam::${SHOP}:role/OrganizationAccountAccessRole`,
      seen: [
        { ...REGION, region: 'eu-central-1', events: 1_438, callers: CALLERS },
        { ...REGION, region: 'us-east-1', events: 900, callers: CALLERS.slice(0, 1), complete: false },
      ],
      tagKeys: {
        value: new Map([
          ['Team', 2],
          ['CostCenter', 1],
          ['account', 1],
          ['aws:cloudformation:stack-name', 1],
        ]),
      },
    },
  ],
  exports: {
    value: [export_('legacy', {}), export_('focus', {}, 'FOCUS_1_2_AWS')],
  },
  buckets: { value: ['billing-exports', 'logs'] },
  costTags: {
    value: [
      { key: 'iamPrincipal/Team', active: false, since: null },
      { key: 'Team', active: true, since: null },
    ],
  },
  identity: {
    value: {
      account: PAYER,
      profile: 'billing',
      role: null,
      region: 'eu-west-1',
      owner: PAYER,
      permissionSets: { value: ['Administrators', 'Developers', 'ReadOnly'] },
      attributes: { value: new Map([['Department', [`\${path:enterprise.department}`]]]) },
    },
  },
  region: 'eu-central-1',
};

function export_(name: string, settings: Readonly<Record<string, string>>, table = CUR_TABLE): DataExport {
  return {
    arn: `arn:aws:bcm-data-exports:us-east-1:${PAYER}:export/${name}`,
    name,
    query: `SELECT ${REPORT_COLUMNS.join(', ')} FROM ${table}`,
    tables: { [table]: settings },
    destination: {
      bucket: 'billing-exports',
      prefix: 'cur',
      region: 'eu-central-1',
      format: 'PARQUET',
      compression: 'PARQUET',
      overwrite: 'OVERWRITE_REPORT',
      outputType: 'CUSTOM',
    },
    health: { healthy: table === CUR_TABLE, reason: null, delivered: true },
  };
}

/** All is there: an export with identity, and an active tag; but no Identity Center in the regions that were looked at. */
export const READY: Found = {
  ...ORGANIZATION,
  identity: { value: null },
  exports: { value: [export_('legacy', {}), export_('bursar', { INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE' })] },
  costTags: { value: [{ key: 'iamPrincipal/team', active: true, since: null }] },
};

function denied(what: string, action: string): { readonly failure: OperatingError } {
  return {
    failure: new OperatingError('AWS_ACCESS_DENIED', `cannot ${what}: not authorized (AccessDenied)`, {
      hint: `Whoever you are signed in as needs ${action}. The IAM policy statement:\n  {"Effect":"Allow","Action":["${action}"],"Resource":["*"]}`,
    }),
  };
}

/** A member account whose user may read nothing but one region of CloudTrail. */
export const DENIED: Found = {
  ...ORGANIZATION,
  account: SHOP,
  management: { value: PAYER },
  organization: denied('list the accounts of the organization', 'organizations:ListAccounts'),
  accounts: [
    {
      id: SHOP,
      profile: null,
      role: null,
      seen: [
        {
          ...REGION,
          region: 'eu-central-1',
          complete: false,
          ...denied("read CloudTrail's event history", 'cloudtrail:LookupEvents'),
        },
        { ...REGION, region: 'eu-west-1' },
      ],
      tagKeys: { value: new Map() },
    },
  ],
  exports: denied('list the exports', 'bcm-data-exports:ListExports'),
  buckets: denied('list the buckets', 's3:ListAllMyBuckets'),
  costTags: denied('list the cost allocation tags', 'ce:ListCostAllocationTags'),
  identity: denied('look for Identity Center', 'sso:ListInstances'),
};

/** It sees Identity Center, and does not look after it. */
export const MEMBER: Found = {
  ...DENIED,
  identity: {
    value: {
      account: SHOP,
      profile: null,
      role: null,
      region: 'eu-west-1',
      owner: PAYER,
      permissionSets: denied('list the permission sets of Identity Center', 'sso:ListPermissionSets'),
      attributes: denied(
        'read which attributes Identity Center passes',
        'sso:DescribeInstanceAccessControlAttributeConfiguration',
      ),
    },
  },
};
