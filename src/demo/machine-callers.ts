import { allTags, assumed, type Caller, chat, coding, hex, somebody } from './caller.ts';
import type { Shape } from './human-callers.ts';
import { ACCOUNTS, projectOf, TEAMS, teamOf } from './organisation.ts';
import { ownersOfTeams, SHARED_OWNER } from './owner.ts';

export function application(index: number): Shape {
  const team = teamOf(index);
  const project = projectOf(team, index);
  const account = ACCOUNTS[TEAMS[team].applications];
  const throughProfile = index % 2 === 0;
  return {
    ...somebody(account),
    ...assumed(account, `${project}-api`, `i-0${hex(`${project}${index}`, 16)}`),
    kind: 'assumed-role',
    team,
    tags: allTags(team, project, account),
    inferenceProfile: throughProfile ? hex(`profile ${project}`, 12) : null,
    resourceProject: throughProfile ? project : null,
    profile: chat(account),
  };
}

export function serviceUser(index: number): Shape {
  const team = teamOf(index);
  const project = projectOf(team, index);
  const account = ACCOUNTS[TEAMS[team].applications];
  const path = index % 2 === 0 ? '' : 'service/';
  return {
    ...somebody(account),
    principal: `arn:aws:iam::${account.id}:user/${path}svc-${project}-${index + 1}`,
    kind: 'iam-user',
    team,
    tags: allTags(team, project, account),
    profile: 'batch',
  };
}

/** AgentCore names each session by a UUID: one principal an agent session. */
export function agent(index: number): Shape {
  const account = ACCOUNTS.shared;
  return {
    ...somebody(account),
    ...assumed(account, 'AgentCoreRuntime-document-intake', agentSession(hex(`agent ${index}`, 32))),
    kind: 'agentcore',
    team: 'data',
    tags: allTags('data', 'document-intake', account),
    profile: chat(account),
  };
}

/** The digits as a UUID of version 4. */
const agentSession = (digits: string): string =>
  `BedrockAgentCore-${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;

export function lambda(index: number): Shape {
  const account = ACCOUNTS.dataProd;
  return {
    ...somebody(account),
    ...assumed(account, 'enrichment-worker', `enrichment-${hex(`lambda ${index}`, 10)}`),
    kind: 'assumed-role',
    team: 'data',
    tags: allTags('data', 'document-intake', account),
    profile: 'batch',
  };
}

/** A gateway shows its own role, not its users: it carries no team. */
export function gateway(index: number): Shape {
  const account = ACCOUNTS.shared;
  return {
    ...somebody(account),
    ...assumed(account, 'llm-gateway', index === 0 ? 'gateway' : `gateway-${index}`),
    kind: 'assumed-role',
    owners: [SHARED_OWNER, SHARED_OWNER],
    tags: { project: 'llm-gateway', environment: account.environment },
    profile: coding(account),
  };
}

export function bareRole(index: number): Shape {
  const account = ACCOUNTS.backendProd;
  const role = index === 0 ? 'application-role' : `application-role-${index}`;
  return {
    ...somebody(account),
    principal: `arn:aws:iam::${account.id}:role/${role}`,
    role,
    kind: 'iam-role',
    team: 'backend',
    tags: { team: 'backend' },
    profile: chat(account),
  };
}

/** Without tags, and handed over from backend to data in the reorganisation. */
export function indexer(index: number): Shape {
  const account = ACCOUNTS.backendProd;
  return {
    ...somebody(account),
    ...assumed(account, 'search-indexer', index === 0 ? 'indexer' : `indexer-${index}`),
    kind: 'assumed-role',
    team: 'backend',
    owners: ownersOfTeams('backend', 'data'),
    profile: chat(account),
  };
}

/** Roles whose sessions have a new name each time: a Lambda function's, and a runtime's of AgentCore. */
export function spreadCallers(sessions: number, weight: number): Caller[] {
  const agents = Math.floor(sessions / 2);
  const jobs = { ...lambda(0), ...assumed(ACCOUNTS.dataProd, 'nightly-enrichment', 'job-000000') };
  const each = [
    { ...jobs, hours: 'night', sessions: sessions - agents },
    {
      ...agent(0),
      ...assumed(ACCOUNTS.shared, 'AgentCoreRuntime-support', agentSession('0'.repeat(32))),
      hours: 'always',
      sessions: agents,
    },
  ] as const;
  return each
    .filter((caller) => caller.sessions > 0)
    .map((caller) => ({ ...caller, weight: (weight * caller.sessions) / sessions }));
}
