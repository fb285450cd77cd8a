import { describe, expect, test } from 'vitest';
import { type RuleText, rulesOf } from './rules.fixture.ts';
import { findOverlap, isNarrower } from './rules.ts';

describe('the narrower rule', () => {
  test.each<[string, RuleText['match'], RuleText['match'], boolean]>([
    ['a field more', { role: 'a', account: '1' }, { role: 'a' }, true],
    ['a field less', { role: 'a' }, { role: 'a', account: '1' }, false],
    ['a name that a pattern has', { role: 'app-1' }, { role: 'app-*' }, true],
    ['a name that a pattern has not', { role: 'db-1' }, { role: 'app-*' }, false],
    ['a narrower pattern is none: only names are told apart', { role: 'app-1*' }, { role: 'app-*' }, false],
    ['the same', { role: 'a' }, { role: 'a' }, false],
    ['other fields', { session: 'x' }, { role: 'a' }, false],
    ['one field narrower, one wider', { role: 'app-1', account: '*' }, { role: 'app-*', account: '1' }, false],
    ['a field more, but another name', { role: 'b', account: '1' }, { role: 'a' }, false],
    ['sessions are compared without case', { session: 'Mia@x.org' }, { session: 'mia@*' }, true],
  ])('%s', (_, a, b, narrower) => {
    const [first, second] = rulesOf([{ match: a }, { match: b }]);
    if (first === undefined || second === undefined) throw new Error('two rules');
    expect(isNarrower(first, second)).toBe(narrower);
  });
});

describe('two rules that contradict each other', () => {
  const app = { role: 'app-*' };
  const api = { role: '*-api' };
  test.each<[string, RuleText, RuleText, boolean]>([
    ['patterns that meet', { match: app, set: { team: 'a' } }, { match: api, set: { team: 'b' } }, true],
    ['the same outcome', { match: app, set: { team: 'a' } }, { match: api, set: { team: 'a' } }, false],
    ['other dimensions', { match: app, set: { team: 'a' } }, { match: api, set: { 'cost-center': 'b' } }, false],
    ['shared and a team', { match: app, shared: true }, { match: api, set: { team: 'b' } }, true],
    ['shared and a person', { match: app, shared: true }, { match: api, set: { person: 'b' } }, false],
    ['both shared', { match: app, shared: true }, { match: api, shared: true }, false],
    [
      'patterns that never meet',
      { match: app, set: { team: 'a' } },
      { match: { role: 'db-*' }, set: { team: 'b' } },
      false,
    ],
    ['a narrower one', { match: app, set: { team: 'a' } }, { match: { role: 'app-1' }, set: { team: 'b' } }, false],
    ['other fields', { match: app, set: { team: 'a' } }, { match: { account: '1' }, set: { team: 'b' } }, false],
    [
      'one after the other',
      { match: app, set: { team: 'a' }, to: '2026-09-30' },
      { match: api, set: { team: 'b' }, from: '2026-10-01' },
      false,
    ],
    [
      'a day in common',
      { match: app, set: { team: 'a' }, to: '2026-10-01' },
      { match: api, set: { team: 'b' }, from: '2026-10-01' },
      true,
    ],
    [
      'one of two fields parts them',
      { match: { ...app, account: '1' }, set: { team: 'a' } },
      { match: { ...api, account: '2' }, set: { team: 'b' } },
      false,
    ],
  ])('%s', (_, a, b, overlaps) => {
    expect(findOverlap(rulesOf([a, b])) !== null).toBe(overlaps);
    expect(findOverlap(rulesOf([b, a])) !== null).toBe(overlaps);
  });
});
