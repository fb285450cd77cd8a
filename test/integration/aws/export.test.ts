import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { writeSampleOrganisation } from '../../../src/demo/write.ts';
import { openDuckDB } from '../../../src/engine/duckdb.ts';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { deliver, newBucket } from './bucket.fixture.ts';
import { startFaultyProxy } from './faulty-proxy.ts';

const moto = inject('moto');
const folder = temporaryFolder();
let exportFolder: string;
let otherFolder: string;
let address: string;

beforeAll(async () => {
  const engine = await openDuckDB({ keepOrder: true });
  const sample = async (seed: number): Promise<string> => {
    const dir = join(folder.path, `sample-${seed}`);
    return (await writeSampleOrganisation({ dir, seed, lines: 20_000, months: 2, truth: false, engine })).exportDir;
  };
  exportFolder = await sample(1);
  otherFolder = await sample(2);
  await engine.close();
  address = await deliver(exportFolder, await newBucket());
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

  test('that is delivered anew while it is downloaded is read as it then is', async () => {
    const replaced = await newBucket();
    await deliver(exportFolder, replaced);
    const proxy = await startFaultyProxy(moto.endpoint);
    let gets = 0;
    proxy.faults = async ({ isData }) => {
      if (isData && ++gets === 2) await deliver(otherFolder, replaced);
      return null;
    };
    const asked = ['--by', 'model', '--period', '2026-01..2026-12', '--format', 'csv'];
    const env = { ...moto.env, AWS_ENDPOINT_URL: proxy.endpoint, BURSAR_CACHE: join(folder.path, 'cache') };
    const run = await runBursar(['report', ...asked, '--cur', `s3://${replaced}/exports/cur`], {
      cwd: folder.path,
      env: { ...env, BURSAR_LEDGER: join(folder.path, 'replaced') },
    });
    await proxy.stop();
    expect(run.code).toBe(0);
    expect(run.stdout).toBe((await bursar('other', 'report', ...asked, '--cur', otherFolder)).stdout);
    expect(gets).toBeGreaterThan(2);
  });

  test('in a bucket that is not there', async () => {
    const run = await bursar('nothing', 'report', '--cur', 's3://no-such-bucket-here/exports');
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('error BUCKET_MISSING') });
  });

  test('is found by bursar.yaml, with its profile, region and cache', async () => {
    const home = join(folder.path, 'configured');
    mkdirSync(home);
    const aws = { profile: 'billing', region: 'us-east-1', endpoint: moto.endpoint };
    writeFileSync(
      join(home, 'bursar.yaml'),
      JSON.stringify({ cur: address, ledger: 'ledger', aws, cache: { folder: 'c' } }),
    );
    writeFileSync(join(home, 'config'), '[profile billing]\naws_access_key_id = A\naws_secret_access_key = B\n');
    const env = { AWS_CONFIG_FILE: join(home, 'config'), AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    const run = await runBursar(['verify'], { cwd: home, env });
    expect(run).toMatchObject({ code: 0 });
    expect(readdirSync(join(home, 'c'))).toContainEqual(expect.stringMatching(/-[0-9a-f]{8}$/));
    const gone = await runBursar(['verify', '--profile', 'gone'], { cwd: home, env });
    expect(gone).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/AWS_CREDENTIALS_MISSING.*\n.*--profile gone/),
    });
  });

  test('proves itself', async () => {
    const { code, stdout } = await bursar('bucket', 'verify', '--cur', address);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('2026-') });
  });
});
