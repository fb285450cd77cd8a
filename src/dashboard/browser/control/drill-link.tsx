import type { MouseEvent, ReactNode } from 'react';
import { type Address, writeAddress } from '../state/address.ts';

/** Where a name leads: to what is behind it, or with Alt to all but it. */
export interface Ways {
  readonly into: Address;
  readonly without: Address;
}

/** A link within the page: a new tab, a copied address and the back button work as anywhere. */
export function DrillLink({
  ways,
  go,
  children,
}: {
  readonly ways: Ways;
  readonly go: (next: Address) => void;
  readonly children: ReactNode;
}): ReactNode {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(event.altKey ? ways.without : ways.into);
  };
  return (
    <a className="link" href={writeAddress(ways.into) || '?'} onClick={follow}>
      {children}
    </a>
  );
}
