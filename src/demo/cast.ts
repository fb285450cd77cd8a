import type { Row } from '../engine/engine.ts';
import type { Caller } from './caller.ts';
import { labsCallers } from './labs-callers.ts';
import { spreadCallers } from './machine-callers.ts';
import { namedCallers } from './named-callers.ts';
import { bookingOf, namelessCallers, otherWorkloads } from './nameless-callers.ts';
import { type Account, type Payer, payersOf } from './organisation.ts';
import { dealSlots } from './tables.ts';
import { type TagSetIds, TagSets } from './tag-sets.ts';

/** Somebody lines are billed for, and the half-open range of slots that draw them. */
export interface Member {
  readonly id: number;
  readonly caller: Caller;
  /** index in {@link Cast.accounts} */
  readonly account: number;
  readonly from: number;
  readonly to: number;
  readonly tags: TagSetIds;
}

/** All whom lines are billed for: drawing one slot evenly draws a member by its weight. */
export interface Cast {
  readonly payers: readonly Payer[];
  /** of all payers, one after another */
  readonly accounts: readonly Account[];
  readonly members: readonly Member[];
  readonly bedrockSlots: number;
  /** slots of other services' workloads; they follow those of Bedrock */
  readonly otherSlots: number;
  /** by account: on whom tax, credits and the like are booked */
  readonly bookings: readonly Member[];
  readonly tagSets: readonly Row[];
}

const NAMELESS_SHARE = 0.09;
const LABS_SHARE = 0.08;
/** Up to this many further sessions get a few percent of the lines; more make it a sample about sessions. */
const FEW_SESSIONS = 1_000;
const OTHER_SLOTS = 4_096;

/**
 * Everybody.
 * @param payers organisations of AWS's
 * @param callers identified ones
 * @param sessions further session names of two application roles
 */
export function makeCast(payers: number, callers: number, sessions: number): Cast {
  const paying = payersOf(payers);
  const accounts = paying.flatMap((payer) => payer.accounts);
  const named = namedCallers(callers);
  const total = named.reduce((sum, { weight }) => sum + weight, 0);
  const spread = spreadCallers(sessions, total * (sessions <= FEW_SESSIONS ? 0.02 : 3));
  const labs = payers === 1 ? [] : labsCallers(total * LABS_SHARE);
  // 16 slots a caller at least, so that the long tail gets lines too.
  const bedrockSlots = Math.max(65_536, callers * 16);
  const tagSets = new TagSets();
  const members = [
    ...dealt([...named, ...spread, ...namelessCallers(total * NAMELESS_SHARE), ...labs], 0, bedrockSlots),
    ...dealt(otherWorkloads(accounts), bedrockSlots, OTHER_SLOTS),
    ...accounts.map((account) => ({ caller: bookingOf(account), from: 0, to: 0 })),
  ].map(
    (member, id): Member => ({
      ...member,
      id,
      account: accounts.indexOf(member.caller.account),
      tags: tagSets.of(member.caller),
    }),
  );
  return {
    payers: paying,
    accounts,
    members,
    bedrockSlots,
    otherSlots: OTHER_SLOTS,
    bookings: members.slice(-accounts.length),
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
