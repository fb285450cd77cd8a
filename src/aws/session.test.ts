import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openAwsSession } from './session.ts';

test('a client that is destroyed leaves the requests of the others alone; the session ends them', async () => {
  const arrived = Promise.withResolvers<http.ServerResponse>();
  const server = http.createServer((_, response) => arrived.resolve(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = openAwsSession({ profile: null, region: 'us-east-1', endpoint: 'http://127.0.0.1' });
  const { requestHandler } = await session.clientOptions();
  const { port } = server.address() as AddressInfo;
  const asked = http.get({ port, host: '127.0.0.1', agent: requestHandler.httpAgent });
  const answer = once(asked, 'response');
  const response = await arrived.promise;
  // What a client of the SDK does with the agent it was given: https://github.com/smithy-lang/smithy-typescript, NodeHttpHandler.destroy
  requestHandler.httpAgent.destroy();
  response.end('here');
  const [message] = (await answer) as [http.IncomingMessage];
  expect(message.statusCode).toBe(200);
  message.resume();
  await once(message, 'end');
  const closed = once(asked.socket as NonNullable<typeof asked.socket>, 'close');
  session.close();
  await closed;
  server.close();
});
