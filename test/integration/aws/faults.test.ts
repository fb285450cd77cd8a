import { randomBytes } from 'node:crypto';
import { globSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { openAwsSession } from '../../../src/aws/session.ts';
import { openBucket } from '../../../src/aws/store/bucket.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { type BucketExport, type BucketOptions, openExportBucket } from '../../../src/source/cur/bucket.ts';
import { readBucketDeliveries } from '../../../src/source/cur/bucket-deliveries.ts';
import type { Delivery, DeliveryOutcome } from '../../../src/source/cur/export.ts';
import { temporaryFolder } from '../../fixtures/run.ts';
import { newBucket, put, remove } from './bucket.fixture.ts';
import { type FaultyProxy, type Passing, startFaultyProxy } from './faulty-proxy.ts';

const moto = inject('moto');
const folder = temporaryFolder();
const MB = 1024 * 1024;
/** One that is fetched in pieces, one that is not; random, so that no wrong byte looks right. */
const FILES = { 'cur-00001.snappy.parquet': randomBytes(40 * MB), 'cur-00002.snappy.parquet': randomBytes(3 * MB) };
const TOTAL = 43 * MB;
const DATA = 'exports/cur/data/BILLING_PERIOD=2026-10';
const METADATA = 'exports/cur/metadata/BILLING_PERIOD=2026-10';

let proxy: FaultyProxy;
let bucket: string;
let cache: string;
let opened: BucketExport[];

beforeAll(async () => {
  proxy = await startFaultyProxy(moto.endpoint);
  for (const [name, value] of Object.entries(moto.env)) vi.stubEnv(name, value);
});

beforeEach(async () => {
  proxy.forget();
  opened = [];
  cache = mkdtempSync(join(folder.path, 'cache-'));
  bucket = await newBucket();
  await deliverAll();
});

afterEach(() => {
  for (const each of opened) each.close();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await proxy.stop();
  folder.remove();
});

async function deliverAll(files: Readonly<Record<string, Buffer>> = FILES): Promise<void> {
  for (const [name, body] of Object.entries(files)) await put(bucket, `${DATA}/${name}`, body);
  await deliverManifest(Object.keys(files));
}

function deliverManifest(names: readonly string[], more: object = {}): Promise<void> {
  const dataFiles = names.map((name) => `s3://${bucket}/${DATA}/${name}`);
  return put(bucket, `${METADATA}/cur-Manifest.json`, JSON.stringify({ dataFiles, ...more }));
}

async function open(options: Partial<BucketOptions> = {}): Promise<BucketExport> {
  const session = openAwsSession({ profile: null, region: null, endpoint: proxy.endpoint });
  const source = await openExportBucket(`s3://${bucket}/exports/cur`, {
    session,
    requesterPays: false,
    expectedBucketOwner: null,
    signal: new AbortController().signal,
    cache: { folder: cache, bytes: 1e9 },
    patience: [20, 20],
    ...options,
  });
  opened.push(source);
  return source;
}

const codeOf = (outcome: DeliveryOutcome | undefined) =>
  outcome?.kind === 'failed' ? outcome.error.code : outcome?.kind;

/** Lists and downloads; the files are no Parquet, so reading them ends with CUR_FILE_UNREADABLE once all are there. */
async function fetchAll(source: BucketExport): Promise<void> {
  const [outcome] = await source.deliveries();
  if (outcome?.kind !== 'delivery') throw outcome?.error ?? new Error('no delivery');
  await fetchDelivery(source, outcome.delivery);
}

async function fetchDelivery(source: BucketExport, delivery: Delivery): Promise<void> {
  const unreadable = { code: 'CUR_FILE_UNREADABLE', message: expect.stringContaining('PAR1') };
  const reading = source.open(undefined as unknown as Engine, delivery);
  await reading.catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'CUR_FILE_UNREADABLE') throw error;
    expect(error).toMatchObject(unreadable);
  });
}

/** What lies in the cache under its own name, by the end of that name. */
function cached(): Record<string, Buffer> {
  const paths = globSync(`${cache}/*/*/*.parquet`);
  return Object.fromEntries(paths.map((path) => [path.slice(path.lastIndexOf('cur-0')), readFileSync(path)]));
}

