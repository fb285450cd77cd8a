import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest';
import { serviceModelsFolder } from '../aws/moto.ts';
import { AccountServer } from './account-server.ts';

/** The server of a test file, as new before each test. A test fails when the server itself failed. */
export async function accountServer(): Promise<AccountServer> {
  const server = new AccountServer(inject('moto').endpoint, await serviceModelsFolder());
  beforeAll(() => server.start());
  beforeEach(() => server.reset());
  afterEach(() => expect(server.bugs).toEqual([]));
  afterAll(() => server.stop());
  return server;
}
