import { foldedName, PERSON, type PersonRow } from '../domain/allocation.ts';
import type { Membership, PeoplePlan } from '../domain/people.ts';
import type { Day } from '../domain/period.ts';
import { isEmpty } from './csv.ts';
import { nameMembers } from './names.ts';
import type { HeldRow } from './outcome.ts';
import { planOf } from './plan.ts';
import { refreshedText } from './refreshed-text.ts';
import { type Import, refreshSession } from './session-rows.ts';
import { FROM, IMPORTED_BY, type PeopleTable, SESSION, TO } from './table.ts';

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
    text: outcomes.some(({ after, before }) => after.rows !== before)
      ? refreshedText(held.table, outcomes, dimensions)
      : null,
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