const isWhole = (name: string): boolean => cached()[name]?.equals(FILES[name as keyof typeof FILES]) ?? false;

function expectAllCached(): void {
  expect(Object.keys(cached()).sort()).toEqual(Object.keys(FILES));
  for (const name of Object.keys(FILES)) expect(isWhole(name)).toBe(true);
  expect(globSync(`${cache}/**/*.{part,spans}`)).toEqual([]);
}

const firstData = () => {
  let count = 0;
  return ({ isData }: Passing) => isData && count++ === 0;
};

describe('a download', () => {
  test('brings each byte once, and a second run none', async () => {
    await fetchAll(await open());
    expectAllCached();
    expect(proxy.dataBytes()).toBe(TOTAL);
    await fetchAll(await open());
    expect(proxy.dataBytes()).toBe(TOTAL);
    const gets = proxy.seen.filter(({ passing }) => passing.isData);
    expect(gets.every(({ passing }) => passing.headers['if-match'] !== undefined)).toBe(true);
  });

  test('tells how far it is', async () => {
    const source = await open();
    const shown: string[] = [];
    proxy.faults = ({ isData }) => {
      const { period, arrived = 0, bytes } = source.fetching() ?? {};
      if (isData) shown.push(`${period} ${arrived <= (bytes ?? 0)} ${bytes}`);
      return null;
    };
    await fetchAll(source);
    expect(new Set(shown)).toEqual(new Set([`2026-10 true ${TOTAL}`]));
    expect(source.fetching()).toBeNull();
  });

  test.each(['reset', 'cut'] as const)('goes on where a connection broke: %s', async (kind) => {
    const isFirst = firstData();
    proxy.faults = (passing) => (isFirst(passing) ? { kind, after: 5 * MB } : null);
    await fetchAll(await open());
    expectAllCached();
    // What was on the way when the connection was reset is lost.
    expect(proxy.dataBytes()).toBeLessThanOrEqual(TOTAL + 5 * MB);
    expect(proxy.dataBytes()).toBeGreaterThanOrEqual(TOTAL);
  });

  test('gives up on connections that break always, and keeps what it has', async () => {
    proxy.faults = ({ isData }) => (isData ? { kind: 'cut', after: 0 } : null);
    await expect(fetchAll(await open())).rejects.toMatchObject({ code: 'AWS_UNREACHABLE' });
    proxy.faults = () => null;
    await fetchAll(await open());
    expectAllCached();
  });

  test('outlives SlowDown', async () => {
    let slow = 3;
    proxy.faults = ({ isData }) => (isData && slow-- > 0 ? { kind: 'answer', status: 503, code: 'SlowDown' } : null);
    await fetchAll(await open());
    expectAllCached();
  });

  test('that is always told to slow down says so', async () => {
    proxy.faults = ({ isData }) => (isData ? { kind: 'answer', status: 503, code: 'SlowDown' } : null);
    await expect(fetchAll(await open())).rejects.toMatchObject({ code: 'AWS_THROTTLED' });
  });

  test('with a wrong byte is fetched again', async () => {
    const isFirst = firstData();
    proxy.faults = (passing) => (isFirst(passing) ? { kind: 'flip', at: 12_345 } : null);
    await fetchAll(await open());
    expectAllCached();
    expect(proxy.dataBytes()).toBeGreaterThan(TOTAL);
  });

  test('with wrong bytes always is refused, and nothing of it kept under its name', async () => {
    proxy.faults = ({ isData, url }) => (isData && url.includes('00002') ? { kind: 'flip', at: 99 } : null);
    await expect(fetchAll(await open())).rejects.toMatchObject({
      code: 'DOWNLOAD_DAMAGED',
      message: expect.stringContaining('CRC64NVME'),
    });
    expect(cached()['cur-00002.snappy.parquet']).toBeUndefined();
    proxy.faults = () => null;
    await fetchAll(await open());
    expectAllCached();
  });

  test('whose credentials expire says so, and the next run goes on', async () => {
    let allowed = 2;
    proxy.faults = ({ isData }) =>
      isData && allowed-- <= 0 ? { kind: 'answer', status: 400, code: 'ExpiredToken' } : null;
    await expect(fetchAll(await open())).rejects.toMatchObject({
      code: 'AWS_CREDENTIALS_EXPIRED',
      hint: expect.stringContaining('aws sso login'),
    });
    proxy.faults = () => null;
    await fetchAll(await open());
    expectAllCached();
    // Two connections were at work when the others were refused; what was in their sockets is lost.
    expect(proxy.dataBytes()).toBeLessThanOrEqual(TOTAL + 16 * MB);
  });

  test('by two at once brings each byte once', async () => {
    const [one, two] = [await open(), await open()];
    await Promise.all([fetchAll(one), fetchAll(two)]);
    expectAllCached();
    expect(proxy.dataBytes()).toBe(TOTAL);
  });
});

