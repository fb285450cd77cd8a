/** Which provider makes the family that a model's name begins with. */
export const FAMILY_PROVIDER: ReadonlyMap<string, string> = new Map([
  ['claude', 'Anthropic'],
  ['codestral', 'Mistral AI'],
  ['command', 'Cohere'],
  ['deepseek', 'DeepSeek'],
  ['devstral', 'Mistral AI'],
  ['embed', 'Cohere'],
  ['gemma', 'Google'],
  ['glm', 'Z.AI'],
  ['gpt', 'OpenAI'],
  ['grok', 'xAI'],
  ['jamba', 'AI21 Labs'],
  ['jurassic', 'AI21 Labs'],
  ['kimi', 'Moonshot AI'],
  ['llama', 'Meta'],
  ['magistral', 'Mistral AI'],
  ['marengo', 'TwelveLabs'],
  ['minimax', 'MiniMax'],
  ['ministral', 'Mistral AI'],
  ['mistral', 'Mistral AI'],
  ['mixtral', 'Mistral AI'],
  ['nemotron', 'NVIDIA'],
  ['nova', 'Amazon'],
  ['palmyra', 'Writer'],
  ['pegasus', 'TwelveLabs'],
  ['pixtral', 'Mistral AI'],
  ['qwen', 'Qwen'],
  ['ray', 'Luma AI'],
  ['sdxl', 'Stability AI'],
  ['stable', 'Stability AI'],
  ['titan', 'Amazon'],
  ['voxtral', 'Mistral AI'],
]);

type Words = readonly string[];

const VERSION = /^\d+(?:\.\d+)?$/;
const SIZE = /^\d+(?:\.\d+)?b$/;
const RELEASE = /^v\d+(?:\.\d+)?$/;
const FIRST_CLAUDE_NAMED_BY_TIER = 4;

const SPELLED: ReadonlyMap<string, string> = new Map([
  ['deepseek', 'DeepSeek'],
  ['glm', 'GLM'],
  ['minimax', 'MiniMax'],
  ['sdxl', 'SDXL'],
  ['vl', 'VL'],
]);

/** How AWS writes the names of a family, where it is more than capitals. Words in lower case, the family's own first. */
const FORMATS: ReadonlyMap<string, (words: Words) => string> = new Map([
  ['claude', formatClaude],
  ['deepseek', (words) => display(words).replace(/ v(?=\d)/, ' V')],
  ['gpt', formatGpt],
  ['llama', formatLlama],
  ['nova', formatNova],
  ['pegasus', (words) => display(words.map((word) => (RELEASE.test(word) ? word.slice(1) : word)))],
  ['qwen', formatQwen],
  ['stable', (words) => display(words.filter((word) => !RELEASE.test(word)))],
]);

/**
 * The display name for a model of a family, or for one of no known family.
 * @param words the name in lower case, without its provider; not empty
 * @param vendor the provider of a model id, which may carry the family's name (`deepseek.v3.2`)
 */
export function formatFamily(words: Words, vendor: string | null): string {
  const family = vendor === 'DeepSeek' && words[0] !== 'deepseek' ? ['deepseek', ...words] : words;
  const format = FORMATS.get(family[0] ?? '') ?? display;
  return format(family);
}

/** `Claude 3.5 Haiku`, but from the fourth generation on `Claude Haiku 4.5`. */
function formatClaude(words: Words): string {
  const version = words.find((word) => VERSION.test(word));
  const rest = words.slice(1).filter((word) => word !== version);
  if (version === undefined) return display(['claude', ...rest]);
  const byTier = Number(version) >= FIRST_CLAUDE_NAMED_BY_TIER;
  return display(byTier ? ['claude', ...rest, version] : ['claude', version, ...rest]);
}

function formatGpt(words: Words): string {
  const [, version = '', ...rest] = words;
  if (version === 'oss') return words.join('-');
  return version === '' ? 'GPT' : display([`GPT-${version}`, ...rest]);
}

/** `Llama 3.3 70B`, `Llama 4 Maverick 17B`, `Llama 2 Chat 70B` */
function formatLlama(words: Words): string {
  const version = words.find((word) => VERSION.test(word));
  const sizes = words.filter((word) => SIZE.test(word));
  const others = words.slice(1).filter((word) => word !== version && !SIZE.test(word));
  return display(['llama', ...(version === undefined ? [] : [version]), ...others, ...sizes]);
}

/** The price list writes `Nova 2.0 Lite`, the documentation `Nova 2 Lite`, and some `Nova Sonic 2.0`. */
function formatNova(words: Words): string {
  const version = words.find((word) => VERSION.test(word));
  if (version === undefined) return display(words);
  const others = words.slice(1).filter((word) => word !== version);
  return display(['nova', version.includes('.') ? version : `${version}.0`, ...others]);
}

/** `Qwen3 32B`: the generation belongs to the family's name. */
function formatQwen(words: Words): string {
  const [, version = '', ...rest] = words;
  return VERSION.test(version) ? [`Qwen${version}`, ...rest.map(displayWord)].join(' ') : display(words);
}

function display(words: Words): string {
  return words.map(displayWord).join(' ');
}

/** `lite` -> `Lite`, `70b` -> `70B`, `k2.5` -> `K2.5`; releases stay small (`v2`). */
function displayWord(word: string): string {
  const spelled = SPELLED.get(word);
  if (spelled !== undefined) return spelled;
  if (/^v\d/.test(word) || word.startsWith('GPT-')) return word;
  return /\d/.test(word) ? word.toUpperCase() : capitalised(word);
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
