import { describe, expect, test } from 'vitest';
import type { SetupWish } from '../../domain/setup.ts';
import { wishOf } from '../principals/principals.fixture.ts';
import { planSessionTags } from './plan.ts';

const DEPARTMENT = '$'.concat('{path:enterprise.department}');
const CENTER = { arn: 'arn:aws:sso:::instance/ssoins-1', region: 'eu-central-1' };

function plan(
  wanted: Record<string, string>,
  there: Record<string, readonly string[]> | null,
  more: Partial<SetupWish> = {},
) {
  const wish = wishOf([], [], { sessionTags: new Map(Object.entries(wanted)), ...more });
  return planSessionTags(wish, '1', CENTER, there === null ? null : new Map(Object.entries(there)));
}

describe('from the attributes that are passed to those that are wanted', () => {
  test.each<[string, Record<string, string>, Record<string, readonly string[]> | null, object[]]>([
    [
      'off',
      { team: DEPARTMENT },
      null,
      [{ before: { 'attribute:team': null, on: null }, after: { 'attribute:team': [DEPARTMENT], on: true } }],
    ],
    [
      'on, and none',
      { team: DEPARTMENT },
      {},
      [{ before: { 'attribute:team': null }, after: { 'attribute:team': [DEPARTMENT] } }],
    ],
    ['the same', { team: DEPARTMENT }, { team: [DEPARTMENT] }, []],
    [
      'from elsewhere',
      { team: DEPARTMENT },
      { team: ['x'] },
      [{ before: { 'attribute:team': ['x'] }, after: { 'attribute:team': [DEPARTMENT] } }],
    ],
    [
      'beside others',
      { team: DEPARTMENT },
      { site: ['y'] },
      [
        {
          before: { 'attribute:team': null, others: { site: ['y'] } },
          after: { 'attribute:team': [DEPARTMENT], others: { site: ['y'] } },
        },
      ],
    ],
  ])('%s', (_, wanted, there, states) => {
    const { changes, notes } = plan(wanted, there);
    expect(changes.map(({ before, after }) => ({ before, after }))).toEqual(states);
    expect(notes).toEqual([]);
  });
});

test.each<[string, Record<string, string>, Record<string, readonly string[]>, RegExp, number]>([
  [
    'no dimension reads it',
    { teem: DEPARTMENT },
    {},
    /reads iamPrincipal\/teem.*nearest that one reads is iamPrincipal\/team\./,
    1,
  ],
  ['a value of each person', { team: '$'.concat('{path:userName}') }, {}, /another value for each person/, 1],
  ['another case is passed', { team: DEPARTMENT }, { Team: ['x'] }, /passes Team already/, 0],
  [
    '51',
    { team: DEPARTMENT },
    Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, ['x']])),
    /51 attributes/,
    0,
  ],
])('is warned of: %s', (_, wanted, there, expected, changed) => {
  const { changes, notes } = plan(wanted, there);
  expect(notes.map(({ what }) => what)).toEqual([expect.stringMatching(expected)]);
  expect(changes).toHaveLength(changed);
});