describe('what S3 does not allow', () => {
  const denied = (wanted: (passing: Passing) => boolean, message = 'Access Denied') => {
    proxy.faults = (passing) =>
      wanted(passing) ? { kind: 'answer', status: 403, code: 'AccessDenied', message } : null;
  };

  test('names s3:ListBucket', async () => {
    denied(({ isList }) => isList);
    await expect(open()).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      hint: expect.stringContaining(
        `{"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::${bucket}"]}`,
      ),
    });
  });

  test('names s3:GetObject', async () => {
    denied(({ isData }) => isData);
    await expect(fetchAll(await open())).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      hint: expect.stringMatching(
        /"s3:GetObject"\],"Resource":\["arn:aws:s3:::cur-[^"]*\/exports\/cur\/\*"\]\}\n.*kms:Decrypt/,
      ),
    });
  });

  test('names s3:GetObject for a manifest too', async () => {
    denied(({ url, method, isList }) => method === 'GET' && !isList && url.includes('anifest.json'));
    await expect((await open()).deliveries()).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      hint: expect.stringContaining('"s3:GetObject"'),
    });
  });

  test('names kms:Decrypt and the key', async () => {
    const key = 'arn:aws:kms:us-east-1:000000000001:key/1234';
    const who = 'arn:aws:sts::000000000001:assumed-role/reader/me';
    denied(
      ({ isData }) => isData,
      `User: ${who} is not authorized to perform: kms:Decrypt on resource: ${key} because no identity-based policy allows it`,
    );
    await expect(fetchAll(await open())).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      hint: expect.stringContaining(`{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["${key}"]}`),
    });
  });

  test('is told by GET when HEAD says nothing', async () => {
    denied(({ method }) => method === 'HEAD');
    const plain = proxy.faults;
    proxy.faults = (passing) =>
      passing.headers.range === 'bytes=0-0'
        ? { kind: 'answer', status: 403, code: 'AccessDenied', message: 'x is not authorized to perform: kms:Decrypt' }
        : plain(passing);
    await expect(fetchAll(await open())).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      hint: expect.stringContaining('arn:aws:kms:REGION:ACCOUNT:key/KEY-ID'),
    });
  });

  test('asks for the right owner and for requester pays on every request', async () => {
    const source = await open({ requesterPays: true, expectedBucketOwner: '123456789012' });
    await fetchAll(source);
    expect(proxy.seen.length).toBeGreaterThan(6);
    for (const { passing } of proxy.seen) {
      expect(passing.headers['x-amz-request-payer']).toBe('requester');
      expect(passing.headers['x-amz-expected-bucket-owner']).toBe('123456789012');
    }
  });
});

