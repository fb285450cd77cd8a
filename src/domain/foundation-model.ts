import { inCatalogue } from './model-catalogue.ts';
import { FAMILY_PROVIDER, formatFamily } from './model-family.ts';
import { knownProvider } from './model-provider.ts';
import { bounded, fold } from './spelling.ts';

/** What a spelling of a model stands for. */
export interface FoundationModel {
  /** the one display name, e.g. `Claude Sonnet 4.6`, for all spellings AWS bills the model under */
  readonly name: string;
  /** `null` where neither the spelling nor Bursar knows who made it */
  readonly provider: string | null;
  /** whether the model or its family is one that Bursar knows; if not, the name is the spelling made readable */
  readonly known: boolean;
}

/** `us.`, `eu.`, `apac.`, `us-gov.`, `global.` in front of a model id: a system-defined inference profile. */
const GEOGRAPHY = /^(?:global|apac|us-gov|[a-z]{2})\.(?=[a-z0-9]+\.)/i;
const VENDOR = /^([A-Za-z0-9]{2,})\.(?=[A-Za-z])/;
/** `-v1:0`, `-v1`, `:0`, `-v1:0:128k` at the end of a model id */
const ID_VERSION = /(?:-v\d+)?:\d+(?::\w+)?$|-v\d+$/i;
/** `:24k` behind a model id: the model with that context size provisioned */
const ID_CONTEXT = /:\d+k$/i;
const RELEASE_DATE = /^20\d{6}$/;
const CONTEXT_SIZE = /^\d+k$/;

/** Words that AWS adds to a model's name in one place and leaves out in another. */
const FILLER_WORDS: ReadonlySet<string> = new Set(['edition', 'instruct', 'it', 'model', 'preview']);

/** Words of the price, not of the model, when they come last: modality, tier, routing, context. */
const PRICE_WORDS: ReadonlySet<string> = new Set([
  'text',
  'speech',
  'understanding',
  'audio',
  'image',
  'video',
  'latency',
  'optimized',
  'batch',
  'flex',
  'priority',
  'standard',
  'global',
  'cross',
  'region',
  'geo',
  'long',
  'context',
  'on',
  'demand',
]);

const NOT_A_MODEL =
  /^(?:amazon|aws)?(?:bedrock|agentcore)|^(?:guardrails?|knowledgebases?|na|none|null|other|unknown|various)$/;

/**
 * The model behind any spelling: a price list or Marketplace name, a model or inference profile id, or the middle of a
 * usage type. `null` when the text names something else, such as Amazon Bedrock itself. Never throws.
 */
export function foundationModel(spelling: string): FoundationModel | null {
  const text = withoutEdition(bounded(spelling)).replace(GEOGRAPHY, '').replace(ID_CONTEXT, '');
  if (text === '' || NOT_A_MODEL.test(fold(text))) return null;

  const vendorPrefix = VENDOR.exec(text)?.[1] ?? null;
  const vendor = vendorPrefix === null ? null : (knownProvider(vendorPrefix) ?? vendorOfId(text, vendorPrefix));
  const name = vendor === null || vendorPrefix === null ? text : text.slice(vendorPrefix.length + 1);
  const listed = inCatalogue(text) ?? inCatalogue(name);
  if (listed !== null) return { ...listed, known: true };
  return fromWords(nameWords(name), vendor);
}

function fromWords(words: readonly string[], vendor: string | null): FoundationModel | null {
  const { provider: leading, rest } = splitLeadingProvider(words);
  if (rest.length === 0 || namesNoModel(rest)) return null;
  const listed = inCatalogue(rest.join(' '));
  if (listed !== null) return { ...listed, known: true };

  const family = rest[0] ?? '';
  const familyProvider = FAMILY_PROVIDER.get(family) ?? null;
  const provider = familyProvider ?? vendor ?? leading;
  const known = familyProvider !== null || (vendor !== null && knownProvider(vendor) !== null);
  return { name: formatFamily(rest, vendor), provider, known };
}

/** `Amazon`, `bedrock service`: a provider or a product alone */
function namesNoModel(words: readonly string[]): boolean {
  const text = words.join('');
  return NOT_A_MODEL.test(text) || (knownProvider(text) !== null && !FAMILY_PROVIDER.has(text));
}

/** Marketplace products are named `Claude Sonnet 4.6 (Amazon Bedrock Edition)`. */
function withoutEdition(text: string): string {
  const parenthesis = text.lastIndexOf('(');
  return isBedrockEdition(text) ? text.slice(0, parenthesis).trim() : text;
}

/** Whether a product name says that it is a model sold through Amazon Bedrock. */
export function isBedrockEdition(productName: string): boolean {
  const parenthesis = productName.lastIndexOf('(');
  return parenthesis >= 0 && fold(productName.slice(parenthesis)).includes('bedrock');
}

/** A vendor that Bursar does not know, from an id such as `acme.rocket-7b-v1:0`. */
function vendorOfId(text: string, prefix: string): string | null {
  const isId = text === text.toLowerCase() && !text.includes(' ');
  return isId ? prefix.charAt(0).toUpperCase() + prefix.slice(1) : null;
}

/** The provider in front of a name (`OpenAI GPT-5.6 Terra`), unless it is part of the name (`MiniMax M2`). */
function splitLeadingProvider(words: readonly string[]): { provider: string | null; rest: readonly string[] } {
  for (const length of [2, 1]) {
    const provider = words.length > length ? knownProvider(words.slice(0, length).join('')) : null;
    if (provider !== null && !FAMILY_PROVIDER.has(words[0] ?? '')) return { provider, rest: words.slice(length) };
  }
  return { provider: null, rest: words };
}

/** The words of a name in lower case, versions as one word (`3-5` and `3.5` are `3.5`), without what is not the name. */
function nameWords(name: string): readonly string[] {
  const isSentence = name.includes(' ');
  const spaced = (isSentence ? name : name.replace(ID_VERSION, ''))
    .replace(/(minimax|deepseek|twelvelabs|openai)/gi, (brand) => brand.toLowerCase())
    .replace(/([a-z0-9])(?=[A-Z][a-z])|([a-z])(?=[A-Z])/g, '$& ')
    .replace(/([A-Za-z]{3})(?=\d)|(\d)(?=[A-Za-z]{2})/g, '$& ')
    .replace(/\.(?!\d)|(?<!\d)\./g, ' ');
  const words = spaced
    .toLowerCase()
    .split(/[^a-z0-9.+]+/)
    .filter((word) => word !== '' && !FILLER_WORDS.has(word) && !RELEASE_DATE.test(word) && !CONTEXT_SIZE.test(word));
  const end = words.findLastIndex((word) => !PRICE_WORDS.has(word));
  return joinVersion(words.slice(0, end + 1));
}

/** `claude sonnet 4 6` -> `claude sonnet 4.6`. Sizes (`70b`) and years are not versions. */
function joinVersion(words: readonly string[]): readonly string[] {
  const major = words.findIndex((word, index) => isVersionPart(word) && isVersionPart(words[index + 1] ?? ''));
  if (major < 0) return words;
  return [...words.slice(0, major), `${words[major]}.${words[major + 1]}`, ...words.slice(major + 2)];
}

function isVersionPart(word: string): boolean {
  return /^\d{1,2}$/.test(word);
}
