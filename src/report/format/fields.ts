import { formatUnits } from '../../domain/money.ts';
import type { TokenKind } from '../../domain/usage.ts';

/** Token kinds as JSON and CSV name them. */
export const TOKEN_FIELDS: Readonly<Record<TokenKind, string>> = {
  input: 'input',
  output: 'output',
  'cache-read': 'cacheRead',
  'cache-write': 'cacheWrite',
};

/** Digits of the ledger's token counts. */
export const TOKEN_DIGITS = 10;

/** The shortest decimal: `1200`, `0.5`, `-0.25`. */
export function shortDecimal(units: bigint, digits: number): string {
  return formatUnits(units, digits).replace(/\.?0+$/, '');
}
