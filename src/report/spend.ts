import type { Answer, AnswerRow, Tokens } from '../domain/answer.ts';
import { apportion, divide, divideHalfUp, type Money, sum } from '../domain/money.ts';
import type { CostBasis } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';

/** In the order in which they are shown. */
export const TOKEN_KINDS: readonly TokenKind[] = ['input', 'output', 'cache-read', 'cache-write'];

/** Shares and rates are whole numbers of 1e-6. */
export const RATIO_DIGITS = 6;

const MILLION = 1_000_000n;

interface Rates {
  /** what a million tokens cost, all kinds together; `null` without tokens */
  readonly costPerMillionTokens: Money | null;
  /** cache-read tokens in all tokens that went in, in 1e-6; `null` when none went in */
  readonly cacheHitRate: bigint | null;
}

export interface SpendRow extends Rates {
  readonly row: AnswerRow;
  /** part of the total, in 1e-6; the rows' shares add up to exactly 1. `null` when the total is 0 */
  readonly share: bigint | null;
}

export interface SpendReport {
  readonly currency: string;
  readonly rows: readonly SpendRow[];
  readonly total: Rates & { readonly cost: Money; readonly tokens: Tokens };
}

/** Who spends what: the answer's rows, in their order, with the measures that follow from them. */
export function spend(answer: Answer): SpendReport {
  const { rows, currency } = answer;
  const costShares = shares(
    rows.map(({ cost }) => cost),
    RATIO_DIGITS,
  );
  const tokens = addTokens(rows);
  const tokenCost = sum(rows.map((row) => row.tokenCost));
  return {
    currency,
    rows: rows.map((row, index) => ({ row, share: costShares?.[index] ?? null, ...rates(row.tokens, row.tokenCost) })),
    total: { cost: answer.total, tokens, ...rates(tokens, tokenCost) },
  };
}

/**
 * The cost that the rows are in: net falls back to unblended for payers without net values, so it need not be the one
 * asked for. Where payers differ, it is the one asked for, and {@link Answer.costs} tells them apart.
 */
export function shownCost({ question, costs }: Pick<Answer, 'question' | 'costs'>): CostBasis {
  const [only = question.cost, ...others] = new Set(costs.map(({ cost }) => cost));
  return others.length === 0 ? only : question.cost;
}

/**
 * The part of each cost in their sum, by largest remainder: they add up to exactly 1.
 * @returns whole numbers of 1e-`digits`, or `null` when the sum is 0
 */
export function shares(costs: readonly Money[], digits: number): bigint[] | null {
  const total = sum(costs);
  if (total === 0n) return null;
  const scale = (total < 0n ? -1n : 1n) * 10n ** BigInt(digits);
  return apportion(
    costs.map((cost) => cost * scale),
    total < 0n ? -total : total,
  );
}

/** All tokens, whatever their kind, in units of 1e-10 tokens. */
export function allTokens(tokens: Tokens): bigint {
  return TOKEN_KINDS.reduce((all, kind) => all + tokens[kind], 0n);
}

function rates(tokens: Tokens, tokenCost: Money): Rates {
  const wentIn = allTokens(tokens) - tokens.output;
  return {
    costPerMillionTokens: divide((tokenCost * MILLION) as Money, allTokens(tokens)),
    cacheHitRate: wentIn === 0n ? null : divideHalfUp(tokens['cache-read'] * 10n ** BigInt(RATIO_DIGITS), wentIn),
  };
}

export function addTokens(rows: readonly AnswerRow[]): Tokens {
  const total: Record<TokenKind, bigint> = { input: 0n, output: 0n, 'cache-read': 0n, 'cache-write': 0n };
  for (const { tokens } of rows) {
    for (const kind of TOKEN_KINDS) total[kind] += tokens[kind];
  }
  return total;
}
