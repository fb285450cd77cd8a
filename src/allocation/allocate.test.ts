import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PersonRow } from '../domain/allocation.ts';
import { END_OF_DAYS, FIRST_DAY } from '../domain/allocation.ts';
import { allocator, cutDays } from './allocate.ts';
import { allocationOf, anyAllocation, callerOf, PRINCIPALS, peopleOf, type RuleText } from './rules.fixture.ts';

type Who = keyof typeof PRINCIPALS | 'nobody';

const callerNamed = (who: Who) => callerOf(who === 'nobody' ? null : PRINCIPALS[who]);

/** `data 2026-10-01..2026-10-15 rule (bursar.yaml line 1)`, the sentinels left out. */
function told(who: Who, dimension: string, rules: readonly RuleText[], people: PersonRow[] = []): string[] {
  const { spans } = allocator(allocationOf(rules, people))(callerNamed(who));
  return (spans.get(dimension) ?? []).map(({ from, to, value, evidence }) => {
    const days = `${from === FIRST_DAY ? '' : from}..${to === END_OF_DAYS ? '' : to}`;
    return [value ?? '(none)', ...(days === '..' ? [] : [days]), ...(evidence === null ? [] : [evidence])].join(' ');
  });
}

const RULE_1 = 'rule (bursar.yaml line 1)';
const RULE_2 = 'rule (bursar.yaml line 2)';

describe('rules', () => {
  const science = { match: { 'permission-set': 'DataScience_*' }, set: { team: 'data' } };
  test.each<[string, Who, RuleText[], string[]]>([
    ['by permission set', 'mia', [science], [`data ${RULE_1}`]],
    ['not another permission set', 'ben', [science], []],
    ['by ARN', 'user', [{ match: { arn: '*:user/alice' }, set: { team: 'a' } }], [`a ${RULE_1}`]],
    [
      'by account, also who has no principal',
      'nobody',
      [{ match: { account: '*2' }, set: { team: 'a' } }],
      [`a ${RULE_1}`],
    ],
    ['no field matches what is not there', 'nobody', [{ match: { role: '*' }, set: { team: 'a' } }], []],
    [
      'lines without a principal, by a kind of their own',
      'nobody',
      [{ match: { account: '*2', kind: 'none' }, set: { team: 'a' } }],
      [`a ${RULE_1}`],
    ],
    ['by kind', 'key', [{ match: { kind: 'api-key' }, set: { team: 'a' } }], [`a ${RULE_1}`]],
    ['all fields must match', 'gateway', [{ match: { role: 'llm-gateway', session: 'x' }, set: { team: 'a' } }], []],
    ['shared', 'gateway', [{ match: { role: 'llm-gateway' }, shared: true }], [`(shared) ${RULE_1}`]],
    [
      'the narrower wins',
      'gateway',
      [
        { match: { role: '*' }, set: { team: 'all' } },
        { match: { role: 'llm-gateway' }, shared: true },
      ],
      [`(shared) ${RULE_2}`],
    ],
    [
      'of two that agree the first is named',
      'gateway',
      [
        { match: { role: 'llm-gateway' }, set: { team: 'a' } },
        { match: { session: 'gateway' }, set: { team: 'a' } },
      ],
      [`a ${RULE_1}`],
    ],
    [
      'while it is valid',
      'mia',
      [{ ...science, from: '2026-10-01', to: '2026-10-14' }],
      ['(none) ..2026-10-01', `data 2026-10-01..2026-10-15 ${RULE_1}`, '(none) 2026-10-15..'],
    ],
    [
      'the narrower only while it is valid',
      'gateway',
      [
        { match: { role: 'llm-*' }, set: { team: 'a' } },
        { match: { role: 'llm-gateway' }, set: { team: 'b' }, from: '2026-10-05' },
      ],
      [`a ..2026-10-05 ${RULE_1}`, `b 2026-10-05.. ${RULE_2}`],
    ],
  ])('%s', (_, who, rules, expected) => {
    expect(told(who, 'team', rules)).toEqual(expected);
  });

  test('two that disagree on a caller are an error that names both and the caller', () => {
    const rules: RuleText[] = [
      { match: { role: 'llm-gateway' }, set: { team: 'a' } },
      { match: { session: 'gateway' }, set: { team: 'b' } },
    ];
    expect(() => told('gateway', 'team', rules)).toThrow(
      expect.objectContaining({
        code: 'ALLOCATION_OVERLAP',
        message: `${PRINCIPALS.gateway} is matched by two rules that disagree on team: ${RULE_1} says a, ${RULE_2} says b`,
      }),
    );
    expect(told('application', 'team', rules)).toEqual([]);
    expect(
      told('gateway', 'team', [
        { ...(rules[0] as RuleText), to: '2026-09-30' },
        { ...(rules[1] as RuleText), from: '2026-10-01' },
      ]),
    ).toHaveLength(2);
  });
});

