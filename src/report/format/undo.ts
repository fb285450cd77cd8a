import type { ChangeWords } from '../../domain/change.ts';
import type { OperatingError } from '../../domain/errors.ts';
import { narrow, tableWidth, textColumn, textTable } from './text-table.ts';
import { visible, visibleLines } from './visible-text.ts';

/** A line of `bursar undo --list`. */
interface JournalRow {
  readonly id: string;
  readonly account: string;
  readonly began: string;
  /** ARN of whoever did it */
  readonly caller: string;
  readonly words: ChangeWords;
  readonly state: 'begun' | 'done' | 'void' | 'undone';
}

const STATES: Readonly<Record<JournalRow['state'], string>> = {
  begun: 'begun; undo looks how far it came',
  done: 'done',
  void: 'nothing was written',
  undone: 'taken back',
};

/** What Bursar did, the newest last. */
export function journalText(rows: readonly JournalRow[], width: number | null): string {
  if (rows.length === 0) return 'The journal is empty: nothing was applied.\n';
  const column = (head: string, cell: (row: JournalRow) => string) =>
    textColumn({ head, align: 'left', cells: rows.map((row) => visible(cell(row))), foot: '' });
  const fixed = [
    column('id', ({ id }) => id),
    column('when (UTC)', ({ began }) => began.slice(0, 16).replace('T', ' ')),
    column('account', ({ account }) => account),
    column('by', ({ caller }) => caller.split(':').at(-1) ?? ''),
    column('state', ({ state, words }) =>
      words.undo.possible || state !== 'done' ? STATES[state] : 'done; cannot be taken back',
    ),
  ];
  const what = [column('what', ({ words }) => words.does)];
  const columns = [
    ...fixed,
    ...(width === null ? what : narrow(what, Math.max(30, width - tableWidth(fixed) - 2), 30)),
  ];
  const { head, rule, rows: lines } = textTable(columns);
  return `${[head, rule, ...lines].join('\n')}\n`;
}

/** What is to become of one change. */
type UndoRow = {
  readonly entry: { readonly id: string; readonly change: { readonly account: string } };
  readonly words: ChangeWords;
} & (
  | { readonly kind: 'restore'; readonly left: readonly string[] }
  | { readonly kind: 'left'; readonly left: readonly string[] }
  | { readonly kind: 'already' }
  | { readonly kind: 'impossible'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: OperatingError }
);

/** What undo is about to do, in the order in which it does it. */
export function undoText(rows: readonly UndoRow[], failures: readonly OperatingError[]): string {
  const lines = rows.flatMap((row) => {
    const head = `${row.entry.id}  ${row.entry.change.account}  ${visible(row.words.does)}`;
    return [`${MARKS[row.kind]} ${head}`, ...about(row).map((line) => `      ${visibleLines(line)}`)];
  });
  const count = rows.filter(({ kind }) => kind === 'restore').length;
  const title =
    count === 0
      ? 'Nothing to take back.'
      : `${count} ${count === 1 ? 'change is' : 'changes are'} to be taken back, in this order:`;
  const failed = failures.map(({ code, message, hint }) => visibleLines(`✗ ${code}: ${message}\n  ${hint}`));
  return `${[title, '', ...lines, ...failed].join('\n')}\n`;
}

const MARKS: Readonly<Record<UndoRow['kind'], string>> = {
  restore: '-',
  left: '!',
  already: '=',
  impossible: '!',
  failed: '✗',
};

function about(row: UndoRow): string[] {
  switch (row.kind) {
    case 'restore':
      return [
        ...(row.words.undo.possible ? [row.words.undo.how] : []),
        ...(row.left.length === 0 ? [] : [`changed since by somebody else, left as it is: ${row.left.join(', ')}`]),
      ];
    case 'left':
      return [`changed since by somebody else: left as it is (${row.left.join(', ')})`];
    case 'already':
      return ['is as it was before'];
    case 'impossible':
      return [`cannot be taken back: ${row.why}`];
    case 'failed':
      return [`${row.error.code}: ${row.error.message}`, row.error.hint];
  }
}
