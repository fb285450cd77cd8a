import { basename } from 'node:path';
import { foldedName } from '../domain/allocation.ts';
import type { Member, Membership } from '../domain/people.ts';
import { CsvError, type CsvRecord, csvRecords, delimiterOf, isEmpty } from './csv.ts';
import { type ColumnsAsked, cellReader, findColumns } from './csv-columns.ts';
import { type Entry, readEntry } from './csv-entry.ts';
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

function recordsOf(place: string, text: string): CsvRecord[] {
  try {
    return csvRecords(text, delimiterOf(text)).filter((record) => !isEmpty(record));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw invalidSource(place, [cause.message]);
  }
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