describe('a delivery that is being rewritten is never half read', () => {
  const later = () => put(bucket, `${DATA}/cur-00002.snappy.parquet`, randomBytes(MB));
  /** Listings tell whole seconds. */
  const nextSecond = () => new Promise((done) => setTimeout(done, 1_100));

  test('data that is newer than its manifest', async () => {
    await nextSecond();
    await later();
    const [outcome] = await (await open()).deliveries();
    expect(codeOf(outcome)).toBe('CUR_BEING_REWRITTEN');
    expect(proxy.seen.filter(({ passing }) => passing.url.includes('Manifest')).length).toBe(3);
    await deliverManifest(Object.keys(FILES), { executionId: 'second' });
    expect(codeOf((await (await open()).deliveries())[0])).toBe('delivery');
  });

  test('a copy that brought the manifest first is read once it has been still for an hour', async () => {
    await nextSecond();
    await later();
    const session = openAwsSession({ profile: null, region: null, endpoint: proxy.endpoint });
    const signal = new AbortController().signal;
    const access = { session, requesterPays: false, expectedBucketOwner: null, signal };
    const store = await openBucket(bucket, access);
    const look = (now: number) => readBucketDeliveries(store, 'exports/cur/', now);
    expect(await look(Date.now() + 3_500_000)).toMatchObject([{ error: { code: 'CUR_BEING_REWRITTEN' } }]);
    expect(await look(Date.now() + 3_700_000)).toMatchObject([{ delivery: { period: '2026-10' } }]);
    store.close();
  });

  test('that ends while we wait for it', async () => {
    await nextSecond();
    await later();
    let looks = 0;
    proxy.faults = async ({ url }) => {
      if (url.includes('Manifest') && ++looks === 1) await deliverManifest(Object.keys(FILES), { executionId: '2' });
      return null;
    };
    expect(codeOf((await (await open()).deliveries())[0])).toBe('delivery');
  });

  test('a file that the manifest lists and nobody delivered', async () => {
    await deliverManifest([...Object.keys(FILES), 'cur-00003.snappy.parquet']);
    const [outcome] = await (await open()).deliveries();
    expect(codeOf(outcome)).toBe('CUR_FILE_MISSING');
  });

  test('a manifest that is replaced between its listing and its reading', async () => {
    let replaced = 0;
    proxy.faults = async ({ url }) => {
      if (url.includes('Manifest')) await deliverManifest(Object.keys(FILES), { executionId: String(++replaced) });
      return null;
    };
    expect(codeOf((await (await open()).deliveries())[0])).toBe('CUR_BEING_REWRITTEN');
    expect(replaced).toBe(3);
  });

  test('a file that is replaced between the listing and the download', async () => {
    const source = await open();
    const [outcome] = await source.deliveries();
    if (outcome?.kind !== 'delivery') throw new Error('no delivery');
    await later();
    await expect(fetchDelivery(source, outcome.delivery)).rejects.toMatchObject({ code: 'CUR_BEING_REWRITTEN' });
    expect(cached()['cur-00002.snappy.parquet']).toBeUndefined();
  });

  test('a file that is replaced after its last byte has come', async () => {
    proxy.faults = ({ method }) =>
      method === 'HEAD' ? { kind: 'answer', status: 412, code: 'PreconditionFailed' } : null;
    await expect(fetchAll(await open())).rejects.toMatchObject({ code: 'CUR_BEING_REWRITTEN' });
    expect(cached()).toEqual({});
  });

  test('a file that is removed before it is downloaded', async () => {
    const source = await open();
    const [outcome] = await source.deliveries();
    if (outcome?.kind !== 'delivery') throw new Error('no delivery');
    await remove(bucket, `${DATA}/cur-00002.snappy.parquet`);
    await expect(fetchDelivery(source, outcome.delivery)).rejects.toMatchObject({ code: 'CUR_BEING_REWRITTEN' });
  });

  test('a file that is replaced while it is downloaded', async () => {
    const other = randomBytes(40 * MB);
    let pieces = 0;
    proxy.faults = async ({ isData, url }) => {
      if (isData && url.includes('00001') && ++pieces === 2)
        await put(bucket, `${DATA}/cur-00001.snappy.parquet`, other);
      return null;
    };
    await expect(fetchAll(await open())).rejects.toMatchObject({ code: 'CUR_BEING_REWRITTEN' });
    expect(cached()['cur-00001.snappy.parquet']).toBeUndefined();
  });
});

describe('a listing of many pages', () => {
  test('is read to its end, also when it changes between pages', async () => {
    const names = Array.from({ length: 1_100 }, (_, index) => `cur-${String(index + 1).padStart(5, '0')}.parquet`);
    const many = await newBucket();
    bucket = many;
    const batches = Array.from({ length: 11 }, (_, index) => names.slice(index * 100, index * 100 + 100));
    for (const batch of batches) await Promise.all(batch.map((name) => put(many, `${DATA}/${name}`, name)));
    await deliverManifest(names);
    const [before] = await (await open()).deliveries();
    if (before?.kind !== 'delivery') throw new Error('no delivery');
    expect(before.delivery.files).toHaveLength(1_100);

    // A part on a later page is written anew after the first page was read; its manifest is still the old one.
    await new Promise((done) => setTimeout(done, 1_100));
    let changed = false;
    proxy.faults = async ({ isList, url }) => {
      if (isList && !changed && url.includes('continuation-token')) {
        changed = true;
        await put(many, `${DATA}/cur-01099.parquet`, 'other');
      }
      return null;
    };
    expect(codeOf((await (await open()).deliveries())[0])).toBe('CUR_BEING_REWRITTEN');
    expect(changed).toBe(true);
  });
});

