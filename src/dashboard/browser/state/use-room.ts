import { useSyncExternalStore } from 'react';

/** `narrow`: as on a telephone. `wide`: tables have room for everything. */
export type Room = 'narrow' | 'medium' | 'wide';

const NARROW = window.matchMedia('(max-width: 688px)');
const WIDE = window.matchMedia('(min-width: 1440px)');

function subscribe(onChange: () => void): () => void {
  for (const query of [NARROW, WIDE]) query.addEventListener('change', onChange);
  return () => {
    for (const query of [NARROW, WIDE]) query.removeEventListener('change', onChange);
  };
}

/** How much room the page has. */
export function useRoom(): Room {
  return useSyncExternalStore(subscribe, () => (NARROW.matches ? 'narrow' : WIDE.matches ? 'wide' : 'medium'));
}
