import {
  type AllocatedCaller,
  type AllocationRules,
  type AllocationSpan,
  type DayRange,
  END_OF_DAYS,
  FIRST_DAY,
  foldedName,
  isMailAddress,
  PERSON,
  type PersonRow,
  type Rule,
} from '../domain/allocation.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Day } from '../domain/period.ts';
import { userNameOf } from '../domain/principal.ts';
import { isNarrower, matchesRule } from './rules.ts';

/** Raised when any caller is allocated differently by the same rules: ledgers then do it anew. */
export const ALLOCATION_VERSION = 1;

/** To what one caller's dollars go. */
export interface Allocated {
  /** dimension -> spans, in the order of days, without gap or overlap; a dimension that is missing has no value on any day */
  readonly spans: ReadonlyMap<string, readonly AllocationSpan[]>;
  /** the rules that match the caller, on whatever day */
  readonly rules: readonly Rule[];
  /** the rows of the people file that name it */
  readonly people: readonly PersonRow[];
}

/**
 * Prepares the rules; the result tells of one caller after another to what its dollars go, tags aside: rules first, then the
 * people file, then for a person the session name.
 * @returns a function that throws OperatingError ALLOCATION_OVERLAP where two rules contest a caller
 */
export function allocator({ dimensions, rules, people }: AllocationRules): (caller: AllocatedCaller) => Allocated {
  const bySession = Map.groupBy(people, ({ session }) => session);
  const names = [...dimensions, PERSON];
  return (caller) => {
    const matching = rules.filter((rule) => matchesRule(rule, caller));
    const rows = rowsNaming(caller, bySession);
    const standard = personBySession(caller);
    const spans = new Map<string, readonly AllocationSpan[]>();
    for (const dimension of names) {
      const own = matching.filter(({ outcome }) => outcome.has(dimension));
      const told = rows.filter(({ values }) => values.has(dimension));
      const last = dimension === PERSON ? standard : null;
      if (own.length === 0 && told.length === 0 && last === null) continue;
      spans.set(dimension, spansOf(dimension, caller, own, told, last));
    }
    return { spans, rules: matching, people: rows };
  };
}

/** The days on which anybody's allocation may change, in their order. */
export function cutDays({ rules, people }: AllocationRules): Day[] {
  return cutsOf([...rules, ...people]);
}

function cutsOf(ranges: readonly DayRange[]): Day[] {
  const days = new Set(ranges.flatMap(({ from, to }) => [from, to]));
  days.delete(FIRST_DAY);
  days.delete(END_OF_DAYS);
  return [...days].sort();
}

type Told = Pick<AllocationSpan, 'value' | 'evidence'>;

const NOTHING: Told = { value: null, evidence: null };

function spansOf(
  dimension: string,
  caller: AllocatedCaller,
  rules: readonly Rule[],
  rows: readonly PersonRow[],
  last: Told | null,
): AllocationSpan[] {
  const spans: AllocationSpan[] = [];
  const starts = [FIRST_DAY, ...cutsOf([...rules, ...rows])];
  for (const [index, from] of starts.entries()) {
    const to = starts[index + 1] ?? END_OF_DAYS;
    const told =
      byRule(
        dimension,
        caller,
        rules.filter((rule) => rule.from <= from && from < rule.to),
      ) ??
      byPeople(
        dimension,
        rows.find((row) => row.from <= from && from < row.to),
      ) ??
      last ??
      NOTHING;
    const before = spans.at(-1);
    if (before !== undefined && before.value === told.value && before.evidence === told.evidence) {
      spans[spans.length - 1] = { ...before, to };
    } else {
      spans.push({ from, to, ...told });
    }
  }
  return spans;
}

/** Of the rules that match on a day, those that no narrower one overrules must agree. */
function byRule(dimension: string, caller: AllocatedCaller, rules: readonly Rule[]): Told | null {
  const standing = rules.filter((rule) => !rules.some((other) => isNarrower(other, rule)));
  const [first] = standing;
  if (first === undefined) return null;
  const value = first.outcome.get(dimension) ?? null;
  const contested = standing.find((other) => other.outcome.get(dimension) !== value);
  if (contested !== undefined) throw contest(caller, first, contested, dimension);
  return { value, evidence: first.place };
}

function contest(caller: AllocatedCaller, first: Rule, second: Rule, dimension: string): OperatingError {
  const says = (rule: Rule): string => `${rule.place} says ${rule.outcome.get(dimension)}`;
  const name = caller.principal ?? `callers without a principal in account ${caller.account}`;
  return new OperatingError(
    'ALLOCATION_OVERLAP',
    `${name} is matched by two rules that disagree on ${dimension}: ${says(first)}, ${says(second)}`,
  );
}

function byPeople(dimension: string, row: PersonRow | undefined): Told | null {
  return row === undefined ? null : { value: row.values.get(dimension) ?? null, evidence: row.place };
}

/** Rows with the ARN before rows with the session or user name: they say more precisely who is meant. */
function rowsNaming(
  { principal, session, kind }: AllocatedCaller,
  bySession: ReadonlyMap<string, readonly PersonRow[]>,
): PersonRow[] {
  if (principal === null || bySession.size === 0) return [];
  const names = [principal, session ?? userNameOf(principal, kind)];
  return names.flatMap((name) => (name === null ? [] : (bySession.get(foldedName(name)) ?? [])));
}

/** Behind single sign-on the session is named after who signed in; elsewhere only an e-mail address surely names somebody. */
function personBySession({ kind, session }: AllocatedCaller): Told | null {
  if (session === null || !(kind === 'identity-center' || isMailAddress(session))) return null;
  return { value: foldedName(session), evidence: 'session name' };
}
