import { expect, test } from 'vitest';
import { namedCallers } from './named-callers.ts';
import { payersOf } from './organisation.ts';

test('as many callers as asked, each with a principal of its own', () => {
  for (const count of [30, 60, 5_000]) {
    const principals = namedCallers(count).map(({ principal }) => principal);
    expect(new Set(principals).size).toBe(count);
  }
});

test('every kind of principal occurs, also in the smallest organisation', () => {
  expect([...new Set(namedCallers(30).map(({ kind }) => kind))].sort()).toEqual([
    'agentcore',
    'api-key',
    'assumed-role',
    'iam-role',
    'iam-user',
    'identity-center',
  ]);
});

test('roles of Identity Center have no tags, but sessions of developers do', () => {
  const signedOn = namedCallers(60).filter(({ kind }) => kind === 'identity-center');
  for (const { permissionSet, tags, principal } of signedOn) {
    expect(principal).toMatch(
      /^arn:aws:sts::\d{12}:assumed-role\/AWSReservedSSO_\w+_[0-9a-f]{16}\/[a-z.]+@example\.com$/,
    );
    expect(Object.keys(tags)).toHaveLength(permissionSet === 'BedrockDeveloper' ? 3 : 0);
  }
  expect(new Set(signedOn.map(({ person }) => person?.mail)).size).toBeLessThan(signedOn.length);
});

test('account ids are text: one starts with zeros', () => {
  const accounts = payersOf(2).flatMap((payer) => payer.accounts);
  expect(accounts.filter(({ id }) => id.startsWith('00'))).toHaveLength(2);
  for (const { id } of accounts) expect(id).toMatch(/^\d{12}$/);
});
