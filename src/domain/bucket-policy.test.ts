import { describe, expect, it } from 'vitest';
import {
  allowsDelivery,
  bucketPolicyText,
  deliveryStatement,
  deniesDelivery,
  freeSid,
  parseBucketPolicy,
  sameStatement,
} from './bucket-policy.ts';

const BUCKET = 'acme-billing';
const PAYER = '111111111111';
const OTHER = '222222222222';

const policyOf = (...statements: object[]) => parseBucketPolicy(JSON.stringify({ Statement: statements }));

const allow = {
  Effect: 'Allow',
  Principal: { Service: 'bcm-data-exports.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${BUCKET}/*`,
};
const from = (account: string) => ({
  StringEquals: { 'aws:SourceAccount': account },
  ArnLike: { 'aws:SourceArn': `arn:aws:bcm-data-exports:us-east-1:${account}:export/*` },
});

/** As the console of AWS wrote it before 2026. */
const older = {
  Sid: 'EnableAWSDataExportsToWriteToS3AndCheckPolicy',
  Effect: 'Allow',
  Principal: { Service: ['billingreports.amazonaws.com', 'bcm-data-exports.amazonaws.com'] },
  Action: ['s3:PutObject', 's3:GetBucketPolicy'],
  Resource: [`arn:aws:s3:::${BUCKET}/*`, `arn:aws:s3:::${BUCKET}`],
  Condition: {
    StringLike: {
      'aws:SourceAccount': PAYER,
      'aws:SourceArn': [
        `arn:aws:cur:us-east-1:${PAYER}:definition/*`,
        `arn:aws:bcm-data-exports:us-east-1:${PAYER}:export/*`,
      ],
    },
  },
};

describe('a statement that lets Data Exports deliver', () => {
  const cases: readonly [string, object, boolean][] = [
    ['ours', deliveryStatement(BUCKET, PAYER), true],
    ['the older form, with the service of legacy reports', older, true],
    ['without conditions', allow, true],
    ['any action of S3', { ...allow, Action: 's3:*' }, true],
    ['actions in other letters', { ...allow, Action: ['S3:putobject'] }, true],
    [
      'keys of conditions in other letters',
      { ...allow, Condition: { StringEquals: { 'AWS:sourceaccount': PAYER } } },
      true,
    ],
    ['a list of accounts', { ...allow, Condition: { StringEquals: { 'aws:SourceAccount': [OTHER, PAYER] } } }, true],
    ['only over TLS', { ...allow, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, true],
    ['for another account', { ...allow, Condition: from(OTHER) }, false],
    [
      'an ARN with a star where a star is a letter',
      { ...allow, Condition: { StringEquals: from(PAYER).ArnLike } },
      false,
    ],
    ['a prefix alone: the test object lies at the root', { ...allow, Resource: `arn:aws:s3:::${BUCKET}/cur/*` }, false],
    ['the bucket, not what is in it', { ...allow, Resource: `arn:aws:s3:::${BUCKET}` }, false],
    ['another bucket', { ...allow, Resource: 'arn:aws:s3:::acme/*' }, false],
    ['legacy reports alone', { ...allow, Principal: { Service: 'billingreports.amazonaws.com' } }, false],
    ['reading alone', { ...allow, Action: 's3:GetObject' }, false],
    [
      'a condition that Bursar cannot judge',
      { ...allow, Condition: { StringEquals: { 's3:x-amz-acl': 'private' } } },
      false,
    ],
  ];
  it.each(cases)('%s', (_, statement, allows) => {
    expect(allowsDelivery(policyOf(statement), BUCKET, PAYER)).toBe(allows);
  });
});

describe('a statement that forbids', () => {
  const deny = { Sid: 'no', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${BUCKET}/*` };
  const cases: readonly [string, object, 'sure' | 'perhaps' | null][] = [
    ['everything', deny, 'sure'],
    ['without TLS', { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, null],
    ['old TLS', { ...deny, Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } }, null],
    ['who is no service of AWS', { ...deny, Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } } }, null],
    ['other accounts', { ...deny, Condition: { StringNotEquals: { 'aws:SourceAccount': PAYER } } }, null],
    ['all but another account', { ...deny, Condition: { StringNotEquals: { 'aws:SourceAccount': OTHER } } }, 'sure'],
    [
      'everybody but a role',
      { ...deny, Principal: undefined, NotPrincipal: { AWS: `arn:aws:iam::${PAYER}:role/x` } },
      'sure',
    ],
    ['everything but reading', { ...deny, Action: undefined, NotAction: 's3:Get*' }, 'sure'],
    ['deleting', { ...deny, Action: 's3:DeleteObject' }, null],
    ['a user', { ...deny, Principal: { AWS: `arn:aws:iam::${PAYER}:user/x` } }, null],
    [
      'what is not encrypted with a key',
      { ...deny, Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } } },
      'perhaps',
    ],
    [
      'outside of the organization',
      {
        ...deny,
        Condition: {
          StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        },
      },
      null,
    ],
  ];
  it.each(cases)('%s', (_, statement, verdict) => {
    const { sure, perhaps } = deniesDelivery(policyOf(statement), BUCKET, PAYER);
    expect({ sure, perhaps }).toEqual({
      sure: verdict === 'sure' ? ['no'] : [],
      perhaps: verdict === 'perhaps' ? ['no'] : [],
    });
  });
});

it('keeps what it does not know', () => {
  const text = JSON.stringify({
    Version: '2008-10-17',
    Id: 'policy',
    Statement: [
      { ...allow, Principal: { AWS: ['*'] } },
      { ...older, Extra: { deep: ['x'] } },
      { ...older, Effect: 'Deny' },
    ],
  });
  const policy = parseBucketPolicy(text);
  expect(bucketPolicyText(policy)).toBe(text);
  expect([...policy.statements.keys()]).toEqual(['statement 1', older.Sid, 'statement 3']);
});

it('takes a statement that stands alone for a list of one', () => {
  expect([...parseBucketPolicy(JSON.stringify({ Statement: older })).statements.keys()]).toEqual([older.Sid]);
});

it('sees the same statement in another form', () => {
  const [first, ...others] = older.Condition.StringLike['aws:SourceArn'];
  const turned = {
    ...older,
    Principal: { Service: older.Principal.Service.toReversed() },
    Condition: { StringLike: { 'aws:SourceArn': [...others, first ?? ''], 'aws:SourceAccount': [PAYER] } },
  };
  expect(sameStatement(older, turned)).toBe(true);
  expect(sameStatement(older, { ...turned, Action: 's3:PutObject' })).toBe(false);
});

it('takes the name of no statement that is there', () => {
  const ours = deliveryStatement(BUCKET, PAYER);
  expect(freeSid(policyOf(), PAYER)).toBe(ours.Sid);
  const second = `${ours.Sid}For${PAYER}`;
  expect(freeSid(policyOf(ours), PAYER)).toBe(second);
  expect(freeSid(policyOf(ours, { ...ours, Sid: second }), PAYER)).toBe(`${second}No2`);
});
