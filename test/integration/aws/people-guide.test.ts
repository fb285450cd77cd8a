import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { IdentityStore } from './identity-center.fixture.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/guides/people.md'), 'utf8');
const CONFIG = /<!-- bursar\.yaml: test\/integration[^\n]*-->\n```yaml\n([\s\S]*?)```/.exec(GUIDE)?.[1] ?? '';

test('the map of the guide says what it says', async () => {
  const folder = temporaryFolder();
  const store = new IdentityStore(undefined, 'eu-west-1');
  writeFileSync(join(folder.path, 'bursar.yaml'), CONFIG);
  await store.addUser('mia', 'Mia Keller', 'mia@example.com', 'aws-data-eng', 'cc-4200-staff', 'everybody');
  await store.addUser('ben', 'Ben Lind', 'ben@example.com', 'team-web');
  const args = ['people', 'import', '--identity-store', store.id, '--effective', '2026-11-10'];
  const { code, stdout } = await runBursar(args, { cwd: folder.path, env: inject('moto').env });
  expect(code).toBe(0);
  expect(stdout).toContain(
    `Identity Center ${store.id} in eu-west-1: 2 people, 1 without cost-center · as of 2026-11-10\n`,
  );
  expect(
    readFileSync(join(folder.path, 'people.csv'), 'utf8'),
  ).toBe(`session,person,team,cost-center,from,to,imported-by
ben,Ben Lind,web,,,,identity-center
ben@example.com,Ben Lind,web,,,,identity-center
mia,Mia Keller,data,4200,,,identity-center
mia@example.com,Mia Keller,data,4200,,,identity-center
`);
  folder.remove();
});
