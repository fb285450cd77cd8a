import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASSIFIER_VERSION, classifyUsage } from './classify-usage.ts';
import type { UsageKey, UsageMeaning } from './usage.ts';

const EMPTY: UsageKey = {
  entity: null,
  productCode: null,
  usageType: null,
  operation: null,
  lineItemType: 'Usage',
  unit: null,
  descriptionField: null,
  productName: null,
  productModel: null,
  productProvider: null,
  productFamily: null,
  region: null,
  resource: null,
};

/** A line that AWS itself bills, as before July 2026: all its meaning is in the usage type. */
const FIRST_PARTY: UsageKey = {
  ...EMPTY,
  entity: 'AWS',
  productCode: 'AmazonBedrock',
  productName: 'Amazon Bedrock',
  operation: 'InvokeModelInference',
  unit: '1K tokens',
};

/** A line of a model sold through AWS Marketplace. */
const MARKETPLACE: UsageKey = {
  ...EMPTY,
  entity: 'AWS Marketplace',
  productCode: '7zgyu5r4c1xk2m9q8w3t',
  productName: 'Claude Sonnet 4.6 (Amazon Bedrock Edition)',
  operation: 'InvokeModelStreamingInference',
  unit: 'Units',
};

const NOTHING: UsageMeaning = {
  provider: null,
  model: null,
  tokenKind: null,
  cacheTtl: null,
  tier: null,
  routing: null,
  batch: false,
  endpoint: null,
  tokensPerUnit: null,
  region: null,
  inferenceProfile: null,
  unknown: null,
};

describe('whole lines', () => {
  it('Claude billed by AWS itself', () => {
    const key = { ...FIRST_PARTY, usageType: 'USE1-Claude4.6Sonnet-cache-write-input-token-count-1h' };
    expect(classifyUsage(key)).toEqual({
      ...NOTHING,
      provider: 'Anthropic',
      model: 'Claude Sonnet 4.6',
      tokenKind: 'cache-write',
      cacheTtl: '1h',
      tier: 'standard',
      routing: 'in-region',
      endpoint: 'runtime',
      tokensPerUnit: 1000,
      region: 'us-east-1',
    });
  });

  it('Claude from the Marketplace, with the product metadata of July 2026', () => {
    const key = {
      ...MARKETPLACE,
      usageType: 'USE1-MP:USE1_OutputTokenCount_Global_Batch-Units',
      descriptionField: 'Million Output Tokens Global Batch',
      productModel: 'Claude Sonnet 4.6',
      productProvider: 'Anthropic',
      productFamily: 'Amazon Bedrock',
      region: 'us-east-1',
      resource: 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/global.anthropic.claude-sonnet-4-6',
    };
    expect(classifyUsage(key)).toEqual({
      ...NOTHING,
      provider: 'Anthropic',
      model: 'Claude Sonnet 4.6',
      tokenKind: 'output',
      tier: 'standard',
      routing: 'global',
      batch: true,
      tokensPerUnit: 1_000_000,
      region: 'us-east-1',
      inferenceProfile: 'global.anthropic.claude-sonnet-4-6',
    });
  });

  it('an open-weight model on the Mantle endpoint', () => {
    const key = { ...FIRST_PARTY, usageType: 'USE1-openai.gpt-oss-120b-mantle-input-tokens-standard' };
    expect(classifyUsage(key)).toEqual({
      ...NOTHING,
      provider: 'OpenAI',
      model: 'gpt-oss-120b',
      tokenKind: 'input',
      tier: 'standard',
      routing: 'in-region',
      endpoint: 'mantle',
      tokensPerUnit: 1000,
      region: 'us-east-1',
    });
  });

  it('AgentCore has neither model nor tokens', () => {
    const key = {
      ...FIRST_PARTY,
      productCode: 'AmazonBedrockAgentCore',
      productName: 'Amazon Bedrock AgentCore',
      usageType: 'APN1-Runtime:Consumption-based:vCPU',
      unit: 'vCPU-Hours',
    };
    expect(classifyUsage(key)).toEqual({ ...NOTHING, region: 'ap-northeast-1' });
  });

  it('tax names nothing but what its product names', () => {
    expect(classifyUsage({ ...EMPTY, entity: 'AWS', lineItemType: 'Tax' })).toEqual(NOTHING);
    expect(classifyUsage({ ...MARKETPLACE, lineItemType: 'Tax', unit: null })).toEqual({
      ...NOTHING,
      provider: 'Anthropic',
      model: 'Claude Sonnet 4.6',
    });
  });
});

