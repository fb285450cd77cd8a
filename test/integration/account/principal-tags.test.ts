import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListRoleTagsCommand,
  TagRoleCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import { peopleOf, type RuleText, rulesOf } from '../../../src/allocation/rules.fixture.ts';
import type { ReachedAccount } from '../../../src/aws/accounts.ts';
import { kindOf } from '../../../src/change/kinds.ts';
import type { OwnDimensions } from '../../../src/domain/dimension.ts';
import type { SetupWish } from '../../../src/domain/setup.ts';
import { planSetup } from '../../../src/setup/plan.ts';
import { ssoTrialTopic } from '../../../src/setup/principals/sso-trial.ts';
import { principalsTopic } from '../../../src/setup/principals/topic.ts';
import { applyAll, opened, runByCli, signal, undoAll } from './changes.fixture.ts';
import { type Account, MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP, RESEARCH] = MEMBERS;
const SSO = 'AWSReservedSSO_DataScience_0123456789abcdef';

const own = (key: string): OwnDimensions[string] => ({
  tagKeys: [`iamPrincipal/${key}`],
  spellings: {},
  byCaller: true,
});
const DIMENSIONS: OwnDimensions = { team: own('team'), 'cost-center': own('CostCenter') };

function wishOf(rules: readonly RuleText[], more: Partial<SetupWish> = {}): SetupWish {
  const members = [SHOP, RESEARCH, PAYER].map(({ id }) => ({ id, profile: null, role: null, regions: [] }));
  return {
    accounts: { payer: null, identity: null, members },
    dimensions: DIMENSIONS,
    allocation: { dimensions: Object.keys(DIMENSIONS), rules: rulesOf(rules), people: [], peopleFile: null },
    tagPrincipals: true,
    trySsoTags: false,
    activateTags: false,
    backfill: null,
    export: null,
    athena: null,
    sessionTags: new Map(),
    ...more,
  };
}

const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });

async function role(account: Account, RoleName: string, tags: Record<string, string> = {}, Path = '/') {
  const iam = new IAMClient(server.client(account));
  await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument }));
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length > 0) await iam.send(new TagRoleCommand({ RoleName, Tags }));
}

async function user(account: Account, UserName: string, tags: Record<string, string> = {}) {
  const iam = new IAMClient(server.client(account));
  await iam.send(new CreateUserCommand({ UserName, Path: '/ops/' }));
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length > 0) await iam.send(new TagUserCommand({ UserName, Tags }));
}

