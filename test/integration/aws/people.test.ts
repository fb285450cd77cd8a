import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

test('users and groups become a file, and dollars have a team', async () => {
  mkdirSync(join(folder.path, 'cur'));
  const lines = [
    sso('mia.keller', 8),
    sso('BEN@example.com', 4),
    sso('ghost', 2),
    { ...sso('x', 1), line_item_iam_principal: '' },
  ];
  await writePeriod(join(folder.path, 'cur'), '2026-10', [{ lines }]);
  writeFileSync(join(folder.path, 'bursar.yaml'), CONFIG);
  await store.addUser('mia.keller', 'Mia Keller', 'mia@example.com', 'aws-data-eng', 'everybody');
  await store.addUser('ben@example.com', 'Ben Lind', 'ben@example.com', 'aws-web', 'everybody');
  const text = await imported('--effective', '2026-11-01');
  expect(text).toContain('2026-10       $12.00  80.0 %             $2.00       $1.00  $15.00');
  expect(people()).toBe(`session,person,team,from,to,imported-by
ben@example.com,Ben Lind,web,,,identity-center
mia.keller,Mia Keller,data,,,identity-center
mia@example.com,Mia Keller,data,,,identity-center
`);
  const { stdout } = await bursar('report', '--by', 'team', '--format', 'csv');
  expect(stdout).toMatch(/^data,,,8\..*\r?\nweb,,,4\..*\r?\n,,,3\./m);
});
