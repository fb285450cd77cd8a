import { setTimeout as wait } from 'node:timers/promises';
import { OperatingError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { openTurns } from './turns.ts';

/** What a desk does at most. */
export interface DeskLimits {
  /** seconds that one question may take */
  readonly seconds: number;
  /** questions that may wait for their turn */
  readonly waiting: number;
}

/** 200 viewers at once, each with every card of a view of their own, wait and are answered: some 15 questions a view. */
export const DESK_LIMITS: DeskLimits = { seconds: 60, waiting: 4_000 };

/**
 * Of a view's questions some take ten milliseconds, and some a second: these let the others pass, so that few wait long. What nobody waits for
 * lets all pass that come within a minute.
 */
export const PATIENCE = { light: 0, heavy: 1_000, nobodyWaits: 60_000 } as const;

/** Asks one engine, one question after the other: a statement uses every core, so two at once are no sooner done. */
export interface Desk {
  /**
   * Runs the work of a question when it is its turn.
   * @param signal aborted: the question leaves the queue, or its statement ends
   * @param patience milliseconds: questions that come within them are let pass; see {@link PATIENCE}
   * @throws OperatingError PAGE_BUSY, ENGINE_LIMIT, and what the work throws
   */
  run<T>(signal: AbortSignal, work: (engine: Engine) => Promise<T>, patience?: number): Promise<T>;
  close(): Promise<void>;
}

/** @param open is asked for an engine for the first question: it is kept, and what it keeps */
export function openDesk(open: () => Promise<Engine>, limits: DeskLimits = DESK_LIMITS): Desk {
  let engine: Engine | null = null;
  let running: AbortController | null = null;
  const turns = openTurns(limits.waiting);

  const now = async <T>(signal: AbortSignal, work: (engine: Engine) => Promise<T>): Promise<T> => {
    engine ??= await open();
    const clock = new AbortController();
    const end = new AbortController();
    running = end;
    let late = false;
    const stop = (): void => end.abort(signal.reason);
    void wait(limits.seconds * 1000, undefined, { signal: clock.signal, ref: false }).then(
      () => {
        late = true;
        end.abort();
      },
      () => {},
    );
    signal.addEventListener('abort', stop, { once: true });
    engine.endWith(end.signal);
    try {
      return await work(engine);
    } catch (error) {
      if (late) throw tooLong(limits);
      throw error;
    } finally {
      clock.abort();
      signal.removeEventListener('abort', stop);
      running = null;
    }
  };

  return {
    run: (signal, work, patience) => turns.take(signal, () => now(signal, work), patience),
    close: async () => {
      running?.abort();
      await turns.over;
      const closing = engine;
      engine = null;
      await closing?.close();
    },
  };
}

function tooLong({ seconds }: DeskLimits): OperatingError {
  return new OperatingError('ENGINE_LIMIT', `the question was ended after ${seconds} seconds`, {
    hint: 'Ask for fewer days, with a filter, or with fewer dimensions.',
  });
}
