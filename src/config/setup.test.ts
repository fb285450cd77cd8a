import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SetupWish } from '../domain/setup.ts';
import { loadSetupConfig } from './config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (yaml: string, env: Readonly<Record<string, string>> = {}) => {
  writeFileSync(join(folder, 'bursar.yaml'), yaml);
  return loadSetupConfig({}, env, folder);
};
const wishOf = async (yaml: string): Promise<SetupWish> => (await load(yaml)).wish;

const WHOLE = `accounts:
  payer:    { id: "111122223333", profile: acme-payer }
  identity: { id: "444455556666", profile: identity, region: eu-central-1 }
  members:
    - { id: "777788889999", role: BursarSetup, regions: [us-east-1, eu-west-1] }
    - { id: "000011112222", role: "arn:aws-us-gov:iam::000011112222:role/a/b", profile: gov }
    - { id: "111122223333", profile: acme-payer }
setup:
  tag-principals: true
  activate-tags: true
  backfill: 2026-04
  export: { bucket: acme-cur, bucket-region: eu-central-1, prefix: /cur/ }
  athena: { scan-gigabytes: 7 }
  session-tags: { team: "\${path:enterprise.department}" }
`;

test('all that can be said', async () => {
  const { wish, asked, journal } = await load(WHOLE);
  expect(asked).toBe(true);
  expect(journal).toBe(join(folder, '.bursar', 'journal.sqlite'));
  expect(wish).toMatchObject({
    accounts: {
      payer: { id: '111122223333', profile: 'acme-payer', role: null, regions: [] },
      identity: { id: '444455556666', profile: 'identity', role: null, regions: ['eu-central-1'] },
      members: [
        // A role without a profile of its own is assumed with the payer's.
        {
          profile: 'acme-payer',
          role: 'arn:aws:iam::777788889999:role/BursarSetup',
          regions: ['us-east-1', 'eu-west-1'],
        },
        { profile: 'gov', role: 'arn:aws-us-gov:iam::000011112222:role/a/b', regions: [] },
        { id: '111122223333' },
      ],
    },
    tagPrincipals: true,
    activateTags: true,
    trySsoTags: false,
    backfill: '2026-04',
    export: {
      name: 'bursar',
      bucket: 'acme-cur',
      bucketRegion: 'eu-central-1',
      prefix: 'cur',
      granularity: 'daily',
      resources: false,
    },
    athena: {
      database: 'bursar',
      table: 'cur',
      workgroup: 'bursar',
      results: 's3://acme-cur/athena-results/',
      scanBytes: 7e9,
    },
    sessionTags: new Map([['team', `$${'{path:enterprise.department}'}`]]),
  });
});

test('what is not said is not wanted, of the one account that the credentials are of', async () => {
  const one = { id: null, profile: null, role: null, regions: [] };
  const { wish, asked } = await load('dimensions: { team: iamPrincipal/team }\n');
  expect(asked).toBe(false);
  expect(wish).toMatchObject({
    accounts: { payer: one, identity: null, members: [one] },
    tagPrincipals: false,
    activateTags: false,
    backfill: null,
    export: null,
    athena: null,
    sessionTags: new Map(),
  });
});

test('the journal lies where BURSAR_JOURNAL says', async () => {
  expect(await load('', { BURSAR_JOURNAL: 'kept.sqlite' })).toMatchObject({ journal: join(folder, 'kept.sqlite') });
});

const account = (text: string): string => `accounts:\n  payer: { ${text} }\n`;
const tags = (...keys: string[]): string =>
  `setup: { activate-tags: true }\ndimensions:\n${keys.map((key, n) => `  d${n}: ${JSON.stringify(`iamPrincipal/${key}`)}\n`).join('')}`;

const BROKEN: Readonly<Record<string, string>> = {
  'an account that YAML takes for a number': account('id: 001122334455'),
  'an account of eleven digits': account('id: "11122223333"'),
  'no account': account('profile: acme'),
  'a role that is none': account('id: "111122223333", role: "my role"'),
  'a role of another account': account('id: "111122223333", role: "arn:aws:iam::999988887777:role/a"'),
  'a region that is none': account('id: "111122223333", regions: [Frankfurt]'),
  'an account twice': 'accounts:\n  members:\n    - { id: "111122223333" }\n    - { id: "111122223333" }\n',
  'an account that is reached in two ways': `${account('id: "111122223333", profile: a')}  members:\n    - { id: "111122223333", profile: b }\n`,
  'a section that is misspelt': 'setpu: {}\n',
  'a word that setup does not have': 'setup:\n  tag-principal: true\n',
  'two words that the export does not have': 'setup:\n  export:\n    bukket: a-bucket\n    bucket-regoin: us-east-1\n',
  'a word that accounts do not have': 'accounts:\n  member: []\n',
  'a bucket that S3 refuses': 'setup:\n  export: { bucket: Acme_CUR }\n',
  'an export that AWS refuses': 'setup:\n  export: { bucket: acme, name: my export }\n',
  'Athena without an export': 'setup:\n  athena: {}\n',
  'a month that is none': 'setup: { backfill: 2026-13 }\n',
  'session tags without Identity Center': `setup:\n  session-tags: { team: "$${'{path:x}'}" }\n`,
  'nothing says whose principals are tagged': `${account('id: "111122223333"')}setup: { tag-principals: true }\n`,
  'an attribute that is none': 'setup:\n  session-tags: { team: department }\n',
  'a tag key that AWS keeps for itself': tags('AWS:team'),
  'a tag key with a character that AWS refuses': tags('team#1', 'good', 'cost|center'),
  'a tag key that is too long': tags('k'.repeat(129)),
  'tag keys that differ in case alone': tags('team', 'Team'),
  'more tag keys than a role carries': tags(...Array.from({ length: 51 }, (_, n) => `key-${n}`)),
};

test('what is wrong is said with its line and column', async () => {
  const texts: string[] = [];
  for (const [what, yaml] of Object.entries(BROKEN)) {
    const error = await wishOf(yaml).then(
      () => 'taken',
      (error: { code: string; message: string }) =>
        `${error.code} ${error.message.replaceAll(join(folder, 'bursar.yaml'), 'bursar.yaml')}`,
    );
    const shown = yaml.length > 600 ? `${yaml.slice(0, 120)}…\n` : yaml;
    texts.push(`# ${what}\n${shown}=> ${error}\n`);
  }
  await expect(texts.join('\n')).toMatchFileSnapshot('./setup-errors.golden.txt');
});

test('tag keys are not looked at where no tag is wanted', async () => {
  expect(await wishOf('dimensions: { a: "iamPrincipal/a#b" }\n')).toMatchObject({ tagPrincipals: false });
});
