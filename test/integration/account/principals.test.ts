import { CreateRoleCommand, IAMClient, ListRoleTagsCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  CreateInstanceAccessControlAttributeConfigurationCommand,
  DescribeInstanceAccessControlAttributeConfigurationCommand,
  DescribePermissionSetCommand,
  ListInstancesCommand,
  ListPermissionSetsCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { expect, test } from 'vitest';
import { IDENTITY, IDENTITY_REGION, MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP, RESEARCH] = MEMBERS;
const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });

test('keys of IAM tags are one whatever their case, and not any text', async () => {
  const iam = new IAMClient(server.client(SHOP));
  const RoleName = 'checkout';
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const tag = (...keys: string[]) =>
    iam.send(new TagRoleCommand({ RoleName, Tags: keys.map((Key) => ({ Key, Value: Key })) }));
  await tag('Team');
  await tag('team');
  expect((await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([{ Key: 'team', Value: 'team' }]);
  await expect(tag('Team', 'team')).rejects.toMatchObject({ name: 'InvalidInputException' });
  await expect(tag('a*b')).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(tag('aws:team')).rejects.toMatchObject({ name: 'InvalidInputException' });
  await tag(...Array.from({ length: 49 }, (_, index) => `key${index}`));
  await expect(tag('one-too-many')).rejects.toMatchObject({ name: 'LimitExceededException' });
});

test('a role of Identity Center is there and takes no tag', async () => {
  const { RoleName } = await server.provision('Developer', SHOP);
  expect(RoleName).toMatch(/^AWSReservedSSO_Developer_[0-9a-f]{16}$/);
  const tag = new TagRoleCommand({ RoleName, Tags: [{ Key: 'team', Value: 'shop' }] });
  await expect(new IAMClient(server.client(SHOP)).send(tag)).rejects.toMatchObject({
    name: 'UnmodifiableEntityException',
  });
});

test('what another owner has put on a role is there', async () => {
  await server.addRole(SHOP, { name: 'stacked', path: '/app/', tags: { 'aws:cloudformation:stack-name': 'shop' } });
  const { Tags } = await new IAMClient(server.client(SHOP)).send(new ListRoleTagsCommand({ RoleName: 'stacked' }));
  expect(Tags).toEqual([{ Key: 'aws:cloudformation:stack-name', Value: 'shop' }]);
});

test('one Identity Center, in one region, for the payer and the delegated administrator', async () => {
  await server.provision('Developer', RESEARCH);
  const client = (id = IDENTITY, region = IDENTITY_REGION) => new SSOAdminClient(server.client(id, region));
  const instances = async (...at: Parameters<typeof client>) =>
    (await client(...at).send(new ListInstancesCommand())).Instances ?? [];
  expect(await instances(SHOP)).toEqual([]);
  expect(await instances(PAYER, 'us-east-1')).toEqual([]);
  const [{ InstanceArn } = {}] = await instances();
  const { PermissionSets: [PermissionSetArn] = [] } = await client().send(
    new ListPermissionSetsCommand({ InstanceArn }),
  );
  const { PermissionSet } = await client().send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn }));
  expect(PermissionSet?.Name).toBe('Developer');
  const describe = new DescribeInstanceAccessControlAttributeConfigurationCommand({ InstanceArn });
  await expect(client().send(describe)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how Identity Center names an attribute of a user
  const AccessControlAttributes = [{ Key: 'team', Value: { Source: ['${path:enterprise.department}'] } }];
  const InstanceAccessControlAttributeConfiguration = { AccessControlAttributes };
  await client().send(
    new CreateInstanceAccessControlAttributeConfigurationCommand({
      InstanceArn,
      InstanceAccessControlAttributeConfiguration,
    }),
  );
  expect(await client().send(describe)).toMatchObject({
    Status: 'ENABLED',
    InstanceAccessControlAttributeConfiguration,
  });
});

test('the organisation is told to administrators alone', async () => {
  const list = async (account = PAYER) =>
    (await new OrganizationsClient(server.client(account)).send(new ListAccountsCommand())).Accounts ?? [];
  server.organizations.suspended.add(RESEARCH.id);
  expect((await list()).find(({ Id }) => Id === RESEARCH.id)).toMatchObject({ Name: 'research', Status: 'SUSPENDED' });
  await expect(list(SHOP)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