describe('the people file', () => {
  const mia: [string, Record<string, string>] = ['mia@example.com', { team: 'data' }];
  const row = 'people.csv line 2';
  test.each<[string, Who, RuleText[], PersonRow[], string[]]>([
    ['by session, without case', 'mia', [], peopleOf([mia]), [`data ${row}`]],
    ['by user name', 'user', [], peopleOf([['ALICE', { team: 'a' }]]), [`a ${row}`]],
    ['by key', 'key', [], peopleOf([['BedrockAPIKey-mia7', { team: 'a' }]]), [`a ${row}`]],
    ['by ARN', 'gateway', [], peopleOf([[PRINCIPALS.gateway, { team: 'a' }]]), [`a ${row}`]],
    ['not by the session that an application has', 'application', [], peopleOf([mia]), []],
    [
      'rules come first',
      'mia',
      [{ match: { kind: 'identity-center' }, set: { team: 'r' } }],
      peopleOf([mia]),
      [`r ${RULE_1}`],
    ],
    [
      'then the people file, day by day',
      'mia',
      [{ match: { kind: 'identity-center' }, set: { team: 'r' }, to: '2026-09-30' }],
      peopleOf([
        ['mia@example.com', { team: 'a' }, undefined, '2026-10-14'],
        ['mia@example.com', { team: 'b' }, '2026-10-20'],
      ]),
      [
        `r ..2026-10-01 ${RULE_1}`,
        `a 2026-10-01..2026-10-15 ${row}`,
        '(none) 2026-10-15..2026-10-20',
        'b 2026-10-20.. people.csv line 3',
      ],
    ],
    [
      'the ARN says it more precisely',
      'mia',
      [],
      peopleOf([mia, [PRINCIPALS.mia, { team: 'a' }]]),
      ['a people.csv line 3'],
    ],
    [
      'what the ARN leaves empty, the session says',
      'mia',
      [],
      peopleOf([mia, [PRINCIPALS.mia, { person: 'm' }]]),
      [`data ${row}`],
    ],
  ])('%s', (_, who, rules, people, expected) => {
    expect(told(who, 'team', rules, people)).toEqual(expected);
  });
});

describe('the person', () => {
  test.each<[string, Who, RuleText[], PersonRow[], string[]]>([
    ['behind single sign-on is the session', 'ben', [], [], ['ben session name']],
    ['is the e-mail address that a session is called', 'mia at work', [], [], ['mia@example.com session name']],
    ['is one over several roles', 'mia', [], [], ['mia@example.com session name']],
    ['is nobody behind an instance', 'application', [], [], []],
    ['is nobody behind a key, until the people file says who', 'key', [], [], []],
    [
      'is who the people file says',
      'key',
      [],
      peopleOf([['BedrockAPIKey-mia7', { person: 'mia@example.com' }]]),
      ['mia@example.com people.csv line 2'],
    ],
    [
      'is who a rule says',
      'gateway',
      [{ match: { role: 'llm-gateway' }, set: { person: 'ops' } }],
      [],
      [`ops ${RULE_1}`],
    ],
    ['is never shared', 'ben', [{ match: { kind: '*' }, shared: true }], [], ['ben session name']],
    [
      'is the session on days that nobody says more of',
      'ben',
      [],
      peopleOf([['ben', { person: 'Ben Okri' }, '2026-10-05']]),
      ['ben ..2026-10-05 session name', 'Ben Okri 2026-10-05.. people.csv line 2'],
    ],
  ])('%s', (_, who, rules, people, expected) => {
    expect(told(who, 'person', rules, people)).toEqual(expected);
  });
});

test('spans part all days, without gap or overlap, and only on the days on which something changes', () => {
  fc.assert(
    fc.property(anyAllocation, (allocation) => {
      const cuts = new Set<string>(cutDays(allocation));
      const allocate = allocator(allocation);
      for (const who of [...Object.keys(PRINCIPALS), 'nobody'] as Who[]) {
        for (const [, spans] of allocate(callerNamed(who)).spans) {
          expect(spans[0]?.from).toBe(FIRST_DAY);
          expect(spans.at(-1)?.to).toBe(END_OF_DAYS);
          for (const [index, { from, to, value, evidence }] of spans.entries()) {
            expect(from < to).toBe(true);
            expect(value === null).toBe(evidence === null);
            if (index > 0) {
              expect(spans[index - 1]?.to).toBe(from);
              expect(cuts.has(from)).toBe(true);
            }
          }
        }
      }
    }),
  );
});
