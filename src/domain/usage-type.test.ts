import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitRegionPrefix } from './billing-region.ts';
import { parseUsageType, type UsageType } from './usage-type.ts';

type Reading = Partial<UsageType> & Pick<UsageType, 'modelSpelling'>;

const TOKENS = {
  kind: 'tokens',
  family: 'tokens',
  cacheTtl: null,
  tier: 'standard',
  routing: 'in-region',
  batch: false,
} as const;
const RUNTIME = { ...TOKENS, grammar: 'runtime', endpoint: 'runtime' } as const;
const MANTLE = { ...TOKENS, grammar: 'mantle', endpoint: 'mantle' } as const;
const MARKETPLACE = { ...TOKENS, grammar: 'marketplace', endpoint: null, modelSpelling: null } as const;

const input = { tokenKind: 'input' } as const;
const output = { tokenKind: 'output' } as const;
const cacheRead = { tokenKind: 'cache-read' } as const;
const cacheWrite = { tokenKind: 'cache-write', cacheTtl: '5m' } as const;
const global = { routing: 'global' } as const;
const batch = { batch: true } as const;

describe('the runtime grammar', () => {
  const cases: readonly (readonly [usageType: string, reading: Reading])[] = [
    // AWS documentation, "Understanding your CUR data"
    ['USE1-Claude4.6Sonnet-input-tokens', { modelSpelling: 'Claude4.6Sonnet', ...input }],
    ['USE1-Claude4.6Sonnet-output-tokens', { modelSpelling: 'Claude4.6Sonnet', ...output }],
    ['USE1-Claude4.6Sonnet-cache-read-input-token-count', { modelSpelling: 'Claude4.6Sonnet', ...cacheRead }],
    ['USE1-Claude4.6Sonnet-cache-write-input-token-count', { modelSpelling: 'Claude4.6Sonnet', ...cacheWrite }],
    [
      'USE1-Claude4.6Sonnet-cache-write-input-token-count-1h',
      { modelSpelling: 'Claude4.6Sonnet', ...cacheWrite, cacheTtl: '1h' },
    ],
    [
      'USE1-Claude4.6Sonnet-output-tokens-cross-region-global',
      { modelSpelling: 'Claude4.6Sonnet', ...output, ...global },
    ],
    ['USE1-Nova2.0Lite-input-tokens-flex', { modelSpelling: 'Nova2.0Lite', ...input, tier: 'flex' }],
    ['USE1-gpt-oss-120b-output-tokens-priority', { modelSpelling: 'gpt-oss-120b', ...output, tier: 'priority' }],
    // seen on bills
    [
      'USW2-Claude4.6Opus-cache-read-input-token-count-cross-region-global',
      { modelSpelling: 'Claude4.6Opus', ...cacheRead, ...global },
    ],
    [
      'USE1-Claude4.6Opus-cache-write-1h-input-token-count',
      { modelSpelling: 'Claude4.6Opus', ...cacheWrite, cacheTtl: '1h' },
    ],
    ['EU-Qwen3-VL-235B-A22B-input-tokens', { modelSpelling: 'Qwen3-VL-235B-A22B', ...input }],
    ['EU-TitanEmbeddingV2-Text-input-tokens', { modelSpelling: 'TitanEmbeddingV2-Text', ...input }],
    ['EUW1-Claude-Haiku-output-tokens', { modelSpelling: 'Claude-Haiku', ...output }],
    ['APN1-NovaPro-output-tokens', { modelSpelling: 'NovaPro', ...output }],
    ['gpt-oss-20b-input-tokens-flex', { modelSpelling: 'gpt-oss-20b', ...input, tier: 'flex' }],
    // price list
    [
      'USE1-Claude4Sonnet-cache-write-input-token-count-1-hour',
      { modelSpelling: 'Claude4Sonnet', ...cacheWrite, cacheTtl: '1h' },
    ],
    [
      'USE1-Claude4Sonnet-cache-read-input-token-count-long-context-cross-region-global',
      { modelSpelling: 'Claude4Sonnet', ...cacheRead, ...global },
    ],
    [
      'USE1-Claude4Sonnet-input-tokens-cross-region-global-batch',
      { modelSpelling: 'Claude4Sonnet', ...input, ...global, ...batch },
    ],
    ['USE1-Claude4.5Sonnet-input-tokens-cross-region-geo', { modelSpelling: 'Claude4.5Sonnet', ...input }],
    [
      'USE1-Nova2.0Lite-input-tokens-cross-region-global-batch',
      { modelSpelling: 'Nova2.0Lite', ...input, ...global, ...batch },
    ],
    [
      'USE1-Nova2.0Pro-text-input-tokens-priority-cross-region-global',
      { modelSpelling: 'Nova2.0Pro-text', ...input, ...global, tier: 'priority' },
    ],
    [
      'USE1-Nova2.0Lite-output-tokens-flex-cross-region-global',
      { modelSpelling: 'Nova2.0Lite', ...output, ...global, tier: 'flex' },
    ],
    ['USE1-MistralSmall-input-tokens-batch', { modelSpelling: 'MistralSmall', ...input, ...batch }],
    ['USE1-NovaMicro-output-tokens-batch', { modelSpelling: 'NovaMicro', ...output, ...batch }],
    [
      'USE1-Claude3-5Haiku-input-tokens-latency-optimized',
      { modelSpelling: 'Claude3-5Haiku', ...input, tier: 'latency-optimized' },
    ],
    [
      'USE1-Llama3-1-70B-LatencyOptimized-input-tokens',
      { modelSpelling: 'Llama3-1-70B', ...input, tier: 'latency-optimized' },
    ],
    ['USE1-NovaLite-input-tokens-custom-model', { modelSpelling: 'NovaLite', ...input }],
    ['USE1-NovaSonic-text-input-tokens', { modelSpelling: 'NovaSonic-text', ...input }],
    ['USE1-NovaSonic-speech-input-tokens', { modelSpelling: 'NovaSonic-speech', ...input }],
    ['USE1-NovaSonic-speech-understanding-input-token', { modelSpelling: 'NovaSonic-speech-understanding', ...input }],
    ['USE1-Nova2.0Omni-input-image-token-count-batch', { modelSpelling: 'Nova2.0Omni', ...input, ...batch }],
    ['USE1-Nova2.0Omni-output-image-token-count', { modelSpelling: 'Nova2.0Omni', ...output }],
  ];

  it.each(cases)('%s', (usageType, reading) => {
    expect(parseUsageType(usageType)).toMatchObject({ ...RUNTIME, ...reading });
  });
});

