import type { Engine, Row } from '../engine/engine.ts';
import type { Caller } from './caller.ts';
import { namedCallers, spreadCaller } from './named-callers.ts';
import { bookingOf, namelessCallers, otherWorkloads } from './nameless-callers.ts';
import { ACCOUNT_LIST } from './organisation.ts';
import { HOUR_NAMES, PROFILE_NAMES } from './profiles.ts';
import { dealSlots, makeTable, type TableColumns } from './tables.ts';
import { TAG_SET_COLUMNS, type TagSetIds, TagSets } from './tag-sets.ts';

/** Somebody lines are billed for, and the half-open range of slots that draw them. */
export interface Member {
  readonly id: number;
  readonly caller: Caller;
  /** index in ACCOUNT_LIST */
  readonly account: number;
  readonly from: number;
  readonly to: number;
  readonly tags: TagSetIds;
}

/** All whom lines are billed for: drawing one slot evenly draws a member by its weight. */
export interface Cast {
  readonly members: readonly Member[];
  readonly bedrockSlots: number;
  /** slots of other services' workloads; they follow those of Bedrock */
  readonly otherSlots: number;
  /** by account: on whom tax, credits and the like are booked */
  readonly bookings: readonly Member[];
  readonly tagSets: readonly Row[];
}

const NAMELESS_SHARE = 0.09;
/** Up to this many further sessions get a few percent of the lines; more make it a sample about sessions. */
const FEW_SESSIONS = 1_000;
const OTHER_SLOTS = 4_096;

/** Everybody. `callers` counts the identified ones, `sessions` the further session names of one application role. */
export function makeCast(callers: number, sessions: number): Cast {
  const named = namedCallers(callers);
  const total = named.reduce((sum, { weight }) => sum + weight, 0);
  const spread = sessions === 0 ? [] : [spreadCaller(sessions, total * (sessions <= FEW_SESSIONS ? 0.02 : 3))];
  // 16 slots a caller at least, so that the long tail gets lines too.
  const bedrockSlots = Math.max(65_536, callers * 16);
  const tagSets = new TagSets();
  const members = [
    ...dealt([...named, ...spread, ...namelessCallers(total * NAMELESS_SHARE)], 0, bedrockSlots),
    ...dealt(otherWorkloads(), bedrockSlots, OTHER_SLOTS),
    ...ACCOUNT_LIST.map((account) => ({ caller: bookingOf(account), from: 0, to: 0 })),
  ].map(
    (member, id): Member => ({
      ...member,
      id,
      account: ACCOUNT_LIST.findIndex((account) => account.id === member.caller.account.id),
      tags: tagSets.of(member.caller),
    }),
  );
  return {
    members,
    bedrockSlots,
    otherSlots: OTHER_SLOTS,
    bookings: members.slice(-ACCOUNT_LIST.length),
    tagSets: tagSets.rows,
  };
}

function dealt(callers: readonly Caller[], first: number, slots: number): Pick<Member, 'caller' | 'from' | 'to'>[] {
  const ranges = dealSlots(
    callers.map(({ weight }) => weight),
    slots,
  );
  return callers.map((caller, index) => {
    const { from, to } = ranges[index] ?? { from: 0, to: 0 };
    return { caller, from: first + from, to: first + to };
  });
}

const MEMBER_COLUMNS: TableColumns = {
  id: 'INTEGER',
  account: 'UTINYINT',
  account_id: 'VARCHAR',
  account_name: 'VARCHAR',
  principal: 'VARCHAR',
  kind: 'VARCHAR',
  role: 'VARCHAR',
  permission_set: 'VARCHAR',
  session: 'VARCHAR',
  person: 'VARCHAR',
  home_team: 'VARCHAR',
  inference_profile: 'VARCHAR',
  profile: 'VARCHAR',
  hours: 'VARCHAR',
  slot_from: 'INTEGER',
  slot_to: 'INTEGER',
  sessions: 'INTEGER',
  first_session: 'INTEGER',
  tags_before: 'INTEGER',
  tags_between: 'INTEGER',
  tags_after: 'INTEGER',
  tags_nobody: 'INTEGER',
};

/** Makes `sample_tag_set`, `sample_slot`, and `sample_member` with a row more for each further session. */
export async function loadCast(engine: Engine, cast: Cast): Promise<void> {
  await makeTable(engine, 'sample_tag_set', TAG_SET_COLUMNS, cast.tagSets);
  const rows = cast.members.map((member) => memberRow(member, cast.members.length));
  await makeTable(engine, 'sample_member', MEMBER_COLUMNS, rows);
  const number = (names: readonly string[], column: string): string =>
    `CAST(list_position([${names.map(engine.dialect.text).join(', ')}], ${column}) - 1 AS INTEGER)`;
  await engine.run(`CREATE OR REPLACE TABLE sample_slot AS
    SELECT CAST(unnest(range(slot_from, slot_to)) AS INTEGER) AS slot, id AS member, account,
      principal IS NOT NULL AS identified, sessions, first_session, tags_before, tags_between, tags_after, tags_nobody,
      ${number(PROFILE_NAMES, 'profile')} AS profile, ${number(HOUR_NAMES, 'hours')} AS hours
    FROM sample_member`);
  const session = `'job-' || lpad(CAST(number + 1 AS VARCHAR), 6, '0')`;
  await engine.run(`INSERT INTO sample_member BY NAME
    SELECT * EXCLUDE (number) REPLACE (CAST(first_session + number AS INTEGER) AS id, 0 AS sessions,
      replace(principal, session, ${session}) AS principal, ${session} AS session)
    FROM (SELECT *, unnest(range(sessions)) AS number FROM sample_member WHERE sessions > 0)`);
}

function memberRow({ id, caller, account, from, to, tags }: Member, firstSession: number): Row {
  const [before, between, after, nobody] = tags;
  return {
    id,
    account,
    account_id: caller.account.id,
    account_name: caller.account.name,
    principal: caller.principal,
    kind: caller.kind,
    role: caller.role,
    permission_set: caller.permissionSet,
    session: caller.session,
    person: caller.person,
    home_team: caller.team,
    inference_profile: caller.inferenceProfile,
    profile: caller.profile,
    hours: caller.hours,
    slot_from: from,
    slot_to: to,
    sessions: caller.sessions,
    first_session: firstSession,
    tags_before: before,
    tags_between: between,
    tags_after: after,
    tags_nobody: nobody,
  };
}
