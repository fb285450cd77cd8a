import { CreateRoleCommand, IAMClient, TagRoleCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import { kindOf, kindsOf } from '../../../src/change/kinds.ts';
import type { OwnDimensions } from '../../../src/domain/dimension.ts';
import type { Period } from '../../../src/domain/period.ts';
import type { SetupWish } from '../../../src/domain/setup.ts';
import { costTagsTopic } from '../../../src/setup/cost-tags/topic.ts';
import { applyAll, opened, runByCli, signal, undoAll } from './changes.fixture.ts';
import { type Account, MEMBERS, PAYER } from './organization.ts';
import { wishOf } from './set-up.fixture.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP] = MEMBERS;
const THIS_MONTH = new Date().toISOString().slice(0, 7) as Period;

/** A wish for tags of these keys to be active. */
function tagWish(keys: readonly string[], more: Partial<SetupWish> = {}): SetupWish {
  const dimensions: OwnDimensions = Object.fromEntries(
    keys.map((key) => [key, { tagKeys: [`iamPrincipal/${key}`], spellings: {}, byCaller: false }]),
  );
  return wishOf({ dimensions, activateTags: true, ...more });
}

async function planOf(wish: SetupWish, account: Account = PAYER) {
  const open = await opened(server, account, { parts: ['payer'] });
  return { open, plan: await costTagsTopic.plan(wish, open, signal) };
}

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `key-${String(index).padStart(3, '0')}`);

describe('activation', () => {
  test('waits until a tagged principal has called Bedrock, then happens once, and is undone', async () => {
    const iam = new IAMClient(server.client(SHOP));
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await iam.send(new CreateRoleCommand({ RoleName: 'checkout-api', AssumeRolePolicyDocument }));
    await iam.send(new TagRoleCommand({ RoleName: 'checkout-api', Tags: [{ Key: 'team', Value: 'a' }] }));
    server.costTags.add('team', 'Active');
    const wish = tagWish(['team', 'CostCenter']);

    const early = await planOf(wish);
    expect(early.plan.changes).toEqual([]);
    expect(early.plan.pending.map(({ what }) => what)).toEqual([
      'activate iamPrincipal/team',
      'activate iamPrincipal/CostCenter',
    ]);
    expect(early.plan.notes.map(({ what }) => what)).toEqual([
      expect.stringContaining('cost allocation tag team is active'),
    ]);

    await server.callBedrock(`arn:aws:sts::${SHOP.id}:assumed-role/checkout-api/i-1`);
    expect((await planOf(wish)).plan.changes).toEqual([]);
    await server.advance(25);
    const before = await server.state();
    const { open, plan } = await planOf(wish);
    expect(plan.changes.map(({ after }) => after)).toEqual([{ 'iamPrincipal/team': 'Active' }]);
    expect(plan.pending.map(({ what }) => what)).toEqual(['activate iamPrincipal/CostCenter']);
    await applyAll(open, plan.changes);
    const again = await planOf(wish);
    expect([again.plan.changes, again.plan.notes]).toEqual([[], []]);
    const applied = await server.state();
    await undoAll(open, plan.changes);
    expect(await server.state()).toEqual(before);
    await runByCli(server, PAYER, plan.changes);
    expect(await server.state()).toEqual(applied);
  });

  test('of many keys: all pages are read, twenty are written at a time', async () => {
    const keys = keysOf(45);
    for (const key of keysOf(130)) server.costTags.add(`aaa/${key}`);
    for (const key of keys) server.costTags.add(`iamPrincipal/${key}`);
    const { open, plan } = await planOf(tagWish(keys));
    server.forget();
    await applyAll(open, plan.changes);
    const written = server.record.changes.map(({ input }) => (input.CostAllocationTagsStatus as unknown[]).length);
    expect(written).toEqual([20, 20, 5]);
    expect((await planOf(tagWish(keys))).plan.changes).toEqual([]);
    const [change] = plan.changes;
    expect(change && (await kindOf(change.kind)).cli(change)).toHaveLength(3);
  });

  test('what AWS refuses inside a success is told by key, and the others are done', async () => {
    for (const key of ['a', 'b', 'c']) server.costTags.add(`iamPrincipal/${key}`);
    server.costTags.refuses.set('iamPrincipal/b', { Code: 'InternalError', Message: 'Try again later' });
    const { open, plan } = await planOf(tagWish(['a', 'b', 'c']));
    await expect(applyAll(open, plan.changes)).rejects.toMatchObject({
      code: 'AWS_REFUSED',
      message: 'cannot activate cost allocation tags: iamPrincipal/b: Try again later (InternalError)',
    });
    const again = await planOf(tagWish(['a', 'b', 'c']));
    expect(again.plan.changes.map(({ after }) => after)).toEqual([{ 'iamPrincipal/b': 'Active' }]);
  });

  test.each([
    ['too many requests', { kind: 'throttle' as const }],
    [
      'too many requests, as Cost Explorer says it',
      { kind: 'error' as const, code: 'LimitExceededException', message: 'Slow down.' },
    ],
    ['an answer that is lost', { kind: 'lost' as const }],
  ])('%s is passed over', async (_, fault) => {
    server.costTags.add('iamPrincipal/team');
    server.faults.plan({ service: 'ce' }, fault, { times: 2, skip: 1 });
    const { open, plan } = await planOf(tagWish(['team']));
    await applyAll(open, plan.changes);
    expect((await planOf(tagWish(['team']))).plan.changes).toEqual([]);
  });

  test('a member account is told that the payer must do it', async () => {
    await expect(planOf(tagWish(['team']), SHOP)).rejects.toMatchObject({
      code: 'PAYER_NEEDED',
      message: "cannot list the cost allocation tags: Linked account doesn't have access to cost allocation tags",
      hint: expect.stringContaining('accounts.payer'),
    });
  });

  test('a missing permission is named, with its statement', async () => {
    server.restrict(PAYER, { Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }] });
    await expect(planOf(tagWish(['team']))).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      hint: expect.stringContaining('"Action":["ce:ListCostAllocationTags"],"Resource":["*"]'),
    });
  });

  test('nobody is asked where nothing is wanted', async () => {
    server.forget();
    await planOf(tagWish([], { backfill: THIS_MONTH }));
    await planOf(tagWish(['team'], { activateTags: false }));
    expect(server.record.operations).toEqual([]);
  });
});

