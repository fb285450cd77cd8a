import { expect, test } from 'vitest';
import { type Dimension, findDimension } from '../domain/dimension.ts';
import type { ExplainedCaller } from '../domain/explanation.ts';
import { formatMoney, parseMoney } from '../domain/money.ts';
import { unownedOf } from './unowned.ts';

const TEAM: Dimension = findDimension('team', {
  team: { tagKeys: ['iamPrincipal/team'], spellings: {}, byCaller: true },
});

function caller(cost: string, more: Partial<ExplainedCaller>): ExplainedCaller {
  return {
    account: '111122223333',
    principal: 'arn:aws:sts::111122223333:assumed-role/x/y',
    kind: 'assumed-role',
    role: null,
    permissionSet: null,
    session: null,
    first: null,
    last: null,
    cost: parseMoney(cost),
    ...more,
  };
}

const ranked = (callers: readonly ExplainedCaller[]) =>
  unownedOf(TEAM, callers).map(({ name, callers: count, cost, remedies }) => [
    name,
    count,
    formatMoney(cost),
    remedies.flatMap(({ paste }) => paste.at(-1) ?? []),
  ]);

test('sessions of one role need one rule, and are ranked by their sum', () => {
  expect(
    ranked([
      caller('5', { role: 'gateway', session: 'one' }),
      caller('4', { role: 'lambda', session: 'a' }),
      caller('3', { role: 'lambda', session: 'b', account: '444455556666' }),
    ]),
  ).toEqual([
    ['lambda', 2, '7.0000000000', ['    set: { team: TEAM }']],
    ['gateway', 1, '5.0000000000', ['    set: { team: TEAM }']],
  ]);
});

test('a person is one row of the people file, whatever the roles', () => {
  const mia = { session: 'Mia@example.com', kind: 'identity-center' } as const;
  const [found, ...others] = unownedOf(TEAM, [
    caller('1', { ...mia, role: 'AWSReservedSSO_Dev_0123456789abcdef' }),
    caller('2', { ...mia, role: 'AWSReservedSSO_Ops_0123456789abcdef', account: '444455556666' }),
  ]);
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    name: 'mia@example.com',
    accounts: ['111122223333', '444455556666'],
    kind: 'identity-center',
    callers: 2,
    remedies: [{ where: 'people file', paste: ['session,person,team,from,to', 'mia@example.com,,TEAM,,'] }],
  });
});

test('lines without a principal go by account', () => {
  const nobody = { principal: null, kind: null };
  expect(
    ranked([caller('1', nobody), caller('2', { ...nobody, account: '444455556666' }), caller('9', { kind: 'root' })]),
  ).toEqual([
    ['arn:aws:sts::111122223333:assumed-role/x/y', 1, '9.0000000000', []],
    [null, 1, '2.0000000000', ['    set: { team: TEAM }']],
    [null, 1, '1.0000000000', ['    set: { team: TEAM }']],
  ]);
});