async function tagsOf(account: Account, RoleName: string): Promise<Record<string, string>> {
  const { Tags = [] } = await new IAMClient(server.client(account)).send(new ListRoleTagsCommand({ RoleName }));
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

async function reached(account: Account): Promise<ReachedAccount> {
  const { id, parts, regions, session } = await opened(server, account);
  const open = { session, caller: '', regions: new Map([['member' as const, regions]]) };
  return { id, profile: null, role: null, parts, open, failures: [] };
}

const RULES: readonly RuleText[] = [
  { match: { role: 'checkout-*' }, set: { team: 'payments', 'cost-center': '4200' } },
  { match: { arn: `arn:aws:iam::${RESEARCH.id}:user/ops/*` }, set: { team: 'lab' } },
  { match: { role: 'gateway' }, shared: true },
  { match: { account: RESEARCH.id, kind: 'root' }, set: { 'cost-center': '7' } },
];

/** Three accounts with something of everything. */
async function fill(): Promise<void> {
  await role(SHOP, 'checkout-api', { Team: 'shop', owner: 'x' }, '/app/');
  await role(SHOP, 'checkout-batch', { team: 'payments', CostCenter: '4100' });
  await role(SHOP, 'gateway');
  await role(RESEARCH, 'checkout-test');
  await role(RESEARCH, 'notebook');
  await user(RESEARCH, 'alice', { owner: 'x' });
  await role(PAYER, 'checkout-bill');
}

async function planOf(account: Account, wish: SetupWish, topic = principalsTopic) {
  const open = await opened(server, account);
  return { open, plan: await topic.plan(wish, open, signal) };
}

describe('three accounts', () => {
  test('each gets its tags, then there is nothing to do, and undo gives back what was there', async () => {
    await fill();
    const before = await server.state();
    const planned = [];
    for (const account of [SHOP, RESEARCH, PAYER]) planned.push(await planOf(account, wishOf(RULES)));
    expect(planned.map(({ plan }) => plan.changes.map(({ id }) => id.split('/').slice(2).join('/')))).toEqual([
      ['role/checkout-api', 'role/checkout-batch'],
      ['role/checkout-test', 'user/alice'],
      ['role/checkout-bill'],
    ]);
    for (const { open, plan } of planned) await applyAll(open, plan.changes);
    expect(await tagsOf(SHOP, 'checkout-api')).toEqual({ owner: 'x', team: 'payments', CostCenter: '4200' });
    expect(await tagsOf(SHOP, 'gateway')).toEqual({});
    expect(await tagsOf(RESEARCH, 'notebook')).toEqual({});
    for (const account of [SHOP, RESEARCH, PAYER]) {
      expect((await planOf(account, wishOf(RULES))).plan.changes).toEqual([]);
    }
    for (const { open, plan } of planned) await undoAll(open, plan.changes);
    expect(await server.state()).toEqual(before);
  });

  test('a role that none of them has is told once, unless one of them cannot be looked at', async () => {
    await role(SHOP, 'checkout-api');
    const wish = wishOf([{ match: { role: 'checkout-apj' }, set: { team: 'a' } }]);
    const absent = async () => {
      const { notes } = await planSetup(wish, [await reached(SHOP), await reached(RESEARCH)], signal);
      return notes.map(({ what }) => what).filter((what) => what.includes('no member account has'));
    };
    expect(await absent()).toEqual([expect.stringMatching(/checkout-apj.*The nearest name is checkout-api\.$/)]);
    server.faults.plan({ operation: 'ListRoles', account: RESEARCH.id }, { kind: 'denied' }, { times: 9 });
    expect(await absent()).toEqual([]);
  });

  test('the AWS CLI makes the same of it', async () => {
    await fill();
    const { open, plan } = await planOf(SHOP, wishOf(RULES));
    await applyAll(open, plan.changes);
    const applied = await server.state();
    await undoAll(open, plan.changes);
    await runByCli(server, SHOP, plan.changes);
    expect(await server.state()).toEqual(applied);
  });

  test('the people file names users', async () => {
    await user(RESEARCH, 'alice');
    const people = peopleOf([['alice', { team: 'lab' }]]);
    const wish = wishOf([], { allocation: { ...wishOf([]).allocation, people, peopleFile: 'people.csv' } });
    const { plan } = await planOf(RESEARCH, wish);
    expect(plan.changes.map(({ resource, after }) => [resource, after])).toEqual([
      [`arn:aws:iam::${RESEARCH.id}:user/ops/alice`, { 'tag:team': 'lab' }],
    ]);
  });
});

test('all pages are read, and tags of named roles alone', async () => {
  server.pageSize = 2;
  for (const name of ['a', 'b', 'c', 'd']) await role(SHOP, name);
  await user(SHOP, 'alice');
  await role(SHOP, 'zebra', { k1: 'v', k2: 'v', k3: 'v', Team: 'old' });
  server.forget();
  const { plan } = await planOf(SHOP, wishOf([{ match: { role: 'zebra' }, set: { team: 'a' } }]));
  expect(plan.changes.map(({ before }) => before)).toEqual([{ 'tag:team': null, 'tag:Team': 'old' }]);
  const times = (name: string) => server.record.operations.filter((operation) => operation === name).length;
  // The account has an administrator, and a role that others may assume.
  expect(['iam:ListRoles', 'iam:ListUsers', 'iam:ListRoleTags'].map(times)).toEqual([3, 1, 2]);
  expect(
    server.record.calls.filter(({ operation }) => operation === 'ListRoleTags').map(({ input }) => input.RoleName),
  ).toEqual(['zebra', 'zebra']);
});

test('reads that are late: what was written shows after a while', async () => {
  await role(SHOP, 'checkout-api');
  const { open, plan } = await planOf(SHOP, wishOf([{ match: { role: 'checkout-api' }, set: { team: 'a' } }]));
  const [change] = plan.changes;
  if (change === undefined) throw new Error('no change');
  const { read, write } = await kindOf(change.kind);
  server.late.plan({ operation: 'ListRoleTags' }, 2);
  await write(open.session, change, change.after, signal);
  const seen = [];
  for (let time = 0; time < 3; time++) seen.push(await read(open.session, change, signal));
  expect(seen).toEqual([change.before, change.before, change.after]);
});

describe('what goes wrong on the way', () => {
  const rules = [{ match: { role: 'checkout-api' }, set: { team: 'a' } }];

  test.each([
    ['too many requests', { kind: 'throttle' as const }],
    ['a reset connection', { kind: 'reset' as const }],
    ['an answer that is lost', { kind: 'lost' as const }],
    ['trouble of AWS', { kind: 'internal' as const }],
    [
      'somebody else at the same role',
      { kind: 'error' as const, code: 'ConcurrentModification', message: 'Try again.', status: 409 },
    ],
  ])('%s is passed over', async (_, fault) => {
    await role(SHOP, 'checkout-api');
    server.faults.plan({ service: 'iam', operation: 'TagRole' }, fault, { times: 2 });
    const { open, plan } = await planOf(SHOP, wishOf(rules));
    await applyAll(open, plan.changes);
    expect(await tagsOf(SHOP, 'checkout-api')).toEqual({ team: 'a' });
  });

  test('a missing permission is named, with its statement', async () => {
    await role(SHOP, 'checkout-api');
    const { open, plan } = await planOf(SHOP, wishOf(rules));
    server.restrict(SHOP, { Statement: [{ Effect: 'Allow', Action: 'iam:List*', Resource: '*' }] });
    const resource = `arn:aws:iam::${SHOP.id}:role/checkout-api`;
    await expect(applyAll(open, plan.changes)).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      hint: expect.stringContaining(`{"Effect":"Allow","Action":["iam:TagRole"],"Resource":["${resource}"]}`),
    });
    server.restrict(SHOP, { Statement: [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }] });
    await expect(planOf(SHOP, wishOf(rules))).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      hint: expect.stringContaining('"Action":["iam:ListRoles","iam:ListUsers"]'),
    });
  });

  test('a role that was full by then', async () => {
    await role(SHOP, 'checkout-api');
    const { open, plan } = await planOf(SHOP, wishOf(rules));
    const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    await new IAMClient(server.client(SHOP)).send(new TagRoleCommand({ RoleName: 'checkout-api', Tags }));
    await expect(applyAll(open, plan.changes)).rejects.toMatchObject({
      code: 'AWS_REFUSED',
      hint: expect.stringContaining('50 tags at most'),
    });
    const again = await planOf(SHOP, wishOf(rules));
    expect(again.plan.changes).toEqual([]);
    expect(again.plan.notes[0]?.what).toContain('would carry 51 tags');
  });

  test('a role that is gone by then', async () => {
    await role(SHOP, 'checkout-api');
    const { open, plan } = await planOf(SHOP, wishOf(rules));
    const [change] = plan.changes;
    if (change === undefined) throw new Error('no change');
    const gone = { ...change, resource: change.resource.replace('checkout-api', 'gone') };
    const { write } = await kindOf(gone.kind);
    await expect(write(open.session, gone, gone.after, signal)).rejects.toMatchObject({
      code: 'AWS_REFUSED',
      hint: expect.stringContaining('run bursar plan again'),
    });
  });
});