describe('the mantle grammar', () => {
  const cases: readonly (readonly [usageType: string, reading: Reading])[] = [
    ['USE1-openai.gpt-oss-120b-mantle-input-tokens-standard', { modelSpelling: 'openai.gpt-oss-120b', ...input }],
    [
      'USW2-anthropic.claude-opus-5-mantle-input-tokens-global-standard',
      { modelSpelling: 'anthropic.claude-opus-5', ...input, ...global },
    ],
    [
      'USW2-anthropic.claude-opus-4-8-mantle-cache-write-tokens-standard',
      { modelSpelling: 'anthropic.claude-opus-4-8', ...cacheWrite },
    ],
    [
      'USE1-anthropic.claude-sonnet-5-mantle-cache-write-tokens-1h-standard',
      { modelSpelling: 'anthropic.claude-sonnet-5', ...cacheWrite, cacheTtl: '1h' },
    ],
    [
      'USE1-moonshotai.kimi-k3-mantle-cache-write-tokens-30m-standard',
      { modelSpelling: 'moonshotai.kimi-k3', ...cacheWrite, cacheTtl: '30m' },
    ],
    [
      'USE1-openai.gpt-5.6-luna-mantle-cache-write-tokens-5m-long-ctx-flex',
      { modelSpelling: 'openai.gpt-5.6-luna', ...cacheWrite, tier: 'flex' },
    ],
    ['USE1-xai.grok-4.3-mantle-cache-read-tokens-standard', { modelSpelling: 'xai.grok-4.3', ...cacheRead }],
    ['USE1-xai.grok-4.3-mantle-output-tokens-batch', { modelSpelling: 'xai.grok-4.3', ...output, ...batch }],
    [
      'USE1-qwen.qwen3-32b-mantle-output-tokens-priority',
      { modelSpelling: 'qwen.qwen3-32b', ...output, tier: 'priority' },
    ],
    ['USE1-acme.guardrail-7b-mantle-input-tokens-standard', { modelSpelling: 'acme.guardrail-7b', ...input }],
  ];

  it.each(cases)('%s', (usageType, reading) => {
    expect(parseUsageType(usageType)).toMatchObject({ ...MANTLE, ...reading });
  });
});

