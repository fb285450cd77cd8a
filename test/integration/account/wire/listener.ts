import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Answer } from './answer.ts';
import type { RawRequest } from './request.ts';

/** Answers a request; null resets the connection. */
type Handler = (request: RawRequest) => Promise<Answer | null>;

/** One port of the loopback interface. */
export class Listener {
  /** What the handler threw: faults of the test server, which tests must not have. */
  readonly bugs: Error[] = [];
  readonly #handler: Handler;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(handler: Handler) {
    this.#handler = handler;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // Clients keep connections open; one that is closed as it is used again would look like a fault.
    this.#server.keepAliveTimeout = 120_000;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** @returns http://127.0.0.1:PORT */
  async start(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = '', url: path = '', headers } = request;
      const answer = await this.#handler({ method, path, headers, body: Buffer.concat(chunks) });
      if (answer === null) request.socket.resetAndDestroy();
      else response.writeHead(answer.status, answer.headers).end(method === 'HEAD' ? undefined : answer.body);
    } catch (error) {
      // Who was killed while it sent its request is no fault of ours.
      if (!request.complete) return;
      this.bugs.push(error as Error);
      response.writeHead(501, { 'content-type': 'text/plain' }).end(`the test server: ${(error as Error).stack}`);
    }
  }
}
