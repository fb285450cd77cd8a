import { assumed, type Caller, coding, hex, somebody, teamTags } from './caller.ts';
import { ACCOUNTS, projectOf, TEAMS, type Team, teamOf } from './organisation.ts';
import { ownersOfPerson } from './owner.ts';
import { type Person, personOf } from './people.ts';

/** What differs between sorts of callers. */
export type Shape = Omit<Caller, 'weight' | 'hours'>;

/** Who goes from backend to data in the reorganisation: nobody's tags say so, as PowerUser_Access passes none on. */
const MOVED = 5;

const employee = (number: number): Person => {
  const team = teamOf(number);
  return personOf(number, team, number === MOVED ? { laterTeam: 'data' } : {});
};

const developers = [...Array<string>(5).fill('BedrockDeveloper'), 'PowerUser_Access'];
const PERMISSION_SETS: Readonly<Record<Team, readonly string[]>> = {
  backend: developers,
  data: Array<string>(6).fill('DataScience_Sandbox'),
  frontend: developers,
};

/**
 * AWS forbids to tag the roles of Identity Center: tags arrive from sessions that carry attributes, as those of
 * BedrockDeveloper do, or not at all. Every eleventh is a person met before, in another role.
 */
export function identityCenter(index: number): Shape {
  const admin = index % 11 === 10;
  const who = admin ? index - 10 : index;
  const person = employee(who);
  const { team } = person;
  const permissionSet = admin ? 'AdministratorAccess' : (PERMISSION_SETS[team][who % 6] ?? 'BedrockDeveloper');
  const account = ACCOUNTS[admin ? 'shared' : TEAMS[team].people];
  const role = `AWSReservedSSO_${permissionSet}_${hex(permissionSet + account.id, 16)}`;
  return {
    ...somebody(account),
    ...assumed(account, role, person.mail),
    kind: 'identity-center',
    permissionSet,
    person,
    team,
    owners: ownersOfPerson(account, person),
    listed: person.mail,
    tags: permissionSet === 'BedrockDeveloper' ? teamTags(team) : {},
    profile: coding(account),
  };
}

/**
 * The first is a person met before: over single sign-on, as administrator and here. Every fifth is a contractor.
 * @param employees people numbered before these
 */
export function federated(index: number, employees: number): Shape {
  const team = teamOf(index);
  const person = index === 0 ? employee(0) : personOf(employees + index, team, { listed: index % 5 !== 4 });
  const account = ACCOUNTS[TEAMS[team].people];
  return {
    ...somebody(account),
    ...assumed(account, 'BedrockFederatedDeveloper', person.mail),
    kind: 'assumed-role',
    person,
    team,
    owners: ownersOfPerson(account, person),
    listed: person.listed ? person.mail : null,
    tags: { ...teamTags(team), project: projectOf(team, index) },
    profile: coding(account),
  };
}

/** The first is of the person with three roles; of every third nobody knows any more whose it is. */
export function apiKey(index: number): Shape {
  const person = index % 3 === 2 ? null : employee(index === 0 ? 0 : index + 2);
  const team = person?.team ?? teamOf(index + 2);
  const account = ACCOUNTS[TEAMS[team].people];
  const user = `BedrockAPIKey-${hex(`key ${index}`, index < 10 ? 4 : 10)}`;
  return {
    ...somebody(account),
    principal: `arn:aws:iam::${account.id}:user/${user}`,
    kind: 'api-key',
    person,
    team,
    ...(person === null ? {} : { owners: ownersOfPerson(account, person), listed: user }),
    tags: index % 2 === 0 ? { team } : {},
    profile: coding(account),
  };
}
