import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import { OperatingError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { DESK_LIMITS, type DeskLimits, openDesk } from './desk.ts';
import { guard } from './guard.ts';
import { openApi } from './openapi.ts';
import { openPages, type Served } from './page.ts';
import { prepare } from './prepare.ts';
import { serveRoute } from './route.ts';
import { ROUTES } from './routes.ts';

export interface DashboardOptions extends Served {
  readonly openEngine: () => Promise<Engine>;
  /** the built page; `null` = the API alone */
  readonly built: string | null;
  /** `null` = {@link STANDARD_PORT}, or the next free one where it is in use */
  readonly port: number | null;
  /** told of what nobody expected */
  readonly onBug: (error: unknown) => void;
  readonly limits?: DeskLimits;
  /** seconds after which the ledger is asked again which snapshots count */
  readonly lookAgain: number;
}

export interface Dashboard {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The only address that is listened on: sharing needs a login, which there is none of. */
const HOST = '127.0.0.1';

export const STANDARD_PORT = 8420;

/** Ports that are tried one after the other; where all are in use, any free one. */
const PORTS_TRIED = 20;

/** A filter with many names makes a long address. */
const HEADER_BYTES = 128 * 1024;

/** Connections that may wait to be accepted: a browser opens six at once, and 200 may come in the same moment. */
const BACKLOG = 2_000;

/**
 * Serves the page and its API on this machine.
 * @throws OperatingError PORT_TAKEN
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const desk = openDesk(options.openEngine, options.limits ?? DESK_LIMITS);
  const pages = await openPages(options, desk, options.lookAgain);
  const open = async (port: number): Promise<FastifyInstance> => {
    const server = Fastify({
      forceCloseConnections: true,
      routerOptions: { maxParamLength: 200 },
      http: { maxHeaderSize: HEADER_BYTES },
    });
    guard(server);
    for (const route of ROUTES) serveRoute(server, route, pages, options.onBug);
    server.get('/api/openapi.json', async () => openApi(ROUTES));
    await serveFiles(server, options.built);
    server.setNotFoundHandler((request, reply) => {
      const error = {
        code: 'NOT_FOUND',
        message: `there is nothing at ${request.method} ${request.url.split('?')[0]}`,
      };
      return reply.code(404).send({ error: { ...error, hint: '/api/openapi.json lists what there is.' } });
    });
    try {
      await server.listen({ host: HOST, port, backlog: BACKLOG });
      return server;
    } catch (error) {
      await server.close();
      throw portError(error, port);
    }
  };
  const server = await listening(open, options.port);
  const { port } = server.server.address() as AddressInfo;
  const preparing = new AbortController();
  const prepared = pages()
    .then((page) => prepare(page, preparing.signal))
    .catch((error: unknown) => {
      // Whoever asks is told of it.
      if (!(error instanceof OperatingError) && !preparing.signal.aborted) options.onBug(error);
    });
  return {
    url: `http://${HOST}:${port}/`,
    port,
    close: async () => {
      preparing.abort();
      await server.close();
      await desk.close();
      await prepared;
    },
  };
}

async function listening(
  open: (port: number) => Promise<FastifyInstance>,
  port: number | null,
): Promise<FastifyInstance> {
  if (port !== null) return open(port);
  for (let next = STANDARD_PORT; next < STANDARD_PORT + PORTS_TRIED; next++) {
    try {
      return await open(next);
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
    }
  }
  return open(0);
}

/** Names of built files carry a hash: they never change. */
async function serveFiles(server: FastifyInstance, built: string | null): Promise<void> {
  if (built === null) return;
  if (!existsSync(join(built, 'index.html'))) throw new OperatingError('PAGE_NOT_BUILT', `${built} holds no page`);
  await server.register(fastifyStatic, {
    root: built,
    cacheControl: false,
    setHeaders: (reply, path) => {
      void reply.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
}

function portError(error: unknown, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (!['EADDRINUSE', 'EACCES'].includes(code)) return error;
  const why = code === 'EACCES' ? 'may not be used' : 'is in use';
  return new OperatingError('PORT_TAKEN', `port ${port} of ${HOST} ${why}`, { cause: error });
}