describe('the Marketplace grammar', () => {
  const cases: readonly (readonly [usageType: string, reading: Partial<UsageType>])[] = [
    // older style
    ['USE1-MP:USE1_InputTokenCount-Units', input],
    ['USE1-MP:USE1_OutputTokenCount-Units', output],
    ['USE1-MP:USE1_InputTokenCount_Global-Units', { ...input, ...global }],
    ['USE1-MP:USE1_InputTokenCount_Batch-Units', { ...input, ...batch }],
    ['USE1-MP:USE1_InputTokenCount_Global_Batch-Units', { ...input, ...global, ...batch }],
    ['USE1-MP:USE1_CacheReadInputTokenCount-Units', cacheRead],
    ['USE1-MP:USE1_CacheReadInputTokenCount_Global-Units', { ...cacheRead, ...global }],
    ['USE1-MP:USE1_CacheWriteInputTokenCount-Units', cacheWrite],
    ['USE1-MP:USE1_CacheWrite1hInputTokenCount-Units', { ...cacheWrite, cacheTtl: '1h' }],
    ['USE1-MP:USE1_CacheWrite5mInputTokenCount-Units', cacheWrite],
    ['USE1-MP:USE1_InputTokenCount_LatencyOptimized-Units', { ...input, tier: 'latency-optimized' }],
    ['USE1-MP:USE1_MillionBatchInputTokens-Units', { ...input, ...batch }],
    ['USE1-MP:USE1_MillionResponseTokens-Units', output],
    // newer style (Claude Opus 4.7 and later, OpenAI)
    ['USW2-MP:USW2_input_tokens_standard-Units', input],
    ['USW2-MP:USW2_output_tokens_standard-Units', output],
    ['USW2-MP:USW2_input_tokens_long_ctx_global_standard-Units', { ...input, ...global }],
    ['USW2-MP:USW2_cache_write_tokens_30m_standard-Units', { ...cacheWrite, cacheTtl: '30m' }],
    [
      'USW2-MP:USW2_cache_write_tokens_30m_long_ctx_global_standard-Units',
      { ...cacheWrite, ...global, cacheTtl: '30m' },
    ],
    ['EU-MP:EU_cache_write_tokens_1h_global_standard-Units', { ...cacheWrite, ...global, cacheTtl: '1h' }],
    ['USW2-MP:USW2_cache_read_tokens_standard-Units', cacheRead],
    ['USE1-MP:USE1_cached_input_tokens_standard-Units', cacheRead],
    ['USE1-MP:USE1_cache_writes_tokens_standard-Units', cacheWrite],
    ['USE1-MP:USE1_input_tokens_priority-Units', { ...input, tier: 'priority' }],
    ['USE1_input_tokens_global_standard-Units', { ...input, ...global }],
    ['MP:output_tokens_flex-Units', { ...output, tier: 'flex' }],
  ];

  it.each(cases)('%s', (usageType, reading) => {
    expect(parseUsageType(usageType)).toMatchObject({ ...MARKETPLACE, ...reading });
  });

  it('does not guess a lifetime it does not know', () => {
    const usageType = parseUsageType('USE1-MP:USE1_cache_write_tokens_2h_standard-Units');
    expect(usageType).toMatchObject({ tokenKind: 'cache-write', cacheTtl: null });
  });
});

