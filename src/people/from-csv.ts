import { basename } from 'node:path';
import {
  type DayRange,
  END_OF_DAYS,
  FIRST_DAY,
  foldedName,
  PERSON,
  personName,
  RESERVED_VALUES,
} from '../domain/allocation.ts';
import { closestOf } from '../domain/dimension.ts';
import type { CsvColumns, Member, MemberSpan, Membership } from '../domain/people.ts';
import { isDay, nextDay } from '../domain/period.ts';
import { CsvError, type CsvRecord, csvRecords, delimiterOf, isEmpty } from './csv.ts';
import { checkSessions, invalidSource } from './problems.ts';
import { textOf } from './source-text.ts';

export interface CsvMembership extends Membership {
  /** lines that name no session, such as people who never sign in */
  readonly nameless: number;
}

/**
 * The people of a CSV file of another directory or of an HR system.
 * @param spelling of a dimension's value: the canonical one
 * @param encoding `null` = what its bytes say
 * @throws OperatingError PEOPLE_SOURCE_INVALID with the first problems, each with its line
 */
export function membersOfCsv(
  path: string,
  bytes: Buffer,
  asked: ColumnsAsked,
  encoding: string | null,
  spelling: (dimension: string, value: string) => string,
): CsvMembership {
  const place = basename(path);
  const [head, ...records] = recordsOf(place, textOf(place, bytes, encoding));
  const columns = findColumns(place, head?.cells ?? [], head?.line ?? 1, asked);
  const cellOf = cellReader(head?.cells ?? []);
  const problems: string[] = [];
  const entries = records.flatMap((record) => {
    const entry = readEntry(record, columns, cellOf(record.cells), spelling);
    if (typeof entry !== 'string') return entry === null ? [] : [entry];
    problems.push(`line ${record.line}: ${entry}`);
    return [];
  });
  const members = [...Map.groupBy(entries, ({ sessions }) => foldedName(sessions[0])).values()].map((own) =>
    memberOf(
      own.toSorted((a, b) => (a.span.from < b.span.from ? -1 : 1)),
      problems,
    ),
  );
  if (problems.length > 0) throw invalidSource(place, problems);
  checkSessions(place, members);
  return {
    members,
    dimensions: [...columns.dimensions.keys()],
    tellsEnds: columns.to !== null,
    nameless: records.length - entries.length,
  };
}

/** What the user says of columns. */
export interface ColumnsAsked {
  /** meaning -> names of columns; where nothing is said, columns mean what they are called */
  readonly named: ReadonlyMap<string, readonly string[]>;
  /** all that there are, in their order */
  readonly dimensions: readonly string[];
}

function recordsOf(place: string, text: string): CsvRecord[] {
  try {
    return csvRecords(text, delimiterOf(text)).filter((record) => !isEmpty(record));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw invalidSource(place, [cause.message]);
  }
}

/** @throws OperatingError PEOPLE_SOURCE_INVALID where a column is not there */
function findColumns(place: string, header: readonly string[], line: number, asked: ColumnsAsked): CsvColumns {
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

type CellOf = (column: string) => string;

/** Undefined cells are those of a line that is too short. */
function cellReader(header: readonly string[]): (cells: readonly string[]) => CellOf | string {
  const at = new Map(header.map((column, index) => [foldedName(column), index]));
  return (cells) =>
    cells.length === header.length
      ? (column) => cells[at.get(foldedName(column)) ?? -1] ?? ''
      : `${cells.length} cells, but the header has ${header.length}`;
}

interface Entry {
  readonly line: number;
  readonly sessions: Member['sessions'];
  readonly name: string;
  readonly span: MemberSpan;
  readonly left: boolean;
}

/** @returns what is wrong with the line; `null` = it names no session */
function readEntry(
  { line }: CsvRecord,
  columns: CsvColumns,
  cell: CellOf | string,
  spelling: (dimension: string, value: string) => string,
): Entry | string | null {
  if (typeof cell === 'string') return cell;
  const sessions = new Map(columns.session.map((column) => [foldedName(cell(column)), cell(column)]));
  sessions.delete('');
  const [first, ...others] = sessions.values();
  if (first === undefined) return null;
  const days = readDays(columns.from === null ? '' : cell(columns.from), columns.to === null ? '' : cell(columns.to));
  if (typeof days === 'string') return days;
  const left = readStatus(columns.status === null ? '' : cell(columns.status));
  if (typeof left === 'string') return left;
  const name = columns.person === null ? '' : personName(cell(columns.person).replaceAll(/\s+/g, ' '));
  const values = new Map<string, string>();
  for (const [dimension, column] of columns.dimensions) {
    const value = spelling(dimension, cell(column).replaceAll(/\s+/g, ' '));
    if (value !== '') values.set(dimension, value);
  }
  const reserved = [name, ...values.values()].find((value) => RESERVED_VALUES.includes(value));
  if (reserved !== undefined) return `${reserved} is a word of Bursar's own: leave the cell empty`;
  return { line, sessions: [first, ...others], name, span: { ...days, values }, left };
}

/** Lines of one session tell of different days. */
function memberOf(entries: readonly Entry[], problems: string[]): Member {
  const last = entries.at(-1) as Entry;
  for (const [index, { line, span }] of entries.entries()) {
    const before = entries[index - 1];
    if (before === undefined || before.span.to <= span.from) continue;
    const [first, second] = [before.line, line].sort((a, b) => a - b);
    problems.push(`line ${second}: ${last.sessions[0]} stands on line ${first} too, for the same days`);
  }
  const sessions = new Map(entries.flatMap((entry) => entry.sessions).map((one) => [foldedName(one), one]));
  sessions.delete(foldedName(last.sessions[0]));
  return {
    sessions: [last.sessions[0], ...sessions.values()],
    name: last.name,
    spans: entries.map(({ span }) => span),
    left: last.left,
    place: `line ${last.line}`,
  };
}

function readDays(from: string, to: string): DayRange | string {
  const [first, last] = [dayOf(from), dayOf(to)];
  for (const [name, text, day] of [
    ['from', from, first],
    ['to', to, last],
  ] as const) {
    if (text !== '' && !isDay(day)) return `${name}: ${text} is no day: write one such as 2026-01-31`;
  }
  if (first !== '' && last !== '' && last < first) return `to: ${to} is before from: ${from}`;
  return { from: isDay(first) ? first : FIRST_DAY, to: isDay(last) ? nextDay(last) : END_OF_DAYS };
}

/** Directories write instants: `2026-01-31T08:00:00Z`. */
function dayOf(text: string): string {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) ? text.slice(0, 10) : text;
}

/**
 * What directories write into such a column. Sources: Okta's user status
 * (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/), Entra's accountEnabled, plain English.
 */
const STATUSES: ReadonlyMap<string, boolean> = new Map([
  ...[
    '',
    'true',
    'yes',
    '1',
    'active',
    'enabled',
    'staged',
    'provisioned',
    'recovery',
    'password_expired',
    'locked_out',
  ].map((status) => [status, false] as const),
  ...['false', 'no', '0', 'inactive', 'disabled', 'suspended', 'deprovisioned', 'terminated', 'deleted', 'left'].map(
    (status) => [status, true] as const,
  ),
]);

/** @returns whether somebody has left, or what is wrong */
function readStatus(text: string): boolean | string {
  const left = STATUSES.get(foldedName(text).replaceAll(/[\s-]+/g, '_'));
  return left ?? `status: ${text} is not known: active or inactive, true or false, or what Okta and Entra write`;
}
