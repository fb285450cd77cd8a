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

/** 200 viewers at once, each with every card of a view of their own, wait and are answered. */
export const DESK_LIMITS: DeskLimits = { seconds: 60, waiting: 2_000 };

/** Asks one engine, one question after the other: a statement uses every core, so two at once are no sooner done. */
export interface Desk {
  /**
   * Runs the work of a question when it is its turn.
   * @param signal aborted: the question leaves the queue, or its statement ends
   * @throws OperatingError PAGE_BUSY, ENGINE_LIMIT, and what the work throws
   */
  run<T>(signal: AbortSignal, work: (engine: Engine) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param open an engine whose statements end with the signal; it is opened for the first question */
export function openDesk(open: (signal: AbortSignal) => Promise<Engine>, limits: DeskLimits = DESK_LIMITS): Desk {
  let kept: { readonly engine: Engine; readonly end: AbortController } | null = null;
  const turns = openTurns(limits.waiting);

  const closeEngine = async (): Promise<void> => {
    const closing = kept?.engine;
    kept = null;
    await closing?.close();
  };

  const now = async <T>(signal: AbortSignal, work: (engine: Engine) => Promise<T>): Promise<T> => {
    if (kept === null) {
      const end = new AbortController();
      kept = { engine: await open(end.signal), end };
    }
    const { engine, end } = kept;
    const clock = new AbortController();
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
    try {
      return await work(engine);
    } catch (error) {
      if (late) throw tooLong(limits);
      throw error;
    } finally {
      clock.abort();
      signal.removeEventListener('abort', stop);
      // An engine that was ended answers nothing more.
      if (end.signal.aborted) await closeEngine();
    }
  };

  return {
    run: (signal, work) => turns.take(signal, () => now(signal, work)),
    close: async () => {
      kept?.end.abort();
      await turns.over;
      await closeEngine();
    },
  };
}

function tooLong({ seconds }: DeskLimits): OperatingError {
  return new OperatingError('ENGINE_LIMIT', `the question was ended after ${seconds} seconds`, {
    hint: 'Ask for fewer days, with a filter, or with fewer dimensions.',
  });
}
