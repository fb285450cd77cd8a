import { readFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, test } from 'vitest';

const trino = inject('trino');
const ca = readFileSync(trino.ca);
const withPassword = (password: string) => ({ auth: `${trino.user}:${password}`, ca });

interface Reply {
  readonly status: number;
  readonly body: string;
}

function overHttps(path: string, options: RequestOptions, sql?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = { method: sql === undefined ? 'GET' : 'POST', host: '127.0.0.1', port: trino.httpsPort, path };
    request({ ...sent, ...options }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on('error', reject)
      .end(sql);
  });
}

async function overHttp(path: string, sql?: string): Promise<Reply> {
  const sent = sql === undefined ? {} : { method: 'POST', body: sql, headers: { 'X-Trino-User': 'anyone' } };
  const response = await fetch(`http://127.0.0.1:${trino.httpPort}${path}`, sent);
  return { status: response.status, body: await response.text() };
}

/** The rows of a statement: Trino hands out a page and the address of the next until there is none. */
async function rows(sql: string, send: (path: string, sql?: string) => Promise<Reply>): Promise<unknown[]> {
  const all: unknown[] = [];
  let reply = await send('/v1/statement', sql);
  for (;;) {
    expect(reply.status).toBe(200);
    const { data = [], nextUri, error } = JSON.parse(reply.body);
    expect(error?.message).toBeUndefined();
    all.push(...data);
    if (nextUri === undefined) return all;
    reply = await send(new URL(nextUri).pathname);
  }
}

test('it is a real Trino, and it writes Parquet where the tests can see it', async () => {
  const { status, body } = await overHttp('/v1/info');
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ nodeVersion: { version: '476' }, coordinator: true, starting: false });
  expect(trino.version).toBe('476');
  expect(await rows('SHOW CATALOGS', overHttp)).toEqual([['hive'], ['memory'], ['system']]);
  await rows('CREATE SCHEMA hive.server_test', overHttp);
  await rows('CREATE TABLE hive.server_test.one AS SELECT CAST(1.5 AS DECIMAL(18,10)) AS cost', overHttp);
  expect(await rows('SELECT cost FROM hive.server_test.one', overHttp)).toEqual([['1.5000000000']]);
  const [[path]] = (await rows('SELECT "$path" FROM hive.server_test.one', overHttp)) as [[string]];
  const file = readFileSync(join(trino.lake, path.replace('local:///', '')));
  expect(file.subarray(-4).toString()).toBe('PAR1');
  await rows('DROP SCHEMA hive.server_test CASCADE', overHttp);
});

test('HTTPS lets in who has the password', async () => {
  const me = await rows('SELECT current_user', (...sent) => overHttps(sent[0], withPassword(trino.password), sent[1]));
  expect(me).toEqual([[trino.user]]);
});

test('HTTPS lets in who has a token', async () => {
  const headers = { Authorization: `Bearer ${trino.token}` };
  const me = await rows('SELECT current_user', (path, sql) => overHttps(path, { ca, headers }, sql));
  expect(me).toEqual([[trino.jwtUser]]);
});

test.each([
  ['a wrong password', withPassword('wrong')],
  ['another token', { ca, headers: { Authorization: `Bearer ${trino.token.slice(0, -6)}AAAAAA` } }],
  ['nothing', { ca }],
])('HTTPS refuses %s', async (_, options) => {
  expect((await overHttps('/v1/statement', options, 'SELECT 1')).status).toBe(401);
});

test('a client that does not know the certificate does not trust the server', async () => {
  const { ca: _, ...unknowing } = withPassword(trino.password);
  await expect(overHttps('/v1/info', unknowing)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

function reaches(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const settle = (reached: boolean) => () => {
      socket.destroy();
      resolve(reached);
    };
    socket.on('connect', settle(true)).on('error', settle(false)).on('timeout', settle(false));
  });
}

test('it listens on 127.0.0.1 only', async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
  // A server that listens everywhere on Linux answers at all of 127.0.0.0/8.
  const others = new Set([...addresses, '127.0.0.2', '::1']).difference(new Set(['127.0.0.1']));
  for (const port of [trino.httpPort, trino.httpsPort]) {
    expect(await reaches('127.0.0.1', port)).toBe(true);
    for (const other of others) expect([other, await reaches(other, port)]).toEqual([other, false]);
  }
});
