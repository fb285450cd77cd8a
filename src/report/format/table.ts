import type { Answer } from '../../domain/answer.ts';
import { allocationLines, checkLine, noteLines, questionLine, sourceLine, throughLine } from './headline.ts';
import { tableColumns } from './layout.ts';
import { textTable, wrap } from './text-table.ts';

export interface TableOptions {
  /** columns of the terminal; `null` = no terminal: every measure, nothing cut or wrapped, no bars */
  readonly width: number | null;
  readonly colour: boolean;
}

type Style = 'bold' | 'dim' | 'red';

const STYLES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
};

/**
 * The answer for people: what was asked, where it comes from, the rows with their total, the check and the notes.
 * @returns lines, each with its line break
 */
export function tableText(answer: Answer, { width, colour }: TableOptions): string {
  const paint = (style: Style, text: string) => (colour ? paintLine(style, text) : text);
  const prose = (text: string, style?: Style) =>
    (width === null ? [text] : wrap(text, width)).map((line) => (style === undefined ? line : paint(style, line)));
  const { head, rule, rows, foot } = textTable(tableColumns(answer, width));
  const empty = answer.rows.length === 0;
  const lines = [
    ...prose(questionLine(answer), 'bold'),
    ...prose(sourceLine(answer), 'dim'),
    ...prose(throughLine(answer), 'dim'),
    '',
    ...(empty
      ? ['No line of the bill matches.']
      : [paint('bold', head), paint('dim', rule), ...rows, paint('dim', rule)]),
    ...(empty ? [] : [paint('bold', foot)]),
    '',
    ...allocationLines(answer).flatMap((line) => prose(line)),
    ...prose(checkLine(answer.check), answer.check.difference === 0n ? undefined : 'red'),
    ...noteLines(answer).flatMap((note) => prose(note, 'dim')),
  ];
  return `${lines.join('\n')}\n`;
}

function paintLine(style: Style, text: string): string {
  const [on, off] = STYLES[style];
  return `\x1b[${on}m${text}\x1b[${off}m`;
}
