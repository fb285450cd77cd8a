import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AWS_AS_FOUND, type ConfigFlags, loadConfig } from './config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Environment = Readonly<Record<string, string>>;

function load(yaml: unknown, flags: ConfigFlags = {}, env: Environment = {}) {
  if (yaml !== null) writeFileSync(join(folder, 'bursar.yaml'), JSON.stringify(yaml));
  return loadConfig(flags, env, folder);
}

const TRINO = { host: 'trino.example.com', catalog: 'hive', schema: 'bursar' };

describe('an export in a folder', () => {
  test('flags win over environment, which wins over bursar.yaml', async () => {
    const yaml = { cur: 'yaml', ledger: 'yaml-ledger' };
    const env = { BURSAR_CUR: 'env' };
    expect(await load(yaml, { cur: ['flag'] }, env)).toMatchObject({ engine: 'duckdb', cur: [join(folder, 'flag')] });
    expect(await load(yaml, {}, env)).toMatchObject({
      cur: [join(folder, 'env')],
      ledger: join(folder, 'yaml-ledger'),
    });
    expect(await load(yaml, { cur: [''] }, { BURSAR_CUR: '' })).toMatchObject({ cur: [join(folder, 'yaml')] });
  });

  test('several exports: a list in bursar.yaml, or --cur more than once', async () => {
    const both = { cur: [join(folder, 'old'), join(folder, 'new')] };
    expect(await load({ cur: ['old', 'new'] })).toMatchObject(both);
    expect(await load({ cur: 'yaml' }, { cur: ['old', 'new'] })).toMatchObject(both);
    await expect(load({ cur: [] })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('a section trino changes nothing until it is the engine', async () => {
    expect(await load({ cur: 'cur', trino: TRINO })).toMatchObject({ engine: 'duckdb' });
  });
});

describe('Cost Explorer', () => {
  const asked: ConfigFlags = { source: 'ce' };

  test('needs no export, and keeps its answers beside a ledger that is named', async () => {
    const home = { HOME: '/home/finops' };
    expect(await load(null, asked, home)).toMatchObject({
      source: 'cost-explorer',
      engine: 'duckdb',
      costExplorer: {
        maxPages: 50,
        yes: false,
        refresh: false,
        folder: '/home/finops/.local/share/bursar/cost-explorer',
      },
    });
    const yaml = { cur: 'cur', ledger: 'ledger', 'cost-explorer': { 'max-pages': 7 } };
    expect(await load(yaml, asked, home)).toMatchObject({
      costExplorer: { maxPages: 7, folder: join(folder, 'ledger-cost-explorer') },
    });
    expect(await load(yaml, { ...asked, maxPages: '9', yes: true }, home)).toMatchObject({
      costExplorer: { maxPages: 9, yes: true },
    });
  });

  test.each<[string, unknown, ConfigFlags, string]>([
    ['an export', null, { cur: ['cur'] }, 'OPTION_INVALID'],
    ['Trino', { engine: 'trino', trino: TRINO }, {}, 'OPTION_INVALID'],
    ['no pages', null, { maxPages: '0' }, 'OPTION_INVALID'],
    ['half a page', null, { maxPages: '1.5' }, 'OPTION_INVALID'],
    ['no pages in bursar.yaml', { 'cost-explorer': { 'max-pages': 0 } }, {}, 'CONFIG_INVALID'],
  ])('does not go with %s', async (_, yaml, flags, code) => {
    await expect(load(yaml, { ...asked, ...flags })).rejects.toMatchObject({ code });
  });
});

describe('an export in S3', () => {
  const S3 = 's3://bucket/exports/cur';

  test.each<[string, unknown, ConfigFlags, Environment]>([
    ['flag', null, { cur: [S3] }, {}],
    ['environment', { cur: 'folder' }, {}, { BURSAR_CUR: S3 }],
    ['bursar.yaml', { cur: S3 }, {}, {}],
  ])('an address is no path: %s', async (_, yaml, flags, env) => {
    expect(await load(yaml, flags, env)).toMatchObject({ engine: 'duckdb', cur: [S3] });
  });

  test('the ledger is no address', async () => {
    await expect(load({ cur: S3, ledger: S3 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  test('AWS: flags win over its own variables, which win over bursar.yaml', async () => {
    const yaml = { cur: S3, aws: { profile: 'yaml', region: 'eu-west-1', endpoint: 'http://yaml.example.com' } };
    const env = { AWS_PROFILE: 'env', AWS_REGION: 'eu-west-2', AWS_ENDPOINT_URL: 'http://env.example.com' };
    const flags = { profile: 'flag', region: 'eu-west-3', endpointUrl: 'http://flag.example.com' };
    expect(await load(yaml)).toMatchObject({ aws: yaml.aws });
    // The SDK reads its variable for the endpoint by itself: it has one for each service beside it.
    expect(await load(yaml, {}, env)).toMatchObject({ aws: { profile: 'env', region: 'eu-west-2', endpoint: null } });
    expect(await load(yaml, flags, env)).toMatchObject({
      aws: { profile: 'flag', region: 'eu-west-3', endpoint: 'http://flag.example.com' },
    });
    expect(await load({ cur: S3 })).toMatchObject({ aws: AWS_AS_FOUND });
  });

  test('buckets of others', async () => {
    const aws = { 'requester-pays': true, 'expected-bucket-owner': '012345678901' };
    expect(await load({ cur: S3, aws })).toMatchObject({
      aws: { requesterPays: true, expectedBucketOwner: '012345678901' },
    });
    await expect(load({ cur: S3, aws: { 'expected-bucket-owner': '12' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/twelve digits/),
    });
  });

  test("the cache lies in the user's cache folder, or where it is told", async () => {
    const at = (path: string, gigabytes = 20) => ({ cache: { folder: path, bytes: gigabytes * 1e9 } });
    const yaml = { cur: S3, cache: { folder: 'kept', gigabytes: 1.5 } };
    expect(await load({ cur: S3 }, {}, { HOME: '/home/me' })).toMatchObject(at('/home/me/.cache/bursar'));
    expect(await load({ cur: S3 }, {}, { XDG_CACHE_HOME: '/c' })).toMatchObject(at('/c/bursar'));
    expect(await load(yaml)).toMatchObject(at(join(folder, 'kept'), 1.5));
    expect(await load(yaml, {}, { BURSAR_CACHE: 'mine' })).toMatchObject(at(join(folder, 'mine'), 1.5));
  });
});

describe('an export on Trino', () => {
  test('host, catalog and schema are enough', async () => {
    expect(await load({ engine: 'trino', cur: 'cur', trino: TRINO })).toMatchObject({
      engine: 'trino',
      tables: [['hive', 'bursar', 'cur']],
      trino: { ...TRINO, port: 443, tls: true, ca: null, user: 'bursar', password: null, token: null },
      limits: {},
    });
  });

  test.each([
    ['cur', ['hive', 'bursar', 'cur']],
    ['billing.cur', ['hive', 'billing', 'cur']],
    ['lake.billing.cur', ['lake', 'billing', 'cur']],
  ])('%s is a table', async (cur, table) => {
    expect(await load({ engine: 'trino', cur, trino: TRINO })).toMatchObject({ tables: [table] });
    expect(await load({ trino: TRINO }, { engine: 'trino', cur: [cur] })).toMatchObject({ tables: [table] });
  });

  test.each([undefined, 'a.b.c.d', 'a..b', '.'])('%s is no table', async (cur) => {
    await expect(load({ engine: 'trino', cur, trino: TRINO })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  test('without TLS the port is that of plain HTTP, and no secret is taken', async () => {
    const yaml = { engine: 'trino', cur: 'cur', trino: { ...TRINO, tls: false } };
    expect(await load(yaml)).toMatchObject({ trino: { port: 8080, tls: false } });
    for (const secret of ['BURSAR_TRINO_PASSWORD', 'BURSAR_TRINO_TOKEN']) {
      await expect(load(yaml, {}, { [secret]: 's3cret' })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.not.stringContaining('s3cret'),
      });
      expect(await load(yaml, {}, { [secret]: '' })).toMatchObject({ trino: { password: null, token: null } });
    }
  });

  test('the secret comes from the environment alone', async () => {
    const yaml = { engine: 'trino', cur: 'cur', trino: TRINO };
    expect(await load(yaml, {}, { BURSAR_TRINO_PASSWORD: 'p' })).toMatchObject({ trino: { password: 'p' } });
    expect(await load(yaml, {}, { BURSAR_TRINO_TOKEN: 't' })).toMatchObject({ trino: { token: 't' } });
    const written = { ...yaml, trino: { ...TRINO, password: 'p' } };
    await expect(load(written)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/password/),
    });
  });

  test('limits are minutes and gigabytes', async () => {
    const trino = { ...TRINO, limits: { minutes: 5, 'scan-gigabytes': 20 } };
    expect(await load({ engine: 'trino', cur: 'cur', trino })).toMatchObject({
      limits: { seconds: 300, scanBytes: 20e9 },
    });
  });

  test('the certificate is read from where bursar.yaml says, as seen from it', async () => {
    writeFileSync(join(folder, 'ca.pem'), 'PEM');
    const yaml = (ca: string) => ({ engine: 'trino', cur: 'cur', trino: { ...TRINO, ca } });
    expect(await load(yaml('ca.pem'))).toMatchObject({ trino: { ca: 'PEM' } });
    await expect(load(yaml('none.pem'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/none\.pem/),
    });
  });

  test.each<[string, unknown, ConfigFlags, Environment, string, RegExp]>([
    ['no section', { cur: 'cur' }, { engine: 'trino' }, {}, 'CONFIG_INVALID', /section trino/],
    ['no bursar.yaml', null, { engine: 'trino', cur: ['cur'] }, {}, 'CONFIG_INVALID', /section trino/],
    ['a ledger folder', { cur: 'c', trino: TRINO }, { engine: 'trino', ledger: 'l' }, {}, 'OPTION_INVALID', /schema/],
    ['no host', { engine: 'trino', trino: { ...TRINO, host: '' } }, {}, {}, 'CONFIG_INVALID', /host/],
    ['another engine', { cur: 'c' }, {}, { BURSAR_ENGINE: 'athena' }, 'OPTION_INVALID', /athena/],
  ])('%s is refused', async (_, yaml, flags, env, code, message) => {
    await expect(load(yaml, flags, env)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
