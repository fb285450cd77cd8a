import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Act, at, COLUMNS, page, STATS, serve, status } from './trino.fixture.ts';
import { TrinoClient, type TrinoLimits, type TrinoPage } from './trino-client.ts';

const reset: Act = (response) => response.socket?.destroy();
const silence: Act = () => {};

function clientOf(port: number, limits: Partial<TrinoLimits> = {}): TrinoClient {
  const client = new TrinoClient(at(port), limits);
  onTestFinished(() => client.close());
  return client;
}

async function all(pages: AsyncIterable<TrinoPage>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const { data } of pages) rows.push(...data);
  return rows;
}

describe('a statement', () => {
  test('its pages come in their order, also empty ones', async () => {
    const { port, asked } = await serve(
      page('/v1/statement/queued/1'),
      page('/v1/statement/executing/1', { columns: COLUMNS }),
      page('/v1/statement/executing/2', { columns: COLUMNS, data: [[1], [2]] }),
      page('/v1/statement/executing/3?x=y', { columns: COLUMNS }),
      page(null, { columns: COLUMNS, data: [[3]] }),
    );
    expect(await all(clientOf(port).pages('SELECT'))).toEqual([[1], [2], [3]]);
    expect(asked()).toEqual([
      'POST /v1/statement',
      'GET /v1/statement/queued/1',
      'GET /v1/statement/executing/1',
      'GET /v1/statement/executing/2',
      'GET /v1/statement/executing/3?x=y',
    ]);
  });

  test('it tells who asks, where and how', async () => {
    const { port, seen } = await serve(page(null));
    await all(clientOf(port, { seconds: 60, scanBytes: 500e9 }).pages("SELECT 'é🦊'"));
    expect(seen[0]?.body).toBe("SELECT 'é🦊'");
    expect(seen[0]?.headers).toMatchObject({
      'x-trino-user': 'me',
      'x-trino-source': 'bursar',
      'x-trino-catalog': 'hive',
      'x-trino-schema': 'ledger',
      'x-trino-time-zone': 'UTC',
      'x-trino-client-capabilities': 'PARAMETRIC_DATETIME',
      'x-trino-session': 'query_max_run_time=60s,query_max_scan_physical_bytes=500000000000B',
    });
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });

  test('an error of the server keeps its name', async () => {
    const error = { message: 'no', errorName: 'DIVISION_BY_ZERO', errorType: 'USER_ERROR' };
    const { port, asked } = await serve(page('/1'), page(null, { error }));
    await expect(all(clientOf(port).pages('SELECT 1/0'))).rejects.toMatchObject({
      ...error,
      name: 'TrinoFailure',
      query: 'query_1',
      sql: 'SELECT 1/0',
    });
    expect(asked()).toHaveLength(2);
  });

  test('progress is that of the oldest that runs; what it took is known after its end', async () => {
    const { port } = await serve(page('/1', { stats: { ...STATS, progressPercentage: 25 } }), page(null));
    const client = clientOf(port);
    expect([client.progress(), client.lastStats]).toEqual([null, null]);
    const pages = client.pages('SELECT');
    await pages.next();
    expect(client.progress()).toBe(0.25);
    await all(pages);
    expect([client.progress(), client.lastStats]).toEqual([null, STATS]);
  });
});

