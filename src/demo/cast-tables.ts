import type { Engine, Row } from '../engine/engine.ts';
import type { Caller } from './caller.ts';
import type { Cast, Member } from './cast.ts';
import { ownersOfNobody } from './owner.ts';
import { HOUR_NAMES, PROFILE_NAMES } from './profiles.ts';
import { makeTable, type TableColumns } from './tables.ts';
import { TAG_SET_COLUMNS, TAG_SET_IDS } from './tag-sets.ts';

const MEMBER_COLUMNS: TableColumns = {
  id: 'INTEGER',
  account: 'UTINYINT',
  account_id: 'VARCHAR',
  payer: 'VARCHAR',
  account_name: 'VARCHAR',
  principal: 'VARCHAR',
  kind: 'VARCHAR',
  role: 'VARCHAR',
  permission_set: 'VARCHAR',
  session: 'VARCHAR',
  person: 'VARCHAR',
  home_team: 'VARCHAR',
  shown_person: 'VARCHAR',
  owner_team: 'VARCHAR',
  owner_cost_center: 'VARCHAR',
  later_team: 'VARCHAR',
  later_cost_center: 'VARCHAR',
  nobody_team: 'VARCHAR',
  nobody_cost_center: 'VARCHAR',
  inference_profile: 'VARCHAR',
  profile: 'VARCHAR',
  hours: 'VARCHAR',
  slot_from: 'INTEGER',
  slot_to: 'INTEGER',
  sessions: 'INTEGER',
  first_session: 'INTEGER',
  ...TAG_SET_IDS,
};

/** Makes `sample_tag_set`, `sample_slot`, and `sample_member` with a row more for each further session. */
export async function loadCast(engine: Engine, cast: Cast): Promise<void> {
  await makeTable(engine, 'sample_tag_set', TAG_SET_COLUMNS, cast.tagSets);
  let firstSession = cast.members.length;
  const rows = cast.members.map((member) => {
    const row = memberRow(member, payerOf(cast, member), firstSession);
    firstSession += member.caller.sessions;
    return row;
  });
  await makeTable(engine, 'sample_member', MEMBER_COLUMNS, rows);
  const number = (names: readonly string[], column: string): string =>
    `CAST(list_position([${names.map(engine.dialect.text).join(', ')}], ${column}) - 1 AS INTEGER)`;
  await engine.run(`CREATE OR REPLACE TABLE sample_slot AS
    SELECT CAST(unnest(range(slot_from, slot_to)) AS INTEGER) AS slot, id AS member, account,
      principal IS NOT NULL AS identified, sessions, first_session, ${Object.keys(TAG_SET_IDS).join(', ')},
      ${number(PROFILE_NAMES, 'profile')} AS profile, ${number(HOUR_NAMES, 'hours')} AS hours
    FROM sample_member`);
  await engine.run(`INSERT INTO sample_member BY NAME
    SELECT * EXCLUDE (number, digits, name) REPLACE (CAST(first_session + number AS INTEGER) AS id, 0 AS sessions,
      replace(principal, session, name) AS principal, name AS session)
    FROM (SELECT *, ${SESSION_NAME} AS name
      FROM (SELECT *, unnest(range(sessions)) AS number, md5('session ' || number) AS digits FROM sample_member WHERE sessions > 0))`);
}

/** A new name for each session: of a job by its number, of AgentCore by a UUID. */
const SESSION_NAME = `CASE kind
  WHEN 'agentcore' THEN 'BedrockAgentCore-' || digits[1:8] || '-' || digits[9:12] || '-4' || digits[14:16] || '-a' || digits[18:20] || '-' || digits[21:32]
  ELSE 'job-' || lpad(CAST(number + 1 AS VARCHAR), 6, '0') END`;

function memberRow({ id, caller, account, from, to, tags }: Member, payer: string, firstSession: number): Row {
  const [owner, later] = caller.owners;
  const [nobody] = ownersOfNobody(caller.account);
  return {
    id,
    account,
    account_id: caller.account.id,
    payer,
    account_name: caller.account.name,
    principal: caller.principal,
    kind: caller.kind,
    role: caller.role,
    permission_set: caller.permissionSet,
    session: caller.session,
    person: caller.person?.mail ?? null,
    home_team: caller.team,
    shown_person: shownPerson(caller),
    owner_team: owner.team,
    owner_cost_center: owner.costCenter,
    later_team: later.team,
    later_cost_center: later.costCenter,
    nobody_team: nobody.team,
    nobody_cost_center: nobody.costCenter,
    inference_profile: caller.inferenceProfile,
    profile: caller.profile,
    hours: caller.hours,
    slot_from: from,
    slot_to: to,
    sessions: caller.sessions,
    first_session: firstSession,
    ...tags,
  };
}

const payerOf = ({ payers }: Cast, { caller }: Member): string =>
  payers.find(({ accounts }) => accounts.includes(caller.account))?.accounts[0]?.id ?? '';

/** Whom the people file does not know is known by a session that is called after them. */
function shownPerson({ person, session }: Caller): string | null {
  if (person?.listed) return person.name;
  return person !== null && session === person.mail ? person.mail : null;
}
