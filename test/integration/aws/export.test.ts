import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { writeSampleOrganisation } from '../../../src/demo/write.ts';
import { openDuckDB } from '../../../src/engine/duckdb.ts';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { deliver, newBucket } from './bucket.fixture.ts';

const moto = inject('moto');
const folder = temporaryFolder();
let exportFolder: string;
let bucket: string;
let address: string;

beforeAll(async () => {
  const engine = await openDuckDB({ keepOrder: true });
  const parameters = { dir: join(folder.path, 'sample'), seed: 1, lines: 20_000, months: 2, truth: false, engine };
  exportFolder = (await writeSampleOrganisation(parameters)).exportDir;
  await engine.close();
  bucket = await newBucket();
  address = await deliver(exportFolder, bucket);
});

afterAll(() => folder.remove());

function bursar(name: string, ...args: string[]): Promise<Run> {
  const env = { ...moto.env, BURSAR_CACHE: join(folder.path, 'cache'), BURSAR_LEDGER: join(folder.path, name) };
  return runBursar(args, { cwd: folder.path, env });
}

describe('an export in S3', () => {
  test.each(['table', 'csv'])('gives the same report as its folder: %s', async (format) => {
    const asked = ['report', '--by', 'team,model', '--period', '2026-01..2026-12', '--format', format];
    const here = await bursar('folder', ...asked, '--cur', exportFolder);
    const there = await bursar('bucket', ...asked, '--cur', address);
    expect(there.code).toBe(0);
    expect(there.stdout.length).toBeGreaterThan(200);
    const plain = (text: string) => text.replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, 'ID');
    expect(plain(there.stdout)).toBe(plain(here.stdout));
  });

  test('proves itself', async () => {
    const { code, stdout } = await bursar('bucket', 'verify', '--cur', address);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('2026-') });
  });
});
