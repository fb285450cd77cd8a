import { fold } from './spelling.ts';

/**
 * The models whose spellings do not follow from each other by rule. Left: the canonical name. Right: other ways in which
 * AWS writes it, in usage types, price list attributes, Marketplace product names and model ids. What differs only in
 * case or separators (`NovaLite`, `nova-lite`) needs no line of its own.
 * Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html and the price list offers
 * AmazonBedrock and AmazonBedrockFoundationModels.
 */
type Irregular = Readonly<Record<string, readonly string[]>>;

const AI21: Irregular = {
  'Jamba-Instruct': ['ai21.jamba-instruct-v1:0'],
  'Jurassic-2 Mid': ['ai21.j2-mid-v1', 'ai21.j2-mid'],
  'Jurassic-2 Ultra': ['ai21.j2-ultra-v1', 'ai21.j2-ultra'],
};

const AMAZON: Irregular = {
  'Nova Canvas': [],
  'Nova Lite': [],
  'Nova Micro': [],
  'Nova Multimodal Embeddings': ['amazon.nova-2-multimodal-embeddings-v1:0', 'amazon.nova-2-multimodal-embeddings'],
  'Nova Premier': [],
  'Nova Pro': [],
  'Nova Reel': [],
  'Nova Sonic': [],
  'Rerank 1.0': ['AmazonRerank-v1', 'AmazonRerank', 'amazon.rerank-v1:0', 'Amazon Rerank 1.0'],
  'Titan Embeddings G1 - Text': [
    'amazon.titan-embed-text-v1',
    'amazon.titan-embed-text-v1:2',
    'amazon.titan-embed-g1-text-02',
  ],
  'Titan Image Generator G1': ['TitanImageGenerator', 'amazon.titan-image-generator-v1', 'Titan Image Generator G1 v1'],
  'Titan Image Generator G1 v2': ['TitanImageGeneratorV2', 'amazon.titan-image-generator-v2:0'],
  'Titan Multimodal Embeddings G1': ['TitanEmbeddingsG1-Image', 'amazon.titan-embed-image-v1'],
  'Titan Text Embeddings V2': ['TitanEmbeddingV2-Text', 'TitanEmbeddingV2', 'amazon.titan-embed-text-v2:0'],
  'Titan Text G1 - Express': ['TitanText-Express', 'amazon.titan-text-express-v1'],
  'Titan Text G1 - Lite': ['TitanText-Lite', 'amazon.titan-text-lite-v1'],
  'Titan Text G1 - Premier': ['TitanText-Premier', 'amazon.titan-text-premier-v1:0'],
};

const ANTHROPIC: Irregular = {
  'Claude 2.0': ['Claude', 'Claude 2', 'anthropic.claude-v2', 'anthropic.claude-v2:0', 'Claude (100K)'],
  'Claude 2.1': ['anthropic.claude-v2:1'],
  'Claude 3.5 Sonnet v2': ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'anthropic.claude-3-5-sonnet-v2'],
};

const COHERE: Irregular = {
  Command: ['cohere.command-text-v14', 'Cohere Generate Model - Command'],
  'Command Light': ['cohere.command-light-text-v14', 'Cohere Generate Model - Command Light'],
  'Command R+': ['cohere.command-r-plus-v1:0', 'Command R Plus'],
  'Embed v4': ['cohere.embed-v4:0', 'Embed 4', 'Cohere Embed 4 Model'],
  'Embed English': ['cohere.embed-english-v3', 'Cohere Embed 3 Model - English'],
  'Embed Multilingual': ['cohere.embed-multilingual-v3', 'Cohere Embed 3 Model - Multilingual'],
  'Rerank 3.5': ['cohere.rerank-v3-5:0', 'Cohere Rerank v3.5', 'Rerank v3.5'],
};

const DEEPSEEK: Irregular = {
  'DeepSeek R1': ['R1', 'deepseek.r1-v1:0'],
  'DeepSeek V3.1': ['deepseek.v3-v1:0'],
};

const LUMA: Irregular = { 'Ray v2': ['luma.ray-v2:0', 'Luma Ray 2', 'Ray2'] };

