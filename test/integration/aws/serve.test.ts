import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { servePage } from '../../fixtures/dashboard.ts';
import { writePeriod } from '../../fixtures/export.ts';
import { orderlyMonth } from '../../fixtures/organisation.ts';
import { pageAnswers } from '../../fixtures/page-answers.ts';
import { runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { type ServeProcess, serveProcess } from '../../fixtures/serve-process.ts';
import { deliver, newBucket } from './bucket.fixture.ts';

/** `bursar serve` over an export in S3. */

const moto = inject('moto');
const folder = temporaryFolder();
const cur = join(folder.path, 'cur');
let bucket: string;
let address: string;
let served: ServeProcess;

const { PATH, HOME } = process.env;
const env = {
  ...moto.env,
  BURSAR_CACHE: join(folder.path, 'cache'),
  BURSAR_LEDGER: join(folder.path, 'of-bucket'),
};

beforeAll(async () => {
  mkdirSync(cur);
  for (const period of ['2026-08', '2026-09']) await writePeriod(cur, period, [{ lines: orderlyMonth(period) }]);
  bucket = await newBucket();
  address = await deliver(cur, bucket);
  served = await serveProcess(['--cur', address], { cwd: folder.path, env: { PATH, HOME, ...env } });
});

afterAll(async () => {
  const { code, stderr } = await served.end();
  folder.remove();
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('bug')]);
});

test('every card has the answer that the same export gives in a folder', async () => {
  const peer = await servePage(folder.path, cur);
  try {
    expect(await pageAnswers(served.url)).toEqual(await pageAnswers(peer.url));
    const status = await (await fetch(new URL('/api/status', served.url))).json();
    expect(status).toMatchObject({ exports: [address], periods: [{ period: '2026-08' }, { period: '2026-09' }] });
  } finally {
    await peer.close();
  }
});

test('a month that is delivered, and ingested beside the page, is on it', async () => {
  await writePeriod(cur, '2026-10', [{ lines: orderlyMonth('2026-10') }]);
  await deliver(cur, bucket);
  expect((await runBursar(['ingest', '--cur', address], { cwd: folder.path, env })).code).toBe(0);
  const periods = async () => {
    const status = (await (await fetch(new URL('/api/status', served.url))).json()) as {
      periods: { period: string }[];
    };
    return status.periods.map(({ period }) => period);
  };
  // The page looks at the ledger once a second.
  await expect.poll(periods, { timeout: 60_000, interval: 200 }).toContain('2026-10');
});