describe('roles that are not the account’s to change', () => {
  const rules = [{ match: { 'permission-set': 'DataScience' }, set: { team: 'lab' } }];

  test('roles of Identity Center are never planned, and it is said what works', async () => {
    await role(SHOP, SSO, {}, '/aws-reserved/sso.amazonaws.com/');
    const { plan } = await planOf(
      SHOP,
      wishOf([...rules, { match: { role: 'AWSReserved*' }, set: { 'cost-center': '7' } }]),
    );
    expect(plan.changes).toEqual([]);
    expect(plan.notes.map(({ level, what }) => [level, what])).toEqual([
      ['info', expect.stringContaining(`1 role of Identity Center (${SSO}) gets no tags`)],
    ]);
  });

  test('unless they are asked for: then AWS’s answer is told', async () => {
    await role(SHOP, SSO, {}, '/aws-reserved/sso.amazonaws.com/');
    const { open, plan } = await planOf(SHOP, wishOf(rules, { trySsoTags: true }), ssoTrialTopic);
    expect(plan.changes.map(({ after }) => after)).toEqual([{ 'tag:team': 'lab' }]);
    await expect(applyAll(open, plan.changes)).rejects.toMatchObject({
      code: 'AWS_REFUSED',
      message: expect.stringMatching(/protected role 'AWSReservedSSO_.* only modifiable by AWS \(UnmodifiableEntity/),
      hint: expect.stringContaining('Only AWS changes roles of Identity Center'),
    });
    server.faults.plan({ service: 'iam', operation: 'TagRole' }, { kind: 'denied' });
    await expect(applyAll(open, plan.changes)).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      hint: expect.stringContaining('"iam:TagRole"'),
    });
  });

  test('and where there is none to try on, that is told', async () => {
    const { plan } = await planOf(SHOP, wishOf(rules, { trySsoTags: true }), ssoTrialTopic);
    expect(plan.notes.map(({ what }) => what)).toContainEqual(
      expect.stringContaining('no role of Identity Center to try'),
    );
  });

  test('what a stack has is for its template, though CloudFormation marks no roles', async () => {
    const Properties = { RoleName: 'checkout-api', AssumeRolePolicyDocument: {} };
    const TemplateBody = JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties } } });
    const stacks = new CloudFormationClient(server.client(SHOP, 'eu-central-1'));
    await stacks.send(new CreateStackCommand({ StackName: 'shop', TemplateBody }));
    await role(SHOP, 'search-api');
    const open = await opened(server, SHOP, { regions: ['us-east-1', 'eu-central-1'] });
    const wish = wishOf([{ match: { role: '*-api' }, set: { team: 'a' } }]);
    const plan = await principalsTopic.plan(wish, open, signal);
    expect(plan.changes.map(({ id }) => id)).toEqual([`tag-principal/${SHOP.id}/role/search-api`]);
    expect(plan.elsewhere.map(({ id, managedBy }) => [id, managedBy])).toEqual([
      [`tag-principal/${SHOP.id}/role/checkout-api`, { by: 'cloudformation', evidence: 'shop' }],
    ]);
  });

  test('who may not ask CloudFormation is told what is not known, and the tags are planned', async () => {
    await role(SHOP, 'checkout-api');
    server.restrict(SHOP, { Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }] });
    const { plan } = await planOf(SHOP, wishOf([{ match: { role: 'checkout-api' }, set: { team: 'a' } }]));
    expect(plan.changes).toHaveLength(1);
    expect(plan.notes.map(({ remedies }) => remedies[0]?.what)).toEqual([
      expect.stringContaining('"Action":["cloudformation:DescribeStackResources"]'),
    ]);
  });

  test('what Terraform has is for its files', async () => {
    await role(SHOP, 'checkout-api', { ManagedBy: 'terraform' });
    const { plan } = await planOf(SHOP, wishOf([{ match: { role: 'checkout-api' }, set: { team: 'a' } }]));
    expect(plan.changes).toEqual([]);
    const [change] = plan.elsewhere;
    expect(change?.managedBy).toEqual({ by: 'terraform', evidence: 'tag ManagedBy = terraform' });
    expect(change && (await kindOf(change.kind)).terraform(change)).toContain('#     "team" = "a"');
  });
});
