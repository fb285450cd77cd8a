import { END_OF_DAYS, FIRST_DAY, foldedName, PERSON, type PersonRow } from '../domain/allocation.ts';
import type { ChangeKind, Member, Membership, PeoplePlan, SessionChange } from '../domain/people.ts';
import { type Day, previousDay } from '../domain/period.ts';
import { type CsvRecord, isEmpty } from './csv.ts';
import { distinctName, nameMembers } from './names.ts';
import {
  type Import,
  type RefreshedSession,
  refreshSession,
  type SessionRow,
  type ToldSession,
} from './session-rows.ts';
import { type Cells, FROM, IMPORTED_BY, type PeopleTable, SESSION, TO, tableText } from './table.ts';

/** The people file as it was read: its records that are not empty are those of `people`. */
interface HeldFile {
  readonly people: readonly PersonRow[];
  readonly table: PeopleTable;
}

export interface Refreshed {
  /** the file anew; `null` = nothing changes */
  readonly text: string | null;
  readonly plan: PeoplePlan;
}

/** A row of the file, and where it stands. */
interface HeldRow extends SessionRow {
  readonly at: number;
  readonly spelled: string;
}

/**
 * What an import makes of the people file. Of the days before `day` no answer changes that the file gave; from `day` on it says what the
 * source says, of the sessions that the source knows or that the same import wrote.
 * @param name of the import in the file
 */
export function refreshPeople(held: HeldFile, membership: Membership, name: string, day: Day): Refreshed {
  const { members, dimensions, tellsEnds } = membership;
  const asked: Import = { name, day, dimensions, tellsEnds };
  const rows = heldRows(held);
  const names = nameMembers(members, (session) => {
    const standing = (rows.get(session) ?? []).filter(({ to }) => day < to);
    return standing.find(({ values }) => values.has(PERSON))?.values.get(PERSON) ?? null;
  });
  const told = new Map(
    members.flatMap((member) => {
      const one = { member, person: names.get(member) ?? '', spans: member.spans, left: member.left };
      return member.sessions.map((session) => [foldedName(session), { ...one, spelled: session }] as const);
    }),
  );
  const outcomes = [...new Set([...rows.keys(), ...told.keys()])].map((session) => {
    const [mine = [], says] = [rows.get(session), told.get(session)];
    return { session, before: mine, says, after: refreshSession(mine, says ?? null, asked) };
  });
  return {
    text: outcomes.some(({ after, before }) => after.rows !== before) ? textOf(held.table, outcomes, asked) : null,
    plan: planOf(outcomes, names, asked),
  };
}

function heldRows({ people, table }: HeldFile): Map<string, HeldRow[]> {
  const { header, records } = table;
  const filled = records.map((record, at) => ({ record, at })).filter(({ record }) => !isEmpty(record));
  const rows = people.map(({ session, from, to }, index) => {
    const { record, at } = filled[index] as (typeof filled)[number];
    const cells = header
      .map((column, cell) => [column, record.cells[cell] ?? ''] as const)
      .filter(([, text]) => text !== '');
    const all = new Map(cells);
    const values = new Map(cells.filter(([column]) => ![SESSION, FROM, TO, IMPORTED_BY].includes(column)));
    return {
      session,
      row: { from, to, values, importedBy: all.get(IMPORTED_BY) ?? '', at, spelled: all.get(SESSION) ?? '' },
    };
  });
  return new Map(
    [...Map.groupBy(rows, ({ session }) => session)].map(([session, own]) => [
      session,
      own.map(({ row }) => row).sort((a, b) => (a.from < b.from ? -1 : 1)),
    ]),
  );
}

interface Outcome {
  /** folded */
  readonly session: string;
  readonly before: readonly HeldRow[];
  readonly says: (ToldSession & { readonly member: Member; readonly spelled: string }) | undefined;
  readonly after: RefreshedSession;
}

