import { type DayRange, END_OF_DAYS, FIRST_DAY, PERSON } from '../domain/allocation.ts';
import type { MemberSpan } from '../domain/people.ts';
import { type Day, nextDay } from '../domain/period.ts';

/** A row of the people file for one session. */
export interface SessionRow extends DayRange {
  /** column -> cell, of {@link PERSON} and the dimensions; what is empty is missing */
  readonly values: ReadonlyMap<string, string>;
  /** which import looks after it; empty = somebody wrote it */
  readonly importedBy: string;
}

/** What a source says of one session; the days before the import are only of use where the file knows nothing. */
export interface ToldSession {
  /** the name to write where a row is made */
  readonly person: string;
  /** in the order of days, without overlap */
  readonly spans: readonly MemberSpan[];
  readonly left: boolean;
}

export interface Import {
  /** its name in the file */
  readonly name: string;
  /** from this day on the source is believed */
  readonly day: Day;
  readonly dimensions: readonly string[];
  readonly tellsEnds: boolean;
}

/** What becomes of the rows: some as they were (the same objects), some with other days, some new. */
export interface RefreshedSession {
  readonly rows: readonly SessionRow[];
  readonly kind: 'added' | 'returned' | 'moved' | 'left' | 'unchanged' | 'by-hand' | 'others';
}

/**
 * The rows of one session after an import. The days before the import's keep the answer that they had; from its day on
 * the rows say what the source says.
 * @param rows in the order of days, without overlap
 * @param told `null` = the source does not know the session
 */
export function refreshSession(rows: readonly SessionRow[], told: ToldSession | null, asked: Import): RefreshedSession {
  const { day, name } = asked;
  const current = rows.find(({ from, to }) => from <= day && day < to) ?? null;
  const begun = rows.some(({ from }) => from <= day);
  if (told !== null && !begun) return addSession(rows, told, asked);
  if (current !== null && current.importedBy !== name) {
    if (current.importedBy !== '') return { rows, kind: 'others' };
    if (told === null || told.left || agrees(current, told, asked)) return { rows, kind: 'by-hand' };
  }
  const spans = told === null || told.left ? [] : clipped(told.spans, { from: day, to: firstOfOthers(rows, asked) });
  if (told === null || spans.length === 0) return endSession(rows, current, asked);
  return continueSession(rows, current, { ...told, spans }, asked);
}

/** Nothing is known of days up to the import's: the source is believed for all days. */
function addSession(rows: readonly SessionRow[], told: ToldSession, asked: Import): RefreshedSession {
  const { spans } = told;
  const known = clipped(spans, { from: FIRST_DAY, to: firstOfOthers(rows, asked) });
  // Who has left may have spent until now.
  const last = told.left ? clipped(known, { from: FIRST_DAY, to: nextDay(asked.day) }) : known;
  const made = last.map((span) => newRow(span, told, null, asked));
  const others = rows.filter(({ importedBy }) => importedBy !== asked.name);
  return refreshed(rows, [...made, ...others], told.left ? 'left' : 'added');
}

/** The source no longer knows the session: the day on which that is seen is its last. */
function endSession(rows: readonly SessionRow[], current: SessionRow | null, { name, day }: Import): RefreshedSession {
  const end = nextDay(day);
  const planned = (row: SessionRow): boolean => row.importedBy === name && row.from > day;
  const ends = current !== null && current.importedBy === name && current.to > end;
  if (!ends && !rows.some(planned)) return { rows, kind: 'unchanged' };
  const all = rows.filter((row) => !planned(row)).map((row) => (ends && row === current ? { ...row, to: end } : row));
  return { rows: all, kind: 'left' };
}

function continueSession(
  rows: readonly SessionRow[],
  current: SessionRow | null,
  told: ToldSession,
  asked: Import,
): RefreshedSession {
  const { day, name, tellsEnds } = asked;
  const { spans } = told;
  const [first, ...later] = spans as [MemberSpan, ...MemberSpan[]];
  const kept = rows.filter((row) => row !== current && !(row.importedBy === name && row.from > day));
  const make = (all: readonly MemberSpan[]) => all.map((span) => newRow(span, told, current, asked));
  const done = (own: readonly SessionRow[], kind: RefreshedSession['kind']) => refreshed(rows, [...kept, ...own], kind);
  if (current === null) return done(make(spans), 'returned');
  if (first.from > day) {
    // The source says nothing of today: what stands, stands until it does.
    return done([until(current, first.from), ...make(spans)], 'moved');
  }
  if (current.importedBy === name && saysSame(current, first, asked)) {
    // An end that lies ahead and that the source cannot know was written by hand.
    const planned = !tellsEnds && current.to > nextDay(day) && current.to < first.to;
    const to = planned ? current.to : first.to;
    const kind = later.length > 0 ? 'moved' : to < current.to ? 'left' : 'returned';
    return done([{ ...current, to }, ...make(later)], kind);
  }
  return done([...(current.from < day ? [until(current, day)] : []), ...make(spans)], 'moved');
}

function newRow(span: MemberSpan, told: ToldSession, before: SessionRow | null, asked: Import): SessionRow {
  const values = new Map(before?.values);
  for (const dimension of asked.dimensions) {
    const value = span.values.get(dimension) ?? '';
    if (value === '') values.delete(dimension);
    else values.set(dimension, value);
  }
  if (told.person !== '') values.set(PERSON, told.person);
  return { from: span.from, to: span.to, values, importedBy: asked.name };
}

/** Whether a row that somebody wrote says nothing else than the source, of which it may say more. */
function agrees(row: SessionRow, { spans, person }: ToldSession, { day, dimensions }: Import): boolean {
  const span = spans.find(({ from, to }) => from <= day && day < to);
  if (span === undefined) return true;
  if (person !== '' && !row.values.has(PERSON)) return false;
  return dimensions.every((dimension) => {
    const value = span.values.get(dimension) ?? '';
    return value === '' || value === row.values.get(dimension);
  });
}

function saysSame(row: SessionRow, span: MemberSpan, { dimensions }: Import): boolean {
  return dimensions.every((dimension) => (row.values.get(dimension) ?? '') === (span.values.get(dimension) ?? ''));
}

/** Where rows of others begin that lie ahead: no row of ours may meet them. */
function firstOfOthers(rows: readonly SessionRow[], { day, name }: Import): Day {
  const ahead = rows.filter((row) => row.importedBy !== name && row.from > day);
  return ahead.map(({ from }) => from).toSorted()[0] ?? END_OF_DAYS;
}

function clipped(spans: readonly MemberSpan[], { from, to }: DayRange): MemberSpan[] {
  return spans
    .map((span) => ({ ...span, from: span.from < from ? from : span.from, to: span.to > to ? to : span.to }))
    .filter((span) => span.from < span.to);
}

function until(row: SessionRow, day: Day): SessionRow {
  return row.to <= day ? row : { ...row, to: day };
}

/** @param kind of the change, if it is one */
function refreshed(
  rows: readonly SessionRow[],
  now: readonly SessionRow[],
  kind: RefreshedSession['kind'],
): RefreshedSession {
  const all = now
    .map((row) => rows.find((old) => sameRow(old, row)) ?? row)
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const same = all.length === rows.length && all.every((row, index) => row === rows[index]);
  return same ? { rows, kind: 'unchanged' } : { rows: all, kind };
}

function sameRow(a: SessionRow, b: SessionRow): boolean {
  if (a.from !== b.from || a.to !== b.to || a.importedBy !== b.importedBy) return false;
  return a.values.size === b.values.size && [...a.values].every(([column, cell]) => b.values.get(column) === cell);
}
