import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foundationModel, isBedrockEdition } from './foundation-model.ts';
import { providerName } from './model-provider.ts';

/**
 * One row a model: its name, its provider, and the ways in which AWS writes it. The spellings are those of usage types and
 * attributes of the 2026 price list, of Marketplace product names, and of model ids in the Bedrock documentation.
 */
const MODELS: readonly (readonly [name: string, provider: string, spellings: readonly string[]])[] = [
  [
    'Claude Sonnet 4.6',
    'Anthropic',
    [
      'Claude4.6Sonnet',
      'Claude4-6Sonnet',
      'Claude Sonnet 4.6 (Amazon Bedrock Edition)',
      'anthropic.claude-sonnet-4-6',
      'anthropic.claude-sonnet-4-6-20260101-v1:0',
      'us.anthropic.claude-sonnet-4-6-20260101-v1:0',
      'global.anthropic.claude-sonnet-4-6',
      'CLAUDE4.6SONNET',
    ],
  ],
  ['Claude Sonnet 4', 'Anthropic', ['Claude4Sonnet', 'anthropic.claude-sonnet-4-20250514-v1:0', 'claude-sonnet-4']],
  ['Claude Opus 4.1', 'Anthropic', ['Claude4.1Opus', 'anthropic.claude-opus-4-1-20250805-v1:0']],
  ['Claude Opus 4.6', 'Anthropic', ['Claude4.6Opus', 'anthropic.claude-opus-4-6-v1']],
  ['Claude Opus 5.5', 'Anthropic', ['anthropic.claude-opus-5-5', 'Claude Opus 5.5 (Amazon Bedrock Edition)']],
  ['Claude Fable 5.1', 'Anthropic', ['global.anthropic.claude-fable-5-1', 'Claude5.1Fable']],
  [
    'Claude 3.5 Haiku',
    'Anthropic',
    [
      'Claude3-5Haiku',
      'Claude3.5Haiku',
      'anthropic.claude-3-5-haiku-20241022-v1:0',
      'Claude 3.5 Haiku Latency Optimized',
    ],
  ],
  ['Claude 3 Haiku', 'Anthropic', ['Claude3Haiku', 'anthropic.claude-3-haiku-20240307-v1:0:48k']],
  ['Claude 3.5 Sonnet', 'Anthropic', ['Claude3.5Sonnet', 'anthropic.claude-3-5-sonnet-20240620-v1:0']],
  ['Claude 3.5 Sonnet v2', 'Anthropic', ['Claude3.5Sonnetv2', 'anthropic.claude-3-5-sonnet-20241022-v2:0']],
  ['Claude 2.0', 'Anthropic', ['Claude2.0', 'anthropic.claude-v2', 'Claude (Amazon Bedrock Edition)']],
  ['Claude 2.1', 'Anthropic', ['Claude2.1', 'anthropic.claude-v2:1', 'anthropic.claude-v2:1:200k']],
  ['Claude Instant', 'Anthropic', ['anthropic.claude-instant-v1', 'Claude Instant (100K) (Amazon Bedrock Edition)']],
  ['Nova Lite', 'Amazon', ['NovaLite', 'amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0:300k', 'Amazon Nova Lite']],
  ['Nova Pro', 'Amazon', ['NovaPro', 'Nova Pro Latency Optimized', 'us.amazon.nova-pro-v1:0', 'novapro']],
  ['Nova 2.0 Lite', 'Amazon', ['Nova2.0Lite', 'Nova 2 Lite', 'amazon.nova-2-lite-v1:0', 'jp.amazon.nova-2-lite-v1:0']],
  ['Nova 2.0 Pro', 'Amazon', ['Nova2.0Pro', 'Nova2.0Pro-text', 'amazon.nova-2-pro-preview-20251202-v1:0']],
  [
    'Nova Sonic',
    'Amazon',
    ['NovaSonic', 'NovaSonic-text', 'NovaSonic-speech', 'NovaSonic-speech-understanding', 'amazon.nova-sonic-v1:0'],
  ],
  ['Nova 2.0 Sonic', 'Amazon', ['NovaSonic2.0', 'Nova Sonic 2.0', 'amazon.nova-2-sonic-v1:0']],
  ['Nova Multimodal Embeddings', 'Amazon', ['NovaMultiModalEmbeddings', 'amazon.nova-2-multimodal-embeddings-v1:0']],
  [
    'Titan Text Embeddings V2',
    'Amazon',
    ['TitanEmbeddingV2-Text', 'amazon.titan-embed-text-v2:0', 'amazon.titan-embed-text-v2:0:8k'],
  ],
  ['Titan Embeddings G1 - Text', 'Amazon', ['TitanEmbeddingsG1-Text', 'amazon.titan-embed-text-v1:2:8k']],
  ['Titan Multimodal Embeddings G1', 'Amazon', ['TitanEmbeddingsG1-Image', 'amazon.titan-embed-image-v1']],
  ['Titan Text G1 - Express', 'Amazon', ['TitanTextG1-Express', 'amazon.titan-text-express-v1']],
  ['Rerank 1.0', 'Amazon', ['AmazonRerank-v1', 'amazon.rerank-v1:0']],
  ['Rerank 3.5', 'Cohere', ['Cohere Rerank v3.5 (Amazon Bedrock Edition)', 'cohere.rerank-v3-5:0']],
  ['Embed v4', 'Cohere', ['Cohere Embed 4 Model (Amazon Bedrock Edition)', 'cohere.embed-v4:0']],
  [
    'Command Light',
    'Cohere',
    ['Cohere Generate Model - Command Light (Amazon Bedrock Edition)', 'cohere.command-light-text-v14'],
  ],
  ['Command R', 'Cohere', ['cohere.command-r-v1:0']],
  ['Command R+', 'Cohere', ['Command R+', 'cohere.command-r-plus-v1:0']],
  ['gpt-oss-120b', 'OpenAI', ['openai.gpt-oss-120b', 'openai.gpt-oss-120b-1:0', 'GPT-OSS-120B']],
  [
    'gpt-oss-safeguard-20b',
    'OpenAI',
    ['GPT-OSS-Safeguard-20B', 'GPT OSS Safeguard 20B', 'openai.gpt-oss-safeguard-20b'],
  ],
  ['GPT-5.6 Terra', 'OpenAI', ['OpenAI GPT-5.6 Terra (Amazon Bedrock Edition)', 'openai.gpt-5.6-terra']],
  ['GPT-6 Luna', 'OpenAI', ['us.openai.gpt-6-luna', 'OpenAI GPT-6 Luna (Amazon Bedrock Edition)']],
  ['Llama 3.3 70B', 'Meta', ['Llama3-3-70B', 'meta.llama3-3-70b-instruct-v1:0', 'Meta Llama 3.3 70B Instruct']],
  [
    'Llama 3.1 70B',
    'Meta',
    ['Llama3-1-70B-LatencyOptimized', 'Llama 3.1 70B Latency Optimized', 'meta.llama3-1-70b-instruct-v1:0:128k'],
  ],
  ['Llama 4 Maverick 17B', 'Meta', ['Llama4-Maverick-17B', 'meta.llama4-maverick-17b-instruct-v1:0']],
  [
    'Llama 2 Chat 70B',
    'Meta',
    ['Meta Llama 2 Chat 70B (Amazon Bedrock Edition)', 'Llama 2 Chat (70B)', 'meta.llama2-70b-chat-v1'],
  ],
  ['Mistral Large', 'Mistral AI', ['MistralLarge', 'mistral.mistral-large-2402-v1:0']],
  ['Mistral Large 24.07', 'Mistral AI', ['MistralLarge2407', 'mistral.mistral-large-2407-v1:0']],
  ['Mistral Large 3', 'Mistral AI', ['Mistral-Large-3-675b-Instruct', 'mistral.mistral-large-3-675b-instruct']],
  ['Ministral 14B 3.0', 'Mistral AI', ['Ministral-3-14b-Instruct', 'mistral.ministral-3-14b-instruct']],
  ['Mixtral 8x7B', 'Mistral AI', ['Mixtral8x7B', 'mistral.mixtral-8x7b-instruct-v0:1']],
  ['Pixtral Large 25.02', 'Mistral AI', ['PixtralLarge2502', 'mistral.pixtral-large-2502-v1:0']],
  ['DeepSeek R1', 'DeepSeek', ['R1', 'DeepSeek-R1', 'deepseek.r1-v1:0', 'us.deepseek.r1-v1:0']],
  ['DeepSeek V3.1', 'DeepSeek', ['DeepSeek-V3.1', 'deepseek.v3-v1:0']],
  ['DeepSeek V3.2', 'DeepSeek', ['DeepSeek v3.2', 'deepseek.v3.2']],
  ['Qwen3 32B', 'Qwen', ['Qwen3-32B', 'qwen.qwen3-32b', 'qwen.qwen3-32b-v1:0']],
  ['Qwen3 VL 235B A22B', 'Qwen', ['Qwen3-VL-235B-A22B', 'qwen.qwen3-vl-235b-a22b']],
  ['Qwen3 235B A22B 2507', 'Qwen', ['qwen.qwen3-235b-a22b-2507-v1:0']],
  ['Kimi K2 Thinking', 'Moonshot AI', ['moonshot.kimi-k2-thinking', 'moonshotai.kimi-k2-thinking']],
  ['Kimi K2.5', 'Moonshot AI', ['moonshotai.kimi-k2.5']],
  ['MiniMax M2.1', 'MiniMax', ['Minimax M2.1', 'minimax.minimax-m2.1']],
  ['GLM 4.7 Flash', 'Z.AI', ['zai.glm-4.7-flash', 'Z.AI GLM 4.7 Flash']],
  ['Grok 4.3', 'xAI', ['xai.grok-4.3', 'xAI Grok 4.3']],
  ['Gemma 3 12B', 'Google', ['Gemma-3-12B-IT', 'google.gemma-3-12b-it']],
  ['Gemma 4 26B A4B', 'Google', ['google.gemma-4-26b-a4b']],
  ['Nemotron Nano 2 VL', 'NVIDIA', ['NVIDIA Nemotron Nano 2 VL', 'nvidia.nemotron-nano-12b-v2']],
  ['Nemotron 3 Super 120B', 'NVIDIA', ['NVIDIA Nemotron 3 Super 120B A12B', 'nvidia.nemotron-super-3-120b']],
  ['Palmyra X5', 'Writer', ['Palmyra X5 (Amazon Bedrock Edition)', 'us.writer.palmyra-x5-v1:0']],
  ['Palmyra Vision 7B', 'Writer', ['Writer Palmyra Vision 7B']],
  [
    'Marengo Embed 3.0',
    'TwelveLabs',
    ['TwelveLabs Marengo Embed 3.0 (Amazon Bedrock Edition)', 'twelvelabs.marengo-embed-3-0-v1:0'],
  ],
  ['Pegasus 1.2', 'TwelveLabs', ['Pegasus v1.2', 'twelvelabs.pegasus-1-2-v1:0']],
  ['Ray v2', 'Luma AI', ['Ray-V2', 'luma.ray-v2:0']],
  ['Jamba 1.5 Large', 'AI21 Labs', ['ai21.jamba-1-5-large-v1:0', 'AI21 Labs Jamba 1.5 Large']],
  ['Jurassic-2 Ultra', 'AI21 Labs', ['Jurassic-2 Ultra (Amazon Bedrock Edition)', 'ai21.j2-ultra-v1']],
  [
    'Stable Diffusion 3 Large',
    'Stability AI',
    ['Stable Diffusion 3 Large v1.0 (Amazon Bedrock Edition)', 'stability.sd3-large-v1:0'],
  ],
  ['Stable Image Ultra', 'Stability AI', ['Stable Image Ultra v1.1', 'stability.stable-image-ultra-v1:1']],
];

