import { END_OF_DAYS, FIRST_DAY, foldedName, PERSON } from '../domain/allocation.ts';
import { previousDay } from '../domain/period.ts';
import type { CsvRecord } from './csv.ts';
import { compare, type Outcome } from './outcome.ts';
import type { SessionRow } from './session-rows.ts';
import { type Cells, FROM, IMPORTED_BY, type PeopleTable, SESSION, TO, tableText } from './table.ts';

/** Rows that changed stand where they stood, a new one behind the one before it; new sessions stand at the end. */
export function refreshedText(table: PeopleTable, outcomes: readonly Outcome[], dimensions: readonly string[]): string {
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
