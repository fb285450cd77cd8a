import { request } from 'node:http';
import type { Answer } from './answer.ts';
import type { RawRequest } from './request.ts';

type Step = { readonly request: { readonly headers: Record<string, string> } };
type Next = (step: Step) => unknown;

interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** As much of an SDK client as is done to all of them. */
interface Client {
  // biome-ignore lint/suspicious/noExplicitAny: each client has a type of its own for its steps
  readonly middlewareStack: { add(step: any, options: any): void };
  destroy(): void;
}

const OPTIONS = { credentials: { accessKeyId: 'AKIASERVER', secretAccessKey: 'secret' }, maxAttempts: 1 };

/** The moto behind this server. */
export class Moto {
  readonly #endpoint: string;
  readonly #clients = new Map<string, Client>();

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** Sends on what came as it is, in the name of an account, whatever keys it was signed with. */
  relay(raw: RawRequest, account: string): Promise<Answer> {
    // The body is here already: nobody waits to be told to go on.
    const { expect: _, ...given } = raw.headers;
    const headers = { ...given, 'x-moto-account-id': account };
    return new Promise((done, fail) => {
      const onward = request(this.#endpoint + raw.path, { method: raw.method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', fail);
        answer.on('end', () => {
          const body = Buffer.concat(chunks);
          done({
            status: answer.statusCode ?? 500,
            headers: plain(answer.headers),
            body,
            ...errorOf(answer.statusCode, body),
          });
        });
      });
      onward.on('error', fail);
      onward.end(raw.body);
    });
  }

  /** A client of the server's own, in the name of an account. */
  client<C extends Client>(Kind: new (options: ClientOptions) => C, account: string, region = 'us-east-1'): C {
    const name = [Kind.name, account, region].join(' ');
    const client =
      (this.#clients.get(name) as C | undefined) ?? new Kind({ ...OPTIONS, endpoint: this.#endpoint, region });
    if (!this.#clients.has(name))
      client.middlewareStack.add(
        (next: Next) => (step: Step) => {
          step.request.headers['x-moto-account-id'] = account;
          return next(step);
        },
        { step: 'build', name: 'account' },
      );
    this.#clients.set(name, client);
    return client;
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  /** Forgets everything, and begins to draw the same random ids again. */
  async reset(): Promise<void> {
    await fetch(`${this.#endpoint}/moto-api/reset`, { method: 'POST' });
    await fetch(`${this.#endpoint}/moto-api/seed?a=42`, { method: 'POST' });
  }
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => !['connection', 'transfer-encoding', 'keep-alive'].includes(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function errorOf(status = 500, body: Buffer): { readonly error?: string } {
  if (status < 300) return {};
  const text = body.toString();
  const [, code = String(status)] = /<Code>([^<]+)</.exec(text) ?? /"__type":\s*"(?:[^"#]*#)?([^"]+)"/.exec(text) ?? [];
  return { error: code };
}
