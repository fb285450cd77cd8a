import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrincipalMeaning } from './caller.ts';
import { classifyPrincipal } from './principal.ts';

const ACCOUNT = '111122223333';
const AGENT_SESSION = 'BedrockAgentCore-0f8fad5b-d9cb-469f-a165-70867728950e';
const READER = 'AWSReservedSSO_ReadOnly_0123456789abcdef';

type Expected = Partial<PrincipalMeaning> & Pick<PrincipalMeaning, 'kind'>;

const nothing = { account: ACCOUNT, role: null, permissionSet: null, session: null };

describe('principals of IAM and STS', () => {
  it.each<[what: string, arn: string, expected: Expected]>([
    ['IAM user', 'arn:aws:iam::111122223333:user/alice', { kind: 'iam-user' }],
    ['IAM user with a path', 'arn:aws:iam::111122223333:user/team/alice', { kind: 'iam-user' }],
    ['long-term Bedrock API key', 'arn:aws:iam::111122223333:user/BedrockAPIKey-234s', { kind: 'api-key' }],
    ['API key under a path', 'arn:aws:iam::111122223333:user/keys/BedrockAPIKey-9f3k', { kind: 'api-key' }],
    [
      'application role',
      'arn:aws:sts::111122223333:assumed-role/ChatApp/session-1',
      { kind: 'assumed-role', role: 'ChatApp', session: 'session-1' },
    ],
    [
      'person through a federated role',
      'arn:aws:sts::111122223333:assumed-role/Role/user@acme.org',
      { kind: 'assumed-role', role: 'Role', session: 'user@acme.org' },
    ],
    [
      'session name with all the signs that STS allows',
      'arn:aws:sts::111122223333:assumed-role/web-identity/a+b=c,d.e@f-g_h',
      { kind: 'assumed-role', role: 'web-identity', session: 'a+b=c,d.e@f-g_h' },
    ],
    [
      'session name with a slash',
      'arn:aws:sts::111122223333:assumed-role/ci/build/42',
      { kind: 'assumed-role', role: 'ci', session: 'build/42' },
    ],
    [
      'Identity Center',
      `arn:aws:sts::111122223333:assumed-role/${READER}/alice@acme.org`,
      { kind: 'identity-center', role: READER, permissionSet: 'ReadOnly', session: 'alice@acme.org' },
    ],
    [
      'permission set with underscores',
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Bedrock_Power_User_00aa11bb22cc33dd/bob',
      {
        kind: 'identity-center',
        role: 'AWSReservedSSO_Bedrock_Power_User_00aa11bb22cc33dd',
        permissionSet: 'Bedrock_Power_User',
        session: 'bob',
      },
    ],
    [
      'permission set that ends like the suffix',
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Team_deadbeef00_00aa11bb22cc33dd/bob',
      {
        kind: 'identity-center',
        role: 'AWSReservedSSO_Team_deadbeef00_00aa11bb22cc33dd',
        permissionSet: 'Team_deadbeef00',
        session: 'bob',
      },
    ],
    [
      'a role that only looks like Identity Center',
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Data_Feed/bob',
      { kind: 'assumed-role', role: 'AWSReservedSSO_Data_Feed', session: 'bob' },
    ],
    [
      'AgentCore',
      `arn:aws:sts::111122223333:assumed-role/AgentRole/${AGENT_SESSION}`,
      { kind: 'agentcore', role: 'AgentRole', session: AGENT_SESSION },
    ],
    [
      'a session that only looks like AgentCore',
      'arn:aws:sts::111122223333:assumed-role/AgentRole/BedrockAgentCore-test',
      { kind: 'assumed-role', role: 'AgentRole', session: 'BedrockAgentCore-test' },
    ],
    ['bare role', 'arn:aws:iam::111122223333:role/application-role', { kind: 'iam-role', role: 'application-role' }],
    ['bare role with a path', 'arn:aws:iam::111122223333:role/team/ml/trainer', { kind: 'iam-role', role: 'trainer' }],
    [
      'bare role of Identity Center',
      `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/${READER}`,
      { kind: 'iam-role', role: READER, permissionSet: 'ReadOnly' },
    ],
    ['root', 'arn:aws:iam::111122223333:root', { kind: 'root' }],
    ['federated user', 'arn:aws:sts::111122223333:federated-user/carol', { kind: 'federated-user', session: 'carol' }],
    ['GovCloud', 'arn:aws-us-gov:iam::111122223333:user/dora', { kind: 'iam-user' }],
    ['China', 'arn:aws-cn:sts::111122223333:assumed-role/App/s', { kind: 'assumed-role', role: 'App', session: 's' }],
    [
      'account with leading zeros',
      'arn:aws:iam::000000000012:user/zero',
      { kind: 'iam-user', account: '000000000012' },
    ],
  ])('%s', (_what, arn, expected) => {
    expect(classifyPrincipal(arn)).toEqual({ ...nothing, ...expected });
  });

  it.each([
    '',
    'alice',
    'bedrock.amazonaws.com',
    'arn:aws:iam::111122223333:user/',
    'arn:aws:iam::111122223333:user/team/',
    'arn:aws:iam::111122223333:user',
    'arn:aws:iam::111122223333:group/admins',
    'arn:aws:iam::11112222333:user/alice',
    'arn:aws:iam::111122223333:user/alice\n',
    'arn:aws:iam::111122223333:user/alice smith',
    'arn:aws:iam::111122223333:user/<script>',
    "arn:aws:iam::111122223333:user/'; drop table caller; --",
    'arn:aws:sts::111122223333:assumed-role/App',
    'arn:aws:sts::111122223333:assumed-role/App/',
    'arn:aws:sts::111122223333:assumed-role//session',
    'arn:aws:sts::111122223333:federated-user/',
    'arn:aws:s3:::bucket/key',
    'arn:aws:iam:us-east-1:111122223333:user/alice',
    'arn:azure:iam::111122223333:user/alice',
    ' arn:aws:iam::111122223333:root',
    `arn:aws:iam::111122223333:user/${'a'.repeat(5000)}`,
  ])('does not recognise %j', (arn) => {
    expect(classifyPrincipal(arn)).toEqual({ ...nothing, kind: 'unrecognised', account: null });
  });
});

describe('any string', () => {
  const arnLike = fc
    .tuple(
      fc.constantFrom('arn:aws:', 'arn:aws-cn:', 'arn:'),
      fc.constantFrom('iam::', 'sts::', 's3::'),
      fc.constantFrom(`${ACCOUNT}:`, '12:'),
      fc.constantFrom('user/', 'role/', 'assumed-role/', 'assumed-role/AWSReservedSSO_', 'federated-user/', 'root', ''),
      fc.string(),
    )
    .map((parts) => parts.join(''));

  it('is classified without an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), arnLike), (arn) => {
        const { kind, account, session, permissionSet } = classifyPrincipal(arn);
        expect(account === null).toBe(kind === 'unrecognised');
        if (kind === 'identity-center') expect(permissionSet).toBeTruthy();
        if (kind === 'iam-user' || kind === 'api-key') expect(session).toBeNull();
      }),
    );
  });

  it('keeps every session of a role apart and gives it back unchanged', () => {
    const name = fc.stringMatching(/^[\w+=,.@-]{1,64}$/);
    fc.assert(
      fc.property(name, name, (role, session) => {
        const meaning = classifyPrincipal(`arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`);
        expect([meaning.role, meaning.session]).toEqual([role, session]);
      }),
    );
  });
});
