import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The body of an answer; with `error` it is a failure of that code. */
type Reply = Readonly<Record<string, unknown>>;

/** Answers one operation, such as `ListUsers`; called anew for each request. */
export type Operations = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => Reply>>;

/**
 * NOT AWS AND NOT MOTO: a server of our own that speaks the wire protocol of Identity Center (AWS JSON 1.1), for what moto cannot do:
 * accounts without an instance or with two, disabled users, refusals, and too many requests. What it answers was written after the
 * API reference (https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/), not taken from an account.
 */
export async function startFakeIdentityCenter(operations: Operations): Promise<{
  readonly endpoint: string;
  /** the operations that were asked for, in order */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      asked.push(operation);
      const answer = operations[operation];
      if (answer === undefined) throw new Error(`nothing answers ${operation}`);
      const reply = answer(JSON.parse(Buffer.concat(chunks).toString() || '{}'));
      const { error, ...body } = reply;
      response.writeHead(error === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(error === undefined ? body : { __type: error, ...body }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    asked,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