describe('tries', () => {
  test.each([429, 502, 503, 504])('HTTP %i says: try again', async (code) => {
    const { port, asked } = await serve(status(code), page('/1'), status(code), status(code), page(null));
    await all(clientOf(port).pages('SELECT'));
    expect(asked()).toEqual(['POST /v1/statement', 'POST /v1/statement', 'GET /1', 'GET /1', 'GET /1']);
  });

  test('a page that breaks off is asked for again', async () => {
    const cut: Act = (response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('{"id": ', () => response.socket?.destroy());
    };
    const { port, asked } = await serve(page('/1'), reset, cut, page(null, { columns: COLUMNS, data: [[7]] }));
    expect(await all(clientOf(port).pages('SELECT'))).toEqual([[7]]);
    expect(asked()).toEqual(['POST /v1/statement', 'GET /1', 'GET /1', 'GET /1']);
  });

  test('a statement that may have arrived is not sent again', async () => {
    const { port, asked } = await serve(reset, page(null));
    await expect(all(clientOf(port).pages('INSERT'))).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(asked()).toEqual(['POST /v1/statement']);
  });

  test('a statement that nobody could take is', async () => {
    const late = createServer((_, response) => page(null)(response, ''));
    await once(late.listen(0, '127.0.0.1'), 'listening');
    const { port } = late.address() as AddressInfo;
    await once(late.close(), 'close');
    const running = all(clientOf(port).pages('INSERT'));
    // The first try finds nobody.
    await wait(150);
    late.listen(port, '127.0.0.1');
    onTestFinished(() => late.close().closeAllConnections());
    expect(await running).toEqual([]);
  });

  test('they end', async () => {
    const { port, asked } = await serve(page('/1'), status(503, 'too busy'));
    await expect(all(clientOf(port, { retries: 2 }).pages('SELECT'))).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: `Trino at 127.0.0.1:${port} has no time: HTTP 503, too busy`,
    });
    expect(asked().filter((line) => line === 'GET /1')).toHaveLength(3);
    expect(asked().at(-1)).toBe('DELETE /1');
  });
});

describe('what is no Trino', () => {
  test.each<[string, Act, string, RegExp]>([
    ['a page of HTML', status(200, '<html>sign in</html>'), 'ENGINE_UNREACHABLE', /no Trino server: .*JSON/],
    ['other JSON', status(200, '{"a": 1}'), 'ENGINE_UNREACHABLE', /no Trino server/],
    ['no such page', status(404, '<html>'), 'ENGINE_UNREACHABLE', /no Trino server: HTTP 404$/],
    ['sent elsewhere', status(302, '', { Location: 'http://x' }), 'ENGINE_UNREACHABLE', /no Trino server: HTTP 302/],
    ['not let in', status(401, 'Invalid credentials\nmore'), 'ENGINE_REFUSED', /HTTP 401, Invalid credentials$/],
    ['not allowed', status(403), 'ENGINE_REFUSED', /HTTP 403$/],
    ['in trouble', status(500), 'ENGINE_STATEMENT_ENDED', /HTTP 500$/],
  ])('%s', async (_, act, code, message) => {
    const { port, asked } = await serve(act);
    await expect(all(clientOf(port).pages('SELECT'))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(asked()).toEqual(['POST /v1/statement']);
  });

  test('a request that the server does not understand is a bug', async () => {
    const { port } = await serve(status(400, 'SQL statement is empty'));
    await expect(all(clientOf(port).pages(''))).rejects.toMatchObject({ name: 'EngineError', why: 'unknown' });
  });

  test('a server that was started again knows nothing of the statement', async () => {
    const { port } = await serve(page('/1'), status(404, 'Query not found'));
    await expect(all(clientOf(port).pages('SELECT'))).rejects.toMatchObject({ code: 'ENGINE_STATEMENT_ENDED' });
  });

  test('no such host', async () => {
    const client = new TrinoClient(at(8080, { host: 'trino.invalid' }), { retries: 0 });
    await expect(client.version()).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringMatching(
        /^Trino at trino\.invalid:8080 cannot be reached: getaddrinfo E\w+ trino\.invalid/,
      ),
    });
    await client.close();
  });

  test('TLS where there is none', async () => {
    const { port, seen } = await serve(page(null));
    const client = new TrinoClient(at(port, { tls: true, token: 'x' }));
    await expect(client.version()).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      hint: expect.stringContaining('trino.tls'),
    });
    expect(seen).toEqual([]);
    await client.close();
  });
});

