import { OperatingError } from '../domain/errors.ts';

/** Work that waits for its turn: one after the other. */
export interface Turns {
  /**
   * @param signal aborted: the work leaves the queue; once it has begun, it is its own to end
   * @throws OperatingError PAGE_BUSY, and what the work throws
   */
  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Resolves when all that waits is done. */
  readonly over: Promise<unknown>;
}

/** @param waiting how many may wait, or be at work */
export function openTurns(waiting: number): Turns {
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: async (signal, work) => {
      if (count >= waiting) {
        throw new OperatingError('PAGE_BUSY', `${count} questions are waiting for their turn`);
      }
      count++;
      const mine = last
        .then(() => {
          signal.throwIfAborted();
          return work();
        })
        .finally(() => count--);
      last = mine.catch(() => {});
      return mine;
    },
    get over() {
      return last;
    },
  };
}
