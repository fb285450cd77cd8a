/** What changes how the rest of a line is shown, or shows nothing. Joiners stay: emoji and Persian need them. */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\u200c\u200d]]/gv;

/** The part of {@link UNSEEN} that no program can use: no tab or line break, no marks that are part of a script. */
const HARMFUL = /[[\p{Cc}--[\t\n\r]][\u202a-\u202e\u2066-\u2069]\p{Cs}]/gv;

/** For a terminal: escape sequences, control characters and direction overrides are seen, not obeyed. */
export function visible(text: string): string {
  return text.replace(UNSEEN, escapeCharacter);
}

/** The same of a text of several lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** For a file that a program reads: as {@link visible}, but tabs and line breaks stay. */
export function harmless(text: string): string {
  return text.replace(HARMFUL, escapeCharacter);
}

/** JSON text that is safe on a terminal and has no line break inside; it parses back to the same string. */
export function jsonString(text: string): string {
  return jsonText(text);
}

/** The same of any value. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, index) => `\\u${hex(character.charCodeAt(index), 4)}`).join(''),
  );
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${code.toString(16)}}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
