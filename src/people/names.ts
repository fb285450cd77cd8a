import { foldedName, PERSON } from '../domain/allocation.ts';
import type { Member } from '../domain/people.ts';
import type { SessionRow } from './session-rows.ts';

/**
 * The name of each member in the file. One that the file has stays, for it is one person before and after a wedding, and
 * reports of the past must not change. Of several people with one name each new one has the session behind it.
 * @param rowOf the row of a folded session that is valid on the day of the import
 */
export function nameMembers(
  members: readonly Member[],
  rowOf: (session: string) => SessionRow | undefined,
): Map<Member, string> {
  const kept = new Map<Member, string>();
  const shown = new Map<Member, string>();
  for (const member of members) {
    const names = member.sessions.map((session) => rowOf(foldedName(session))?.values.get(PERSON));
    const name = names.find((one) => one !== undefined);
    if (name !== undefined) kept.set(member, name);
    shown.set(member, name ?? (member.name || member.sessions[0]));
  }
  const byName = Map.groupBy(members, (member) => foldedName(shown.get(member) ?? ''));
  for (const namesakes of byName.values()) {
    if (namesakes.length === 1) continue;
    for (const member of namesakes) if (!kept.has(member)) shown.set(member, distinctName(member));
  }
  return shown;
}

/** `Mia Keller (mia.keller2)` */
export function distinctName({ name, sessions }: Member): string {
  return `${name || sessions[0]} (${sessions[0]})`;
}
