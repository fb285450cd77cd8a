import { foldedName, PERSON } from '../domain/allocation.ts';
import { closestOf } from '../domain/dimension.ts';
import type { CsvColumns } from '../domain/people.ts';
import { invalidSource } from './problems.ts';

/** What the user says of columns. */
export interface ColumnsAsked {
  /** meaning -> names of columns; where nothing is said, columns mean what they are called */
  readonly named: ReadonlyMap<string, readonly string[]>;
  /** all that there are, in their order */
  readonly dimensions: readonly string[];
}

/** @throws OperatingError PEOPLE_SOURCE_INVALID where a column is not there */
export function findColumns(place: string, header: readonly string[], line: number, asked: ColumnsAsked): CsvColumns {
  const { named, dimensions } = asked;
  const problems: string[] = [];
  const find = (meaning: string): string[] => {
    const wanted = named.size > 0 ? (named.get(meaning) ?? []) : header.filter((one) => foldedName(one) === meaning);
    return wanted.filter((column) => {
      const found = header.filter((one) => foldedName(one) === foldedName(column));
      if (found.length === 1) return true;
      const near = header.length === 0 ? '' : `; did you mean ${closestOf(column, header)}?`;
      problems.push(
        found.length > 1
          ? `the column ${column} stands ${found.length} times`
          : `there is no column ${JSON.stringify(column)}${near} There are: ${header.join(', ')}`,
      );
      return false;
    });
  };
  const only = (meaning: string): string | null => {
    const [first = null, ...more] = find(meaning);
    if (more.length > 0) problems.push(`${meaning} can be in one column only`);
    return first;
  };
  const columns = {
    session: find('session'),
    person: only(PERSON),
    status: only('status'),
    from: only('from'),
    to: only('to'),
    dimensions: new Map(
      dimensions.flatMap((dimension) => {
        const column = only(dimension);
        return column === null ? [] : [[dimension, column] as const];
      }),
    ),
  };
  if (columns.session.length === 0 && problems.length === 0) {
    problems.push(`no column holds the session. There are: ${header.join(', ')}`);
  }
  if (problems.length === 0) return columns;
  throw invalidSource(
    place,
    problems.map((problem) => `line ${line}: ${problem}`),
    'Say what the columns mean: --columns session=Email,person=Name,team=Department, or people.columns in bursar.yaml.',
  );
}

export type CellOf = (column: string) => string;

/** Undefined cells are those of a line that is too short. */
export function cellReader(header: readonly string[]): (cells: readonly string[]) => CellOf | string {
  const at = new Map(header.map((column, index) => [foldedName(column), index]));
  return (cells) =>
    cells.length === header.length
      ? (column) => cells[at.get(foldedName(column)) ?? -1] ?? ''
      : `${cells.length} cells, but the header has ${header.length}`;
}
