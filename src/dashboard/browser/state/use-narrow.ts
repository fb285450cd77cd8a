import { useSyncExternalStore } from 'react';

const NARROW = window.matchMedia('(max-width: 688px)');

/** Whether the page is as narrow as on a telephone. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      NARROW.addEventListener('change', onChange);
      return () => NARROW.removeEventListener('change', onChange);
    },
    () => NARROW.matches,
  );
}
