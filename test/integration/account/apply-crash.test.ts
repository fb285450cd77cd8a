import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runBursar } from '../../fixtures/run.ts';
import { changesSomething } from './control/record.ts';
import { bursarAs, populate, YAML } from './organisation-yaml.ts';
import { PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();

let folder: string;
let bursar: ReturnType<typeof bursarAs>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-crash-'));
  writeFileSync(join(folder, 'bursar.yaml'), YAML);
  bursar = bursarAs(server, folder);
  await populate(server);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function plannedIds(): Promise<string[]> {
  const { stdout } = await bursar('plan', '--format', 'json');
  return (JSON.parse(stdout) as { changes: { id: string }[] }).changes.map(({ id }) => id);
}

/** Runs Bursar and kills it when so many calls have changed something, before it learns of the last one. */
async function killed(at: number, ...args: string[]): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let changes = 0;
  server.afterCall = async ({ operation }) => {
    if (!changesSomething(operation) || ++changes !== at) return;
    resolve();
    await new Promise((go) => setTimeout(go, 200));
  };
  const { code } = await runBursar(args, { cwd: folder, env: server.env(PAYER), killOn: promise });
  server.afterCall = null;
  return code;
}

// The first, one in the middle of the bucket, one near the end.
test.each([1, 3, 7])('killed after change %i: the next run goes on there, and undo restores all', async (at) => {
  await plannedIds();
  const before = await server.state();
  expect(await killed(at, 'apply', '--yes')).toBeNull();
  expect(await bursar('apply', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await plannedIds()).toEqual([]);
  expect(await killed(2, 'undo', '--yes')).toBeNull();
  for (let runs = 0; runs < 4; runs++) {
    const { code, stderr } = await bursar('undo', '--yes');
    if (code === 0) continue;
    expect(stderr).toContain('NOTHING_TO_UNDO');
    break;
  }
  expect(await server.state()).toEqual(before);
});

test('two at once do not fight', async () => {
  await plannedIds();
  const before = await server.state();
  const both = await Promise.all([bursar('apply', '--yes'), bursar('apply', '--yes')]);
  for (const { code, stderr } of both) if (code !== 0) expect(stderr).toContain('JOURNAL_BUSY');
  expect(both.some(({ code }) => code === 0)).toBe(true);
  expect(await plannedIds()).toEqual([]);
  expect(await bursar('undo', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await server.state()).toEqual(before);
});