describe('the model of a usage type', () => {
  it.each([
    ['USE1-Nova2.0Lite-input-tokens-flex', 'Nova 2.0 Lite', 'Amazon'],
    ['USE1-gpt-oss-120b-output-tokens-priority', 'gpt-oss-120b', 'OpenAI'],
    ['USW2-anthropic.claude-opus-5-mantle-input-tokens-global-standard', 'Claude Opus 5', 'Anthropic'],
    ['USE1-Nova2.0Pro-text-input-tokens-priority-cross-region-global', 'Nova 2.0 Pro', 'Amazon'],
    ['USE1-MistralSmall-input-tokens-batch', 'Mistral Small', 'Mistral AI'],
    ['USE1-Claude3-5Haiku-input-tokens-latency-optimized', 'Claude 3.5 Haiku', 'Anthropic'],
    ['USE1-Llama3-1-70B-LatencyOptimized-input-tokens', 'Llama 3.1 70B', 'Meta'],
    ['EU-Qwen3-VL-235B-A22B-input-tokens', 'Qwen3 VL 235B A22B', 'Qwen'],
    ['EU-TitanEmbeddingV2-Text-input-tokens', 'Titan Text Embeddings V2', 'Amazon'],
    ['USE1-TitanEmbeddingsG1-Image-input-image', 'Titan Multimodal Embeddings G1', 'Amazon'],
    ['USE1-NovaMultiModalEmbeddings-input-audio-second', 'Nova Multimodal Embeddings', 'Amazon'],
    ['USE1-NovaSonic-text-input-tokens', 'Nova Sonic', 'Amazon'],
    ['USE1-NovaSonic-speech-input-tokens', 'Nova Sonic', 'Amazon'],
    ['USE1-NovaSonic2.0-speech-input-tokens', 'Nova 2.0 Sonic', 'Amazon'],
    ['USE1-Nova2.0Lite-ProvisionedThroughput-NoCommit-ModelUnits', 'Nova 2.0 Lite', 'Amazon'],
    ['USE1-NovaPro-Customization-Training', 'Nova Pro', 'Amazon'],
    ['USW2-AmazonRerank-v1-searchunits', 'Rerank 1.0', 'Amazon'],
    ['USW2-Ray-V2-Medfps-HDRes', 'Ray v2', 'Luma AI'],
    ['APS12-RocketThinker2-input-tokens-cross-region-global', 'Rocket Thinker 2', null],
    ['USE1-acme.rocket-7b-mantle-output-tokens-standard', 'Rocket 7B', 'Acme'],
    ['USE1-MP:USE1_InputTokenCount-Units', null, null],
    ['USE1-Guardrail-AutomatedReasoningPolicyUnitsConsumed', null, null],
    ['USE1-Llama-CustomModelImport-Inference-v1:0', null, null],
    ['USE1-DataAutomation-Custom-PagesProcessed', null, null],
    ['USE1-FooBar', null, null],
  ])('%s is %s', (usageType, model, provider) => {
    expect(classifyUsage({ ...FIRST_PARTY, usageType })).toMatchObject({ model, provider });
  });

  it('never carries a word of tier, routing or metric', () => {
    const model = fc.constantFrom(
      'Claude4.6Sonnet',
      'NovaSonic',
      'Llama3-3-70B',
      'xai.grok-4.3-mantle',
      'RocketThinker2.5',
    );
    const before = fc.constantFrom('', '-text', '-speech', '-LatencyOptimized', '-batch', '-priority');
    const metric = fc.constantFrom(
      '-input-tokens',
      '-output-token-count',
      '-cache-read-input-token-count',
      '-input-audio-token-count',
    );
    const after = fc.constantFrom(
      '',
      '-standard',
      '-flex',
      '-cross-region-global',
      '-global',
      '-batch',
      '-long-context',
      '-1h',
    );
    fc.assert(
      fc.property(model, before, metric, after, after, (spelling, ...parts) => {
        const plain = classifyUsage({ ...FIRST_PARTY, usageType: `USE1-${spelling}-input-tokens` });
        const priced = classifyUsage({ ...FIRST_PARTY, usageType: `USE1-${spelling}${parts.join('')}` });
        expect(priced.model).toBe(plain.model);
      }),
    );
  });
});

