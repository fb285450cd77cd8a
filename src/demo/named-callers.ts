import { createHash } from 'node:crypto';
import { type Caller, chat, coding, NOBODY, type Tags } from './caller.ts';
import { ACCOUNTS, type Account, personOf, projectOf, TEAMS, type Team, teamOf } from './organisation.ts';
import type { Hours } from './profiles.ts';

const hex = (text: string, digits: number): string => createHash('sha256').update(text).digest('hex').slice(0, digits);

function uuid(text: string): string {
  const digits = hex(text, 32);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `a${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join('-');
}

function assumed(
  account: Account,
  role: string,
  session: string,
): Pick<Caller, 'account' | 'principal' | 'role' | 'session'> {
  return { account, principal: `arn:aws:sts::${account.id}:assumed-role/${role}/${session}`, role, session };
}

const teamTags = (team: Team): Tags => ({
  team,
  'business-unit': TEAMS[team].businessUnit,
  department: TEAMS[team].department,
});
const allTags = (team: Team, project: string, account: Account): Tags => ({
  ...teamTags(team),
  project,
  environment: account.environment,
});

/** What differs between sorts of callers; `index` counts within the sort, `people` counts those named before. */
type Shape = Omit<Caller, 'weight' | 'hours'>;
type Make = (index: number, people: number) => Shape;

/** `share`: of {@link SHARES}. `weight`: how busy one is. */
const SORTS: readonly {
  readonly share: number;
  readonly weight: number;
  readonly hours: Hours;
  readonly make: Make;
}[] = [
  { share: 22, weight: 3, hours: 'office', make: identityCenter },
  { share: 8, weight: 2.2, hours: 'office', make: federated },
  { share: 12, weight: 3.4, hours: 'always', make: application },
  { share: 5, weight: 1.6, hours: 'night', make: serviceUser },
  { share: 4, weight: 1.2, hours: 'office', make: apiKey },
  { share: 4, weight: 1.2, hours: 'always', make: agent },
  { share: 3, weight: 1.2, hours: 'always', make: lambda },
  { share: 1, weight: 5, hours: 'office', make: gateway },
  { share: 1, weight: 1.5, hours: 'always', make: bareRole },
];

/**
 * AWS forbids to tag the roles of Identity Center: tags arrive from sessions that carry attributes, as those of
 * BedrockDeveloper do, or not at all. Every eleventh is a person met before, in another role.
 */
function identityCenter(index: number): Shape {
  const admin = index % 11 === 10;
  const who = admin ? index - 10 : index;
  const team = teamOf(who);
  const permissionSet = admin ? 'AdministratorAccess' : (PERMISSION_SETS[team][who % 6] ?? 'BedrockDeveloper');
  const account = ACCOUNTS[admin ? 'shared' : TEAMS[team].people];
  const role = `AWSReservedSSO_${permissionSet}_${hex(permissionSet + account.id, 16)}`;
  return {
    ...NOBODY,
    ...assumed(account, role, personOf(who)),
    kind: 'identity-center',
    permissionSet,
    person: personOf(who),
    team,
    tags: permissionSet === 'BedrockDeveloper' ? teamTags(team) : {},
    profile: coding(account),
  };
}

const developers = [...Array<string>(5).fill('BedrockDeveloper'), 'PowerUser_Access'];
const PERMISSION_SETS: Readonly<Record<Team, readonly string[]>> = {
  backend: developers,
  data: Array<string>(6).fill('DataScience_Sandbox'),
  frontend: developers,
};

function federated(index: number, people: number): Shape {
  const team = teamOf(index);
  const person = personOf(people + index);
  const account = ACCOUNTS[TEAMS[team].people];
  return {
    ...NOBODY,
    ...assumed(account, 'BedrockFederatedDeveloper', person),
    kind: 'assumed-role',
    person,
    team,
    tags: { ...teamTags(team), project: projectOf(team, index) },
    profile: coding(account),
  };
}

function application(index: number): Shape {
  const team = teamOf(index);
  const project = projectOf(team, index);
  const account = ACCOUNTS[TEAMS[team].applications];
  const throughProfile = index % 2 === 0;
  const session = `i-0${hex(`${project}${index}`, 16)}`;
  return {
    ...NOBODY,
    ...assumed(account, `${project}-api`, session),
    kind: 'assumed-role',
    team,
    tags: allTags(team, project, account),
    inferenceProfile: throughProfile ? hex(`profile ${project}`, 12) : null,
    resourceProject: throughProfile ? project : null,
    profile: chat(account),
  };
}

function serviceUser(index: number): Shape {
  const team = teamOf(index);
  const project = projectOf(team, index);
  const account = ACCOUNTS[TEAMS[team].applications];
  const path = index % 2 === 0 ? '' : 'service/';
  return {
    ...NOBODY,
    account,
    principal: `arn:aws:iam::${account.id}:user/${path}svc-${project}-${index + 1}`,
    kind: 'iam-user',
    team,
    tags: allTags(team, project, account),
    profile: 'batch',
  };
}

function apiKey(index: number): Shape {
  const team = teamOf(index + 2);
  const account = ACCOUNTS[TEAMS[team].people];
  return {
    ...NOBODY,
    account,
    principal: `arn:aws:iam::${account.id}:user/BedrockAPIKey-${hex(`key ${index}`, index < 10 ? 4 : 10)}`,
    kind: 'api-key',
    team,
    tags: index % 2 === 0 ? { team } : {},
    profile: coding(account),
  };
}

/** AgentCore names each session by a UUID: one principal an agent session. */
function agent(index: number): Shape {
  const account = ACCOUNTS.shared;
  return {
    ...NOBODY,
    ...assumed(account, 'AgentCoreRuntime-document-intake', `BedrockAgentCore-${uuid(`agent ${index}`)}`),
    kind: 'agentcore',
    team: 'data',
    tags: allTags('data', 'document-intake', account),
    profile: chat(account),
  };
}

function lambda(index: number): Shape {
  const account = ACCOUNTS.dataProd;
  return {
    ...NOBODY,
    ...assumed(account, 'enrichment-worker', `enrichment-${hex(`lambda ${index}`, 10)}`),
    kind: 'assumed-role',
    team: 'data',
    tags: allTags('data', 'document-intake', account),
    profile: 'batch',
  };
}

/** A gateway shows its own role, not its users: it carries no team. */
function gateway(index: number): Shape {
  const account = ACCOUNTS.shared;
  return {
    ...NOBODY,
    ...assumed(account, 'llm-gateway', index === 0 ? 'gateway' : `gateway-${index}`),
    kind: 'assumed-role',
    tags: { project: 'llm-gateway', environment: account.environment },
    profile: coding(account),
  };
}

function bareRole(index: number): Shape {
  const account = ACCOUNTS.backendProd;
  const role = index === 0 ? 'application-role' : `application-role-${index}`;
  return {
    ...NOBODY,
    account,
    principal: `arn:aws:iam::${account.id}:role/${role}`,
    role,
    kind: 'iam-role',
    team: 'backend',
    tags: { team: 'backend' },
    profile: chat(account),
  };
}

/**
 * A few are heavy and the tail is long: the power of -3/4, by square roots, as these alone among powers are the same to
 * the last bit on every machine.
 */
const tail = (index: number): number => 1 / (Math.sqrt(index + 2) * Math.sqrt(Math.sqrt(index + 2)));

const SHARES = SORTS.reduce((sum, { share }) => sum + share, 0);

/**
 * The identified callers of the organisation.
 * @param count how many; at least 30, so that each sort occurs
 */
export function namedCallers(count: number): Caller[] {
  const callers: Caller[] = [];
  const counts = SORTS.map(({ share }) => Math.max(1, Math.floor((count * share) / SHARES)));
  counts[0] = (counts[0] ?? 0) + count - counts.reduce((a, b) => a + b, 0);
  SORTS.forEach(({ weight, hours, make }, sort) => {
    for (let index = 0; index < (counts[sort] ?? 0); index += 1) {
      callers.push({ ...make(index, counts[0] ?? 0), hours, weight: weight * tail(index) });
    }
  });
  return callers;
}

/** An application role whose sessions have a new name each time. */
export function spreadCaller(sessions: number, weight: number): Caller {
  const account = ACCOUNTS.dataProd;
  return {
    ...NOBODY,
    ...assumed(account, 'nightly-enrichment', 'job-000000'),
    kind: 'assumed-role',
    team: 'data',
    tags: allTags('data', 'document-intake', account),
    profile: 'batch',
    hours: 'night',
    weight,
    sessions,
  };
}
