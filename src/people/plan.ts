import { foldedName, PERSON } from '../domain/allocation.ts';
import type { ChangeKind, Member, PeoplePlan, SessionChange } from '../domain/people.ts';
import { distinctName } from './names.ts';
import { compare, type HeldRow, type Outcome } from './outcome.ts';
import type { Import, SessionRow } from './session-rows.ts';

/** What an import does, for the one who reads it. */
export function planOf(outcomes: readonly Outcome[], names: ReadonlyMap<Member, string>, asked: Import): PeoplePlan {
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
