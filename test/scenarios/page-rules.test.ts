import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedPage, servePage } from '../fixtures/dashboard.ts';
import { writePeriod } from '../fixtures/export.ts';
import { personArn, usageOn } from '../fixtures/organisation.ts';
import { temporaryFolder } from '../fixtures/run.ts';

/** bursar.yaml and the people file under a page that is open: the next answer has what they say. */

const folder = temporaryFolder();
const cur = join(folder.path, 'cur');
let served: ServedPage;

const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);

beforeAll(async () => {
  mkdirSync(cur);
  const lines = ['ada', 'bo'].map((name, index) =>
    usageOn('2026-10-02', index + 1, { line_item_iam_principal: personArn(name), tags: {} }),
  );
  await writePeriod(cur, '2026-10', [{ lines }]);
  served = await servePage(folder.path, cur);
});

afterAll(async () => {
  await served.close();
  folder.remove();
  expect(served.bugs).toEqual([]);
});

async function byTeam(): Promise<unknown> {
  const response = await fetch(new URL('/api/table?by=team', served.url));
  const body = (await response.json()) as {
    readonly rows?: readonly { readonly values: readonly string[]; readonly cents: string }[];
    readonly error?: { readonly code: string; readonly message: string };
  };
  return body.error ?? Object.fromEntries((body.rows ?? []).map(({ values, cents }) => [values[0], cents]));
}

const RULE = "rules:\n  - match: { session: 'ada@*' }\n    set: { team: TEAM }\n";

test('rules that come, change, break, are mended and go', async () => {
  expect(await byTeam()).toEqual({ null: '3.00' });
  write('bursar.yaml', `dimensions: { team: {} }\n${RULE.replace('TEAM', 'data')}`);
  expect(await byTeam()).toEqual({ data: '1.00', null: '2.00' });
  write('bursar.yaml', `dimensions: { team: {} }\n${RULE.replace('TEAM', 'core')}`);
  expect(await byTeam()).toEqual({ core: '1.00', null: '2.00' });

  write('people.csv', 'session,team\nbo@example.com,web\n');
  write('bursar.yaml', `people: people.csv\ndimensions: { team: {} }\n${RULE.replace('TEAM', 'core')}`);
  expect(await byTeam()).toEqual({ core: '1.00', web: '2.00' });
  write('people.csv', 'session,team\nbo@example.com,apps\n');
  expect(await byTeam()).toEqual({ core: '1.00', apps: '2.00' });

  write('people.csv', 'session,tema\nbo@example.com,apps\n');
  expect(await byTeam()).toMatchObject({ code: 'PEOPLE_FILE_INVALID', message: expect.stringContaining('tema') });
  write('bursar.yaml', 'dimensions: [');
  expect(await byTeam()).toMatchObject({ code: 'CONFIG_INVALID' });
  rmSync(join(folder.path, 'bursar.yaml'));
  expect(await byTeam()).toEqual({ null: '3.00' });
});

test('a dimension that bursar.yaml names can be asked by at once', async () => {
  write('bursar.yaml', 'dimensions: { squad: {} }\nrules:\n  - match: { kind: "*" }\n    set: { squad: all }\n');
  const { defaultBy } = (await (await fetch(new URL('/api/status', served.url))).json()) as { defaultBy: string };
  const { rows } = (await (await fetch(new URL('/api/table?by=squad', served.url))).json()) as { rows: unknown[] };
  expect(defaultBy).toBe('squad');
  expect(rows).toMatchObject([{ values: ['all'], cents: '3.00' }]);
});
