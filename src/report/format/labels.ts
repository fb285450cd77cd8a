import type { RowKey } from '../../domain/answer.ts';
import type { Question } from '../../domain/question.ts';
import { type TextColumn, textColumn } from './text-table.ts';
import { visible } from './visible-text.ts';

const OTHER = '(other)';

/** The columns that say what a row is about: day or month, then one a dimension; adjustments are told in the first. */
export function labelColumns({ grain, by }: Question, rows: readonly RowKey[]): TextColumn[] {
  const labels: Labels[] = [
    ...(grain === null ? [] : [{ head: headOf(grain), labelOf: ({ time }: RowKey) => time ?? '' }]),
    ...by.map(({ name }, index) => ({
      head: headOf(name),
      labelOf: (row: RowKey) => (index === 0 ? firstLabel(row, name) : laterLabel(row, name, index)),
    })),
    ...(by.length > 0 ? [] : [{ head: 'Charge', labelOf: ({ adjustment }: RowKey) => adjustment ?? 'Usage' }]),
  ];
  return labels.map(({ head, labelOf }, index) =>
    textColumn({
      head,
      align: 'left',
      cells: rows.map((row) => visible(labelOf(row))),
      foot: index === 0 ? 'Total' : '',
    }),
  );
}

interface Labels {
  readonly head: string;
  readonly labelOf: (row: RowKey) => string;
}

/** `permission-set` reads as `Permission set`; a name with its own punctuation stays as it is asked for. */
function headOf(name: string): string {
  if (!/^[a-z][a-z-]*$/.test(name)) return visible(name);
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
}

function firstLabel(row: RowKey, name: string): string {
  const value = row.values[0] ?? null;
  if (row.other) return OTHER;
  if (row.adjustment === null || row.adjustment === value) return value ?? noValue(name);
  return `${value ?? noValue(name)} · ${row.adjustment}`;
}

function laterLabel(row: RowKey, name: string, index: number): string {
  return row.other ? '' : (row.values[index] ?? noValue(name));
}

function noValue(name: string): string {
  return `(no ${/^[a-z-]+$/.test(name) ? name.replaceAll('-', ' ') : name})`;
}
