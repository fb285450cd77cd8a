import { describe, expect, test } from 'vitest';
import { readAllocation } from './allocation.ts';
import { parseConfigFile } from './file.ts';

const read = async (yaml: string) => readAllocation('bursar.yaml', parseConfigFile('bursar.yaml', yaml));

/** The n-th rule begins on line 2 of its own, the section on line 1. */
const rule = (...lines: string[]): string =>
  `rules:\n${lines.map((line, n) => `  ${n === 0 ? '-' : ' '} ${line}\n`).join('')}`;
const role = 'match: { role: x }';

const BROKEN: Readonly<Record<string, string>> = {
  'an account that YAML takes for a number': rule('match: { account: 001122334455 }', 'shared: true'),
  'a cost centre that YAML takes for a number': rule(role, 'set: { team: 4200 }'),
  'a field that rules do not have': rule('match: { roel: x }', 'shared: true'),
  'a word that rules do not have': rule(role, 'shard: true'),
  'an empty pattern': rule('match: { role: "" }', 'shared: true'),
  'nothing to match': rule('match: {}', 'shared: true'),
  'no match': rule('shared: true'),
  'neither set nor shared': rule(role),
  'set and shared': rule(role, 'set: { team: a }', 'shared: true'),
  'shared: false': rule(role, 'shared: false'),
  'a dimension that is not there': rule(role, 'set: { taem: a }'),
  'a value that stands for nothing': rule(role, 'set: { team: (none) }'),
  'a value that stands for shared': rule(role, 'set: { team: (shared) }'),
  'an empty value': rule(role, 'set: { team: " " }'),
  'a day that does not exist': rule(role, 'from: 2026-02-30', 'set: { team: a }'),
  'to before from': rule(role, 'from: 2026-03-02', 'to: 2026-03-01', 'set: { team: a }'),
  'a kind that is not there': rule('match: { kind: iam-usr }', 'set: { team: a }'),
  'a name twice': `${rule('name: a', role, 'set: { team: a }')}  - name: a\n    match: { role: y }\n    set: { team: a }\n`,
  'two rules that contradict each other': `${rule('match: { role: a* }', 'set: { team: a }')}  - match: { role: "*b" }\n    shared: true\n`,
  'two problems': `${rule('match: { role: "" }', 'shared: true')}  - match: { account: 1 }\n    shared: true\n`,
  'rules that are no list': 'rules: 5\n',
  'a dimension without a tag key': 'dimensions:\n  team: 5\n',
  'a word that dimensions do not have': 'dimensions:\n  team:\n    tgs: [a]\n',
  'a spelling of two names': 'dimensions:\n  team:\n    tags: [a]\n    values: { frontend: [web], backend: [web] }\n',
  'a spelling that is a name itself':
    'dimensions:\n  team:\n    tags: [a]\n    values: { frontend: [web], web: [www] }\n',
  'a dimension called person': 'dimensions:\n  person: iamPrincipal/person\n',
};

test('what is wrong in a rule or dimension is said with its line', async () => {
  const texts: string[] = [];
  for (const [what, yaml] of Object.entries(BROKEN)) {
    const error = await read(yaml).then(
      () => 'taken',
      (error: { code: string; message: string }) => `${error.code} ${error.message}`,
    );
    texts.push(`# ${what}\n${yaml}=> ${error}\n`);
  }
  await expect(texts.join('\n')).toMatchFileSnapshot('./allocation-errors.golden.txt');
});

describe('what is taken', () => {
  test('dimensions in every form, in the order of the file', async () => {
    const { dimensions } = await read(
      'dimensions:\n  b: iamPrincipal/b\n  a:\n    tags: [x, y]\n    values: { new: [old, older] }\n  c: {}\n  d:\n',
    );
    const own = (tagKeys: string[], spellings = {}) => ({ tagKeys, spellings, byCaller: false });
    expect(Object.entries(dimensions)).toEqual([
      ['b', own(['iamPrincipal/b'])],
      ['a', own(['x', 'y'], { old: 'new', older: 'new' })],
      ['c', own([])],
      ['d', own([])],
    ]);
  });

  test('days are included in the file, half-open inside', async () => {
    const { allocation } = await read(
      rule('name: n', role, 'from: 2026-01-01', 'to: 2026-01-31', 'set: { team: a, person: M@X.org }'),
    );
    expect(allocation.rules).toEqual([
      {
        place: 'rule n (bursar.yaml line 2)',
        match: { role: 'x' },
        from: '2026-01-01',
        to: '2026-02-01',
        outcome: new Map([
          ['team', 'a'],
          ['person', 'm@x.org'],
        ]),
      },
    ]);
  });

  test('only what a rule speaks of is asked of callers', async () => {
    const { dimensions } = await read(`dimensions:\n  team: t\n  unit: u\n${rule(role, 'set: { team: a }')}`);
    expect(Object.entries(dimensions).map(([name, { byCaller }]) => [name, byCaller])).toEqual([
      ['team', true],
      ['unit', false],
    ]);
    const shared = await read(`dimensions:\n  team: t\n  unit: u\n${rule(role, 'shared: true')}`);
    expect(Object.values(shared.dimensions).every(({ byCaller }) => byCaller)).toBe(true);
  });

  test('a narrower rule beside a wider one', async () => {
    const yaml = `${rule('match: { role: a* }', 'set: { team: a }')}  - match: { role: ab }\n    shared: true\n`;
    expect((await read(yaml)).allocation.rules).toHaveLength(2);
  });
});
