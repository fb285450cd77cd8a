import type { Explanation } from '../domain/explanation.ts';
import type { Question } from '../domain/question.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { explain } from '../query/explain.ts';
import type { Page } from './page.ts';

/**
 * Explains what the question keeps, or gives the explanation that is kept for these snapshots.
 * @param limit most callers and charges that are told
 */
export function explained(
  page: Page,
  snapshots: readonly Snapshot[],
  question: Question,
  limit: number,
  signal: AbortSignal,
): Promise<Explanation> {
  const key = ['explained', snapshots.map(({ id }) => id), question, limit];
  return page.workOut(key, signal, (engine) => explain(engine, page.ledger, snapshots, question, limit, page.rules));
}
