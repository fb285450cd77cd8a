import stringWidth from 'string-width';

/** Space between two columns. */
export const GAP = 2;

export interface TextColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
  readonly cells: readonly string[];
  /** under the last rule */
  readonly foot: string;
  /** what is wider is cut in the middle */
  readonly width: number;
}

export interface TextTable {
  readonly head: string;
  readonly rule: string;
  readonly rows: readonly string[];
  readonly foot: string;
}

/** A column as wide as its widest text. */
export function textColumn(column: Omit<TextColumn, 'width'>): TextColumn {
  const { head, cells, foot } = column;
  let width = Math.max(stringWidth(head), stringWidth(foot));
  for (const cell of cells) width = Math.max(width, stringWidth(cell));
  return { ...column, width };
}

/**
 * Columns side by side, without borders. Not cli-table3: its time grows with the square of the rows (6 s for 5,000),
 * and its own measure of wide characters is an older one.
 */
export function textTable(columns: readonly TextColumn[]): TextTable {
  const line = (textOf: (column: TextColumn) => string) =>
    columns
      .map((column) => pad(textOf(column), column))
      .join(' '.repeat(GAP))
      .trimEnd();
  const count = columns[0]?.cells.length ?? 0;
  return {
    head: line(({ head }) => head),
    rule: '─'.repeat(tableWidth(columns)),
    rows: Array.from({ length: count }, (_, row) => line(({ cells }) => cells[row] ?? '')),
    foot: line(({ foot }) => foot),
  };
}

/** Width of the columns and the gaps between them. */
export function tableWidth(columns: readonly TextColumn[]): number {
  return columns.reduce((all, { width }) => all + width, 0) + GAP * Math.max(0, columns.length - 1);
}

/** Narrows the widest columns first, until all fit; none below `least`. */
export function narrow(columns: readonly TextColumn[], available: number, least: number): TextColumn[] {
  const widths = columns.map(({ width }) => width);
  for (let excess = tableWidth(columns) - available; excess > 0; excess--) {
    const widest = Math.max(...widths);
    if (widest <= least) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return columns.map((column, index) => ({ ...column, width: widths[index] ?? column.width }));
}

/** At most `width` wide: the middle gives way to `…`, since names differ at both ends. */
export function cutMiddle(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const characters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  const tail = takeWidth(characters.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  const head = takeWidth(characters, Math.max(0, width - 1) - stringWidth(tail.join('')));
  return `${head.join('')}…${tail.join('')}`;
}

/** Breaks at spaces, so that no line is wider; the lines after the first are indented. A longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && stringWidth(longer) > width) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function takeWidth(characters: readonly string[], width: number): string[] {
  let left = width;
  const end = characters.findIndex((character) => {
    left -= stringWidth(character);
    return left < 0;
  });
  return characters.slice(0, end === -1 ? undefined : end);
}

function pad(text: string, { width, align }: TextColumn): string {
  const cut = cutMiddle(text, width);
  const space = ' '.repeat(Math.max(0, width - stringWidth(cut)));
  return align === 'left' ? cut + space : space + cut;
}