describe('capacity: no tokens, used or not', () => {
  it.each<[string, UsageType['tier'], UsageType['routing'], string | null]>([
    ['USE1-Nova2.0Lite-ProvisionedThroughput-NoCommit-ModelUnits', 'provisioned', 'in-region', 'Nova2.0Lite'],
    [
      'USE1-TitanText-Premier-ProvisionedThroughput-Custom-NoCommit-ModelUnits',
      'provisioned',
      'in-region',
      'TitanText-Premier',
    ],
    [
      'USE1-TitanImageGeneratorG1-ProvisionedThroughput-NoCommit-ModelUnits',
      'provisioned',
      'in-region',
      'TitanImageGeneratorG1',
    ],
    ['USE1-MP:USE1_ProvisionedThroughput_1MonthCommit_ModelUnits_Usage-Units', 'provisioned', 'in-region', null],
    ['APN1-MP:APN1_Reserved_1Month_InputTPM_Geo-Units', 'reserved', 'in-region', null],
    ['USE1-MP:USE1_Reserved_3Month_OutputTPM_Global-Units', 'reserved', 'global', null],
    [
      'EU-Claude4.5Sonnet-reserved-1-month-input-tokens-per-minute-cross-region-global',
      'reserved',
      'global',
      'Claude4.5Sonnet',
    ],
    [
      'USE1-anthropic.claude-opus-5-5-reserved-1-month-input-tokens-per-minute',
      'reserved',
      'in-region',
      'anthropic.claude-opus-5-5',
    ],
  ])('%s', (usageType, tier, routing, modelSpelling) => {
    const reading = { kind: 'capacity', tokenKind: null, tier, routing, modelSpelling, endpoint: null, batch: false };
    expect(parseUsageType(usageType)).toMatchObject(reading);
  });

  it('counts tokens that were read from reserved capacity', () => {
    const usageType = parseUsageType('USE1-Claude4.6Sonnet-input-tokens-reserved');
    expect(usageType).toMatchObject({ tokenKind: 'input', tier: 'reserved', modelSpelling: 'Claude4.6Sonnet' });
  });
});

describe('inference counted in images, seconds and search units', () => {
  it.each<[string, string, string | null]>([
    ['USE1-MP:USE1_created_image-Units', 'images', null],
    ['USE1-MP:USE1_CreatedImage-Units', 'images', null],
    ['USE1-MP:USE1_InputImageCount-Units', 'images', null],
    ['USE1-MP:USE1_inputVideoSecond-Units', 'video', null],
    ['USE1-MP:USE1_search_units-Units', 'rerank', null],
    ['USE1-TitanEmbeddingsG1-Image-input-image', 'images', 'TitanEmbeddingsG1-Image'],
    ['USE1-NovaMultiModalEmbeddings-input-audio-second', 'audio', 'NovaMultiModalEmbeddings'],
    ['USE1-NovaMultiModalEmbeddings-input-video-second', 'video', 'NovaMultiModalEmbeddings'],
    ['USE1-NovaMultiModalEmbeddings-input-document-image', 'images', 'NovaMultiModalEmbeddings'],
    ['USE1-NovaMultiModalEmbeddings-input-standard-image', 'images', 'NovaMultiModalEmbeddings'],
    ['USE1-NovaCanvas-T2I-1024-Premium', 'images', 'NovaCanvas'],
    ['USE1-NovaCanvas-NewEffect', 'images', 'NovaCanvas'],
    ['USE1-TitanImageGeneratorG1-I2I-512-Premium', 'images', 'TitanImageGeneratorG1'],
    ['USE1-TitanImageGeneratorG1V2-NewEffect', 'images', 'TitanImageGeneratorG1V2'],
    ['USE1-NovaReel-T2V-Medfps-HDRes', 'video', 'NovaReel'],
    ['USE1-NovaReel-I2V-Medfps-HDRes', 'video', 'NovaReel'],
    ['USE1-NovaReel-HDResolution-output-seconds', 'video', 'NovaReel'],
    ['USW2-Ray-V2-Medfps-StandardRes', 'video', 'Ray-V2'],
    ['USE1-NovaSonic-speech-seconds', 'audio', 'NovaSonic'],
    ['USW2-AmazonRerank-v1-searchunits', 'rerank', 'AmazonRerank-v1'],
    ['USE1-cohere.rerank-english-v3-search-units', 'rerank', 'cohere.rerank-english-v3'],
  ])('%s', (usageType, family, modelSpelling) => {
    const { endpoint, ...reading } = parseUsageType(usageType);
    expect(reading).toMatchObject({
      kind: 'items',
      family,
      modelSpelling,
      tokenKind: null,
      tier: 'standard',
      routing: 'in-region',
    });
    expect(endpoint).toBe(modelSpelling === null ? null : 'runtime');
  });
});

