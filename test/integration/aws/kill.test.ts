import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { writeSampleOrganisation } from '../../../src/demo/write.ts';
import type { Period } from '../../../src/domain/period.ts';
import { openDuckDB } from '../../../src/engine/duckdb.ts';
import { openFolderLedger } from '../../../src/ledger/folder-ledger.ts';
import { times } from '../../fixtures/effort.ts';
import { answersOf } from '../../fixtures/folder-run.ts';
import { seeded } from '../../fixtures/random.ts';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { deliver, newBucket, put } from './bucket.fixture.ts';
import { type FaultyProxy, type Passing, startFaultyProxy } from './faulty-proxy.ts';

const MB = 1024 * 1024;
const KILLS = times(12, 50);
const INGEST_KILLS = times(6, 20);
/** A kill that comes after the end does not count, and those that follow come sooner. */
const INGEST_TRIES = 5 * INGEST_KILLS;
const PERIODS = ['2026-09', '2026-10'] as Period[];
const moto = inject('moto');
const random = seeded(3);
const folder = temporaryFolder();
const cache = join(folder.path, 'cache');
const files = new Map([
  ['cur-00001.snappy.parquet', randomBytes(60 * MB)],
  ['cur-00002.snappy.parquet', randomBytes(20 * MB)],
]);
let proxy: FaultyProxy;
let address: string;

beforeAll(async () => {
  proxy = await startFaultyProxy(moto.endpoint);
  const bucket = await newBucket();
  address = `s3://${bucket}/cur`;
  for (const [name, body] of files) await put(bucket, `cur/data/BILLING_PERIOD=2026-10/${name}`, body);
  const manifest = JSON.stringify({ dataFiles: [...files.keys()] });
  await put(bucket, 'cur/metadata/BILLING_PERIOD=2026-10/cur-Manifest.json', manifest);
});

afterAll(async () => {
  await proxy.stop();
  folder.remove();
});

/** Downloads; the random files are no Parquet, so a run that is not killed ends when it has all of them. */
function ingest(killOn?: Promise<void>) {
  const env = { ...moto.env, AWS_ENDPOINT_URL: proxy.endpoint, BURSAR_CACHE: cache };
  const args = ['ingest', '--cur', address, '--ledger', join(folder.path, 'ledger')];
  return runBursar(args, { env, ...(killOn === undefined ? {} : { killOn }) });
}

interface Range {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** What the cache knows to have, before a run. */
function inCache(): Range[] {
  const finished = globSync(`${cache}/*/*/*.parquet`).map((path) => {
    const body = readFileSync(path);
    const file = path.slice(path.lastIndexOf('cur-0'));
    expect(files.get(file)?.equals(body)).toBe(true);
    return { file, from: 0, to: body.length };
  });
  const partial = globSync(`${cache}/*/*/*.spans`).flatMap((path) => {
    const file = path.slice(path.lastIndexOf('cur-0'), -'.spans'.length);
    const there = readFileSync(path.replace(/spans$/, 'part'));
    return readFileSync(path, 'latin1')
      .split('\n')
      .flatMap((line) => {
        const [, from, to] = /^(\d+) (\d+)$/.exec(line) ?? [];
        return from === undefined ? [] : [{ file, from: Number(from), to: Number(to) }];
      })
      .map((range) => {
        const wanted = files.get(file)?.subarray(range.from, range.to);
        expect(wanted?.equals(there.subarray(range.from, range.to))).toBe(true);
        return range;
      });
  });
  return [...finished, ...partial];
}

/** What a run asked for. */
function asked(): Range[] {
  return proxy.seen.flatMap(({ passing: { isData, url, headers } }) => {
    const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(String(headers.range)) ?? [];
    const file = /cur-0\d+\.snappy\.parquet/.exec(url)?.[0] ?? '';
    return isData ? [{ file, from: Number(from), to: Number(last) + 1 }] : [];
  });
}

const overlap = (a: Range, b: Range): boolean => a.file === b.file && a.from < b.to && b.from < a.to;

/** Resolves when the wanted request comes, or when so many bytes of data have gone out. */
function moment(wanted: (passing: Passing) => boolean, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    proxy.faults = (passing) => {
      if (wanted(passing)) resolve();
      return { kind: 'slow', milliseconds: 1 };
    };
    const timer = setInterval(() => {
      if (proxy.dataBytes() < bytes) return;
      clearInterval(timer);
      resolve();
    }, 1);
    timer.unref();
  });
}

