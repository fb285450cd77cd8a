import { describe, expect, test } from 'vitest';
import type { RuleText } from '../../allocation/rules.fixture.ts';
import { SHARED } from '../../domain/allocation.ts';
import type { Day } from '../../domain/period.ts';
import { ACCOUNT, principalOf, wishOf } from './principals.fixture.ts';
import { wantedTags } from './wanted.ts';

const TODAY = '2026-11-26' as Day;
const CHECKOUT = 'role/app/checkout-api';
const SSO = 'role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_DataScience_0123456789abcdef';
const ROLE = { role: 'checkout-api' };
const STS = `arn:aws:sts::${ACCOUNT}:assumed-role/checkout-api`;

function tagsOf(path: string, rules: readonly RuleText[], people: Parameters<typeof wishOf>[1] = []) {
  const { tags, instead } = wantedTags(wishOf(rules, people), TODAY)(principalOf(path));
  return { tags: tags.map(({ key, value }) => `${key}=${value}`).join(' '), instead: instead.length };
}

describe('what a rule makes of a principal', () => {
  test.each<[string, string, readonly RuleText[], string]>([
    ['a role by name', CHECKOUT, [{ match: ROLE, set: { team: 'a' } }], 'team=a'],
    [
      'each dimension has its key',
      CHECKOUT,
      [{ match: ROLE, set: { team: 'a', 'cost-center': '7' } }],
      'team=a CostCenter=7',
    ],
    ['a dimension of other tags has none', CHECKOUT, [{ match: ROLE, set: { project: 'a' } }], ''],
    ['a role by pattern', CHECKOUT, [{ match: { role: 'checkout-*' }, set: { team: 'a' } }], 'team=a'],
    ['a star alone names nobody', CHECKOUT, [{ match: { role: '*' }, set: { team: 'a' } }], ''],
    ['another role', CHECKOUT, [{ match: { role: 'search-api' }, set: { team: 'a' } }], ''],
    ['all sessions by ARN', CHECKOUT, [{ match: { arn: `${STS}/*` }, set: { team: 'a' } }], 'team=a'],
    ['one session by ARN', CHECKOUT, [{ match: { arn: `${STS}/i-1` }, set: { team: 'a' } }], ''],
    [
      'the role by its own ARN',
      CHECKOUT,
      [{ match: { arn: `arn:aws:iam::${ACCOUNT}:${CHECKOUT}` }, set: { team: 'a' } }],
      'team=a',
    ],
    ['one session', CHECKOUT, [{ match: { ...ROLE, session: 'mia@*' }, set: { team: 'a' } }], ''],
    ['the account alone', CHECKOUT, [{ match: { account: ACCOUNT }, set: { team: 'a' } }], ''],
    ['the kind alone', CHECKOUT, [{ match: { kind: 'assumed-role' }, set: { team: 'a' } }], ''],
    ['role and account', CHECKOUT, [{ match: { ...ROLE, account: ACCOUNT }, set: { team: 'a' } }], 'team=a'],
    ['role of another account', CHECKOUT, [{ match: { ...ROLE, account: '999999999999' }, set: { team: 'a' } }], ''],
    ['role of one kind', CHECKOUT, [{ match: { ...ROLE, kind: 'agentcore' }, set: { team: 'a' } }], 'team=a'],
    ['shared', CHECKOUT, [{ match: ROLE, set: { team: SHARED } }], ''],
    ['no longer', CHECKOUT, [{ match: ROLE, set: { team: 'a' }, to: '2026-11-25' }], ''],
    ['not yet', CHECKOUT, [{ match: ROLE, set: { team: 'a' }, from: '2026-11-27' }], ''],
    [
      'today',
      CHECKOUT,
      [
        { match: ROLE, set: { team: 'a' }, to: '2026-11-25' },
        { match: ROLE, set: { team: 'b' }, from: '2026-11-26' },
      ],
      'team=b',
    ],
    [
      'the narrower rule',
      CHECKOUT,
      [
        { match: { role: '*-api' }, set: { team: 'a', 'cost-center': '7' } },
        { match: ROLE, set: { team: 'b' } },
      ],
      'team=b CostCenter=7',
    ],
    [
      'the narrower of two that look at the ARN',
      CHECKOUT,
      [
        { match: { role: '*-api', arn: `${STS}/*` }, set: { team: 'a' } },
        { match: { role: 'checkout-api', arn: `${STS}/*` }, set: { team: 'b' } },
      ],
      'team=b',
    ],
    [
      'a role in a rule that says less than the account’s',
      CHECKOUT,
      [
        { match: { account: ACCOUNT }, set: { 'cost-center': '7' } },
        { match: ROLE, set: { team: 'a' } },
      ],
      'team=a',
    ],
    ['a permission set', SSO, [{ match: { 'permission-set': 'DataScience' }, set: { team: 'a' } }], 'team=a'],
    [
      'a user by ARN',
      'user/ops/alice',
      [{ match: { arn: `arn:aws:iam::${ACCOUNT}:user/*` }, set: { team: 'a' } }],
      'team=a',
    ],
    ['a user by kind alone', 'user/alice', [{ match: { kind: 'iam-user' }, set: { team: 'a' } }], ''],
  ])('%s', (_, path, rules, tags) => {
    expect(tagsOf(path, rules)).toEqual({ tags, instead: 0 });
  });
});

