import {
  type DayRange,
  END_OF_DAYS,
  FIRST_DAY,
  foldedName,
  personName,
  RESERVED_VALUES,
} from '../domain/allocation.ts';
import type { CsvColumns, Member, MemberSpan } from '../domain/people.ts';
import { isDay, nextDay } from '../domain/period.ts';
import type { CsvRecord } from './csv.ts';
import type { CellOf } from './csv-columns.ts';

/** A line of a CSV file: somebody on some days. */
export interface Entry {
  readonly line: number;
  readonly sessions: Member['sessions'];
  readonly name: string;
  readonly span: MemberSpan;
  readonly left: boolean;
}

/** @returns what is wrong with the line; `null` = it names no session */
export function readEntry(
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
