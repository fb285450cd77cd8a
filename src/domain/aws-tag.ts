/** Most tags that one role or user carries. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
export const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;

/** The characters that tags of IAM may have. Source: the model of TagRole in the SDK. */
const TAKEN = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Why AWS refuses a tag key, in words that follow the key; `null` = it takes it. */
export function tagKeyProblem(key: string): string | null {
  if (key === '') return 'is empty';
  if (key.length > MAX_KEY) return `is longer than ${MAX_KEY} characters`;
  if (/^aws:/i.test(key)) return 'begins with aws:, which AWS keeps for itself';
  return charactersProblem(key);
}

/** Why AWS refuses a tag value, in words that follow the value; `null` = it takes it. */
export function tagValueProblem(value: string): string | null {
  if (value.length > MAX_VALUE) return `is longer than ${MAX_VALUE} characters`;
  return charactersProblem(value);
}

function charactersProblem(text: string): string | null {
  if (TAKEN.test(text)) return null;
  const refused = [...new Set([...text].filter((character) => !TAKEN.test(character)))];
  return `has ${refused.join(' ')}: AWS takes letters, digits, spaces and _ . : / = + - @`;
}
