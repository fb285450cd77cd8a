import { matchesPattern } from '../allocation/pattern.ts';
import { END_OF_DAYS, FIRST_DAY, foldedName, personName, RESERVED_VALUES } from '../domain/allocation.ts';
import type { Directory, DirectoryGroup, DirectoryUser } from '../domain/directory.ts';
import type { GroupRule, Member, Membership } from '../domain/people.ts';
import { invalidSource } from './problems.ts';

export interface DirectoryMembership extends Membership {
  /** groups that no pattern names, by name */
  readonly unmapped: readonly DirectoryGroup[];
  /** patterns that name no group */
  readonly idle: readonly string[];
  /** people in two groups that disagree, where the first of the map counts */
  readonly decided: readonly string[];
  /** e-mail addresses that several users have: whose session one would be, nobody can tell */
  readonly shared: readonly string[];
}

/**
 * The people of a directory, with what their groups say of them.
 * @param dimensions in the order of their columns
 * @param firstCounts where two groups of somebody disagree, whether the one counts that is matched further up
 * @throws OperatingError PEOPLE_SOURCE_INVALID
 */
export function membersOfDirectory(
  { users, groups, identityStore }: Directory,
  rules: readonly GroupRule[],
  dimensions: readonly string[],
  firstCounts: boolean,
): DirectoryMembership {
  const problems: string[] = [];
  const decided: string[] = [];
  const shared = sharedAddresses(users);
  const members = users.map((user): Member => {
    const { values, contests } = valuesOf(user, rules, firstCounts);
    for (const { text, open } of contests) (open ? problems : decided).push(`${nameOf(user)} ${text}`);
    return {
      sessions: sessionsOf(user, shared),
      name: shownName(user),
      spans: [{ from: FIRST_DAY, to: END_OF_DAYS, values }],
      left: !user.enabled,
      place: `user ${user.userName}`,
    };
  });
  const place = `Identity Center ${identityStore}`;
  if (problems.length > 0) {
    throw invalidSource(
      place,
      problems,
      'Take the person out of one group, or make a pattern narrower. --first-group (first-group: true in bursar.yaml) lets the group count that the map names first.',
    );
  }
  const named = (name: string) => (rule: GroupRule) => matches(rule, name);
  const spoken = new Set(rules.flatMap(({ values }) => [...values.keys()]));
  return {
    members,
    dimensions: dimensions.filter((dimension) => spoken.has(dimension)),
    tellsEnds: false,
    unmapped: groups.filter(({ name }) => !rules.some(named(name))).sort((a, b) => (a.name < b.name ? -1 : 1)),
    idle: rules.filter((rule) => !groups.some(({ name }) => matches(rule, name))).map(({ pattern }) => pattern),
    decided,
    shared: [...shared].sort(),
  };
}

/** Whether the group's members matter. */
export function isMapped(group: string, rules: readonly GroupRule[]): boolean {
  return rules.some((rule) => matches(rule, group));
}

interface Contest {
  readonly text: string;
  /** whether the order of the map does not decide it */
  readonly open: boolean;
}

function valuesOf(
  user: DirectoryUser,
  rules: readonly GroupRule[],
  firstCounts: boolean,
): { values: Map<string, string>; contests: Contest[] } {
  const values = new Map<string, string>();
  const saidBy = new Map<string, { readonly group: string; readonly rule: GroupRule }>();
  const contests: Contest[] = [];
  for (const rule of rules) {
    for (const group of user.groups.filter((name) => matches(rule, name)).toSorted()) {
      for (const [dimension, written] of rule.values) {
        const value = filledIn(rule, group, written);
        const before = saidBy.get(dimension);
        if (before === undefined) {
          values.set(dimension, value);
          saidBy.set(dimension, { group, rule });
        } else if (values.get(dimension) !== value) {
          const text = `is in two groups that disagree on ${dimension}: ${before.group} says ${values.get(dimension)}, ${group} says ${value}`;
          contests.push({ text, open: !firstCounts || before.rule === rule });
        }
      }
    }
  }
  return { values, contests };
}

function matches({ pattern }: GroupRule, group: string): boolean {
  return matchesPattern(foldedName(pattern), foldedName(group));
}

/** `team-*` with the value `*`: the group team-data says data. */
function filledIn({ pattern }: GroupRule, group: string, written: string): string {
  if (!written.includes('*')) return written;
  const before = pattern.trim().indexOf('*');
  const after = pattern.trim().length - before - 1;
  const name = group.trim();
  return written.replace('*', () => name.slice(before, name.length - after));
}

/** The user name and the e-mail address: Identity Center names the session after one of them. */
function sessionsOf({ userName, emails }: DirectoryUser, shared: ReadonlySet<string>): Member['sessions'] {
  const addresses = new Map(emails.map((address) => [foldedName(address), address.trim()]));
  for (const folded of ['', foldedName(userName), ...shared]) addresses.delete(folded);
  return [userName.trim(), ...addresses.values()];
}

/** E-mail addresses of several users, or of one who is not the user of that name. */
function sharedAddresses(users: readonly DirectoryUser[]): Set<string> {
  const owners = new Map(users.map((user) => [foldedName(user.userName), user]));
  const shared = new Set<string>();
  for (const user of users) {
    for (const address of user.emails.map(foldedName)) {
      const owner = owners.get(address);
      if (owner !== undefined && owner !== user) shared.add(address);
      owners.set(address, owner ?? user);
    }
  }
  return shared;
}

function shownName({ displayName }: DirectoryUser): string {
  const name = personName(displayName.replaceAll(/\s+/g, ' '));
  return RESERVED_VALUES.includes(name) ? '' : name;
}

function nameOf(user: DirectoryUser): string {
  return `${shownName(user) || user.userName} (${user.userName})`;
}