describe('where model and provider come from', () => {
  const usageType = 'USE1-Claude4.6Sonnet-input-tokens';
  const resource = 'arn:aws:bedrock:eu-west-1::foundation-model/meta.llama3-3-70b-instruct-v1:0';

  it.each<[why: string, key: Partial<UsageKey>, model: string | null]>([
    [
      'product metadata first',
      { productModel: 'Nova Pro', productName: 'Claude Opus 5 (Amazon Bedrock Edition)', usageType, resource },
      'Nova Pro',
    ],
    [
      'then the product sold',
      { productName: 'Claude Opus 5 (Amazon Bedrock Edition)', usageType, resource },
      'Claude Opus 5',
    ],
    [
      'a product that is no model is passed over',
      { productName: 'Amazon Bedrock', usageType, resource },
      'Claude Sonnet 4.6',
    ],
    [
      'metadata that is no model is passed over',
      { productModel: 'Amazon Bedrock', usageType, resource },
      'Claude Sonnet 4.6',
    ],
    [
      'a product of another service is no model',
      { productName: 'Amazon Elastic Compute Cloud', usageType },
      'Claude Sonnet 4.6',
    ],
    ['a new model of a new seller', { productName: 'Zephyr 3 (Amazon Bedrock Edition)' }, 'Zephyr 3'],
    ['last the resource', { usageType: 'USE1-MP:USE1_InputTokenCount-Units', resource }, 'Llama 3.3 70B'],
    [
      'a system-defined inference profile',
      { resource: 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-opus-4-6-v1' },
      'Claude Opus 4.6',
    ],
    [
      'an application inference profile hides its model',
      { resource: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6' },
      null,
    ],
  ])('%s', (_why, key, model) => {
    expect(classifyUsage({ ...EMPTY, ...key }).model).toBe(model);
  });

  it.each([
    [null, 'Anthropic'],
    ['anthropic', 'Anthropic'],
    ['Amazon Web Services, Inc.', 'Anthropic'],
    ['Kimi AI', 'Moonshot AI'],
    ['Sakana AI', 'Sakana AI'],
  ])('product provider %s gives %s', (productProvider, provider) => {
    expect(classifyUsage({ ...FIRST_PARTY, usageType, productProvider }).provider).toBe(provider);
  });
});

describe('regions', () => {
  const resource = 'arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-lite-v1:0';

  it.each<[why: string, key: Partial<UsageKey>, region: string | null]>([
    ['product region', { region: 'eu-north-1', usageType: 'USE1-NovaLite-input-tokens', resource }, 'eu-north-1'],
    ['usage type', { usageType: 'EU-NovaLite-input-tokens', resource }, 'eu-west-1'],
    ['both places of a Marketplace type', { usageType: 'MP:APS3_InputTokenCount-Units', resource }, 'ap-south-1'],
    ['resource', { usageType: 'NovaLite-input-tokens', resource }, 'eu-central-1'],
    ['nowhere', { usageType: 'NovaLite-input-tokens', resource: 'i-0abc' }, null],
  ])('%s', (_why, key, region) => {
    expect(classifyUsage({ ...FIRST_PARTY, ...key }).region).toBe(region);
  });
});

describe('inference profiles', () => {
  it.each([
    ['arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-lite-v1:0', 'us.amazon.nova-lite-v1:0'],
    ['arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6', 'a1b2c3d4e5f6'],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', null],
    ['arn:aws:bedrock:us-east-1:111122223333:inference-profile/', null],
    ['arn:aws:bedrock:us-east-1:111122223333:guardrail/abc', null],
    ['inference-profile/us.amazon.nova-lite-v1:0', null],
    ['', null],
    [null, null],
  ])('%s', (resource, inferenceProfile) => {
    expect(classifyUsage({ ...FIRST_PARTY, resource }).inferenceProfile).toBe(inferenceProfile);
  });
});

describe('tokens in one usage amount', () => {
  const runtime = 'USE1-NovaLite-input-tokens';
  const sold = 'USE1-MP:USE1_InputTokenCount-Units';

  it.each<[unit: string | null, description: string | null, usageType: string, UsageMeaning['tokensPerUnit']]>([
    ['1K tokens', null, runtime, 1000],
    ['1K Tokens', null, runtime, 1000],
    ['1k tokens', null, runtime, 1000],
    ['1000 tokens', null, runtime, 1000],
    ['1,000 tokens', null, runtime, 1000],
    ['1M tokens', null, runtime, 1_000_000],
    ['1M tokens', null, sold, 1_000_000],
    ['1000000 tokens', null, runtime, 1_000_000],
    ['tokens', null, runtime, 1],
    ['Tokens', 'Million Input Tokens', runtime, 1],
    ['Units', 'Million Input Tokens', sold, 1_000_000],
    ['Units', 'Million Response Tokens Regional CRIS', sold, 1_000_000],
    ['Units', 'Thousand Input Tokens', sold, 1000],
    ['Units', '1K input tokens', sold, 1000],
    ['Units', '1M input tokens', sold, 1_000_000],
    ['Units', 'Input tokens', sold, 1_000_000],
    ['Units', null, sold, 1_000_000],
    [null, 'Million Input Tokens', sold, 1_000_000],
  ])('%s, "%s" on %s', (unit, descriptionField, usageType, tokensPerUnit) => {
    const meaning = classifyUsage({ ...FIRST_PARTY, usageType, unit, descriptionField });
    expect(meaning).toMatchObject({ tokenKind: 'input', tokensPerUnit, unknown: null });
  });

  it.each([
    ['1B tokens', runtime],
    ['Requests', runtime],
    ['hours', sold],
    ['Units', runtime],
    ['constructor', runtime],
    ['', runtime],
    [null, runtime],
    [null, sold],
  ])('are not guessed from %s on %s', (unit, usageType) => {
    expect(classifyUsage({ ...FIRST_PARTY, usageType, unit })).toMatchObject({
      tokenKind: 'input',
      tokensPerUnit: null,
      unknown: 'unit',
    });
  });
});

describe('what is unknown', () => {
  it('a unit never decides alone', () => {
    const meaning = classifyUsage({ ...FIRST_PARTY, usageType: 'USE1-FooBar', unit: '1K tokens' });
    expect(meaning).toEqual({ ...NOTHING, region: 'us-east-1', unknown: 'usage-type' });
  });

  it('usage without a usage type is', () => {
    expect(classifyUsage(FIRST_PARTY).unknown).toBe('usage-type');
  });

  it.each([
    'USE1-Nova2.0Lite-ProvisionedThroughput-NoCommit-ModelUnits',
    'USE1-NovaCanvas-T2I-1024-Standard',
    'USE1-NovaReel-T2V-Medfps-HDRes',
    'USW2-AmazonRerank-v1-searchunits',
    'USE1-Guardrail-ContentPolicyUnitsConsumed',
    'USE1-NovaPro-Customization-Training',
    'USE1-Gateway:Consumption-based:API-Invocations',
  ])('%s is not, though it counts no tokens', (usageType) => {
    const meaning = classifyUsage({ ...FIRST_PARTY, usageType, unit: 'Hours' });
    expect(meaning).toMatchObject({ tokenKind: null, tokensPerUnit: null, unknown: null });
  });
});

describe('adjustments give no tokens back', () => {
  const usageType = 'USE1-Claude4.6Sonnet-cache-write-input-token-count';

  it.each(['Credit', 'Refund', 'EdpDiscount', 'SavingsPlanNegation', 'Fee', null])('%s', (lineItemType) => {
    expect(classifyUsage({ ...FIRST_PARTY, lineItemType, usageType })).toMatchObject({
      model: 'Claude Sonnet 4.6',
      tokenKind: null,
      cacheTtl: null,
      tokensPerUnit: null,
      unknown: null,
    });
  });

  it.each(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage'])('%s is no adjustment', (lineItemType) => {
    expect(classifyUsage({ ...FIRST_PARTY, lineItemType, usageType })).toMatchObject({
      tokenKind: 'cache-write',
      cacheTtl: '5m',
    });
  });

  it('an adjustment to something unreadable is not unknown', () => {
    expect(classifyUsage({ ...FIRST_PARTY, lineItemType: 'Credit', usageType: 'USE1-FooBar' }).unknown).toBeNull();
  });
});

describe('any key', () => {
  const field = fc.oneof(
    fc.constant(null),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'Usage',
      '1K tokens',
      'Units',
      'USE1-MP:USE1_InputTokenCount-Units',
      'constructor',
      '('.repeat(600),
      'a-1-1'.repeat(90),
    ),
  );
  const keys: fc.Arbitrary<UsageKey> = fc.record({
    entity: field,
    productCode: field,
    usageType: field,
    operation: field,
    lineItemType: field,
    unit: field,
    descriptionField: field,
    productName: field,
    productModel: field,
    productProvider: field,
    productFamily: field,
    region: field,
    resource: field,
  });

  it('has a meaning, the same each time, that counts tokens only where it knows how many', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const meaning = classifyUsage(key);
        expect(classifyUsage(key)).toEqual(meaning);
        if (meaning.tokensPerUnit !== null) expect(meaning.tokenKind).not.toBeNull();
        expect(meaning.unknown === 'unit').toBe(meaning.tokenKind !== null && meaning.tokensPerUnit === null);
      }),
    );
  });
});

it('has a version', () => {
  expect(CLASSIFIER_VERSION).toBe(1);
});
