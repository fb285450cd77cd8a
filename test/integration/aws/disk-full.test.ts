import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { USAGE, writePeriod } from '../../fixtures/export.ts';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { mountSmallDisk, type SmallDisk } from '../machine/small-disk.ts';
import { deliver, newBucket, put } from './bucket.fixture.ts';

const MB = 1024 * 1024;
const moto = inject('moto');
const work = temporaryFolder();
let disk: SmallDisk;

beforeAll(() => {
  disk = mountSmallDisk(join(work.path, 'disk'), 8 * 1024);
});

afterAll(() => {
  disk.unmount();
  work.remove();
});

function bursar(...args: string[]): Promise<Run> {
  const env = { ...moto.env, BURSAR_CACHE: join(disk.path, 'cache'), BURSAR_LEDGER: join(work.path, 'ledger') };
  return runBursar(args, { env });
}

test('a cache whose disk is too small says how much is needed, and goes on when there is room', async () => {
  const bucket = await newBucket();
  const [file = ''] = await writePeriod(join(work.path, 'cur'), '2026-10', [{ lines: [USAGE] }]);
  expect(file).not.toBe('');
  const cur = await deliver(join(work.path, 'cur'), bucket);
  expect((await bursar('report', '--cur', cur)).code).toBe(0);

  // The next delivery has 3 MB, and there is room for one.
  const data = 'exports/cur/data/BILLING_PERIOD=2026-10';
  await put(bucket, `${data}/cur-00002.snappy.parquet`, randomBytes(3 * MB));
  const names = ['cur-00001.snappy.parquet', 'cur-00002.snappy.parquet'];
  await put(
    bucket,
    'exports/cur/metadata/BILLING_PERIOD=2026-10/cur-Manifest.json',
    JSON.stringify({ dataFiles: names }),
  );
  disk.fill(MB);
  const full = await bursar('report', '--cur', cur);
  expect(full).toMatchObject({ code: 2, stdout: '' });
  expect(full.stderr).toMatch(
    /^error FOLDER_NOT_WRITABLE: the disk of the cache .*disk\/cache has 0\.00\d GB left; 0\.003 GB are to be downloaded\n {2}.*BURSAR_CACHE/,
  );
  const earlier = await bursar('ingest', '--cur', cur);
  expect(earlier.stdout).toMatch(/2026-10 {2}FAILED: FOLDER_NOT_WRITABLE/);

  disk.fill(0);
  expect((await bursar('report', '--cur', cur)).stderr).toMatch(/^error FOLDER_NOT_WRITABLE: .*(full|space|left)/);

  disk.free();
  // All of it arrives; it is no Parquet, which only the whole file shows.
  expect((await bursar('report', '--cur', cur)).stderr).toMatch(/^error CUR_FILE_UNREADABLE/);
  expect(globSync('**/*.part', { cwd: disk.path })).toEqual([]);
});
