import { bounded, fold } from './spelling.ts';

/**
 * Providers as AWS displays them, with the other spellings of the price list, of model ids and of product names.
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html (column Provider); the price list
 * has Kimi K2 under both "Moonshot AI" and "Kimi AI", and writes "Minimax AI", "Nvidia", "Mistral" and "Z AI".
 */
const PROVIDERS: readonly (readonly [string, ...string[]])[] = [
  ['AI21 Labs', 'AI21'],
  ['Amazon'],
  ['Anthropic'],
  ['Cohere'],
  ['DeepSeek'],
  ['Google'],
  ['Luma AI', 'Luma'],
  ['Meta'],
  ['MiniMax', 'MiniMax AI'],
  ['Mistral AI', 'Mistral'],
  ['Moonshot AI', 'Moonshot', 'Kimi AI'],
  ['NVIDIA'],
  ['OpenAI'],
  ['Qwen', 'Alibaba'],
  ['Stability AI', 'Stability'],
  ['TwelveLabs', 'Twelve Labs'],
  ['Writer'],
  ['xAI'],
  ['Z.AI', 'Z AI'],
];

const PROVIDER_OF_SPELLING: ReadonlyMap<string, string> = new Map(
  PROVIDERS.flatMap((spellings) => spellings.map((spelling) => [fold(spelling), spellings[0]] as const)),
);

/** Sellers and fillers: they do not say who made the model. */
const NO_PROVIDER: ReadonlySet<string> = new Set(
  [
    '',
    'AWS',
    'AWS Marketplace',
    'Amazon Bedrock',
    'Amazon Web Services',
    'Amazon Web Services, Inc.',
    'N/A',
    'None',
    'Null',
    'Other',
    'Unknown',
  ].map(fold),
);

/** The provider that a word names (`moonshotai`, `Mistral`); `null` when it is none that AWS displays. */
export function knownProvider(spelling: string): string | null {
  return PROVIDER_OF_SPELLING.get(fold(spelling)) ?? null;
}

/** The name for product['provider']: canonical where known, as written where new, `null` where it names nobody. */
export function providerName(spelling: string): string | null {
  const text = bounded(spelling);
  const known = knownProvider(text);
  if (known !== null) return known;
  return NO_PROVIDER.has(fold(text)) ? null : text;
}
