import { expect, test } from 'vitest';
import type { DirectoryUser } from '../domain/directory.ts';
import type { GroupRule } from '../domain/people.ts';
import { membersOfDirectory } from './from-directory.ts';

const DIMENSIONS = ['team', 'cost-center'];

const user = (userName: string, groups: readonly string[], more: Partial<DirectoryUser> = {}): DirectoryUser => ({
  userName,
  displayName: userName.toUpperCase(),
  emails: [`${userName}@x.org`],
  enabled: true,
  groups,
  ...more,
});

const rule = (pattern: string, values: Readonly<Record<string, string>>): GroupRule => ({
  pattern,
  values: new Map(Object.entries(values)),
});

function members(users: readonly DirectoryUser[], rules: readonly GroupRule[], firstCounts = false) {
  const groups = [...new Set(users.flatMap((one) => one.groups))].map((name) => ({ name, members: 1 }));
  return membersOfDirectory(
    { identityStore: 'd-1', region: 'eu-west-1', users, groups },
    rules,
    DIMENSIONS,
    firstCounts,
  );
}

const briefly = (users: readonly DirectoryUser[], rules: readonly GroupRule[], firstCounts?: boolean) =>
  members(users, rules, firstCounts).members.map(({ sessions, name, spans, left }) =>
    [sessions.join(' '), name, [...(spans[0]?.values ?? [])].join(' '), ...(left ? ['left'] : [])].join('; '),
  );

test('user name and e-mail address are sessions of one person, groups say to what they belong', () => {
  const users = [
    user('mia', ['AWS-Data-Eng', 'everybody']),
    user('ben@x.org', ['aws-web', 'aws-money'], { emails: ['BEN@x.org'] }),
    user('carl', [], { enabled: false, emails: [], displayName: '  Carl\n Ott ' }),
  ];
  const rules = [
    rule('aws-data-*', { team: 'data' }),
    rule('aws-web', { team: 'web' }),
    rule('*money', { 'cost-center': '42' }),
  ];
  expect(briefly(users, rules)).toEqual([
    'mia mia@x.org; MIA; team,data',
    'ben@x.org; ben@x.org; team,web cost-center,42',
    'carl; Carl Ott; ; left',
  ]);
  expect(members(users, rules)).toMatchObject({
    dimensions: ['team', 'cost-center'],
    unmapped: [{ name: 'everybody' }],
    idle: [],
  });
});

test('a star in the value is what the star of the pattern matched', () => {
  expect(briefly([user('mia', ['team-Data-prod'])], [rule('team-*-prod', { team: 'x-*' })])).toEqual([
    'mia mia@x.org; MIA; team,x-Data',
  ]);
});

test('two groups that agree are no conflict', () => {
  const rules = [rule('a', { team: 'data' }), rule('b', { team: 'data' })];
  expect(briefly([user('mia', ['b', 'a'])], rules)).toEqual(['mia mia@x.org; MIA; team,data']);
});

test('two groups that disagree: both are named, or the first of the map counts', () => {
  const mia = user('mia', ['b', 'a', 'c']);
  const rules = [rule('b', { team: 'web' }), rule('a', { team: 'data' }), rule('c', { 'cost-center': '42' })];
  expect(() => members([mia], rules)).toThrow(
    'Identity Center d-1: MIA (mia) is in two groups that disagree on team: b says web, a says data',
  );
  expect(briefly([mia], rules, true)).toEqual(['mia mia@x.org; MIA; team,web cost-center,42']);
  expect(members([mia], rules, true).decided).toEqual([
    'MIA (mia) is in two groups that disagree on team: b says web, a says data',
  ]);
});

test('where one pattern matches both groups, no order decides', () => {
  const mia = user('mia', ['team-web', 'team-data']);
  expect(() => members([mia], [rule('team-*', { team: '*' })], true)).toThrow(/team-data says data, team-web says web/);
});

test('an address of several users is the session of none of them', () => {
  const users = [
    user('mia', [], { emails: ['mia@x.org', 'it@x.org'] }),
    user('mia-admin', [], { emails: ['MIA@x.org'] }),
    user('it@x.org', [], { emails: [] }),
  ];
  const { members: found, shared } = members(users, []);
  expect(found.map(({ sessions }) => sessions)).toEqual([['mia'], ['mia-admin'], ['it@x.org']]);
  expect(shared).toEqual(['it@x.org', 'mia@x.org']);
});

test('a pattern that names no group is told', () => {
  expect(members([user('mia', ['web'])], [rule('wep', { team: 'web' })]).idle).toEqual(['wep']);
});
