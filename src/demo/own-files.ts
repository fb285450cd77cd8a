import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Day } from '../domain/period.ts';
import { previousDay } from '../domain/period.ts';
import type { Cast } from './cast.ts';
import { ACCOUNTS, TEAMS, type Team } from './organisation.ts';
import { APPLICATION_ACCOUNTS, RENAMED, REORGANISED } from './owner.ts';

export const CONFIG_FILE = 'bursar.yaml';
export const PEOPLE_FILE = 'people.csv';

/**
 * Writes what the organisation itself knows of its callers, for Bursar to read: rules and people.
 * @param exports paths, meant from `dir`
 */
export async function writeOwnFiles(dir: string, exports: readonly string[], cast: Cast): Promise<void> {
  await writeFile(join(dir, CONFIG_FILE), config(exports));
  await writeFile(join(dir, PEOPLE_FILE), people(cast));
}

const LAST_DAY_BEFORE = previousDay(REORGANISED as Day);
const centre = (team: Team): string => JSON.stringify(TEAMS[team].costCenter);
const set = (team: Team): string => `set: { team: ${team}, cost-center: ${centre(team)} }`;

const config = (
  exports: readonly string[],
): string => `# The sample organisation: to whom dollars belong when no tag says it.
# bursar report --config THIS_FILE --by team, --by person, --by cost-center; bursar explain --config THIS_FILE 'team=(none)'
cur: ${exports.length === 1 ? exports[0] : JSON.stringify(exports)}
people: ${PEOPLE_FILE}

dimensions:
  team:
    tags: [iamPrincipal/team]
    values: { ${RENAMED.team}: [${RENAMED.before}] }    # renamed on ${RENAMED.instant.slice(0, 10)}: one team, two spellings on the bill
  business-unit: iamPrincipal/business-unit
  department: iamPrincipal/department
  project: iamPrincipal/project
  environment: iamPrincipal/environment
  cost-center: {}                  # no tag says it: rules and people do

rules:
  # Everybody calls through the gateway, and AWS sees one role.
  - name: gateway
    match: { role: llm-gateway }
    shared: true
  # Roles of single sign-on cannot carry tags.
  - name: data science
    match: { permission-set: DataScience_* }
    ${set('data')}
  # Handed over in the reorganisation: each team pays for its days.
  - name: search indexer, before
    match: { role: search-indexer, account: "${ACCOUNTS.backendProd.id}" }
    to: ${LAST_DAY_BEFORE}
    ${set('backend')}
  - name: search indexer
    match: { role: search-indexer, account: "${ACCOUNTS.backendProd.id}" }
    from: ${REORGANISED}
    ${set('data')}
  # Accounts that one team's applications have to themselves.
${APPLICATION_ACCOUNTS.map(({ team, account }) => `  - match: { account: "${account.id}" }\n    set: { cost-center: ${centre(team)} }`).join('\n')}
  # What names no principal: tax and credits, guardrails, AgentCore, provisioned throughput.
  - name: web without a caller
    match: { account: "${ACCOUNTS.web.id}", kind: none }
    ${set('frontend')}
  - name: platform without a caller
    match: { account: "${ACCOUNTS.shared.id}", kind: none }
    shared: true
`;

/** A row for each name that somebody listed goes by, two where the team changes. */
function people({ members }: Cast): string {
  const rows = new Set<string>();
  for (const { listed, person } of members.map(({ caller }) => caller)) {
    if (listed === null || person === null) continue;
    const row = (team: Team, from: string, to: string): string =>
      [listed, person.name, team, TEAMS[team].costCenter, from, to].join(',');
    if (person.team === person.laterTeam) rows.add(row(person.team, '', ''));
    else rows.add(row(person.team, '', LAST_DAY_BEFORE)).add(row(person.laterTeam, REORGANISED, ''));
  }
  return `${['session,person,team,cost-center,from,to', ...rows].join('\n')}\n`;
}
