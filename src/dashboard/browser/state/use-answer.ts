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

/**
 * Asks the API, again whenever what is asked changes.
 * @param path with its query; `null` = nothing to ask yet
 */
export function useAnswer<T>(path: string | null): Asked<T> {
  const { round, saw } = useContext(LedgerContext);
  const [asked, setAsked] = useState<Asked<T>>({ value: null, failure: null, loading: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks the same again
  useEffect(() => {
    if (path === null) return;
    const gone = new AbortController();
    setAsked(({ value }) => ({ value, failure: null, loading: true }));
    ask<T>(path, gone.signal).then(
      (answer) => {
        if (gone.signal.aborted) return;
        if ('failure' in answer) return setAsked({ value: null, failure: answer.failure, loading: false });
        setAsked({ value: answer.value, failure: null, loading: false });
        saw(snapshotOf(answer.value));
      },
      () => {
        if (!gone.signal.aborted) setAsked({ value: null, failure: UNREACHABLE, loading: false });
      },
    );
    return () => gone.abort();
  }, [path, round, saw]);
  return asked;
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
