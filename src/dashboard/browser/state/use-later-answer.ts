import { useContext, useEffect, useState } from 'react';
import { type Asked, LedgerContext, useAnswer } from './use-answer.ts';

/**
 * As {@link useAnswer}, but asks only when the others have their answers: what takes long must not stand before them in the queue.
 * @param others asked in the same component, before it
 */
export function useLaterAnswer<T>(path: string, others: readonly Asked<unknown>[]): Asked<T> {
  const { round } = useContext(LedgerContext);
  const wanted = `${round} ${path}`;
  const busy = others.some(({ loading }) => loading);
  const [turn, setTurn] = useState<string | null>(null);
  useEffect(() => {
    if (busy) return;
    // Others that are about to ask for another address do it in this very tick.
    const timer = setTimeout(() => setTurn(wanted));
    return () => clearTimeout(timer);
  }, [busy, wanted]);
  const waiting = busy || turn !== wanted;
  const asked = useAnswer<T>(waiting ? null : path);
  return waiting ? { value: asked.value, failure: null, loading: true } : asked;
}
