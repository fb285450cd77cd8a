import { setTimeout as wait } from 'node:timers/promises';
import { serviceAnswer } from '../failure.ts';

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 200;

/**
 * What services answer when somebody else changes the same thing at this moment, or an earlier change is not everywhere yet;
 * they ask to try again. Source: the errors of TagRole and UpdateInstanceAccessControlAttributeConfiguration in the SDK's models.
 */
const CONFLICTS = new Set(['ConcurrentModificationException', 'ConcurrentModification', 'ConflictException']);

/** Runs a call again while it meets somebody else's; then its error. */
export async function withoutConflict<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !CONFLICTS.has(serviceAnswer(error).code)) throw error;
      await wait(FIRST_WAIT_MS * 2 ** attempt, undefined, { signal });
    }
  }
}
