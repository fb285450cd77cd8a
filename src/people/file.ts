import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  type DayRange,
  END_OF_DAYS,
  FIRST_DAY,
  foldedName,
  PERSON,
  type PersonRow,
  personName,
  RESERVED_VALUES,
} from '../domain/allocation.ts';
import { closestOf } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import { isDay, nextDay } from '../domain/period.ts';
import { CsvError, encodingOf, isEmpty } from './csv.ts';
import { problemList } from './problems.ts';
import { FROM, IMPORTED_BY, type PeopleTable, parseTable, SESSION, TO } from './table.ts';

/** The columns that are no dimensions, besides {@link PERSON}. */
const OWN_COLUMNS: readonly string[] = [SESSION, FROM, TO, IMPORTED_BY];

export interface PeopleFile {
  readonly people: readonly PersonRow[];
  /** the dimensions that have a column */
  readonly columns: readonly string[];
  /** the file as it stands: its records that are not empty are those of `people` */
  readonly table: PeopleTable;
}

/**
 * Reads the people file: CSV with a header, separated by commas, semicolons or tabs, in UTF-8.
 * @param dimensions those of the configuration
 * @throws OperatingError PEOPLE_FILE_INVALID with the first problems, each with its line
 */
export async function readPeopleFile(path: string, dimensions: readonly string[]): Promise<PeopleFile> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new OperatingError('PEOPLE_FILE_INVALID', `${path} cannot be read: ${cause.message}`, {
      hint: 'Check people: in bursar.yaml; its path is meant from the folder of that file. bursar people import makes one.',
      cause,
    });
  });
  return parsePeopleFile(path, bytes, dimensions);
}

/** The same of a file that was read. */
export function parsePeopleFile(path: string, bytes: Buffer, dimensions: readonly string[]): PeopleFile {
  const table = tableOf(path, decoded(path, bytes));
  const { header, headerLine } = table;
  const problems = headerProblems(header, headerLine, dimensions);
  if (problems.length > 0) throw invalid(path, problems);
  const file = basename(path);
  const people = table.records.flatMap((record) => {
    if (isEmpty(record)) return [];
    const row = readRow(header, record.cells, `${file} line ${record.line}`);
    if (typeof row !== 'string') return [row];
    problems.push(`line ${record.line}: ${row}`);
    return [];
  });
  problems.push(...twiceOnADay(people));
  if (problems.length > 0) throw invalid(path, problems);
  return { people, columns: dimensions.filter((name) => header.includes(name)), table };
}

function decoded(path: string, bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  switch (encoding.kind) {
    case 'utf-8':
      return bytes.toString('utf8');
    case 'single-byte':
      throw wrongEncoding(path, 'Latin-1 or Windows-1252', encoding.line);
    default:
      throw wrongEncoding(path, 'UTF-16', 1);
  }
}

function wrongEncoding(path: string, encoding: string, line: number): OperatingError {
  return new OperatingError('PEOPLE_FILE_INVALID', `${path}, line ${line}: the file is in ${encoding}, not in UTF-8`, {
    hint: 'Save it as UTF-8: in Excel, Save As and the type "CSV UTF-8 (Comma delimited)".',
  });
}

function tableOf(path: string, text: string): PeopleTable {
  try {
    return parseTable(text);
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw invalid(path, [cause.message]);
  }
}

function headerProblems(header: readonly string[], line: number, dimensions: readonly string[]): string[] {
  const known = [SESSION, PERSON, ...dimensions, FROM, TO];
  const problems = header.flatMap((name, index) => {
    if (header.indexOf(name) < index) return [`the column ${name} stands twice`];
    if (known.includes(name) || name === IMPORTED_BY) return [];
    const near = name === '' ? '' : `; did you mean ${closestOf(name, known)}?`;
    return [
      `there is no column ${JSON.stringify(name)}${near} There are: ${known.join(', ')}`.replace('" There', '". There'),
    ];
  });
  if (!header.includes(SESSION)) problems.push(`the column ${SESSION} is missing: the header is ${known.join(',')}`);
  return problems.map((problem) => `line ${line}: ${problem}`);
}

/** @returns what is wrong with the row, or the row */
function readRow(header: readonly string[], cells: readonly string[], place: string): PersonRow | string {
  // Who writes a row by hand may leave out what only imports write.
  const byHand = header.at(-1) === IMPORTED_BY && cells.length === header.length - 1;
  if (cells.length !== header.length && !byHand) return `${cells.length} cells, but the header has ${header.length}`;
  const cell = (name: string): string => cells[header.indexOf(name)] ?? '';
  const session = foldedName(cell(SESSION));
  if (session === '') return `the cell ${SESSION} is empty`;
  const days = readDays(cell(FROM), cell(TO));
  if (typeof days === 'string') return days;
  const values = new Map<string, string>();
  for (const name of header) {
    const value = cell(name);
    if (OWN_COLUMNS.includes(name) || value === '') continue;
    if (RESERVED_VALUES.includes(value)) return `${name}: ${value} is a word of Bursar's own: leave the cell empty`;
    values.set(name, name === PERSON ? personName(value) : value);
  }
  return { place, session, values, ...days };
}

function readDays(from: string, to: string): DayRange | string {
  for (const [name, text] of [
    [FROM, from],
    [TO, to],
  ] as const) {
    if (text !== '' && !isDay(text)) return `${name}: ${text} is no day: write one such as 2026-01-31`;
  }
  if (from !== '' && to !== '' && to < from) return `to: ${to} is before from: ${from}`;
  return {
    from: isDay(from) ? from : FIRST_DAY,
    to: isDay(to) ? nextDay(to) : END_OF_DAYS,
  };
}

function twiceOnADay(people: readonly PersonRow[]): string[] {
  const problems: string[] = [];
  for (const [session, rows] of Map.groupBy(people, (row) => row.session)) {
    let last: PersonRow | undefined;
    for (const row of rows.toSorted((a, b) => a.from.localeCompare(b.from))) {
      if (last !== undefined && row.from < last.to) {
        problems.push(`${session} stands twice for the same days: ${last.place} and ${row.place}`);
      }
      if (last === undefined || row.to > last.to) last = row;
    }
  }
  return problems;
}

function invalid(path: string, problems: readonly string[]): OperatingError {
  return new OperatingError('PEOPLE_FILE_INVALID', path + problemList(problems));
}
