import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { BCMDataExportsClient, ListExportsCommand } from '@aws-sdk/client-bcm-data-exports';
import {
  CreateRoleCommand,
  IAMClient,
  ListRolesCommand,
  ListRoleTagsCommand,
  ListUserTagsCommand,
  paginateListRoles,
  TagRoleCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { ASSUMABLE_ROLE, MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP, RESEARCH] = MEMBERS;
const TRUST = JSON.stringify({ Version: '2012-10-17', Statement: [] });

/** The IAM of the account `shop` with one role, and no second attempts. */
async function shop() {
  const iam = new IAMClient({ ...server.client(SHOP), maxAttempts: 1 });
  await iam.send(new CreateRoleCommand({ RoleName: 'checkout', AssumeRolePolicyDocument: TRUST }));
  const tags = async () => (await iam.send(new ListRoleTagsCommand({ RoleName: 'checkout' }))).Tags?.length;
  const tag = (Key: string) => iam.send(new TagRoleCommand({ RoleName: 'checkout', Tags: [{ Key, Value: 'shop' }] }));
  server.forget();
  return { iam, tags, tag };
}

test('everybody is who they are, also after assuming a role of a member', async () => {
  const sts = new STSClient(server.client(PAYER));
  const me = { Account: PAYER.id, Arn: `arn:aws:iam::${PAYER.id}:user/admin` };
  expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject(me);
  const assume = new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${RESEARCH.id}:role/${ASSUMABLE_ROLE}`,
    RoleSessionName: 'bursar',
  });
  const { Credentials: { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = {} } = await sts.send(assume);
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const member = new STSClient({ ...server.client(PAYER), credentials });
  expect(await member.send(new GetCallerIdentityCommand())).toMatchObject({
    Account: RESEARCH.id,
    Arn: `arn:aws:sts::${RESEARCH.id}:assumed-role/${ASSUMABLE_ROLE}/bursar`,
  });
  const stranger = new STSClient(server.client(SHOP));
  await expect(stranger.send(assume)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('a fault befalls what it is planned for, as often as it is planned', async () => {
  const { tags } = await shop();
  server.faults.plan({ service: 'iam', operation: 'ListRoleTags' }, { kind: 'throttle' }, { skip: 1 });
  expect(await tags()).toBe(0);
  await expect(tags()).rejects.toMatchObject({ name: 'Throttling' });
  expect(await tags()).toBe(0);
  server.faults.plan({}, { kind: 'internal' });
  await expect(tags()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  server.faults.plan({}, { kind: 'expired' });
  await expect(tags()).rejects.toMatchObject({ name: 'ExpiredToken' });
  expect(server.record.calls.map(({ error }) => error)).toEqual([
    null,
    'Throttling',
    null,
    'ServiceFailure',
    'ExpiredToken',
  ]);
});

test('an answer that is lost was given: what it was asked for is done', async () => {
  const { tags, tag } = await shop();
  server.faults.plan({ operation: 'TagRole' }, { kind: 'reset' });
  await expect(tag('team')).rejects.toThrow();
  expect(await tags()).toBe(0);
  server.faults.plan({ operation: 'TagRole' }, { kind: 'lost' });
  await expect(tag('team')).rejects.toThrow();
  expect(await tags()).toBe(1);
});

test('reads are late after a change', async () => {
  const { tags, tag } = await shop();
  server.late.plan({ operation: 'ListRoleTags' }, 2);
  expect(await tags()).toBe(0);
  await tag('team');
  expect([await tags(), await tags(), await tags()]).toEqual([0, 0, 1]);
});

test('a policy lets through what it names and nothing else', async () => {
  const { iam, tags, tag } = await shop();
  const Resource = `arn:aws:iam::${SHOP.id}:role/*`;
  server.restrict(SHOP, { Statement: { Effect: 'Allow', Action: 'iam:List*', Resource } });
  expect(await tags()).toBe(0);
  await expect(tag('team')).rejects.toThrow(
    `User: arn:aws:iam::${SHOP.id}:user/admin is not authorized to perform: iam:TagRole on resource: arn:aws:iam::${SHOP.id}:role/checkout because no identity-based policy allows the iam:TagRole action`,
  );
  // Lists have no resource of their own.
  await expect(iam.send(new ListRolesCommand())).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(iam.send(new ListUserTagsCommand({ UserName: 'admin' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  expect(server.record.actions).toEqual(['iam:ListRoleTags', 'iam:ListRoles', 'iam:ListUserTags', 'iam:TagRole']);
  const deny = { Effect: 'Deny', Action: 'iam:ListRoleTags', Resource: '*' } as const;
  server.restrict(SHOP, { Statement: [deny, { Effect: 'Allow', Action: '*', Resource: '*' }] });
  await expect(tags()).rejects.toThrow(/with an explicit deny/);
  // Nobody needs a permission to ask who they are.
  await new STSClient(server.client(SHOP)).send(new GetCallerIdentityCommand());
});

test('hooks see each call after it took effect', async () => {
  const { tag } = await shop();
  const seen: unknown[] = [];
  server.afterCall = async ({ operation }, index) =>
    void seen.push([index, operation, JSON.stringify(await server.state()).includes('"a":"shop"')]);
  await tag('a');
  expect(seen).toEqual([[0, 'TagRole', true]]);
});

test('a client that is killed once its second call took effect has made two', async () => {
  const { tag } = await shop();
  await tag('a');
  server.forget();
  const script = `
    const { IAMClient, TagRoleCommand } = await import('@aws-sdk/client-iam');
    const iam = new IAMClient({});
    for (const Key of ['b', 'c', 'd']) await iam.send(new TagRoleCommand({ RoleName: 'checkout', Tags: [{ Key, Value: 'x' }] }));`;
  const env = { ...process.env, ...server.env(SHOP) };
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { env, stdio: 'inherit' });
  server.afterCall = (_, index) => void (index === 1 && child.kill('SIGKILL'));
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(server.record.operations).toEqual(['iam:TagRole', 'iam:TagRole']);
  expect(await server.state()).toMatchObject({
    accounts: {
      [SHOP.id]: { principals: { [`arn:aws:iam::${SHOP.id}:role/checkout`]: { a: 'shop', b: 'x', c: 'x' } } },
    },
  });
});

test('a region that is off, a region without the service, and a key that nobody has', async () => {
  server.turnOff(PAYER, 'eu-west-1');
  const off = new OrganizationsClient(server.client(PAYER, 'eu-west-1'));
  await expect(off.send(new ListAccountsCommand())).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  const elsewhere = new BCMDataExportsClient(server.client(PAYER, 'eu-central-1'));
  await expect(elsewhere.send(new ListExportsCommand())).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  const nobody = { ...server.client(PAYER), credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } };
  await expect(new S3Client(nobody).send(new ListBucketsCommand())).rejects.toMatchObject({
    name: 'InvalidAccessKeyId',
  });
});

test('small pages, in what is ours and in what is moto’s', async () => {
  const { iam: client } = await shop();
  server.pageSize = 1;
  expect((await client.send(new ListRolesCommand())).Roles).toHaveLength(1);
  const names: unknown[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, {}))
    names.push(...Roles.map(({ RoleName }) => RoleName));
  expect(names.sort()).toEqual([ASSUMABLE_ROLE, 'checkout']);
  const page = await new OrganizationsClient(server.client(PAYER)).send(new ListAccountsCommand());
  expect([page.Accounts?.length, typeof page.NextToken]).toEqual([1, 'string']);
});

test('equal states are equal text, whatever was drawn at random', async () => {
  const made = async () => {
    const { tag } = await shop();
    await tag('team');
    return JSON.stringify(await server.state());
  };
  const first = await made();
  await server.reset();
  expect(await made()).toBe(first);
  await new IAMClient(server.client(SHOP)).send(new UntagRoleCommand({ RoleName: 'checkout', TagKeys: ['team'] }));
  expect(JSON.stringify(await server.state())).not.toBe(first);
});
