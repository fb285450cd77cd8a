import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar } from '../fixtures/run.ts';
import { type Lake, openLake } from './lake.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/trino.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

/** The guide's names are the reader's; here they are those of the test's schema and folder. */
const here = (sql: string): string =>
  sql
    .replaceAll('s3://BUCKET/PREFIX/EXPORT/', 'local:///guide/cur/')
    .replaceAll(/hive\.(billing|bursar)\./g, 'hive.guide.')
    .replace(/;\s*$/, '');

let lake: Lake;
beforeAll(async () => {
  lake = await openLake('guide');
});
afterAll(() => lake.remove());

test('what docs/guides/trino.md says, done as it says', async () => {
  await writePeriod(join(lake.folder, 'cur'), '2026-10', [
    { lines: [USAGE, { ...USAGE, line_item_unblended_cost: 4, line_item_usage_type: 'USE1-NovaPro-input-tokens' }] },
  ]);
  const [rawTable = '', createSchema = '', askYourself = ''] = blocks('sql');
  expect(createSchema).toMatch(/^CREATE SCHEMA hive\.bursar/);
  await lake.sql(here(rawTable));

  const yaml = parse(blocks('yaml')[0] ?? '');
  yaml.cur = 'hive.guide.cur';
  yaml.trino = { ...yaml.trino, host: '127.0.0.1', port: inject('trino').httpPort, tls: false, schema: 'guide' };
  const config = join(lake.folder, 'guide.yaml');
  writeFileSync(config, JSON.stringify(yaml));
  for (const line of (blocks('sh')[0] ?? '').trim().split('\n')) {
    const args = line.replace(/^bursar /, '').split(' ');
    const { code, stderr } = await runBursar([...args, '--config', config]);
    expect([line, code, stderr.replace(/^2026-10.*\nLedger.*\n/, '')]).toEqual([line, 0, '']);
  }

  const engine = await lake.open();
  expect(await engine.rows(here(askYourself))).toEqual([
    { model: 'Nova Pro', net: '4.0000000000' },
    { model: 'Claude Sonnet 4.6', net: '3.0000000000' },
  ]);
  await engine.close();
});
