import { setTimeout as wait } from 'node:timers/promises';
import { createSecureContext, getCACertificates } from 'node:tls';
import { Pool } from 'undici';
import { OperatingError } from '../domain/errors.ts';
import { isBusy, isConnectionError, isHopeless, isNetworkError, unreachable } from './trino-failure.ts';

/** Where the coordinator is. */
export interface TrinoAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** PEM text of the authority that signed the server's certificate; `null`: one that Node or the system knows */
  readonly ca: string | null;
}

export interface TrinoRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface TrinoReply {
  readonly status: number;
  readonly text: string;
}

/** What one request, or all requests of a statement, may use up. */
export interface Allowance {
  readonly signal: AbortSignal;
  /** further tries of each request */
  readonly retries: number;
  /** of replies */
  bytesLeft: number;
}

const CONNECTIONS = 8;
const CONNECT_MS = 10_000;
/** Trino answers after a second at the latest, when only to say that there is nothing yet. */
const SILENCE_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/** HTTP with one server, and no other. */
export class TrinoHttp {
  /** host and port, for people */
  readonly at: string;
  readonly origin: string;
  readonly #pool: Pool;

  /** @throws OperatingError CONFIG_INVALID */
  constructor({ host, port, tls, ca }: TrinoAddress) {
    this.at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const url = URL.parse(`${tls ? 'https' : 'http'}://${this.at}`);
    if (url === null || url.href !== `${url.origin}/`) {
      throw new OperatingError('CONFIG_INVALID', `trino.host is not the name of a host alone: ${host}`);
    }
    this.origin = url.origin;
    // A pool has one origin: whatever path it is given, it asks no other host.
    this.#pool = new Pool(this.origin, {
      connections: CONNECTIONS,
      allowH2: false,
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      connect: { timeout: CONNECT_MS, ...(tls ? { secureContext: trusting(ca) } : {}) },
    });
  }

  /**
   * Sends a request, and again where that is safe and may help.
   * @throws OperatingError ENGINE_UNREACHABLE; ENGINE_LIMIT when the reply is larger than allowed; the signal's reason
   */
  async reply(request: TrinoRequest, allowance: Allowance): Promise<TrinoReply> {
    const { signal, retries } = allowance;
    for (let tries = 0; ; tries++) {
      const isLast = tries >= retries;
      let pause = FIRST_PAUSE_MS * 2 ** tries;
      try {
        const { statusCode: status, headers, body } = await this.#pool.request({ ...request, signal });
        const text = await read(body, allowance);
        if (isLast || !isBusy(status)) return { status, text };
        pause = Math.max(pause, Number(headers['retry-after']) * 1000 || 0);
      } catch (error) {
        signal.throwIfAborted();
        if (!isNetworkError(error)) throw error;
        if (isLast || !isRepeatable(request, error)) throw unreachable(this.at, error);
      }
      await wait(Math.min(pause, LONGEST_PAUSE_MS), undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** Node knows the public authorities, the system also those of the company. */
function trusting(ca: string | null) {
  return createSecureContext({ ca: ca ?? [...getCACertificates('default'), ...getCACertificates('system')] });
}

async function read(body: AsyncIterable<Buffer>, allowance: Allowance): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    allowance.bytesLeft -= chunk.length;
    if (allowance.bytesLeft < 0) {
      throw new OperatingError('ENGINE_LIMIT', 'the answer to a statement on Trino is too large: it was cancelled', {
        hint: 'Ask a smaller question.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A statement that may have arrived may be running: it is not sent again. */
function isRepeatable({ method }: TrinoRequest, error: Error & { code: string }): boolean {
  if (isHopeless(error)) return false;
  return method !== 'POST' || isConnectionError(error);
}
