import {
  type AllocatedCaller,
  type DayRange,
  foldedName,
  NO_PRINCIPAL,
  type Rule,
  type RuleField,
} from '../domain/allocation.ts';
import { isLiteral, matchesPattern, patternsMeet } from './pattern.ts';

/** What a field of a rule looks at. */
const VALUE_OF: Readonly<Record<RuleField, (caller: AllocatedCaller) => string | null>> = {
  arn: ({ principal }) => principal,
  role: ({ role }) => role,
  'permission-set': ({ permissionSet }) => permissionSet,
  session: ({ session }) => session,
  account: ({ account }) => account,
  kind: ({ kind, principal }) => (principal === null ? NO_PRINCIPAL : kind),
};

/** Whether all fields of the rule match, whatever the day. A field that the caller does not have matches nothing. */
export function matchesRule({ match }: Rule, caller: AllocatedCaller): boolean {
  for (const field of fieldsOf(match)) {
    const value = VALUE_OF[field](caller);
    if (value === null || !matchesPattern(folded(field, match[field]), folded(field, value))) return false;
  }
  return true;
}

/**
 * Whether `a` is the narrower of two rules, and so wins where both match: it looks at all fields of `b` (or more), and
 * each pattern that they share is the same, or in `a` a literal that `b`'s matches.
 */
export function isNarrower(a: Rule, b: Rule): boolean {
  let differs = fieldsOf(a.match).length > fieldsOf(b.match).length;
  for (const field of fieldsOf(b.match)) {
    const [mine, other] = [folded(field, a.match[field]), folded(field, b.match[field])];
    if (a.match[field] === undefined) return false;
    if (mine === other) continue;
    if (!isLiteral(mine) || !matchesPattern(other, mine)) return false;
    differs = true;
  }
  return differs;
}

/** Two rules that can match one caller on one day, of which neither is narrower, with the first dimension they disagree on. */
export interface Overlap {
  readonly first: Rule;
  readonly second: Rule;
  readonly dimension: string;
}

/** What can be told from the rules alone: those that look at the same fields. The others need a caller. */
export function findOverlap(rules: readonly Rule[]): Overlap | null {
  for (const [index, first] of rules.entries()) {
    for (const second of rules.slice(index + 1)) {
      const dimension = disagreement(first, second);
      if (dimension !== null && daysMeet(first, second) && alwaysContest(first, second)) {
        return { first, second, dimension };
      }
    }
  }
  return null;
}

/** A dimension to which both say something else; `null` = none. */
function disagreement(a: Rule, b: Rule): string | null {
  for (const [dimension, value] of a.outcome) {
    const other = b.outcome.get(dimension);
    if (other !== undefined && other !== value) return dimension;
  }
  return null;
}

function alwaysContest(a: Rule, b: Rule): boolean {
  const fields = fieldsOf(a.match);
  const same = fields.length === fieldsOf(b.match).length && fields.every((field) => b.match[field] !== undefined);
  if (!same || isNarrower(a, b) || isNarrower(b, a)) return false;
  return fields.every((field) => patternsMeet(folded(field, a.match[field]), folded(field, b.match[field])));
}

function daysMeet(a: DayRange, b: DayRange): boolean {
  return a.from < b.to && b.from < a.to;
}

function fieldsOf(match: Rule['match']): RuleField[] {
  return Object.keys(match) as RuleField[];
}

/** Session names are compared as the people file's are. */
function folded(field: RuleField, text = ''): string {
  return field === 'session' ? foldedName(text) : text;
}
