import { randomBytes, randomInt } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { newBucket, put } from './bucket.fixture.ts';
import { type FaultyProxy, type Passing, startFaultyProxy } from './faulty-proxy.ts';

const MB = 1024 * 1024;
const KILLS = 15;
const moto = inject('moto');
const folder = temporaryFolder();
const cache = join(folder.path, 'cache');
const files = new Map([
  ['cur-00001.snappy.parquet', randomBytes(40 * MB)],
  ['cur-00002.snappy.parquet', randomBytes(12 * MB)],
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
    const run = await ingest(moment(() => false, randomInt(1, 4 * MB)));
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