describe('the cache', () => {
  const sizes = () =>
    readdirSync(cache, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
      const { size, ...entry } = statSync(join(cache, name));
      return sum + (entry.mode & 0o040000 ? 0 : size);
    }, 0);

  test('keeps within its bound: the least recently used delivery goes, never one in use', async () => {
    const bound = { folder: cache, bytes: 50 * MB };
    const first = await open({ cache: bound });
    const [outcome] = await first.deliveries();
    if (outcome?.kind !== 'delivery') throw new Error('no delivery');
    await fetchDelivery(first, outcome.delivery);
    const done = Promise.withResolvers<void>();
    const reading = first.reading(undefined as unknown as Engine, outcome.delivery, () => done.promise);
    await deliverAll({ 'cur-00001.snappy.parquet': randomBytes(20 * MB) });
    const second = await open({ cache: bound });
    await expect(fetchAll(second)).rejects.toMatchObject({
      code: 'CACHE_FULL',
      hint: expect.stringMatching(/cache\.gigabytes/),
    });
    expectAllCached();
    done.resolve();
    await reading;
    await fetchAll(second);
    expect(Object.keys(cached())).toEqual(['cur-00001.snappy.parquet']);
    expect(sizes()).toBeLessThanOrEqual(bound.bytes);
  });

  test('refuses what is greater than itself', async () => {
    await expect(fetchAll(await open({ cache: { folder: cache, bytes: MB } }))).rejects.toMatchObject({
      code: 'CACHE_FULL',
    });
    expect(proxy.dataBytes()).toBe(0);
  });

  test('that cannot be written says so', async () => {
    await expect(fetchAll(await open({ cache: { folder: '/dev/null/cache', bytes: 1e9 } }))).rejects.toMatchObject({
      code: 'FOLDER_NOT_WRITABLE',
    });
  });
});

describe('where the export is', () => {
  test.each(['', 'exports', 'exports/cur/data', 'exports/cur/metadata', 'exports/cur/'])(
    'found from %j',
    async (prefix) => {
      const session = openAwsSession({ profile: null, region: null, endpoint: proxy.endpoint });
      const options = {
        session,
        requesterPays: false,
        expectedBucketOwner: null,
        cache: { folder: cache, bytes: 1e9 },
      };
      const signal = new AbortController().signal;
      const source = await openExportBucket(`s3://${bucket}/${prefix}`, { ...options, signal });
      opened.push(source);
      expect(source.place).toBe(`s3://${bucket}/exports/cur`);
    },
  );

  test('several exports are named', async () => {
    await put(bucket, 'exports/other/data/BILLING_PERIOD=2026-10/x.parquet', 'x');
    const session = openAwsSession({ profile: null, region: null, endpoint: proxy.endpoint });
    const options = { session, requesterPays: false, expectedBucketOwner: null, cache: { folder: cache, bytes: 1e9 } };
    const signal = new AbortController().signal;
    await expect(openExportBucket(`s3://${bucket}/exports`, { ...options, signal })).rejects.toMatchObject({
      code: 'CUR_SEVERAL_EXPORTS',
      message: expect.stringContaining(`s3://${bucket}/exports/other`),
    });
  });

  test('a bucket in another region is followed', async () => {
    bucket = await newBucket('eu-west-1');
    await deliverAll({ 'cur-00002.snappy.parquet': FILES['cur-00002.snappy.parquet'] });
    let told = false;
    proxy.faults = ({ headers }) => {
      const inRegion = String(headers.authorization).includes('/eu-west-1/s3/');
      if (inRegion) return null;
      told = true;
      return {
        kind: 'answer',
        status: 301,
        code: 'PermanentRedirect',
        headers: { 'x-amz-bucket-region': 'eu-west-1' },
      };
    };
    await fetchAll(await open());
    expect(told).toBe(true);
    expect(isWhole('cur-00002.snappy.parquet')).toBe(true);
  });
});
