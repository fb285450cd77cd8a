const WIDTH = 118;

/** Words that YAML takes for something else than text. */
const NOT_TEXT = /^(true|false|null|yes|no|on|off|y|n|~)$/i;

/** A value of the file, in quotes where YAML would take it for something else, or where a terminal would obey it. */
export function scalar(text: string): string {
  if (/^[A-Za-z][\w./@+-]*$/.test(text) && !NOT_TEXT.test(text)) return text;
  return JSON.stringify(text).replace(UNSEEN, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text inside a comment: nothing ends the line. */
export function inComment(text: string): string {
  return text.replace(/\s+/g, ' ').replace(UNSEEN, '?').trim();
}

/** Words for the reader, as lines of a comment: `# ` and text. */
export function prose(text: string, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of inComment(text).split(' ')) {
    if (line !== '' && indent.length + line.length + word.length + 3 > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => `${indent}# ${one}`);
}

/**
 * Settings that are switched off: whoever takes the `#` away switches them on. They differ from prose in what follows the `#`:
 * no blank, or more than one.
 */
export function off(lines: readonly string[]): string[] {
  return lines.map((line) => `#${line}`);
}

/** Settings that are on, or off. */
export function onIf(on: boolean, lines: readonly string[]): string[] {
  return on ? [...lines] : off(lines);
}
