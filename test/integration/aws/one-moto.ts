import type { TestProject } from 'vitest/node';
import { type MotoDetails, startMoto } from './moto.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run: `inject('moto')`. Tests share it, so each works in a bucket of its own. */
    readonly moto: MotoDetails;
  }
}

/** Starts one moto for all tests of a run. */
export default async function startOneMoto(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...details } = await startMoto();
  project.provide('moto', details);
  return stop;
}
