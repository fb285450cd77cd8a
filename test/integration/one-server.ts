import type { TestProject } from 'vitest/node';
import { startTrino, type TrinoDetails } from './trino-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run: `inject('trino')`. Tests share it, so each works in a schema of its own. */
    readonly trino: TrinoDetails;
  }
}

/** Starts one Trino for all tests of a run. */
export default async function startOneServer(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...details } = await startTrino();
  project.provide('trino', details);
  return stop;
}
