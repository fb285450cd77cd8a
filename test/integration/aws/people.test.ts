import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { USAGE, writePeriod } from '../../fixtures/export.ts';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { IdentityStore } from './identity-center.fixture.ts';

const { env } = inject('moto');

let folder: ReturnType<typeof temporaryFolder>;
let store: IdentityStore;
beforeEach(() => {
  folder = temporaryFolder();
  store = new IdentityStore();
});
afterEach(() => folder.remove());

const sso = (session: string, cost: number, day = '05') => ({
  ...USAGE,
  line_item_iam_principal: `arn:aws:sts::000000000002:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/${session}`,
  line_item_unblended_cost: cost,
  line_item_usage_start_date: `2026-10-${day} 10:00:00`,
  line_item_usage_end_date: `2026-10-${day} 11:00:00`,
  tags: {},
});

const CONFIG = `cur: cur
ledger: ledger
people:
  from: identity-center
  groups:
    aws-data-*: { team: data }
    aws-web: { team: web }
`;

function bursar(...args: string[]): Promise<Run> {
  return runBursar(args, { cwd: folder.path, env });
}

async function imported(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await bursar('people', 'import', '--identity-store', store.id, ...args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const people = (): string => readFileSync(join(folder.path, 'people.csv'), 'utf8');

const HEAD = 'session,person,team,from,to,imported-by\n';

test('users and groups become a file, and dollars have a team', async () => {
  mkdirSync(join(folder.path, 'cur'));
  const nobody = { ...sso('x', 1), line_item_iam_principal: '' };
  const lines = [sso('mia.keller', 8), sso('BEN@example.com', 4), sso('ghost', 2), nobody];
  await writePeriod(join(folder.path, 'cur'), '2026-10', [{ lines }]);
  writeFileSync(join(folder.path, 'bursar.yaml'), CONFIG);
  await store.addUser('mia.keller', 'Mia Keller', 'mia@example.com', 'aws-data-eng', 'everybody');
  await store.addUser('ben@example.com', 'Ben Lind', 'ben@example.com', 'aws-web', 'everybody');
  const text = await imported('--effective', '2026-11-01');
  expect(people()).toBe(`${HEAD}ben@example.com,Ben Lind,web,,,identity-center
mia.keller,Mia Keller,data,,,identity-center
mia@example.com,Mia Keller,data,,,identity-center
`);
  expect(text).toContain(`Identity Center ${store.id} in us-east-1: 2 people · as of 2026-11-01\n`);
  expect(text).toContain('1 group that no pattern names: everybody (2)\n');
  expect(text).toContain('2026-10       $12.00  80.0 %             $2.00       $1.00  $15.00\n');
  const { stdout } = await bursar('report', '--by', 'team', '--format', 'csv');
  expect(stdout).toMatch(/^data,,,8\..*\r?\nweb,,,4\..*\r?\n,,,3\./m);
});

test('who changes groups, and who is removed: what was, stays', async () => {
  writeFileSync(join(folder.path, 'bursar.yaml'), CONFIG);
  await store.addUser('mia', 'Mia Keller', 'mia@example.com', 'aws-data-eng');
  await store.addUser('ben', 'Ben Lind', 'ben@example.com', 'aws-web');
  await imported('--effective', '2026-10-01');
  await store.leave('mia', 'aws-data-eng');
  await store.join('mia', 'aws-web');
  await store.removeUser('ben');
  await store.addUser('eva', 'Eva Novak', 'eva@example.com', 'aws-web');
  const text = await imported('--effective', '2026-10-15');
  expect(text).toContain('2 sessions moved\n  mia (Mia Keller): team data → web\n');
  expect(text).toContain('2 sessions left\n  ben (Ben Lind)\n  ben@example.com (Ben Lind)\n');
  const expected = `${HEAD}ben,Ben Lind,web,,2026-10-15,identity-center
ben@example.com,Ben Lind,web,,2026-10-15,identity-center
mia,Mia Keller,data,,2026-10-14,identity-center
mia,Mia Keller,web,2026-10-15,,identity-center
mia@example.com,Mia Keller,data,,2026-10-14,identity-center
mia@example.com,Mia Keller,web,2026-10-15,,identity-center
eva,Eva Novak,web,,,identity-center
eva@example.com,Eva Novak,web,,,identity-center
`;
  expect(people()).toBe(expected);
  await imported('--effective', '2026-10-20');
  expect(people()).toBe(expected);
});

test('more people and groups than fit on a page', async () => {
  for (let index = 0; index < 105; index++) {
    await store.addUser(`p${index}`, `Person ${index}`, `p${index}@example.com`, 'team-all', `team-${index % 104}`);
  }
  const { source, unmapped } = JSON.parse(
    await imported('--from', 'identity-center', '--group', 'team-all=team:all', '--format', 'json'),
  );
  expect(source).toMatchObject({ people: 105, left: 0, without: { team: 0 } });
  expect(unmapped).toHaveLength(104);
  expect(people().match(/,all,/g)).toHaveLength(210);
});

test('two groups that disagree are named, and the order of the map decides where that is asked', async () => {
  writeFileSync(join(folder.path, 'bursar.yaml'), CONFIG);
  await store.addUser('mia', 'Mia Keller', 'mia@example.com', 'aws-data-eng', 'aws-web');
  const { code, stderr } = await bursar('people', 'import', '--identity-store', store.id);
  expect(code).toBe(2);
  expect(stderr).toContain(
    `PEOPLE_SOURCE_INVALID: Identity Center ${store.id}: Mia Keller (mia) is in two groups that disagree on team: aws-data-eng says data, aws-web says web\n`,
  );
  expect(existsSync(join(folder.path, 'people.csv'))).toBe(false);
  expect(await imported('--first-group')).toContain('The first in the map counts.');
  expect(people()).toContain('mia,Mia Keller,data,');
});

test('the identity store of the account and region is found', async () => {
  // moto has an Identity Center in every region, and a store comes into being with its first user.
  const { code, stderr } = await bursar('people', 'import', '--from', 'identity-center', '--region', 'eu-west-1');
  expect(code).toBe(2);
  expect(stderr).toMatch(/Identity Center d-\w+ in eu-west-1 names nobody/);
});
