import { foldedName } from '../domain/allocation.ts';
import type { Member } from '../domain/people.ts';

/**
 * The name of each member in the file. One that the file has stays, for it is one person before and after a wedding, and
 * reports of the past must not change. Of several people with one name each new one has the session behind it.
 * @param keptName the name in the rows of a folded session from the day of the import on; `null` = there is none
 */
export function nameMembers(
  members: readonly Member[],
  keptName: (session: string) => string | null,
): Map<Member, string> {
  const kept = new Map<Member, string>();
  const shown = new Map<Member, string>();
  for (const member of members) {
    const names = member.sessions.map((session) => keptName(foldedName(session)));
    const name = names.find((one) => one !== null) ?? null;
    if (name !== null) kept.set(member, name);
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
