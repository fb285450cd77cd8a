import { setImmediate as otherWork } from 'node:timers/promises';
import type { Steps } from '../report/steps.ts';

/**
 * Runs work that is long, and lets the server answer others between two of its steps.
 * @param signal ends it
 */
export async function inSteps<T>(steps: Steps<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await otherWork();
    signal.throwIfAborted();
  }
}
