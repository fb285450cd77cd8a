import { describe, expect, test } from 'vitest';
import type { CostTag } from '../../aws/read/cost-tags.ts';
import { planActivation } from './activation.ts';

const ACCOUNT = '111122223333';
const tag = (key: string, active = false): CostTag => ({ key, active, since: null });
const TEAM = 'iamPrincipal/team';

describe('which keys are activated, awaited, warned of', () => {
  test.each<[string, string[], CostTag[], { activates?: string[]; awaits?: string[]; warns?: RegExp }]>([
    ['an active key', [TEAM], [tag(TEAM, true)], {}],
    ['an inactive key', [TEAM], [tag(TEAM)], { activates: [TEAM] }],
    ['a key that is not listed', [TEAM], [], { awaits: [TEAM] }],
    [
      'one of each',
      [TEAM, 'iamPrincipal/cc', 'iamPrincipal/x'],
      [tag(TEAM), tag('iamPrincipal/cc', true)],
      { activates: [TEAM], awaits: ['iamPrincipal/x'] },
    ],
    [
      'the tag of resources is active',
      [TEAM],
      [tag('team', true)],
      { awaits: [TEAM], warns: /The cost allocation tag team is active, but/ },
    ],
    [
      'the same, and the right one is there',
      [TEAM],
      [tag('Team', true), tag(TEAM)],
      { activates: [TEAM], warns: /tag Team is active/ },
    ],
    ['the same, and the right one is active', [TEAM], [tag('team', true), tag(TEAM, true)], {}],
    ['a tag of accounts', [TEAM], [tag('accountTag/Team', true)], { awaits: [TEAM], warns: /accountTag\/Team/ }],
    ['an inactive one of resources', [TEAM], [tag('team')], { awaits: [TEAM] }],
    [
      'another case',
      [TEAM],
      [tag('iamPrincipal/Team', true)],
      { awaits: [TEAM], warns: /AWS lists iamPrincipal\/Team, but not as/ },
    ],
  ])('%s', (_, keys, tags, { activates = [], awaits = [], warns }) => {
    const { changes, pending, notes } = planActivation(ACCOUNT, keys, tags);
    expect(changes.map(({ before, after }) => [before, after])).toEqual(
      activates.length === 0
        ? []
        : [
            [
              Object.fromEntries(activates.map((key) => [key, 'Inactive'])),
              Object.fromEntries(activates.map((key) => [key, 'Active'])),
            ],
          ],
    );
    expect(pending.map(({ what }) => what)).toEqual(awaits.map((key) => `activate ${key}`));
    expect(notes.map(({ what }) => what)).toEqual(warns === undefined ? [] : [expect.stringMatching(warns)]);
  });
});