describe('one name a model', () => {
  it.each(MODELS)('%s of %s', (name, provider, spellings) => {
    for (const spelling of [name, ...spellings]) {
      expect(foundationModel(spelling), spelling).toEqual({ name, provider, known: true });
    }
  });

  it.each(MODELS)('%s is written the same with other separators', (name) => {
    for (const separator of ['-', '_']) {
      expect(foundationModel(name.replaceAll(/[ -]+/g, separator))?.name).toBe(name);
    }
  });
});

describe('models that no table knows', () => {
  it.each([
    ['acme.video-genie-v1', 'Video Genie', 'Acme'],
    ['anthropic.sirocco-9', 'Sirocco 9', 'Anthropic'],
    ['RocketThinker-9B', 'Rocket Thinker 9B', null],
    ['Rocket Thinker 9B (Amazon Bedrock Edition)', 'Rocket Thinker 9B', null],
    ['RocketThinker2.5-batch-flex', 'Rocket Thinker 2.5', null],
    ['Cohere Sprite 2 (Amazon Bedrock Edition)', 'Sprite 2', 'Cohere'],
  ])('%s is named %s', (spelling, name, provider) => {
    expect(foundationModel(spelling)).toMatchObject({ name, provider });
  });
});

describe('what is no model', () => {
  it.each([
    '',
    ' ',
    '()',
    '---',
    'Amazon',
    'Amazon Bedrock',
    'Amazon Bedrock Service',
    'Amazon Bedrock AgentCore',
    'Bedrock AgentCore',
    'AWS Bedrock',
    'Guardrails',
    'Knowledge Bases',
    'Unknown',
    'x'.repeat(10_000),
  ])('%j', (spelling) => {
    expect(foundationModel(spelling)).toBeNull();
  });

  it('tells the products that are models', () => {
    expect(isBedrockEdition('Claude Opus 5 (Amazon Bedrock Edition)')).toBe(true);
    expect(isBedrockEdition('Amazon Bedrock')).toBe(false);
    expect(isBedrockEdition('Llama 2 Chat (70B)')).toBe(false);
  });
});

describe('any string', () => {
  it('has a name that is its own name, or none', () => {
    const hostile = fc.constantFrom(
      'constructor',
      '__proto__',
      'toString',
      '(((((',
      'a'.repeat(512),
      '1-1-1-1-1-1',
      '-v1:0',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), hostile), (spelling) => {
        const model = foundationModel(spelling);
        if (model !== null) expect(model.name).not.toBe('');
      }),
    );
  });
});

describe('providers', () => {
  it.each([
    ['Anthropic', 'Anthropic'],
    ['anthropic', 'Anthropic'],
    ['Mistral', 'Mistral AI'],
    ['Kimi AI', 'Moonshot AI'],
    ['Minimax AI', 'MiniMax'],
    ['Nvidia', 'NVIDIA'],
    ['Z AI', 'Z.AI'],
    ['zai', 'Z.AI'],
    ['Twelve Labs', 'TwelveLabs'],
    ['Sakana AI', 'Sakana AI'],
    ['AWS', null],
    ['Amazon Web Services, Inc.', null],
    ['N/A', null],
    ['', null],
  ])('%j is %j', (spelling, name) => {
    expect(providerName(spelling)).toBe(name);
  });
});