describe('features: no inference, hence no tier, routing or endpoint', () => {
  it.each<[string, string, string | null]>([
    ['USE1-Guardrail-AutomatedReasoningPolicyUnitsConsumed', 'guardrails', null],
    ['USE1-Guardrail-ContextualGroundingPolicyUnitsConsumed', 'guardrails', null],
    ['USE1-Guardrail-ContentPolicyImageUnitsConsumed', 'guardrails', null],
    ['USE1-GuardrailChecks-PromptAttackCheckUnitsConsumed', 'guardrails', null],
    ['APN1-Runtime:Consumption-based:vCPU', 'agentcore', null],
    ['USE1-Runtime:Consumption-based:Memory', 'agentcore', null],
    ['USE1-CodeInterpreter:Consumption-based:vCPU', 'agentcore', null],
    ['USE1-BrowserTool:Consumption-based:Memory', 'agentcore', null],
    ['USE1-Gateway:Consumption-based:API-Invocations', 'agentcore', null],
    ['USE1-Gateway:Consumption-based:Search-API', 'agentcore', null],
    ['USE1-Gateway:Consumption-based:Tool-Indexing', 'agentcore', null],
    ['APN1-Memory:Consumption-based:Short-Term-Memory', 'agentcore', null],
    ['APN1-Memory:Consumption-based:Long-Term-Memory-Storage:Built-in-memory', 'agentcore', null],
    ['APN1-Memory:Consumption-based:Long-Term-Memory-Retrieval', 'agentcore', null],
    ['USE1-Knowledge-Base:Consumption-based:AgenticRetrieval', 'agentcore', null],
    ['APN1-Bedrock-Agent-Core:Auth-Request:Oauth2', 'agentcore', null],
    ['USE1-Runtime-vCPU-Hours', 'agentcore', null],
    ['USE1-BrowserTool-Memory-GB-Hours', 'agentcore', null],
    ['USE1-OSS-CustomModelImport-Inference-v2:0', 'custom model import', null],
    ['USE1-Llama-CustomModelImport-Storage-v1:0', 'custom model import', null],
    ['USE1-NovaPro-Customization-Training', 'customization', 'NovaPro'],
    ['USE1-NovaPro-Customization-Storage', 'customization', 'NovaPro'],
    ['USE1-NovaMicro-Model-Customization-input-tokens', 'customization', 'NovaMicro'],
    ['USE1-Nova2.0Lite-RFT-Training', 'customization', 'Nova2.0Lite'],
    ['USE1-Evaluations-HumanTask', 'evaluation', null],
    ['USE1-InvokeFlow-NodeTransition', 'flows', null],
    ['USE1-OptimizePrompt-input-tokens', 'prompt optimization', null],
    ['USE1-Prompt-Routing-Requests', 'prompt routing', null],
    ['USE1-Nova2.0Lite-nova-grounding', 'grounding', 'Nova2.0Lite'],
    ['USE1-GenerateSQL-Requests', 'knowledge bases', null],
    ['USE1-StructuredRetrieve-Requests', 'knowledge bases', null],
    ['USE1-DataAutomation-Custom-PagesProcessed', 'data automation', null],
    ['USE1-DataAutomation-Standard-ImagesProcessed', 'data automation', null],
    ['USE1-MP:USE1_CacheStorage-Units', 'cache storage', null],
  ])('%s', (usageType, family, modelSpelling) => {
    const none = { tokenKind: null, cacheTtl: null, tier: null, routing: null, batch: false, endpoint: null };
    expect(parseUsageType(usageType)).toMatchObject({ kind: 'feature', family, modelSpelling, ...none });
  });
});

