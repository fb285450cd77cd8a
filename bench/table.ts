import type { Spread } from './spread.ts';

/** One line of the printed table. */
export interface Line {
  readonly what: string;
  readonly measured: string;
  /** the peer or floor it is compared with; '' = none */
  readonly against: string;
  /** ratio or difference to the peer; '' = none */
  readonly result: string;
  /** '' = measured only to be known */
  readonly goal: string;
  /** `null` = there is no goal */
  readonly met: boolean | null;
}

const HEAD = ['what', 'measured', 'against', 'result', 'goal', 'met'];

/** A Markdown table, so that it can stand in a page as it is. */
export function table(lines: readonly Line[], atSize: boolean): string {
  const verdict = (met: boolean | null): string => {
    if (met === null) return '';
    return `${met ? 'yes' : 'NO'}${atSize ? '' : ', not at size'}`;
  };
  const rows = lines.map(({ what, measured, against, result, goal, met }) => [
    what,
    measured,
    against,
    result,
    goal,
    verdict(met),
  ]);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)));
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [row(HEAD), row(widths.map((width) => '-'.repeat(width))), ...rows.map(row)].join('\n');
}

/** Median and range: `0.42 s (0.40..0.47)`. */
export function shown({ median, least, most }: Spread, unit: string): string {
  return `${median.toFixed(2)}${unit} (${least.toFixed(2)}..${most.toFixed(2)})`;
}

export const SECONDS = ' s';
export const TIMES = '×';

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
