import { foldedName } from '../domain/allocation.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Member } from '../domain/people.ts';

/** So many problems are told at once. */
const MOST_PROBLEMS = 10;

/** Behind the name of a file: the one problem, or the first of them, a line each. */
export function problemList(problems: readonly string[]): string {
  const more = problems.length - MOST_PROBLEMS;
  const shown = [...problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])];
  return shown.length === 1 ? `: ${shown[0]}` : `:${shown.map((problem) => `\n  ${problem}`).join('')}`;
}

export function invalidSource(place: string, problems: readonly string[], hint?: string): OperatingError {
  const options = hint === undefined ? {} : { hint };
  return new OperatingError('PEOPLE_SOURCE_INVALID', place + problemList(problems), options);
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
