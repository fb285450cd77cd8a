import { expect, test } from 'vitest';
import type { Change, ChangeWords } from '../../domain/change.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import { planJson, planText, type ShownPlan } from './plan.ts';

const PAYER = '111122223333';
const MEMBER = '777788889999';

const change = (id: string, account: string, more: Partial<Change> = {}): Change => ({
  id,
  kind: 'tag-principal',
  account,
  region: null,
  resource: id,
  before: { 'tag:team': null },
  after: { 'tag:team': 'data' },
  dependsOn: [],
  managedBy: null,
  ...more,
});

const words = (does: string, more: Partial<ChangeWords> = {}): ChangeWords => ({
  does,
  effect:
    'Calls from then on carry iamPrincipal/team on the bill, once it is activated; lines from before stay as they are.',
  costs: 'nothing',
  undo: { possible: true, how: 'the tags are as before' },
  ...more,
});

const PLAN: Plan = {
  accounts: [
    { id: PAYER, parts: ['payer'], failures: [] },
    { id: MEMBER, parts: ['member'], failures: [] },
    {
      id: '000011112222',
      parts: ['member'],
      failures: [new OperatingError('AWS_CREDENTIALS_EXPIRED', 'the session has expired', { hint: 'Sign in again.' })],
    },
  ],
  changes: [
    change('bucket', PAYER, { kind: 'create-bucket', region: 'eu-central-1' }),
    change('backfill', PAYER, { before: { month: 'x' }, after: { month: 'y' } }),
    change('one', MEMBER),
    change('two', MEMBER),
    change('gone', MEMBER, { before: { 'tag:a': 'b' }, after: { 'tag:a': null } }),
  ],
  elsewhere: [change('stack', MEMBER, { managedBy: { by: 'cloudformation', evidence: 'stack web' } })],
  pending: [
    {
      account: PAYER,
      what: 'activate iamPrincipal/team',
      waitsFor: 'a tagged principal calls Bedrock',
      howLong: 'up to 24 hours after that',
    },
  ],
  notes: [
    {
      level: 'warn',
      account: MEMBER,
      what: 'Two roles have names with \u001b[31mcolour.',
      remedies: [{ what: 'Rename them.', where: 'bursar.yaml', paste: ['rules:', '  - …'] }],
    },
  ],
};

const SHOWN: ShownPlan = {
  plan: PLAN,
  words: new Map([
    ['bucket', words('make the bucket acme in eu-central-1', { effect: 'AWS has a place to deliver to.' })],
    ['backfill', words('mark past lines', { undo: { possible: false, why: 'AWS takes no backfill back' } })],
    ['one', words('tag role one: team = data')],
    ['two', words('tag role two: team = data')],
    ['gone', words('tag role three: without a (was b)', { effect: 'It is gone.' })],
    ['stack', words('tag role web: team = data')],
  ]),
};

const look = { width: null, colour: false, command: 'bursar', applying: false };

test('for people, at any width', async () => {
  await expect(planText(SHOWN, look)).toMatchFileSnapshot('./plan-piped.golden.txt');
  await expect(planText(SHOWN, { ...look, width: 80 })).toMatchFileSnapshot('./plan-80.golden.txt');
});

test('nothing to change is said in a line', () => {
  const plan: Plan = {
    ...PLAN,
    accounts: PLAN.accounts.slice(0, 1),
    changes: [],
    elsewhere: [],
    pending: [],
    notes: [],
  };
  expect(planText({ plan, words: new Map() }, look)).toBe(
    `Plan · 1 account · nothing to change\n\nAccount ${PAYER} (payer): nothing to change\n\nNothing to change.\n`,
  );
});

test('for programs: everything, and nothing that a terminal obeys', () => {
  const text = planJson(SHOWN);
  expect(text).not.toContain('\u001b');
  const parsed = JSON.parse(text);
  expect(parsed.changes.map(({ id }: Change) => id)).toEqual(PLAN.changes.map(({ id }) => id));
  expect(parsed.changes[0].words).toEqual(SHOWN.words.get('bucket'));
  expect(parsed.accounts[2].failures).toEqual([
    { code: 'AWS_CREDENTIALS_EXPIRED', message: 'the session has expired', hint: 'Sign in again.' },
  ]);
  expect(parsed.notes).toEqual(PLAN.notes);
});
