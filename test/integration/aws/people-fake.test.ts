import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { type Operations, startFakeIdentityCenter } from './fake-identity-center.ts';

// Against a FAKE, see fake-identity-center.ts: what moto cannot do. What it can is in people.test.ts.

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const STORE = {
  IdentityStoreId: 'd-1234567890',
  OwnerAccountId: '000000000001',
  InstanceArn: 'arn:aws:sso:::instance/ssoins-1',
};

const WHOLE: Operations = {
  ListInstances: () => ({ Instances: [STORE] }),
  ListUsers: ({ NextToken }) =>
    NextToken === undefined
      ? {
          Users: [{ UserId: '1', UserName: 'mia', DisplayName: 'Mia Keller', Emails: [{ Value: 'mia@example.com' }] }],
          NextToken: 'more',
        }
      : {
          Users: [
            { UserId: '2', UserName: 'ben', Name: { GivenName: 'Ben', FamilyName: 'Lind' }, UserStatus: 'DISABLED' },
            { UserId: '3', UserName: 'eva', UserStatus: 'ENABLED' },
          ],
        },
  ListGroups: () => ({
    Groups: [
      { GroupId: 'g', DisplayName: 'aws-web' },
      { GroupId: 'h', DisplayName: 'gone' },
    ],
  }),
  ListGroupMemberships: ({ GroupId, NextToken }) => {
    if (GroupId === 'h')
      return { error: 'ResourceNotFoundException', message: 'GROUP not found.', ResourceType: 'GROUP' };
    const ids = NextToken === undefined ? ['1', '2'] : ['3', 'of nobody'];
    return {
      GroupMemberships: ids.map((UserId) => ({ MemberId: { UserId } })),
      ...(NextToken === undefined ? { NextToken: 'more' } : {}),
    };
  },
};

async function imported(
  operations: Operations,
  ...args: string[]
): Promise<Run & { readonly asked: readonly string[] }> {
  const server = await startFakeIdentityCenter({ ...WHOLE, ...operations });
  try {
    const env = { ...inject('moto').env, AWS_ENDPOINT_URL: server.endpoint, AWS_REGION: 'eu-west-1' };
    const call = [
      'people',
      'import',
      '--from',
      'identity-center',
      '--group',
      'aws-web=team:web',
      '--effective',
      '2026-11-10',
    ];
    return { ...(await runBursar([...call, ...args], { cwd: folder.path, env })), asked: server.asked };
  } finally {
    await server.stop();
  }
}

const FILE = `session,person,team,from,to,imported-by
ben,Ben Lind,web,,2026-11-10,identity-center
eva,eva,web,,,identity-center
mia,Mia Keller,web,,,identity-center
mia@example.com,Mia Keller,web,,,identity-center
`;

test('pages to their end, names in parts, disabled users, a group that was just removed', async () => {
  const { code, stdout, stderr } = await imported({});
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(readFileSync(join(folder.path, 'people.csv'), 'utf8')).toBe(FILE);
  expect(stdout).toContain('Identity Center d-1234567890 in eu-west-1: 3 people, 1 of them has left');
});

test('too many requests: asked again, and in the end said so', async () => {
  let refused = 0;
  const busy = { error: 'ThrottlingException', message: 'Rate exceeded' };
  const once = await imported({
    ListGroups: (input) => (refused++ === 0 ? busy : (WHOLE.ListGroups?.(input) ?? busy)),
  });
  expect(once.code).toBe(0);
  expect(once.asked.filter((operation) => operation === 'ListGroups')).toHaveLength(2);
  const { code, stderr } = await imported({ ListUsers: () => busy });
  expect(code).toBe(4);
  expect(stderr).toMatch(/^error AWS_THROTTLED: cannot read the people of Identity Center: Rate exceeded/);
});

describe('what is wrong is said, with what to do', () => {
  test('no Identity Center in the region', async () => {
    const { code, stderr } = await imported({ ListInstances: () => ({ Instances: [] }) });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'error IDENTITY_CENTER_MISSING: there is no Identity Center in eu-west-1 that this account may see\n',
    );
    expect(stderr).toContain('grep sso_region ~/.aws/config');
  });

  test('an identity store of another region', async () => {
    const ListUsers = () => ({
      error: 'ResourceNotFoundException',
      message: 'IDENTITY_STORE not found.',
      ResourceType: 'IDENTITY_STORE',
    });
    const { code, stderr, asked } = await imported({ ListUsers }, '--identity-store', 'd-0000000000');
    expect(code).toBe(2);
    expect(stderr).toContain('IDENTITY_CENTER_MISSING: there is no identity store d-0000000000 in eu-west-1');
    expect(asked).toEqual(['ListUsers']);
  });

  test('two of them', async () => {
    const Instances = [
      STORE,
      { ...STORE, IdentityStoreId: 'd-9876543210', OwnerAccountId: '000000000002', Name: 'lab' },
    ];
    const { code, stderr } = await imported({ ListInstances: () => ({ Instances }) });
    expect(code).toBe(2);
    expect(stderr).toContain('d-1234567890 of account 000000000001, d-9876543210 of account 000000000002 (lab)');
    expect(stderr).toContain('--identity-store');
  });

  test.each(['ListInstances', 'ListUsers', 'ListGroupMemberships'])('%s is not allowed', async (operation) => {
    const service = operation === 'ListInstances' ? 'sso' : 'identitystore';
    const message = `User: arn:aws:iam::000000000002:user/x is not authorized to perform: ${service}:${operation} on resource: *`;
    const { code, stderr } = await imported({ [operation]: () => ({ error: 'AccessDeniedException', message }) });
    expect(code).toBe(3);
    expect(stderr).toContain(`needs ${service}:${operation}. The IAM policy statement:\n`);
    expect(stderr).toMatch(
      new RegExp(
        `\\{"Effect":"Allow","Action":\\[[^\\]]*"${service}:${operation}"[^\\]]*\\],"Resource":\\["\\*"\\]\\}`,
      ),
    );
  });
});