/** Rows that changed stand where they stood, a new one behind the one before it; new sessions stand at the end. */
function textOf(table: PeopleTable, outcomes: readonly Outcome[], { dimensions }: Import): string {
  const places: (CsvRecord | Cells)[][] = table.records.map((record) => [record]);
  const added: { readonly person: string; readonly session: string; readonly cells: Cells[] }[] = [];
  for (const { session, before, says, after } of outcomes) {
    if (after.rows === before) continue;
    const spelled = before.at(-1)?.spelled ?? says?.spelled ?? session;
    const [first] = before;
    if (first === undefined) {
      const cells = after.rows.map((row) => cellsOf(row, spelled));
      added.push({ person: foldedName(says?.person ?? ''), session, cells });
      continue;
    }
    for (const { at } of before) places[at] = [];
    let last = first.at;
    for (const row of after.rows) {
      const old = before.find(({ from }) => from === row.from);
      last = old?.at ?? last;
      const record = row === old ? table.records[old.at] : undefined;
      places[last]?.push(record ?? cellsOf(row, old?.spelled ?? spelled));
    }
  }
  added.sort((a, b) => compare(a.person, b.person) || compare(a.session, b.session));
  const columns = [SESSION, PERSON, ...dimensions, FROM, TO, IMPORTED_BY];
  return tableText(table, columns, [...places.flat(), ...added.flatMap(({ cells }) => cells)]);
}

function cellsOf({ values, from, to, importedBy }: SessionRow, session: string): Cells {
  return new Map([
    ...values,
    [SESSION, session],
    [FROM, from === FIRST_DAY ? '' : from],
    [TO, to === END_OF_DAYS ? '' : previousDay(to)],
    [IMPORTED_BY, importedBy],
  ]);
}

function planOf(outcomes: readonly Outcome[], names: ReadonlyMap<Member, string>, asked: Import): PeoplePlan {
  const changes: SessionChange[] = [];
  const others = new Map<string, number>();
  let [unchanged, byHand] = [0, 0];
  for (const outcome of outcomes) {
    const { before, says, after } = outcome;
    switch (after.kind) {
      case 'unchanged':
        if (says !== undefined && !says.left) unchanged++;
        break;
      case 'by-hand':
        byHand++;
        break;
      case 'others': {
        if (says === undefined) break;
        const other = before.find(({ from, to }) => from <= asked.day && asked.day < to)?.importedBy ?? '';
        others.set(other, (others.get(other) ?? 0) + 1);
        break;
      }
      default:
        changes.push(changeOf(outcome, after.kind, asked));
    }
  }
  changes.sort((a, b) => compare(foldedName(a.person), foldedName(b.person)) || compare(a.session, b.session));
  const renamed = [...names].flatMap(([member, person]) => {
    const { name, left } = member;
    const same = left || name === '' || foldedName(name) === foldedName(person) || distinctName(member) === person;
    return same ? [] : [{ person, name }];
  });
  const withdrawn = outcomes.flatMap(({ before, after }) =>
    before.filter((row) => row.importedBy === asked.name && row.from > asked.day && !after.rows.includes(row)),
  );
  return { changes, unchanged, byHand, others, renamed, withdrawn: withdrawn.map(({ from }) => from).sort() };
}

function changeOf(
  { session, before, says, after }: Outcome,
  kind: ChangeKind,
  { day, dimensions }: Import,
): SessionChange {
  const valid = (rows: readonly SessionRow[]) => rows.find(({ from, to }) => from <= day && day < to);
  const [old, now] = [valid(before), valid(after.rows)];
  const shown = after.rows.filter((row) => !before.includes(row as HeldRow)).at(-1) ?? now;
  const told = (row: SessionRow | undefined) =>
    new Map([...(row?.values ?? [])].filter(([name]) => dimensions.includes(name)));
  return {
    kind,
    session: says?.spelled ?? before.at(-1)?.spelled ?? session,
    person: (shown ?? old)?.values.get(PERSON) ?? session,
    before: told(old),
    after: kind === 'left' ? new Map() : told(shown),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
