import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { managedBy } from './managed.ts';
import { wishOf } from './principals.fixture.ts';
import { tagChange } from './tags.ts';
import type { WantedTag } from './wanted.ts';

const { dimensions } = wishOf([]);
const tag = (value: string, key = 'team', dimension = key): WantedTag => ({ dimension, key, value, evidence: 'rule' });
const many = (count: number) => Array.from({ length: count }, (_, index): [string, string] => [`k${index}`, 'v']);

function change(wanted: readonly WantedTag[], there: readonly [string, string][]) {
  const { before, after, refused } = tagChange(wanted, new Map(there), dimensions);
  return { before: Object.fromEntries(before), after: Object.fromEntries(after), refused: refused.length };
}

describe('from the tags that are there to those that are wanted', () => {
  test.each<[string, WantedTag[], [string, string][], object]>([
    ['none yet', [tag('a')], [], { before: { team: null }, after: { team: 'a' } }],
    ['the same', [tag('a')], [['team', 'a']], { before: {}, after: {} }],
    ['another value', [tag('a')], [['team', 'b']], { before: { team: 'b' }, after: { team: 'a' } }],
    ['a spelling that reports take for it', [tag('payments')], [['team', 'Payments Team']], { before: {}, after: {} }],
    ['others stay', [tag('a')], [['owner', 'x']], { before: { team: null }, after: { team: 'a' } }],
    [
      'the key in another case',
      [tag('a')],
      [['Team', 'a']],
      { before: { team: null, Team: 'a' }, after: { team: 'a', Team: null } },
    ],
    ['the fiftieth', [tag('a')], many(49), { before: { team: null }, after: { team: 'a' } }],
    [
      'tags of AWS do not count',
      [tag('a')],
      [...many(49), ['aws:x', 'y']],
      { before: { team: null }, after: { team: 'a' } },
    ],
    [
      'a full role whose tag changes',
      [tag('a')],
      [...many(49), ['team', 'b']],
      { before: { team: 'b' }, after: { team: 'a' } },
    ],
    ['256 characters', [tag('a'.repeat(256))], [], { before: { team: null }, after: { team: 'a'.repeat(256) } }],
    [
      'letters of any language',
      [tag('Größe 2.0_:/=+-@')],
      [],
      { before: { team: null }, after: { team: 'Größe 2.0_:/=+-@' } },
    ],
  ])('%s', (_, wanted, there, expected) => {
    expect(change(wanted, there)).toEqual({ ...expected, refused: 0 });
  });

  test.each<[string, WantedTag[], [string, string][]]>([
    ['51 tags', [tag('a')], many(50)],
    ['257 characters', [tag('a'.repeat(257))], []],
    ['a character that IAM does not take', [tag('R&D')], []],
  ])('%s are refused beforehand', (_, wanted, there) => {
    expect(change(wanted, there)).toEqual({ before: {}, after: {}, refused: 1 });
  });

  test('what is refused leaves the rest', () => {
    expect(change([tag('R&D'), tag('7', 'CostCenter', 'cost-center')], [])).toEqual({
      before: { CostCenter: null },
      after: { CostCenter: '7' },
      refused: 1,
    });
  });
});

/** As IAM does it: those that go first, and a key takes the place of its other case. */
function applied(there: ReadonlyMap<string, string>, parts: ReadonlyMap<string, string | null>): Map<string, string> {
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  const gone = [...parts].filter(([, value]) => value === null).map(([key]) => key);
  const tags = new Map([...there].filter(([key]) => !gone.some((other) => same(key, other))));
  for (const [key, value] of parts) {
    if (value === null) continue;
    for (const other of [...tags.keys()]) if (other !== key && same(other, key)) tags.delete(other);
    tags.set(key, value);
  }
  return tags;
}

test('from any tags: done once there is nothing to do, and taken back all is as it was', () => {
  const value = fc.constantFrom('payments', 'Payments Team', '7', 'R&D', '');
  const anyTags = fc
    .dictionary(fc.constantFrom('team', 'Team', 'TEAM', 'costcenter', 'CostCenter', 'owner'), value, {
      noNullPrototype: true,
    })
    .map((tags) => {
      const folded = new Map(Object.keys(tags).map((key) => [key.toLowerCase(), key]));
      return new Map([...folded.values()].map((key) => [key, tags[key] ?? '']));
    });
  const anyWanted = fc
    .tuple(fc.option(value, { nil: null }), fc.option(value, { nil: null }))
    .map(([team, cc]) => [
      ...(team === null ? [] : [tag(team)]),
      ...(cc === null ? [] : [tag(cc, 'CostCenter', 'cost-center')]),
    ]);
  fc.assert(
    fc.property(anyTags, anyWanted, (there, wanted) => {
      const { before, after, refused } = tagChange(wanted, there, dimensions);
      const made = applied(there, after);
      expect(tagChange(wanted, made, dimensions).after).toEqual(new Map());
      const taken = applied(made, before);
      expect(new Map([...taken].sort())).toEqual(new Map([...there].sort()));
      expect(refused.length + [...after.values()].filter((one) => one !== null).length).toBeLessThanOrEqual(
        wanted.length,
      );
    }),
    { numRuns: 500 },
  );
});

test.each<[string, [string, string][], string, string | null, object | null]>([
  ['nobody', [['team', 'a']], 'Calls Bedrock', null, null],
  ['a stack, as CloudFormation says', [], '', 'shop', { by: 'cloudformation', evidence: 'shop' }],
  [
    'a stack, by its mark',
    [['aws:cloudformation:stack-name', 'shop']],
    '',
    null,
    { by: 'cloudformation', evidence: 'shop' },
  ],
  [
    'Terraform by mark',
    [['ManagedBy', 'Terraform']],
    '',
    null,
    { by: 'terraform', evidence: 'tag ManagedBy = Terraform' },
  ],
  [
    'Terraform by another',
    [['managed-by', 'terraform-live']],
    '',
    null,
    { by: 'terraform', evidence: 'tag managed-by = terraform-live' },
  ],
  ['a key that says it', [['terraform', 'true']], '', null, { by: 'terraform', evidence: 'tag terraform = true' }],
  ['a key that denies it', [['terraform', 'false']], '', null, null],
  ['somebody else', [['ManagedBy', 'platform-team']], '', null, null],
  [
    'the description',
    [],
    'Managed by Terraform',
    null,
    { by: 'terraform', evidence: 'description "Managed by Terraform"' },
  ],
])('managed by: %s', (_, tags, description, stack, expected) => {
  expect(managedBy({ description }, new Map(tags), stack)).toEqual(expected);
});
