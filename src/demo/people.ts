import type { Team } from './organisation.ts';

/** Somebody of the organisation. */
export interface Person {
  readonly mail: string;
  readonly name: string;
  /** whether the people file knows them: contractors it does not */
  readonly listed: boolean;
  readonly team: Team;
  /** where they belong from the reorganisation on */
  readonly laterTeam: Team;
}

const FIRST_NAMES =
  `mia jonas amara luca hana noah ines mateo priya oskar leila tomas yuki ada felix nora samir clara ivan zoe
   emil aisha bruno freya kofi maya hugo selma ravi elena theo nadia omar linnea pablo greta jun sofia karim alma`.split(
    /\s+/,
  );
const LAST_NAMES =
  `keller okafor lindqvist moreau tanaka alvarez novak haddad byrne costa weber sato ivanova mensah rossi larsen
   dubois mehta kowalski fischer santos eriksen yamada nowak bianchi ahmed lopez schmid petrov jensen garcia
   hoffmann suzuki diallo vogel martin silva berg nakamura romano huber khan peeters svensson fernandez wolf
   marino dahl castro brandt`.split(/\s+/);

/**
 * The person of a number: another number is another person.
 * Going one step aside in the last names a round keeps 2,000 pairs apart, as 40 + 1 and 50 share no divisor.
 */
export function personOf(
  number: number,
  team: Team,
  { laterTeam = team, listed = true }: Partial<Pick<Person, 'laterTeam' | 'listed'>> = {},
): Person {
  const first = FIRST_NAMES[number % FIRST_NAMES.length] ?? '';
  const round = Math.floor(number / FIRST_NAMES.length);
  const last = LAST_NAMES[(number + round) % LAST_NAMES.length] ?? '';
  const again = Math.floor(number / (FIRST_NAMES.length * LAST_NAMES.length));
  return {
    mail: `${first}.${last}${again === 0 ? '' : again + 1}@example.com`,
    name: `${capital(first)} ${capital(last)}${again === 0 ? '' : ` ${again + 1}`}`,
    listed,
    team,
    laterTeam,
  };
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