describe('credentials', () => {
  test('go over TLS only', () => {
    expect(() => new TrinoClient(at(1, { password: 'x' }))).toThrow('TLS');
    expect(() => new TrinoClient(at(1, { token: 'x' }))).toThrow('TLS');
  });

  test('a name that no header can carry is refused, and not printed', () => {
    expect(() => new TrinoClient(at(1, { tls: true, token: 'secret\n' }))).toThrow(
      'the token for Trino is not plain ASCII',
    );
  });

  test.each(['https://trino', 'trino/path', 'me@trino', 'a b', ''])('a host is named alone, not as %j', (host) => {
    expect(() => new TrinoClient(at(1, { host }))).toThrow('trino.host is not the name of a host alone');
  });

  test.each(['another port', 'another host', 'another protocol', 'no address'])('%s gets no request', async (what) => {
    const other = await serve(page(null));
    const elsewhere: Record<string, (port: number) => string> = {
      'another port': () => `http://127.0.0.1:${other.port}/1`,
      'another host': (port) => `http://localhost:${port}/1`,
      'another protocol': (port) => `https://127.0.0.1:${port}/1`,
      'no address': () => 'nowhere',
    };
    const { port, asked } = await serve((response, origin) => page(elsewhere[what]?.(port) ?? '')(response, origin));
    await expect(all(clientOf(port).pages('SELECT'))).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      hint: expect.stringContaining('http-server.process-forwarded=true'),
    });
    expect([asked(), other.seen]).toEqual([['POST /v1/statement'], []]);
  });
});

describe('the end of a statement before its time', () => {
  const endless = (): Act[] => [
    page('/1', { columns: COLUMNS, data: [[1]] }),
    page('/2', { columns: COLUMNS, data: [[2]] }),
  ];

  test('a consumer that stops cancels it', async () => {
    const { port, asked } = await serve(...endless());
    for await (const _ of clientOf(port).pages('SELECT')) break;
    // The next page was asked for already.
    expect(asked()[0]).toBe('POST /v1/statement');
    expect(asked()).toContain('DELETE /1');
  });

  test('an abort while the server is silent cancels it', async () => {
    const { port, asked } = await serve(page('/1'), silence);
    const abort = new AbortController();
    const running = all(clientOf(port).pages('SELECT', abort.signal));
    await expect.poll(asked).toContain('GET /1');
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: 'EngineError', why: 'interrupted', sql: 'SELECT' });
    expect(asked().at(-1)).toBe('DELETE /1');
  });

  test('an abort while the consumer is busy cancels it at once, and is no end of the rows', async () => {
    const { port, asked } = await serve(...endless());
    const abort = new AbortController();
    const pages = clientOf(port).pages('SELECT', abort.signal);
    await pages.next();
    abort.abort();
    await expect.poll(asked).toEqual(['POST /v1/statement', 'DELETE /1']);
    await expect(pages.next()).rejects.toMatchObject({ why: 'interrupted' });
  });

  test('none begins after an abort', async () => {
    const { port, seen } = await serve(page(null));
    await expect(all(clientOf(port).pages('SELECT', AbortSignal.abort()))).rejects.toMatchObject({
      why: 'interrupted',
    });
    expect(seen).toEqual([]);
  });

  test('closing cancels what runs', async () => {
    const { port, asked } = await serve(page('/1'), silence);
    const client = clientOf(port);
    const running = expect(all(client.pages('SELECT'))).rejects.toMatchObject({ why: 'interrupted' });
    await expect.poll(asked).toContain('GET /1');
    await client.close();
    await running;
    expect(asked().at(-1)).toBe('DELETE /1');
  });

  test('so does the limit of time', async () => {
    const { port, asked } = await serve(page('/1'), silence);
    await expect(all(clientOf(port, { seconds: 1 }).pages('SELECT'))).rejects.toMatchObject({
      code: 'ENGINE_LIMIT',
      message: expect.stringContaining(' 1 s'),
    });
    expect(asked()).toEqual(['POST /v1/statement', 'GET /1', 'DELETE /1']);
  });

  test('and that of bytes, over all pages', async () => {
    const { port, asked } = await serve(...endless());
    await expect(all(clientOf(port, { bytes: 2000 }).pages('SELECT'))).rejects.toMatchObject({ code: 'ENGINE_LIMIT' });
    expect(asked().length).toBeGreaterThan(4);
    expect(asked().at(-1)).toBe('DELETE /2');
  });
});
