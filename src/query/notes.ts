import type { Dimension } from '../domain/dimension.ts';
import { closestOf } from '../domain/dimension.ts';
import { formatRounded, subtract } from '../domain/money.ts';
import { daysBetween } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import { bedrockCost } from '../ledger/period-state.ts';
import type { Snapshot } from '../ledger/snapshot.ts';

/** A month may well begin with days on which nobody but a batch job called. */
const QUIET_DAYS = 3;

/** How many examples a note names. */
const SHOWN = 3;

/** What the reader must know to trust the answer, a sentence each. */
export function notesOn(question: Question, snapshots: readonly Snapshot[]): string[] {
  return [
    ...basisNotes(question, snapshots),
    ...tagNotes(question, snapshots),
    ...snapshots.flatMap(restatedNotes),
    ...snapshots.flatMap(identityNotes),
    ...unreadNotes(snapshots),
    ...snapshots
      .filter(({ listedBy }) => listedBy === null)
      .map(({ period }) => `${period} has no manifest: every data file in its folder was taken.`),
  ];
}

/** AWS changed the period after it had its invoices. */
function restatedNotes({ period, state, control }: Snapshot): string[] {
  if (state.kind !== 'restated') return [];
  const change = subtract(bedrockCost(control), state.invoicedAs);
  const moved = `${change > 0n ? '+' : ''}${formatRounded(change, 2)}`;
  return [`${period} was restated after its invoice: ${moved} unblended since snapshot ${state.invoicedIn}.`];
}

/** Without principals nobody can be named, and a report that is all (none) looks like a mistake of ours. */
function identityNotes({ period, firstDay: first, identity: { column, firstDay } }: Snapshot): string[] {
  if (column === 'none') {
    return [
      `${period} has no column of principals: nobody can be named. docs/guides/own-export.md says how to make an export that has it.`,
    ];
  }
  if (firstDay === null)
    return [
      `${period}: no Bedrock line names a principal. docs/guides/own-export.md says what an export needs for it.`,
    ];
  if (column === 'all' && daysBetween(first ?? firstDay, firstDay) <= QUIET_DAYS) return [];
  return [`${period}: the first line with a principal is of ${firstDay}.`];
}

/** One total over payers or periods with different bases is right by the rule, but must not go unsaid. */
function basisNotes(question: Question, snapshots: readonly Snapshot[]): string[] {
  if (question.cost === 'list') {
    return ['List cost is 0 on Marketplace lines: they carry no public price.'].filter(() =>
      snapshots.some(({ marketplace }) => marketplace.length > 0),
    );
  }
  if (question.cost !== 'net') return [];
  return snapshots.flatMap(({ period, netBasis }) =>
    netBasis
      .filter(({ cost }) => cost !== 'net')
      .map(({ payer, why }) => `${period}: payer ${payer} is shown in unblended cost, since ${why}.`),
  );
}

function tagNotes(question: Question, snapshots: readonly Snapshot[]): string[] {
  const seen = new Set(snapshots.flatMap(({ tagKeys }) => tagKeys));
  const asked = new Map<string, Dimension>();
  for (const dimension of [...question.by, ...question.where.map((filter) => filter.dimension)]) {
    const { source } = dimension;
    if (source.table !== 'allocated' || source.callers !== null) continue;
    // Where one of several tags is there, the others are its older or newer names.
    const [first] = source.tagKeys;
    if (first !== undefined && !source.tagKeys.some((key) => seen.has(key))) asked.set(first, dimension);
  }
  return [...asked].map(([key, { name }]) => {
    const near = seen.size === 0 ? 'No tag is on any line' : `The nearest tag seen is ${closestOf(key, [...seen])}`;
    return `${name}: no Bedrock line carries the tag ${key}. ${near}. A tag counts from its activation as cost allocation tag on.`;
  });
}

function unreadNotes(snapshots: readonly Snapshot[]): string[] {
  const unread = snapshots.flatMap((snapshot) => snapshot.unread);
  const about = { 'usage-type': 'usage type', unit: 'unit' } as const;
  const notes = (['usage-type', 'unit'] as const).flatMap((what) => {
    const names = [
      ...new Set(
        unread
          .filter((u) => u.what === what)
          .map((u) => (what === 'unit' ? `${u.unit || '(none)'} on ${u.usageType}` : u.usageType)),
      ),
    ];
    if (names.length === 0) return [];
    const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : '';
    return [
      `${plural(names.length, about[what])} not known: the cost counts, the tokens do not (${names.slice(0, SHOWN).join(', ')}${more}). bursar doctor says how much it is.`,
    ];
  });
  const amounts = snapshots.reduce((lines, snapshot) => lines + snapshot.amountsUnread, 0);
  return amounts === 0
    ? notes
    : [...notes, `${plural(amounts, 'line')} without a readable usage amount: the tokens are not counted.`];
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