const MISTRAL: Irregular = {
  'Devstral 2 123B': ['Devstral', 'mistral.devstral-2-123b'],
  'Magistral Small 1.2': ['mistral.magistral-small-2509', 'Magistral Small 2509'],
  'Ministral 3B 3.0': ['mistral.ministral-3-3b-instruct', 'Ministral-3-3b-Instruct', 'Ministral 3 3B', 'Ministral 3B'],
  'Ministral 8B 3.0': ['mistral.ministral-3-8b-instruct', 'Ministral-3-8b-Instruct', 'Ministral 3 8B'],
  'Ministral 14B 3.0': ['mistral.ministral-3-14b-instruct', 'Ministral-3-14b-Instruct', 'Ministral 3 14B'],
  'Mistral 7B': ['mistral.mistral-7b-instruct-v0:2', 'Mistral-7B-Instruct'],
  'Mistral Large': ['mistral.mistral-large-2402-v1:0', 'Mistral Large (24.02)'],
  'Mistral Large 24.07': ['MistralLarge2407', 'mistral.mistral-large-2407-v1:0'],
  'Mistral Large 3': ['Mistral-Large-3-675b-Instruct', 'mistral.mistral-large-3-675b-instruct'],
  'Mistral Small': ['mistral.mistral-small-2402-v1:0', 'Mistral Small (24.02)'],
  'Mixtral 8x7B': ['mistral.mixtral-8x7b-instruct-v0:1', 'Mixtral-8x7B-Instruct'],
  'Pixtral Large 25.02': ['PixtralLarge2502', 'Pixtral Large', 'mistral.pixtral-large-2502-v1:0'],
  'Voxtral Mini 1.0': ['mistral.voxtral-mini-3b-2507'],
  'Voxtral Small 1.0': ['mistral.voxtral-small-24b-2507'],
};

const NVIDIA: Irregular = {
  'Nemotron Nano 2': ['nvidia.nemotron-nano-9b-v2', 'NVIDIA Nemotron Nano 2'],
  'Nemotron Nano 2 VL': ['nvidia.nemotron-nano-12b-v2', 'NVIDIA Nemotron Nano 2 VL'],
  'Nemotron 3 Nano 30B': ['nvidia.nemotron-nano-3-30b', 'Nemotron Nano 3 30B', 'NVIDIA Nemotron 3 Nano 30B A3B'],
  'Nemotron 3 Super 120B': ['nvidia.nemotron-super-3-120b', 'NVIDIA Nemotron 3 Super 120B A12B'],
};

const OPENAI: Irregular = {
  'gpt-oss-20b': ['openai.gpt-oss-20b-1:0'],
  'gpt-oss-120b': ['openai.gpt-oss-120b-1:0'],
};

const STABILITY: Irregular = {
  'SDXL 1.0': ['stability.stable-diffusion-xl-v1', 'stability.stable-diffusion-xl-v1:0', 'Stable Diffusion XL 1.0'],
  'Stable Diffusion 3 Large': ['stability.sd3-large-v1:0', 'SD3 Large'],
  'Stable Diffusion 3.5 Large': ['stability.sd3-5-large-v1:0', 'SD3.5 Large'],
};

const IRREGULAR: readonly (readonly [provider: string, models: Irregular])[] = [
  ['AI21 Labs', AI21],
  ['Amazon', AMAZON],
  ['Anthropic', ANTHROPIC],
  ['Cohere', COHERE],
  ['DeepSeek', DEEPSEEK],
  ['Luma AI', LUMA],
  ['Mistral AI', MISTRAL],
  ['NVIDIA', NVIDIA],
  ['OpenAI', OPENAI],
  ['Stability AI', STABILITY],
];

/** A foundation model by its one canonical name. */
interface CatalogueEntry {
  readonly name: string;
  readonly provider: string;
}

const ENTRY_OF_SPELLING: ReadonlyMap<string, CatalogueEntry> = new Map(
  IRREGULAR.flatMap(([provider, models]) =>
    Object.entries(models).flatMap(([name, spellings]) =>
      [name, ...spellings].map((spelling) => [spellingKey(spelling), { name, provider }] as const),
    ),
  ),
);

/** The catalogue's entry for exactly this spelling, but for case and separators. */
export function inCatalogue(spelling: string): CatalogueEntry | null {
  return ENTRY_OF_SPELLING.get(spellingKey(spelling)) ?? null;
}

/** `+` is the whole difference between Command R and Command R+. */
function spellingKey(spelling: string): string {
  return fold(spelling.replaceAll('+', 'plus'));
}
