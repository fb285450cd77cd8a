import { fold } from './spelling.ts';
import type { UsageMeaning } from './usage.ts';
import type { Grammar } from './usage-type.ts';

type TokensPerUnit = UsageMeaning['tokensPerUnit'];

const THOUSAND = 1000;
const MILLION = 1_000_000;

/** Units of `pricing_unit` that count tokens, folded and in the singular. */
const TOKEN_UNITS: ReadonlyMap<string, TokensPerUnit> = new Map([
  ['token', 1],
  ['1token', 1],
  ['1ktoken', THOUSAND],
  ['1000token', THOUSAND],
  ['thousandtoken', THOUSAND],
  ['1mtoken', MILLION],
  ['1000000token', MILLION],
  ['milliontoken', MILLION],
]);

const MARKETPLACE_UNIT = 'unit';

/** How Marketplace descriptions name their unit: `Million Input Tokens`, `1K tokens`. */
const UNIT_WORDS: readonly (readonly [RegExp, TokensPerUnit])[] = [
  [/million|1mtoken|1m(?:in|out|cache)/, MILLION],
  [/thousand|1k/, THOUSAND],
];

/**
 * How many tokens one usage amount of a token line stands for; `null` when the line does not say.
 * Where a Marketplace line says only `Units`, it counts millions, as AWS's CUDOS dashboard reads it ("Bedrock Unit
 * Multiplier" in dashboards/cudos/CUDOS-v5-definition.yaml).
 */
export function tokensPerUnit(unit: string | null, descriptionField: string | null, grammar: Grammar): TokensPerUnit {
  const folded = singular(fold(unit ?? ''));
  const counted = TOKEN_UNITS.get(folded);
  if (counted !== undefined) return counted;
  if (folded !== '' && folded !== MARKETPLACE_UNIT) return null;

  const description = fold(descriptionField ?? '');
  const described = UNIT_WORDS.find(([pattern]) => pattern.test(description))?.[1];
  if (described !== undefined) return described;
  return folded === MARKETPLACE_UNIT && grammar === 'marketplace' ? MILLION : null;
}

function singular(word: string): string {
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
