import { setTimeout as pause } from 'node:timers/promises';
import { OperatingError } from '../domain/errors.ts';

/** Work that waits for its turn: one after the other. */
export interface Turns {
  /**
   * @param signal aborted: the work leaves the queue; once it has begun, it is its own to end
   * @param patience milliseconds: what comes within them is let pass, unless it is as patient
   * @throws OperatingError PAGE_BUSY, and what the work throws
   */
  take<T>(signal: AbortSignal, work: () => Promise<T>, patience?: number): Promise<T>;
  /** Resolves when all that waits is done. */
  readonly over: Promise<unknown>;
}

const ARRIVING_MS = 5;

interface Waiting {
  /** the moment up to which it lets others pass */
  readonly until: number;
  begin(): void;
}

/** @param most how many may wait, or be at work */
export function openTurns(most: number): Turns {
  const queue: Waiting[] = [];
  const all = new Set<Promise<unknown>>();
  let busy = false;

  const next = (): void => {
    // Who is in front of it came earlier, or is less patient.
    const first = queue.shift();
    busy = first !== undefined;
    first?.begin();
  };
  const wait = async (patience: number): Promise<void> => {
    // What a view asks at once does not come at once.
    if (patience > 0) await pause(ARRIVING_MS);
    if (!busy) {
      busy = true;
      return;
    }
    const until = performance.now() + patience;
    const { promise, resolve } = Promise.withResolvers<void>();
    const place = queue.findLastIndex((other) => other.until <= until) + 1;
    queue.splice(place, 0, { until, begin: resolve });
    await promise;
  };

  return {
    take: (signal, work, patience = 0) => {
      if (all.size >= most) {
        return Promise.reject(new OperatingError('PAGE_BUSY', `${all.size} questions are waiting for their turn`));
      }
      const mine = wait(patience).then(async () => {
        try {
          signal.throwIfAborted();
          return await work();
        } finally {
          next();
        }
      });
      const settled = mine.catch(() => {}).finally(() => all.delete(settled));
      all.add(settled);
      return mine;
    },
    get over() {
      return Promise.all(all);
    },
  };
}