describe('the backfill', () => {
  test('follows the activation, once; a key that comes later waits a day', async () => {
    server.costTags.add('iamPrincipal/team');
    const wish = tagWish(['team'], { backfill: THIS_MONTH });
    const { open, plan } = await planOf(wish);
    expect(plan.changes.map(({ kind, dependsOn }) => [kind, dependsOn])).toEqual([
      ['activate-cost-tags', []],
      ['backfill-cost-tags', [plan.changes[0]?.id]],
    ]);
    const kinds = await kindsOf(plan.changes);
    expect(plan.changes.map((change) => kinds.get(change.kind)?.words(change).undo.possible)).toEqual([true, false]);
    await applyAll(open, plan.changes);
    expect(await server.state()).toMatchObject({ costTags: { backfills: [`${THIS_MONTH}-01T00:00:00Z`] } });
    const again = await planOf(wish);
    expect([again.plan.changes, again.plan.pending]).toEqual([[], []]);

    server.costTags.add('iamPrincipal/late');
    const later = await planOf(tagWish(['team', 'late'], { backfill: THIS_MONTH }));
    expect(later.plan.changes.map(({ kind }) => kind)).toEqual(['activate-cost-tags']);
    expect(later.plan.pending.map(({ what }) => what)).toEqual([`backfill iamPrincipal/late from ${THIS_MONTH}`]);
  });

  test('that somebody else asked for meanwhile is told', async () => {
    server.costTags.add('iamPrincipal/team', 'Active');
    const { open, plan } = await planOf(tagWish(['team'], { backfill: THIS_MONTH }));
    const limit = { kind: 'error' as const, code: 'BackfillLimitExceededException', message: 'Already in progress.' };
    server.faults.plan({ operation: 'StartCostAllocationTagBackfill' }, limit);
    await expect(applyAll(open, plan.changes)).rejects.toMatchObject({
      code: 'AWS_REFUSED',
      hint: expect.stringContaining('one backfill in 24 hours'),
    });
  });
});
