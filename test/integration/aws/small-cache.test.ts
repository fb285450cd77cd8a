import { globSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Line, USAGE, writePeriod } from '../../fixtures/export.ts';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { deliver, newBucket } from './bucket.fixture.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';

const MONTHS = 4;
const moto = inject('moto');
const work = temporaryFolder();
let proxy: FaultyProxy;

beforeAll(async () => {
  proxy = await startFaultyProxy(moto.endpoint);
});

afterAll(async () => {
  await proxy.stop();
  work.remove();
});

/** Runs with a cache that holds so many bytes, and a ledger of its own. */
function bursar(name: string, bytes: number, ...args: string[]): Promise<Run> {
  const config = join(work.path, `${name}.yaml`);
  const cache = { folder: join(work.path, `cache-${name}`), gigabytes: bytes / 1e9 };
  writeFileSync(config, JSON.stringify({ ledger: join(work.path, `ledger-${name}`), cache }));
  return runBursar([...args, '--config', config], { env: { ...moto.env, AWS_ENDPOINT_URL: proxy.endpoint } });
}

const bytesOf = (folder: string): number =>
  globSync('data/*/*.parquet', { cwd: folder }).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

async function expectMonthByMonth(exportFolder: string, name: string, again: boolean): Promise<void> {
  const cur = await deliver(exportFolder, await newBucket());
  const months = readdirSync(join(exportFolder, 'data')).length;
  const all = bytesOf(exportFolder);
  proxy.forget();
  const run = await bursar(name, (1.5 * all) / months, 'ingest', '--cur', cur);
  expect(run.code).toBe(0);
  expect(run.stdout.match(/ {2}ingested: /g)).toHaveLength(months);
  if (again) expect(run.stderr).toMatch(/^Note: 20.* had to be downloaded more than once: .*cache\.gigabytes/);
  else expect(run.stderr).toBe('');
  expect(proxy.dataBytes() > all).toBe(again);
  const cached = globSync('*/*/*.parquet', { cwd: join(work.path, `cache-${name}`) });
  expect(cached.length).toBeGreaterThan(0);
  expect(cached.length).toBeLessThan(globSync('data/*/*.parquet', { cwd: exportFolder }).length);

  const asked = ['report', '--by', 'model,session', '--period', '2026-01..2026-12', '--format', 'csv'];
  const here = await bursar(`${name}-folder`, 1e9, ...asked, '--cur', exportFolder);
  const there = await bursar(name, (1.5 * all) / months, ...asked, '--cur', cur);
  expect(there.code).toBe(0);
  expect(there.stdout).toBe(here.stdout);
  expect(await bursar(name, (1.5 * all) / months, 'verify', '--cur', cur)).toMatchObject({ code: 0 });
}

test('months that need not wait for each other are ingested one by one, each downloaded once', async () => {
  const one = join(work.path, 'plain', 'cur');
  for (let month = 1; month <= MONTHS; month++) {
    const lines = Array.from({ length: 60 }, (_, n): Line => ({ ...USAGE, line_item_unblended_cost: month + n }));
    await writePeriod(one, `2026-0${month}`, [{ lines }]);
  }
  await expectMonthByMonth(one, 'plain', false);
});

test('months whose Marketplace products another month may explain are downloaded again, and it is said', async () => {
  const other: Line = {
    ...USAGE,
    bill_billing_entity: 'AWS Marketplace',
    line_item_product_code: 'other',
    product_product_family: '',
    line_item_iam_principal: '',
    product: { product_name: 'A database' },
  };
  const odd = join(work.path, 'odd', 'cur');
  for (let month = 1; month <= MONTHS; month++) {
    await writePeriod(odd, `2026-0${month}`, [
      { lines: [USAGE, other, { ...USAGE, line_item_unblended_cost: month }] },
    ]);
  }
  await expectMonthByMonth(odd, 'odd', true);
});
