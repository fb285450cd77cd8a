import { describe, expect, test } from 'vitest';
import { type RuleText, rulesOf } from '../../allocation/rules.fixture.ts';
import { ACCOUNT, principalOf, wishOf } from './principals.fixture.ts';
import { protectedNotes } from './protected-roles.ts';
import { absentEverywhere, absentNotes, withoutTagsNote } from './rule-notes.ts';
import { valueNotes } from './value-notes.ts';

const SSO = 'role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_DataScience_0123456789abcdef';
const PRINCIPALS = ['role/app/checkout-api', 'role/search-api', 'user/alice'].map((path) => principalOf(path));

function absent(match: RuleText['match'], only = true): string[] {
  const rules = rulesOf([{ match, set: { team: 'a' } }]);
  return absentNotes(rules, { account: ACCOUNT, only, principals: PRINCIPALS }).map(({ what }) => what);
}

describe('rules that name who is not there', () => {
  test.each<[string, RuleText['match'], RegExp]>([
    [
      'a role',
      { role: 'checkout-apj' },
      /names role checkout-apj, which account 1\d+ does not have\. The nearest name is checkout-api\./,
    ],
    ['a pattern', { role: 'pay-*' }, /names roles pay-\*, and account 1\d+ has none/],
    ['a user', { arn: `arn:aws:iam::${ACCOUNT}:user/alicia` }, /user alicia.*The nearest name is alice\./],
    ['a role without its path', { arn: `arn:aws:iam::${ACCOUNT}:role/checkout-api` }, /names role checkout-api/],
    ['sessions of a role', { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/checkout/*` }, /nearest name is checkout-api/],
    ['a role of this account', { role: 'x', account: ACCOUNT }, /names role x/],
  ])('%s', (_, match, expected) => {
    expect(absent(match)).toEqual([expect.stringMatching(expected)]);
  });

  test.each<[string, RuleText['match'], boolean]>([
    ['a role that is there', { role: 'checkout-api' }, true],
    ['a pattern that has one', { role: '*-api' }, true],
    ['sessions of a role that is there', { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/checkout-api/*` }, true],
    ['a user that is there', { arn: `arn:aws:iam::${ACCOUNT}:user/alice` }, true],
    ['another account', { role: 'x', account: '999999999999' }, true],
    ['another account in the ARN', { arn: 'arn:aws:iam::999999999999:role/x' }, true],
    ['any account, and there are several', { role: 'x' }, false],
    ['no role at all', { account: ACCOUNT }, true],
  ])('not: %s', (_, match, only) => {
    expect(absent(match, only)).toEqual([]);
  });
});

describe('rules that name a role of no account in particular, where there are several', () => {
  const everywhere = (match: RuleText['match']): string[] =>
    absentEverywhere(rulesOf([{ match, set: { team: 'a' } }]), ['checkout-api', 'search-api']).map(({ what }) => what);

  test.each<[string, RuleText['match'], RegExp]>([
    ['a name', { role: 'checkout-apj' }, /which no member account has\. The nearest name is checkout-api\.$/],
    ['a pattern', { role: 'pay-*' }, /names roles pay-\*, and no member account has one that is called so\.$/],
  ])('are told once: %s', (_, match, expected) => {
    expect(everywhere(match)).toEqual([expect.stringMatching(expected)]);
  });

  test.each<[string, RuleText['match']]>([
    ['one account has it', { role: 'search-api' }],
    ['one is called so', { role: 'search-*' }],
    ['it says which account', { role: 'x', account: ACCOUNT }],
  ])('not: %s', (_, match) => {
    expect(everywhere(match)).toEqual([]);
  });
});

test('rules of which no tag comes are named together, shared ones left out', () => {
  const rules = rulesOf([
    { match: { role: 'a' }, set: { team: 'x' } },
    { match: { account: ACCOUNT }, set: { team: 'x' } },
    { match: { role: 'a', session: 'b' }, set: { team: 'y' } },
    { match: { kind: 'agentcore' }, shared: true },
  ]);
  const [note, ...others] = withoutTagsNote(rules);
  expect(others).toEqual([]);
  expect(note?.what).toContain('rule (bursar.yaml line 2), rule (bursar.yaml line 3):');
  expect(withoutTagsNote(rules.slice(0, 1))).toEqual([]);
});

test('roles of Identity Center: what works instead', () => {
  const principals = [...PRINCIPALS, principalOf(SSO), principalOf('role/aws-service-role/x/AWSServiceRoleForX')];
  const where = (wish: Parameters<typeof protectedNotes>[0]) =>
    protectedNotes(wish, ACCOUNT, principals).map(({ remedies }) => remedies.map((remedy) => remedy.where));
  expect(where(wishOf([]))).toEqual([['shell', 'bursar.yaml', 'bursar.yaml', null]]);
  // Who has taken one of the ways knows them.
  expect(where(wishOf([], [['mia', { team: 'a' }]]))).toEqual([[]]);
  expect(where(wishOf([{ match: { 'permission-set': 'x' }, set: { team: 'a' } }]))).toEqual([[]]);
  expect(where(wishOf([], [], { sessionTags: new Map([['team', 'x']]) }))).toEqual([[]]);
  expect(protectedNotes(wishOf([]), ACCOUNT, PRINCIPALS)).toEqual([]);
});

test('values that tell people apart', () => {
  const change = (value: string) => ({
    id: value,
    kind: 'tag-principal' as const,
    account: ACCOUNT,
    region: null,
    resource: '',
    before: {},
    after: { 'tag:owner': value },
    dependsOn: [],
    managedBy: null,
  });
  const notes = (values: readonly string[]) => valueNotes(ACCOUNT, values.map(change)).map(({ what }) => what);
  expect(notes(['team-a', 'team-b'])).toEqual([]);
  expect(notes(['team-a', 'mia@example.com'])).toEqual([expect.stringContaining('(mia@example.com)')]);
  expect(notes(Array.from({ length: 51 }, (_, index) => `v${index}`))).toEqual([expect.stringContaining('51 values')]);
});
