/** Longer than any name AWS puts on a bill. The limit keeps every pattern cheap on hostile input. */
const MAX_NAME_LENGTH = 512;

const IS_LETTER_OR_DIGIT = /[A-Za-z0-9]/;

/** `text` without surrounding space; empty when it is too long to be a name on a bill. */
export function bounded(text: string): string {
  return text.length > MAX_NAME_LENGTH ? '' : text.trim();
}

/**
 * The ASCII letters and digits of `text` in lower case. AWS writes one thing as `input-tokens`, `input_tokens` and
 * `InputTokens`; folded, they are the same.
 */
export function fold(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '').toLowerCase();
}

/** The part of `text` before the letter or digit that is number `foldedIndex` of its folded form. */
export function beforeFolded(text: string, foldedIndex: number): string {
  let seen = 0;
  for (let index = 0; index < text.length; index++) {
    if (!IS_LETTER_OR_DIGIT.test(text.charAt(index))) continue;
    if (seen === foldedIndex) return text.slice(0, index);
    seen += 1;
  }
  return text;
}
