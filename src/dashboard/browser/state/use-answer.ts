import { createContext, useContext, useEffect, useState } from 'react';

/** Why an answer did not come, and what to do. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** An answer on its way; the one before stays to look at meanwhile. */
export interface Asked<T> {
  readonly value: T | null;
  readonly failure: Failure | null;
  readonly loading: boolean;
}

/** Which snapshots the page has seen: a ledger that is replaced under it is told once, and everything is asked again. */
export interface LedgerWatch {
  /** raised when everything is to be asked again */
  readonly round: number;
  saw(snapshots: string): void;
}

export const LedgerContext = createContext<LedgerWatch>({ round: 0, saw: () => {} });

const UNREACHABLE: Failure = {
  code: 'SERVER_GONE',
  message: 'bursar serve does not answer.',
  hint: 'Start it again in the terminal, then load this page again.',
};

/** @param of which path it is, in which round */
type Kept<T> = Asked<T> & { readonly of: string };

/**
 * Asks the API, again whenever what is asked changes.
 * @param path with its query; `null` = nothing to ask yet
 * @param later others are under way that come first: what is not answered waits for them, also what is being asked already
 */
export function useAnswer<T>(path: string | null, later = false): Asked<T> {
  const { round, saw } = useContext(LedgerContext);
  const [kept, setKept] = useState<Kept<T>>({ value: null, failure: null, loading: true, of: '' });
  const wanted = `${round} ${path}`;
  const answered = kept.of === wanted && !kept.loading;
  const waits = later && !answered;
  useEffect(() => {
    if (path === null || waits) return;
    const gone = new AbortController();
    const keep = (asked: Asked<T>): void => setKept({ ...asked, of: wanted });
    setKept(({ value }) => ({ value, failure: null, loading: true, of: wanted }));
    ask<T>(path, gone.signal).then(
      (answer) => {
        if (gone.signal.aborted) return;
        if ('failure' in answer) return keep({ value: null, failure: answer.failure, loading: false });
        keep({ value: answer.value, failure: null, loading: false });
        saw(snapshotOf(answer.value));
      },
      () => {
        if (!gone.signal.aborted) keep({ value: null, failure: UNREACHABLE, loading: false });
      },
    );
    return () => gone.abort();
  }, [path, wanted, waits, saw]);
  return answered ? kept : { value: kept.value, failure: null, loading: true };
}

async function ask<T>(path: string, signal: AbortSignal): Promise<{ value: T } | { failure: Failure }> {
  const response = await fetch(path, { signal });
  const body: unknown = await response.json();
  return response.ok ? { value: body as T } : { failure: (body as { error: Failure }).error };
}

function snapshotOf(body: unknown): string {
  const { source } = body as { source?: { snapshot?: string } };
  return source?.snapshot ?? '';
}

/** The address of a route with its query. */
export function apiPath(route: string, parameters: readonly (readonly [string, string])[]): string {
  return `/api/${route}?${new URLSearchParams(parameters.map(([name, value]) => [name, value]))}`;
}
