import { foldedName } from '../domain/allocation.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Member } from '../domain/people.ts';

/** So many problems are told at once. */
const MOST_PROBLEMS = 10;

/** @param problems a line each; the first are told */
export function invalidSource(place: string, problems: readonly string[], hint?: string): OperatingError {
  const more = problems.length - MOST_PROBLEMS;
  const shown = [...problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])];
  const what = shown.length === 1 ? ` ${shown[0]}` : shown.map((problem) => `\n  ${problem}`).join('');
  return new OperatingError('PEOPLE_SOURCE_INVALID', `${place}:${what}`, hint === undefined ? {} : { hint });
}

/**
 * Refuses a session that is named after two people: its dollars would go to whoever is written first.
 * @throws OperatingError PEOPLE_SOURCE_INVALID
 */
export function checkSessions(place: string, members: readonly Member[]): void {
  const owners = new Map<string, Member>();
  const problems: string[] = [];
  for (const member of members) {
    for (const session of member.sessions) {
      const owner = owners.get(foldedName(session));
      if (owner !== undefined && owner !== member) {
        problems.push(`${session} is named by ${owner.place} and by ${member.place}`);
      }
      owners.set(foldedName(session), member);
    }
  }
  if (problems.length > 0) throw invalidSource(place, problems);
}
