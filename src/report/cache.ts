import type { Answer, AnswerRow } from '../domain/answer.ts';
import { divideHalfUp, type Money, subtract, sum, ZERO } from '../domain/money.ts';

/** What prompt caching did, at the prices of the bill itself. */
export interface CacheSavings {
  /** what the tokens read would have cost as input, less what reading them cost */
  readonly saved: Money;
  /** what the tokens written cost beyond what they would have cost as input */
  readonly extra: Money;
  /** cost of reading and writing whose input price is not known: of it nothing is said */
  readonly unknown: Money;
}

/**
 * Each cache token beside the effective price of an input token of the same model, region, tier, routing and whatever else
 * the answer is by: the bill itself says it, a price list does not.
 * @param answer whose last dimension is the token kind; the others part the prices
 */
export function cacheSavings({ rows }: Answer): CacheSavings {
  const offers = Map.groupBy(rows.filter(hasTokens), ({ values }) => JSON.stringify(values.slice(0, -1)));
  const parts = [...offers.values()].map(ofOffer);
  return {
    saved: sum(parts.map(({ saved }) => saved)),
    extra: sum(parts.map(({ extra }) => extra)),
    unknown: sum(parts.map(({ unknown }) => unknown)),
  };
}

function hasTokens({ adjustment, other }: AnswerRow): boolean {
  return adjustment === null && !other;
}

function ofOffer(rows: readonly AnswerRow[]): CacheSavings {
  const input = { tokens: total(rows, 'input'), cost: costOf(rows, 'input') };
  const [read, written] = [costOf(rows, 'cache-read'), costOf(rows, 'cache-write')];
  if (input.tokens === 0n) return { saved: ZERO, extra: ZERO, unknown: sum([read, written]) };
  const asInput = (tokens: bigint): Money => divideHalfUp(input.cost * tokens, input.tokens) as Money;
  return {
    saved: subtract(asInput(total(rows, 'cache-read')), read),
    extra: subtract(written, asInput(total(rows, 'cache-write'))),
    unknown: ZERO,
  };
}

function total(rows: readonly AnswerRow[], kind: keyof AnswerRow['tokens']): bigint {
  return rows.reduce((all, { tokens }) => all + tokens[kind], 0n);
}

/** Of rows that have tokens of the kind: an answer by token kind has no others in them. */
function costOf(rows: readonly AnswerRow[], kind: keyof AnswerRow['tokens']): Money {
  return sum(rows.filter(({ tokens }) => tokens[kind] !== 0n).map(({ tokenCost }) => tokenCost));
}
