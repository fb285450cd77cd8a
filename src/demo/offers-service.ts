import { AWS_INC, type Offer } from './offer.ts';

const US = ['us-east-1', 'us-west-2'] as const;
const THREE = ['us-east-1', 'us-west-2', 'eu-west-1'] as const;

const base = { sale: 'aws', seller: AWS_INC, feature: 'On-demand Inference' } as const;
const thousands = { unit: '1K tokens' } as const;
const millions = { unit: '1M tokens' } as const;
const service = { ...base, productCode: 'AmazonBedrockService', productName: 'Amazon Bedrock Service' } as const;

/** Product code AmazonBedrockService: Claude where AWS itself is the seller. */
export const SERVICE_OFFERS: readonly Offer[] = [
  {
    ...service,
    ...thousands,
    key: 'sonnet-4.6',
    model: 'Claude Sonnet 4.6',
    provider: 'Anthropic',
    modelId: 'anthropic.claude-sonnet-4-6',
    endpoint: 'runtime',
    regions: THREE,
    load: 'coding',
    meters: [
      ['{R}-Claude4.6Sonnet-input-tokens', 'input', 3.3],
      ['{R}-Claude4.6Sonnet-output-tokens', 'output', 16.5],
      ['{R}-Claude4.6Sonnet-cache-read-input-token-count', 'cache-read', 0.33],
      ['{R}-Claude4.6Sonnet-cache-write-input-token-count', 'cache-write', 4.125],
      ['{R}-Claude4.6Sonnet-cache-write-1h-input-token-count', 'cache-write', 6.6, '1h'],
      ['{R}-Claude4.6Sonnet-input-tokens-cross-region-global', 'input', 3, 'global'],
      ['{R}-Claude4.6Sonnet-output-tokens-cross-region-global', 'output', 15, 'global'],
      ['{R}-Claude4.6Sonnet-cache-read-input-token-count-cross-region-global', 'cache-read', 0.3, 'global'],
      ['{R}-Claude4.6Sonnet-cache-write-input-token-count-cross-region-global', 'cache-write', 3.75, 'global'],
      ['{R}-Claude4.6Sonnet-cache-write-1h-input-token-count-cross-region-global', 'cache-write', 6, '1h', 'global'],
    ],
  },
  {
    ...service,
    ...thousands,
    key: 'haiku-4.5',
    model: 'Claude Haiku 4.5',
    provider: 'Anthropic',
    modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    endpoint: 'runtime',
    regions: US,
    load: 'coding',
    meters: [
      ['{R}-Claude4.5Haiku-input-tokens', 'input', 1.1],
      ['{R}-Claude4.5Haiku-output-tokens', 'output', 5.5],
      ['{R}-Claude4.5Haiku-cache-read-input-token-count', 'cache-read', 0.11],
      ['{R}-Claude4.5Haiku-cache-write-input-token-count', 'cache-write', 1.375],
      ['{R}-Claude4.5Haiku-input-tokens-cross-region-global-batch', 'input', 0.5, 'global', 'batch'],
      ['{R}-Claude4.5Haiku-output-tokens-cross-region-global-batch', 'output', 2.5, 'global', 'batch'],
    ],
  },
  {
    ...service,
    ...thousands,
    key: 'haiku-3.5',
    model: 'Claude 3.5 Haiku',
    provider: 'Anthropic',
    modelId: 'anthropic.claude-3-5-haiku-20241022-v1:0',
    endpoint: 'runtime',
    regions: ['us-east-1'],
    load: 'chat',
    meters: [
      ['{R}-Claude3-5Haiku-input-tokens', 'input', 0.8],
      ['{R}-Claude3-5Haiku-output-tokens', 'output', 4],
      ['{R}-Claude3-5Haiku-input-tokens-latency-optimized', 'input', 1, 'latency-optimized'],
      ['{R}-Claude3-5Haiku-output-tokens-latency-optimized', 'output', 5, 'latency-optimized'],
    ],
  },
  {
    ...service,
    ...millions,
    key: 'opus-5-mantle',
    model: 'Claude Opus 5',
    provider: 'Anthropic',
    modelId: 'anthropic.claude-opus-5',
    endpoint: 'mantle',
    regions: US,
    load: 'coding',
    meters: [
      ['{R}-anthropic.claude-opus-5-mantle-input-tokens-global-standard', 'input', 5, 'global'],
      ['{R}-anthropic.claude-opus-5-mantle-output-tokens-global-standard', 'output', 25, 'global'],
      ['{R}-anthropic.claude-opus-5-mantle-cache-read-tokens-global-standard', 'cache-read', 0.5, 'global'],
      ['{R}-anthropic.claude-opus-5-mantle-cache-write-tokens-global-standard', 'cache-write', 6.25, 'global'],
      ['{R}-anthropic.claude-opus-5-mantle-cache-write-tokens-1h-global-standard', 'cache-write', 10, '1h', 'global'],
      ['{R}-anthropic.claude-opus-5-mantle-output-tokens-standard', 'output', 27.5],
    ],
  },
];