test('the people file names users, and no roles', () => {
  const people = [
    ['alice', { team: 'a' }],
    [`arn:aws:iam::${ACCOUNT}:user/ops/ben`, { team: 'b' }],
    ['BedrockAPIKey-x1', { team: 'c' }],
    ['checkout-api', { team: 'd' }],
    ['left', { team: 'e' }, '2026-01-01', '2026-10-31'],
  ] as const;
  const paths = ['user/alice', 'user/ops/ben', 'user/BedrockAPIKey-x1', CHECKOUT, 'user/left', 'user/nobody'];
  expect(paths.map((path) => tagsOf(path, [], people).tags)).toEqual(['team=a', 'team=b', 'team=c', '', '', '']);
});

describe('a role of several gets no tag, and it is said why', () => {
  test.each<[string, readonly RuleText[]]>([
    [
      'a session is another team’s',
      [
        { match: ROLE, set: { team: 'a' } },
        { match: { ...ROLE, session: 'mia@*' }, set: { team: 'b' } },
      ],
    ],
    [
      'a session is shared',
      [
        { match: ROLE, set: { team: 'a' } },
        { match: { ...ROLE, session: 'batch' }, set: { team: SHARED } },
      ],
    ],
    [
      'its agents are another team’s',
      [
        { match: ROLE, set: { team: 'a' } },
        { match: { ...ROLE, kind: 'agentcore' }, set: { team: 'b' } },
      ],
    ],
    [
      'two rules contest it',
      [
        { match: ROLE, set: { team: 'a' } },
        { match: { arn: `${STS}/*` }, set: { team: 'b' } },
      ],
    ],
  ])('%s', (_, rules) => {
    expect(tagsOf(CHECKOUT, rules)).toEqual({ tags: '', instead: 1 });
  });

  test('in words', () => {
    const said = (rules: readonly RuleText[]) => wantedTags(wishOf(rules), TODAY)(principalOf(CHECKOUT)).instead;
    const [general, session] = [
      { match: ROLE, set: { team: 'a' } },
      { match: { ...ROLE, session: 'mia@*' }, set: { team: 'b' } },
    ];
    expect(said([general, session])).toEqual([
      'gets no tag team: rule (bursar.yaml line 1) says a, but rule (bursar.yaml line 2) says something else of some of its calls, and a tag would overrule that',
    ]);
    expect(said([general, { match: { arn: `${STS}/*` }, set: { team: 'b' } }])).toEqual([
      `gets no tags: ${STS}/* is matched by two rules that disagree on team: rule (bursar.yaml line 1) says a, rule (bursar.yaml line 2) says b`,
    ]);
  });

  test('but for the dimensions on which all agree', () => {
    const rules = [
      { match: ROLE, set: { team: 'a', 'cost-center': '7' } },
      { match: { ...ROLE, session: 'mia@*' }, set: { team: 'b', 'cost-center': '7' } },
    ];
    expect(tagsOf(CHECKOUT, rules)).toEqual({ tags: 'CostCenter=7', instead: 1 });
  });
});