describe('what cannot be read', () => {
  it.each([
    null,
    '',
    'USE1-',
    'Tax',
    'USE1-FooBar',
    'tokens',
    '-',
    'USE1-MP:USE1_Foo-Units',
    'input-tokens'.repeat(100),
  ])('%j', (usageType) => {
    expect(parseUsageType(usageType)).toMatchObject({
      kind: null,
      family: null,
      tokenKind: null,
      tier: null,
      endpoint: null,
    });
  });
});

describe('regions', () => {
  it.each([
    ['USE1-x', 'us-east-1', 'x'],
    ['use2-x', 'us-east-2', 'x'],
    ['EU-x', 'eu-west-1', 'x'],
    ['EUW1-x', 'eu-west-1', 'x'],
    ['EUC2-x', 'eu-central-2', 'x'],
    ['APS3-x', 'ap-south-1', 'x'],
    ['APS5-x', 'ap-south-2', 'x'],
    ['APS9-x', 'ap-southeast-7', 'x'],
    ['CAN2-x', 'ca-west-1', 'x'],
    ['UGW1-x', 'us-gov-west-1', 'x'],
    ['USE1_input_tokens', 'us-east-1', 'input_tokens'],
    ['APS12-x', null, 'x'],
    ['NovaPro-x', null, 'NovaPro-x'],
    ['GLM5-x', null, 'GLM5-x'],
    ['x', null, 'x'],
  ])('%s is in %s', (text, region, rest) => {
    expect(splitRegionPrefix(text)).toEqual({ region, rest });
  });

  it.each([
    ['USE1-MP:APN1_InputTokenCount-Units', 'us-east-1'],
    ['MP:APN1_InputTokenCount-Units', 'ap-northeast-1'],
    ['MP:input_tokens_standard-Units', null],
  ])('%s is in %s', (usageType, region) => {
    expect(parseUsageType(usageType).region).toBe(region);
  });
});

describe('any usage type', () => {
  const METRICS = [
    'input-tokens',
    'output-tokens',
    'cache-read-input-token-count',
    'cache-write-input-token-count',
    'cache-write-1h-input-token-count',
    'cache-write-tokens-30m',
    'input-image-token-count',
  ];
  const SUFFIXES = [
    '-standard',
    '-flex',
    '-priority',
    '-latency-optimized',
    '-cross-region-global',
    '-global',
    '-batch',
    '-long-ctx',
    '',
  ];
  const metric = fc
    .tuple(fc.constantFrom(...METRICS), fc.constantFrom(...SUFFIXES), fc.constantFrom(...SUFFIXES))
    .map((parts) => parts.join(''));
  const piece = fc.constantFrom(
    'USE1-',
    'MP:',
    'EU_',
    ...METRICS,
    ...SUFFIXES,
    'mantle-',
    'Units',
    'Claude4.6Sonnet-',
    '.',
    '1h',
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );

  it('is read without an error, and has a cache lifetime only for cache writes', () => {
    fc.assert(
      fc.property(anything, (usageType) => {
        const { tokenKind, cacheTtl, kind, tier } = parseUsageType(usageType);
        if (cacheTtl !== null) expect(tokenKind).toBe('cache-write');
        expect(tier === null).toBe(kind === null || kind === 'feature');
      }),
    );
  });

  it.each(['cache-read', 'cache_read', 'CacheRead'])('with %s is never input', (mark) => {
    fc.assert(
      fc.property(anything, anything, (before, after) => {
        expect(parseUsageType(`${before}${mark}${after}`).tokenKind).not.toBe('input');
      }),
    );
  });

  it('means the same in all cases and with all separators', () => {
    fc.assert(
      fc.property(metric, fc.constantFrom('USE1-NovaPro-', 'USE1-x.y-mantle-', 'USE1-MP:USE1_'), (written, front) => {
        const camel = written.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
        const variants = [written, written.replaceAll('-', '_'), camel, written.toUpperCase()];
        const [first, ...others] = variants.map((variant) => parseUsageType(front + variant));
        for (const other of others) expect(other).toEqual(first);
      }),
    );
  });
});
