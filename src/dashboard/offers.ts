import type { Answer } from '../domain/answer.ts';
import { findDimension } from '../domain/dimension.ts';
import { type CacheSavings, cacheSavings } from '../report/cache.ts';
import { rolledUp } from '../report/roll-up.ts';
import { questionOf, type Scope } from './asked.ts';
import type { Page } from './page.ts';

const named = (name: string) => findDimension(name, {});

/** What parts the prices of tokens; the token kind is the last. */
const PRICED_BY = ['model', 'region', 'tier', 'routing', 'batch', 'endpoint', 'token-kind'].map(named);

/** Several cards roll this up: it is asked once. */
const BY = [...PRICED_BY, named('cache-ttl')];

/** What was used of what is offered: by all that parts the prices of tokens, and how long caches last. */
export function askOffers(page: Page, scope: Scope, signal: AbortSignal): Promise<Answer> {
  return page.ask(scope.now.snapshots, questionOf(scope, scope.now, { by: BY }), signal);
}

/** @param offers {@link askOffers} */
export function savingsOf(offers: Answer): CacheSavings {
  return cacheSavings(rolledUp(offers, PRICED_BY));
}
