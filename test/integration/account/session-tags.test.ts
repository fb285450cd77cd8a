import {
  CreateInstanceAccessControlAttributeConfigurationCommand as Create,
  SSOAdminClient,
  UpdateInstanceAccessControlAttributeConfigurationCommand as Update,
} from '@aws-sdk/client-sso-admin';
import { describe, expect, test } from 'vitest';
import { kindOf } from '../../../src/change/kinds.ts';
import type { Change } from '../../../src/domain/change.ts';
import type { SetupWish } from '../../../src/domain/setup.ts';
import { sessionTagsTopic } from '../../../src/setup/session-tags/topic.ts';
import { applyAll, opened, runByCli, signal, undoAll } from './changes.fixture.ts';
import { type Account, IDENTITY, IDENTITY_REGION, MEMBERS } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP] = MEMBERS;
const InstanceArn = 'arn:aws:sso:::instance/ssoins-7223bursar000001';
const path = (name: string) => '$'.concat(`{path:${name}}`);

const WISH: SetupWish = {
  accounts: { payer: null, identity: null, members: [] },
  dimensions: { team: { tagKeys: ['iamPrincipal/team'], spellings: {}, byCaller: false } },
  allocation: { dimensions: ['team'], rules: [], people: [], peopleFile: null },
  tagPrincipals: false,
  trySsoTags: false,
  activateTags: false,
  backfill: null,
  export: null,
  athena: null,
  sessionTags: new Map([['team', path('enterprise.department')]]),
};

async function planOf(account: Account = IDENTITY, regions: readonly string[] = [IDENTITY_REGION]) {
  const open = await opened(server, account, { parts: ['identity'], regions });
  return { open, plan: await sessionTagsTopic.plan(WISH, open, signal) };
}

/** Somebody else makes this the list. */
async function others(attributes: Record<string, string>, areOn = false): Promise<void> {
  const client = new SSOAdminClient(server.client(IDENTITY, IDENTITY_REGION));
  const AccessControlAttributes = Object.entries(attributes).map(([Key, source]) => ({
    Key,
    Value: { Source: [source] },
  }));
  const input = { InstanceArn, InstanceAccessControlAttributeConfiguration: { AccessControlAttributes } };
  await (areOn ? client.send(new Update(input)) : client.send(new Create(input)));
}

describe.each<[string, () => Promise<void>]>([
  ['off', async () => {}],
  ['on without any', () => others({})],
  ['those of others', () => others({ site: path('locale'), cc: path('enterprise.costCenter') })],
  ['another source', () => others({ team: path('title'), site: path('locale') })],
])('attributes before: %s', (_, prepare) => {
  test('are made, there is nothing to do then, and undo gives back what was there', async () => {
    await prepare();
    const before = await server.state();
    const { open, plan } = await planOf();
    expect(plan.changes).toHaveLength(1);
    await applyAll(open, plan.changes);
    expect((await planOf()).plan.changes).toEqual([]);
    const applied = await server.state();
    expect(applied).not.toEqual(before);
    await undoAll(open, plan.changes);
    expect(await server.state()).toEqual(before);
    await runByCli(server, IDENTITY, plan.changes);
    expect((await planOf()).plan.changes).toEqual([]);
  });
});

test('what others add meanwhile stays, and is said', async () => {
  const { open, plan } = await planOf();
  await applyAll(open, plan.changes);
  await others({ team: path('enterprise.department'), site: path('locale') }, true);
  await expect(undoAll(open, plan.changes)).rejects.toMatchObject({
    code: 'ATTRIBUTES_IN_USE',
    message: 'Identity Center still passes site',
  });
  expect((await planOf()).plan.changes.map(({ before }) => before)).toEqual([
    { 'attribute:team': null, others: { site: [path('locale')] } },
  ]);
});

test('what others change meanwhile is not undone with it', async () => {
  await others({ site: path('locale') });
  const { open, plan } = await planOf();
  await applyAll(open, plan.changes);
  await others({ team: path('enterprise.department'), site: path('timezone') }, true);
  await undoAll(open, plan.changes);
  expect(await server.state()).toMatchObject({
    identityCenter: { accessControlAttributes: [{ Key: 'site', Value: { Source: [path('timezone')] } }] },
  });
});

test.each([
  [
    'an earlier change that is not everywhere yet',
    { kind: 'error' as const, code: 'ConflictException', message: 'Try again.' },
  ],
  ['too many requests', { kind: 'throttle' as const }],
  ['a reset connection', { kind: 'reset' as const }],
])('%s is passed over', async (_, fault) => {
  const { open, plan } = await planOf();
  server.faults.plan({ operation: 'CreateInstanceAccessControlAttributeConfiguration' }, fault, { times: 2 });
  await applyAll(open, plan.changes);
  expect((await planOf()).plan.changes).toEqual([]);
});

test('files for Terraform and CloudFormation name the whole list', async () => {
  const fresh = (await planOf()).plan.changes[0];
  await others({ site: path('locale') });
  const beside = (await planOf()).plan.changes[0];
  if (fresh === undefined || beside === undefined) throw new Error('no change');
  const kind = await kindOf(fresh.kind);
  const { cloudformation } = kind;
  const terraform = (change: Change): string => kind.terraform(change) ?? '';
  expect(terraform(fresh)).toContain('"$'.concat('$', '{path:enterprise.department}"'));
  expect(terraform(fresh)).not.toContain('import');
  expect(terraform(beside)).toMatch(/^import \{\n {2}to = aws_ssoadmin_instance_access_control_attributes\.bursar/);
  expect(terraform(beside).match(/attribute \{/g)).toHaveLength(2);
  expect(cloudformation(fresh)?.body).toEqual({
    Type: 'AWS::SSO::InstanceAccessControlAttributeConfiguration',
    Properties: {
      InstanceArn,
      AccessControlAttributes: [{ Key: 'team', Value: { Source: [path('enterprise.department')] } }],
    },
  });
  expect(cloudformation(beside)).toBeNull();
});

test('another region, and an account that does not administer it', async () => {
  await expect(planOf(IDENTITY, ['us-east-1'])).rejects.toMatchObject({
    code: 'IDENTITY_CENTER_MISSING',
    hint: expect.stringContaining('accounts.identity.region'),
  });
  await expect(planOf(SHOP)).rejects.toMatchObject({ code: 'IDENTITY_CENTER_MISSING' });
});

test('a missing permission is named, with its statement', async () => {
  const { open, plan } = await planOf();
  const Action = ['sso:ListInstances', 'sso:DescribeInstanceAccessControlAttributeConfiguration'];
  server.restrict(IDENTITY, { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  await expect(applyAll(open, plan.changes)).rejects.toMatchObject({
    code: 'AWS_ACCESS_DENIED',
    hint: expect.stringContaining(
      `"Action":["sso:CreateInstanceAccessControlAttributeConfiguration"],"Resource":["${InstanceArn}"]`,
    ),
  });
});
