import { CloudTrailClient, LookupEventsCommand, paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import {
  CostExplorerClient,
  ListCostAllocationTagBackfillHistoryCommand,
  ListCostAllocationTagsCommand,
  StartCostAllocationTagBackfillCommand,
  UpdateCostAllocationTagsStatusCommand,
} from '@aws-sdk/client-cost-explorer';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP] = MEMBERS;
const CHECKOUT = `arn:aws:sts::${SHOP.id}:assumed-role/checkout/session`;

const costs = () => new CostExplorerClient(server.client(PAYER));
const list = async () => (await costs().send(new ListCostAllocationTagsCommand())).CostAllocationTags;
const activate = async (...keys: string[]) => {
  const CostAllocationTagsStatus = keys.map((TagKey) => ({ TagKey, Status: 'Active' as const }));
  return (await costs().send(new UpdateCostAllocationTagsStatusCommand({ CostAllocationTagsStatus }))).Errors;
};

async function addCheckout() {
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  const Tags = [{ Key: 'team', Value: 'shop' }];
  await new IAMClient(server.client(SHOP)).send(
    new CreateRoleCommand({ RoleName: 'checkout', AssumeRolePolicyDocument, Tags }),
  );
}

test('a key shows a day after its principal called Bedrock, beside the resource tag of the same name', async () => {
  await addCheckout();
  server.costTags.add('team');
  await server.callBedrock(CHECKOUT, { sessionTags: { project: 'x' } });
  expect(await list()).toMatchObject([{ TagKey: 'team' }]);
  await server.advance(24);
  const inactive = { Status: 'Inactive', Type: 'UserDefined' };
  expect(await list()).toMatchObject(
    ['iamPrincipal/project', 'iamPrincipal/team', 'team'].map((TagKey) => ({ TagKey, ...inactive })),
  );
  expect(await activate('iamPrincipal/team')).toEqual([]);
  expect(await list()).toMatchObject([
    inactive,
    { TagKey: 'iamPrincipal/team', Status: 'Active' },
    { TagKey: 'team', ...inactive },
  ]);
});

test('failures lie inside an answer of status 200; more than 20 are refused', async () => {
  server.costTags.add('iamPrincipal/team');
  server.costTags.add('iamPrincipal/cost-centre');
  server.costTags.refuses.set('iamPrincipal/team', { Code: 'InternalFailure', Message: 'try again' });
  expect(await activate('iamPrincipal/team', 'iamPrincipal/cost-centre', 'iamPrincipal/none')).toMatchObject([
    { TagKey: 'iamPrincipal/team', Code: 'InternalFailure' },
    { TagKey: 'iamPrincipal/none', Code: 'TagKeysNotFoundException' },
  ]);
  expect(await list()).toMatchObject([{ Status: 'Active' }, { Status: 'Inactive' }]);
  await expect(activate(...Array.from({ length: 21 }, (_, index) => `k${index}`))).rejects.toThrow(
    /less than or equal to 20/,
  );
});

test('only the payer may', async () => {
  const member = new CostExplorerClient(server.client(SHOP));
  await expect(member.send(new ListCostAllocationTagsCommand())).rejects.toThrow(
    "Linked account doesn't have access to cost allocation tags",
  );
});

test('a backfill goes back to the first of one of twelve months, once a day', async () => {
  const month = server.now.toISOString().slice(0, 7);
  const start = (day: string) =>
    costs().send(new StartCostAllocationTagBackfillCommand({ BackfillFrom: `${month}-${day}T00:00:00Z` }));
  await expect(start('02')).rejects.toMatchObject({ name: 'ValidationException' });
  expect((await start('01')).BackfillRequest?.BackfillStatus).toBe('PROCESSING');
  await expect(start('01')).rejects.toMatchObject({ name: 'BackfillLimitExceededException' });
  await server.advance(25);
  const { BackfillRequests } = await costs().send(new ListCostAllocationTagBackfillHistoryCommand());
  expect(BackfillRequests).toMatchObject([{ BackfillStatus: 'SUCCEEDED' }]);
});

test('CloudTrail has who called, in the account and region of the call, newest first', async () => {
  await addCheckout();
  const at = new Date(server.now.getTime() - 3_600_000);
  await server.callBedrock(CHECKOUT, { at });
  await server.callBedrock(`arn:aws:iam::${SHOP.id}:root`, { operation: 'Converse' });
  await server.callBedrock('bedrock.amazonaws.com', { account: SHOP.id });
  await server.callBedrock(CHECKOUT, { region: 'eu-central-1' });
  const client = new CloudTrailClient(server.client(SHOP));
  const { Events = [] } = await client.send(new LookupEventsCommand());
  const types = Events.map(({ CloudTrailEvent = '{}' }) => JSON.parse(CloudTrailEvent).userIdentity.type);
  expect(types.sort()).toEqual(['AWSService', 'AssumedRole', 'Root']);
  expect(Events.at(-1)?.Username).toBe('session');
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'Converse' }];
  expect((await client.send(new LookupEventsCommand({ LookupAttributes }))).Events).toHaveLength(1);
  await expect(
    client.send(new LookupEventsCommand({ LookupAttributes: [...LookupAttributes, ...LookupAttributes] })),
  ).rejects.toMatchObject({ name: 'InvalidLookupAttributesException' });
  const StartTime = new Date(server.now.getTime() - 91 * 86_400_000);
  await expect(client.send(new LookupEventsCommand({ StartTime }))).rejects.toMatchObject({
    name: 'InvalidTimeRangeException',
  });
});

test('events come in pages of 50, some of them empty, no faster than is allowed', async () => {
  await addCheckout();
  for (let index = 0; index < 120; index++) await server.callBedrock(`arn:aws:iam::${SHOP.id}:root`);
  server.trail.emptyPages = true;
  const client = new CloudTrailClient({ ...server.client(SHOP), maxAttempts: 1 });
  const sizes: unknown[] = [];
  for await (const { Events = [] } of paginateLookupEvents({ client }, {})) sizes.push(Events.length);
  expect(sizes).toEqual([50, 0, 50, 0, 20]);
  server.trail.ratePerSecond = 0;
  await expect(client.send(new LookupEventsCommand())).rejects.toMatchObject({ name: 'ThrottlingException' });
});