test('a SIGKILL at any point of a download loses nothing that was noted, and the next run completes', async () => {
  let had: Range[] = [];
  for (let kill = 1; kill <= KILLS; kill++) {
    proxy.forget();
    const run = await ingest(moment(() => false, 1 + random() * 1.5 * MB));
    expect(run.code).toBeNull();
    for (const range of asked()) expect(had.filter((there) => overlap(there, range))).toEqual([]);
    had = inCache();
  }
  // Also between the last byte and the name.
  proxy.forget();
  expect((await ingest(moment(({ method }) => method === 'HEAD', Number.POSITIVE_INFINITY))).code).toBeNull();
  had = inCache();
  proxy.forget();
  const last = await ingest();
  expect(last.stdout).toContain('CUR_FILE_UNREADABLE');
  for (const range of asked()) expect(had.filter((there) => overlap(there, range))).toEqual([]);
  expect(inCache().map(({ file, to }) => [file, to])).toEqual([...files].map(([name, body]) => [name, body.length]));
  proxy.forget();
  await ingest();
  expect(proxy.dataBytes()).toBe(0);
});

/** What the run printed of every month, and of what it left in the ledger. */
async function reported(env: Record<string, string>, cur: string): Promise<string> {
  const asked = ['report', '--by', 'model,session', '--period', '2026-09..2026-10', '--format', 'csv', '--cur', cur];
  const { code, stdout } = await runBursar(asked, { env });
  expect(code).toBe(0);
  return stdout;
}

test('a SIGKILL at any point of an ingest from S3: earlier snapshots stay whole, nothing counts twice', async () => {
  const engine = await openDuckDB({ keepOrder: true });
  const samples: string[] = [];
  for (const seed of [1, 2]) {
    const dir = join(folder.path, `sample-${seed}`);
    const sample = await writeSampleOrganisation({ dir, seed, lines: 60_000, months: 2, truth: false, engine });
    samples.push(sample.exportDir);
  }
  const bucket = await newBucket();
  const cur = `s3://${bucket}/exports/cur`;
  const cacheHere = join(folder.path, 'cache-of-ingests');
  const env = { ...moto.env, BURSAR_CACHE: cacheHere, BURSAR_LEDGER: join(folder.path, 'ledger-of-ingests') };
  const ingestAll = (killAfter?: number): Promise<Run> =>
    runBursar(['ingest', '--cur', cur], { env, ...(killAfter === undefined ? {} : { killAfter }) });
  // What the ledger of each delivery answers, where nothing was killed.
  const wanted: string[] = [];
  const kept: Map<Period, string>[] = [];
  const inLedger = async () => answersOf(engine, await openFolderLedger(env.BURSAR_LEDGER, cur), PERIODS);
  let duration = Number.POSITIVE_INFINITY;
  for (const sample of samples) {
    await deliver(sample, bucket);
    const began = performance.now();
    expect((await ingestAll()).code).toBe(0);
    duration = Math.min(duration, performance.now() - began);
    wanted.push(await reported(env, cur));
    kept.push(await inLedger());
  }
  let killed = 0;
  for (let tries = 0; killed < INGEST_KILLS; tries++) {
    expect(tries).toBeLessThan(INGEST_TRIES);
    const next = tries % 2;
    await deliver(samples[next] as string, bucket);
    const run = await ingestAll((duration * (killed + random())) / INGEST_KILLS);
    if (run.code === null) killed++;
    else duration *= 0.8;
    expect(run.stderr).toBe('');
    const now = await inLedger();
    for (const period of PERIODS) expect(kept.map((answers) => answers.get(period))).toContain(now.get(period));
    // The next run: it completes, and answers as if nothing had happened.
    expect(await reported(env, cur)).toBe(wanted[next]);
    expect(globSync('**/*.{part,spans}', { cwd: cacheHere })).toEqual([]);
    expect(globSync('*/*/used', { cwd: cacheHere }).length).toBeLessThanOrEqual(4);
  }
  await engine.close();
});
