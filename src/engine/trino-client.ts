import { OperatingError } from '../domain/errors.ts';
import { EngineError } from './engine.ts';
import { elsewhere, explainStatus, notTrino, type QueryError, TrinoFailure } from './trino-failure.ts';
import { type Allowance, type TrinoAddress, TrinoHttp, type TrinoRequest } from './trino-http.ts';

/** Where a server is, who asks, and where names are looked for that name no catalog or schema. */
export interface TrinoServer extends TrinoAddress {
  readonly user: string;
  readonly password: string | null;
  /** JSON web token */
  readonly token: string | null;
  readonly catalog: string;
  readonly schema: string;
}

export interface TrinoLimits {
  /** time of one statement, with the reading of its rows */
  readonly seconds: number;
  /** of the answers to one statement, as they come over the network */
  readonly bytes: number;
  /** that the server reads for one statement; it counts once a second, so a short one may read more */
  readonly scanBytes: number;
  /** further tries of one request */
  readonly retries: number;
}

export const TRINO_LIMITS: TrinoLimits = { seconds: 3600, bytes: 1e9, scanBytes: 500e9, retries: 5 };

/** What the server counts while a statement runs; a choice of StatementStats of trino-client. */
export interface TrinoStats {
  readonly progressPercentage?: number;
  readonly physicalInputBytes: number;
  readonly processedBytes: number;
  readonly elapsedTimeMillis: number;
}

export interface TrinoColumn {
  readonly name: string;
  /** such as `decimal(18, 10)` */
  readonly type: string;
}

export interface TrinoPage {
  /** none until the server knows them */
  readonly columns: readonly TrinoColumn[];
  readonly data: readonly (readonly unknown[])[];
  readonly stats: TrinoStats;
}

/** QueryResults of trino-client. */
interface Answer extends Partial<TrinoPage> {
  readonly id: string;
  readonly nextUri?: string;
  readonly error?: QueryError;
}

interface Statement extends Allowance {
  readonly sql: string;
  readonly stop: AbortController;
  /** the address of the next page: DELETE cancels the statement there; `null`: not begun, over or cancelled */
  next: string | null;
  stats: TrinoStats | null;
  cancelled: Promise<void>;
}

const CANCEL_MS = 5_000;
const SMALL_REPLY = 1e6;

/** Trino's client protocol: https://trino.io/docs/current/develop/client-protocol.html */
export class TrinoClient {
  readonly #http: TrinoHttp;
  readonly #limits: TrinoLimits;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #running = new Set<Statement>();
  #last: TrinoStats | null = null;

  /** @throws OperatingError CONFIG_INVALID where the server is named by what no request can carry */
  constructor(server: TrinoServer, limits: Partial<TrinoLimits> = {}) {
    this.#limits = { ...TRINO_LIMITS, ...limits };
    this.#headers = headersOf(server, this.#limits);
    this.#http = new TrinoHttp(server);
  }

  /** host and port, for people */
  get at(): string {
    return this.#http.at;
  }

