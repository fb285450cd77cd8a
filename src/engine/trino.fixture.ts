import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { TrinoServer } from './trino-client.ts';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the server does with a request; the last one of a script is repeated. */
export type Act = (response: ServerResponse, origin: string) => unknown;

/** A wire-level Trino on the loopback interface that acts by a script and takes every DELETE; it ends with the test. */
export async function serve(...script: Act[]) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, path: url, headers, body: await text(request) });
    if (method === 'DELETE') return response.writeHead(204).end();
    const act = script.length > 1 ? script.shift() : script[0];
    return act?.(response, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { port, seen, asked: () => seen.map(({ method, path }) => `${method} ${path}`) };
}

export const STATS = { state: 'RUNNING', physicalInputBytes: 1, processedBytes: 2, elapsedTimeMillis: 3 };
export const COLUMNS = [{ name: 'n', type: 'integer' }];

/** A page; `next` is the path of the one after it, or any address. */
export function page(next: string | null, more: object = {}): Act {
  return (response, origin) => {
    const nextUri = next === null ? {} : { nextUri: next.startsWith('/') ? origin + next : next };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ id: 'query_1', infoUri: 'x', stats: STATS, ...nextUri, ...more }));
  };
}

export const status = (code: number, body = '', headers: Record<string, string> = {}): Act => {
  return (response) => response.writeHead(code, headers).end(body);
};

/** The server of {@link serve}, as a client knows it. */
export const at = (port: number, more: Partial<TrinoServer> = {}): TrinoServer => ({
  host: '127.0.0.1',
  port,
  tls: false,
  ca: null,
  user: 'me',
  password: null,
  token: null,
  catalog: 'hive',
  schema: 'ledger',
  ...more,
});
