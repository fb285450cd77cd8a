import { OperatingError } from '../domain/errors.ts';

/** A million of the smallest pages' items: a list that goes on is one that goes round. */
const MAX_PAGES = 10_000;

/** One page of a list; it may be empty and still have a next. */
export interface Page<T> {
  readonly items: readonly T[] | undefined;
  /** asks the next page; none = that was the last */
  readonly next: string | undefined;
}

/**
 * All items of a list of AWS.
 * @param ask for the page of a token; none = the first
 * @throws OperatingError AWS_REFUSED where the list has no end
 */
export async function allPages<T>(what: string, ask: (token: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { items, next } = await ask(token);
    all.push(...(items ?? []));
    if (!next) return all;
    token = next;
  }
  throw new OperatingError('AWS_REFUSED', `the list of ${what} has more than ${MAX_PAGES} pages`, {
    hint: 'What answers is hardly AWS: check --endpoint-url.',
  });
}