  /** As the server says it, such as `476` or `480-e.1`. */
  async version(signal?: AbortSignal): Promise<string> {
    const allowance = { signal: signal ?? new AbortController().signal, bytesLeft: SMALL_REPLY, retries: 1 };
    const info = (await this.#json('version', '', '/v1/info', allowance)) as { nodeVersion?: { version?: unknown } };
    const version = info.nodeVersion?.version;
    if (typeof version !== 'string') throw notTrino(this.at, 'it does not tell its version');
    return version;
  }

  /**
   * Runs a statement and yields what it gives, page by page. When the consumer stops early, at the signal and past a limit
   * it is cancelled on the server.
   * @throws TrinoFailure when the server ends it; EngineError `interrupted`; OperatingError ENGINE_UNREACHABLE,
   *   ENGINE_REFUSED, ENGINE_LIMIT, ENGINE_STATEMENT_ENDED
   */
  async *pages(sql: string, signal?: AbortSignal): AsyncGenerator<TrinoPage> {
    const statement = this.#begin(sql, signal);
    // The consumer may be busy with something else and not ask for the next page for long.
    const cancel = (): Promise<void> => this.#cancel(statement);
    statement.signal.addEventListener('abort', cancel);
    try {
      let answer = (await this.#json('statement', sql, '/v1/statement', statement)) as Answer;
      while (true) {
        const { id, error, columns = [], data = [], stats, nextUri } = answer;
        if (stats === undefined) throw notTrino(this.at, 'it does not tell how far a statement is');
        const next = nextUri === undefined ? null : this.#pathOf(nextUri);
        statement.stats = stats;
        statement.next = next;
        if (error !== undefined) throw new TrinoFailure(error, id, sql);
        // Asked for before the consumer is done with this one, so that server and consumer work at the same time.
        const following = next === null ? null : this.#json('page', sql, next, statement);
        following?.catch(nothing);
        yield { columns, data, stats };
        if (following === null) return;
        answer = (await following) as Answer;
      }
    } finally {
      this.#last = statement.stats ?? this.#last;
      await cancel();
      statement.signal.removeEventListener('abort', cancel);
      this.#running.delete(statement);
    }
  }

  /** Of the statement that began first among those that run, 0 to 1; `null` where the server does not know. */
  progress(): number | null {
    const [first] = this.#running;
    const percentage = first?.stats?.progressPercentage;
    return percentage === undefined ? null : percentage / 100;
  }

  /** Of the statement that ended last. */
  get lastStats(): TrinoStats | null {
    return this.#last;
  }

  /** Cancels what runs; what begins later is not concerned. */
  async stop(): Promise<void> {
    const running = [...this.#running];
    for (const { stop } of running) stop.abort(new Error('the engine is being closed'));
    await Promise.all(running.map(({ cancelled }) => cancelled));
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#http.close();
  }

  #begin(sql: string, signal?: AbortSignal): Statement {
    const { seconds, bytes, retries } = this.#limits;
    const stop = new AbortController();
    const deadline = AbortSignal.timeout(seconds * 1000);
    const ends = AbortSignal.any([stop.signal, deadline, ...(signal === undefined ? [] : [signal])]);
    if (ends.aborted) throw stopped(ends, sql, seconds);
    const statement: Statement = {
      sql,
      stop,
      signal: ends,
      retries,
      bytesLeft: bytes,
      next: null,
      stats: null,
      cancelled: Promise.resolve(),
    };
    this.#running.add(statement);
    return statement;
  }

  /** The path of an address, when it is this server's. */
  #pathOf(address: string): string {
    const url = URL.parse(address);
    if (url?.origin !== this.#http.origin) throw elsewhere(this.at, url?.origin ?? address);
    return url.pathname + url.search;
  }

  /** Resolves when the server was told, or cannot be: then it gives the statement up by itself after some minutes. */
  #cancel(statement: Statement): Promise<void> {
    const { next } = statement;
    if (next === null) return statement.cancelled;
    statement.next = null;
    const allowance = { signal: AbortSignal.timeout(CANCEL_MS), bytesLeft: SMALL_REPLY, retries: 1 };
    const request = { method: 'DELETE', path: next, headers: this.#headers } as const;
    const told = this.#http.reply(request, allowance);
    statement.cancelled = told.then(nothing, nothing);
    return statement.cancelled;
  }

  async #json(
    asked: 'statement' | 'page' | 'version',
    sql: string,
    path: string,
    allowance: Allowance,
  ): Promise<object> {
    const method = asked === 'statement' ? 'POST' : 'GET';
    const request: TrinoRequest = { method, path, headers: this.#headers, ...(method === 'POST' ? { body: sql } : {}) };
    const { status, text } = await this.#http.reply(request, allowance).catch((error: unknown) => {
      throw error === allowance.signal.reason ? stopped(allowance.signal, sql, this.#limits.seconds) : error;
    });
    if (status !== 200) throw explainStatus(this.at, { status, text, asked, sql });
    const value = parsed(text);
    if (typeof value !== 'object' || value === null) throw notTrino(this.at, 'it does not answer in JSON');
    return value;
  }
}

/** Headers of every request: who asks, and how statements are to run. */
function headersOf(server: TrinoServer, { seconds, scanBytes }: TrinoLimits): Record<string, string> {
  const { user, catalog, schema, password, token } = server;
  if (!server.tls && (password ?? token) !== null) throw new Error('credentials go over TLS only');
  for (const [name, value] of Object.entries({ user, catalog, schema, token: token ?? '' })) {
    if (/[^ -~]/.test(value)) throw new OperatingError('CONFIG_INVALID', `the ${name} for Trino is not plain ASCII`);
  }
  const session = { query_max_run_time: `${seconds}s`, query_max_scan_physical_bytes: `${scanBytes}B` };
  const basic = (secret: string): string => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  const authorization = token === null ? password && basic(password) : `Bearer ${token}`;
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Trino-User': user,
    'X-Trino-Source': 'bursar',
    'X-Trino-Catalog': catalog,
    'X-Trino-Schema': schema,
    // AWS bills in UTC.
    'X-Trino-Time-Zone': 'UTC',
    // Else the server names timestamp types without their precision, and cuts their values.
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    'X-Trino-Session': Object.entries(session)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join(','),
    ...(authorization === null ? {} : { Authorization: authorization }),
  };
}

const nothing = (): void => {};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function stopped({ reason }: AbortSignal, sql: string, seconds: number): Error {
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new OperatingError('ENGINE_LIMIT', `a statement on Trino took longer than ${seconds} s and was cancelled`);
  }
  return new EngineError('interrupted', sql, { cause: reason, why: 'interrupted' });
}
