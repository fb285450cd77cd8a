import { useCallback, useSyncExternalStore } from 'react';
import { type Address, readAddress, writeAddress } from './address.ts';

/** Goes to another address. `replace`: without a step for the back button. */
export type Go = (next: Address, options?: { readonly replace?: boolean }) => void;

const WENT = 'bursar:went';

function subscribe(onChange: () => void): () => void {
  window.addEventListener('popstate', onChange);
  window.addEventListener(WENT, onChange);
  return () => {
    window.removeEventListener('popstate', onChange);
    window.removeEventListener(WENT, onChange);
  };
}

let last = { search: '', address: readAddress('') };

function current(): Address {
  const { search } = window.location;
  if (search !== last.search) last = { search, address: readAddress(search) };
  return last.address;
}

/** What the address says, and how to change it. */
export function useAddress(): [Address, Go] {
  const address = useSyncExternalStore(subscribe, current);
  const go = useCallback<Go>((next, { replace = false } = {}) => {
    const search = writeAddress(next);
    if (search === window.location.search) return;
    const url = `${window.location.pathname}${search}`;
    if (replace) window.history.replaceState(null, '', url);
    else window.history.pushState(null, '', url);
    window.dispatchEvent(new Event(WENT));
  }, []);
  return [address, go];
}
