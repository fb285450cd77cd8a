/** Answers that are kept, and questions that several ask at once: each is worked out once. */
export interface SharedWork<T> {
  /**
   * The kept answer, the one that is being worked out, or a new one.
   * @param signal of the one who asks; the work is ended when nobody is left who wants it
   */
  of(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Running<T> {
  readonly result: Promise<T>;
  readonly end: AbortController;
  wanted: number;
}

/**
 * @param capacity in the units of `weigh`: what was not asked for longest is forgotten
 * @param weigh the size of an answer; `null`: it is not to be kept
 */
export function shareWork<T>(capacity: number, weigh: (value: T) => number | null): SharedWork<T> {
  const kept = new Map<string, { readonly value: T; readonly weight: number }>();
  const running = new Map<string, Running<T>>();
  let weight = 0;

  const forget = (key: string): void => {
    weight -= kept.get(key)?.weight ?? 0;
    kept.delete(key);
  };

  const keep = (key: string, value: T): void => {
    const size = weigh(value);
    if (size === null || size > capacity) return;
    kept.set(key, { value, weight: size });
    weight += size;
    for (const oldest of kept.keys()) {
      if (weight <= capacity) break;
      forget(oldest);
    }
  };

  const start = (key: string, work: (signal: AbortSignal) => Promise<T>): Running<T> => {
    const end = new AbortController();
    const result = work(end.signal).then(
      (value) => {
        running.delete(key);
        keep(key, value);
        return value;
      },
      (error: unknown) => {
        if (running.get(key)?.end === end) running.delete(key);
        throw error;
      },
    );
    // Whoever asked may have gone by the time that it fails.
    result.catch(() => {});
    const started = { result, end, wanted: 0 };
    running.set(key, started);
    return started;
  };

  return {
    of: async (key, signal, work) => {
      signal.throwIfAborted();
      const found = kept.get(key);
      if (found !== undefined) {
        // The last of the map is the one asked for last.
        kept.delete(key);
        kept.set(key, found);
        return found.value;
      }
      const mine = running.get(key) ?? start(key, work);
      mine.wanted++;
      const gone = Promise.withResolvers<never>();
      const leave = (): void => {
        mine.wanted--;
        gone.reject(signal.reason);
        if (mine.wanted > 0) return;
        // The next who asks must not wait for what is being ended.
        if (running.get(key) === mine) running.delete(key);
        mine.end.abort(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      try {
        return await Promise.race([mine.result, gone.promise]);
      } finally {
        signal.removeEventListener('abort', leave);
        gone.promise.catch(() => {});
      }
    },
  };
}
