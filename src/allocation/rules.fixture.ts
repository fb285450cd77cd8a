import fc from 'fast-check';
import {
  type AllocatedCaller,
  type AllocationRules,
  END_OF_DAYS,
  FIRST_DAY,
  foldedName,
  type PersonRow,
  type Rule,
  SHARED,
} from '../domain/allocation.ts';
import { OperatingError } from '../domain/errors.ts';
import { type Day, nextDay } from '../domain/period.ts';
import { classifyPrincipal } from '../domain/principal.ts';
import { allocator } from './allocate.ts';
import { findOverlap } from './rules.ts';

export const DIMENSIONS = ['team', 'cost-center'];

/** A rule in few words; `to` is included, as in bursar.yaml. */
export interface RuleText {
  readonly match: Rule['match'];
  readonly set?: Readonly<Record<string, string>>;
  readonly shared?: true;
  readonly from?: string;
  readonly to?: string;
}

/** Rules as bursar.yaml gives them, the n-th on line n. */
export function rulesOf(texts: readonly RuleText[]): Rule[] {
  return texts.map(({ match, set = {}, shared, from, to }, index) => ({
    place: `rule (bursar.yaml line ${index + 1})`,
    match,
    from: (from ?? FIRST_DAY) as Day,
    to: to === undefined ? END_OF_DAYS : nextDay(to as Day),
    outcome: new Map(shared ? DIMENSIONS.map((name) => [name, SHARED]) : Object.entries(set)),
  }));
}

/** `session, values, from, to` as in the people file; the n-th on line n + 1. */
export function peopleOf(
  rows: readonly (readonly [
    session: string,
    values: Record<string, string>,
    from?: string | undefined,
    to?: string | undefined,
  ])[],
): PersonRow[] {
  return rows.map(([session, values, from, to], index) => ({
    place: `people.csv line ${index + 2}`,
    session: foldedName(session),
    values: new Map(Object.entries(values)),
    from: (from ?? FIRST_DAY) as Day,
    to: to === undefined ? END_OF_DAYS : nextDay(to as Day),
  }));
}

export function allocationOf(rules: readonly RuleText[], people: PersonRow[] = []): AllocationRules {
  return {
    dimensions: DIMENSIONS,
    rules: rulesOf(rules),
    people,
    peopleFile: people.length === 0 ? null : 'people.csv',
  };
}

export function callerOf(principal: string | null, account = '000000000002'): AllocatedCaller {
  if (principal === null) return { account, principal, kind: null, role: null, permissionSet: null, session: null };
  const { kind, role, permissionSet, session } = classifyPrincipal(principal);
  return { account, principal, kind, role, permissionSet, session };
}

const STS = 'arn:aws:sts::000000000002:assumed-role';
const IAM = 'arn:aws:iam::000000000002:user';

/** One of each way to call: the same person behind three of them. */
export const PRINCIPALS = {
  mia: `${STS}/AWSReservedSSO_DataScience_Sandbox_0123456789abcdef/Mia@Example.com`,
  'mia at work': `${STS}/BedrockFederated/mia@example.com`,
  ben: `${STS}/AWSReservedSSO_PowerUser_0123456789abcdef/ben`,
  gateway: `${STS}/llm-gateway/gateway`,
  application: `${STS}/checkout-api/i-04fc2e2aa12f47b8f`,
  user: `${IAM}/alice`,
  key: `${IAM}/BedrockAPIKey-mia7`,
} as const;

/** The accounts of the callers that tests have. */
const ACCOUNTS = ['000000000002', '000000000003'];

const OCTOBER = Array.from({ length: 12 }, (_, index) => `2026-10-${String(index + 3).padStart(2, '0')}`);
const days = fc.option(fc.subarray(OCTOBER, { minLength: 2, maxLength: 2 }), { nil: [] });
const value = fc.constantFrom('data', 'backend', '4200');
const field = <T extends string>(...patterns: T[]) =>
  fc.option(fc.constantFrom(...patterns), { nil: undefined, freq: 2 });

const anyRule = fc
  .record({
    match: fc
      .record({
        role: field('llm-gateway', '*-api', 'AWSReservedSSO_*', '*'),
        session: field('mia@*', 'MIA@example.com', '*'),
        account: field('000000000002', '0*', '000000000003'),
        kind: field('iam-user', 'api-key', 'identity-center'),
      })
      .map((match) => Object.fromEntries(Object.entries(match).filter(([, text]) => text !== undefined)))
      .filter((match) => Object.keys(match).length > 0),
    set: fc.dictionary(fc.constantFrom(...DIMENSIONS, 'person'), value, { minKeys: 1 }),
    shared: fc.boolean(),
    days,
  })
  .map(
    ({ match, set, shared, days: [from, to] }): RuleText => ({
      match,
      ...(shared ? { shared: true } : { set }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    }),
  );

const anyRow = fc.tuple(
  fc.constantFrom('mia@example.com', 'ben', 'alice', 'BedrockAPIKey-mia7', PRINCIPALS.gateway, 'nobody'),
  fc.dictionary(fc.constantFrom(...DIMENSIONS, 'person'), value, { noNullPrototype: true }),
  days,
);

/** Rules and people that contradict each other nowhere, as Bursar takes them. */
export const anyAllocation: fc.Arbitrary<AllocationRules> = fc
  .tuple(
    fc.array(anyRule, { maxLength: 4 }),
    fc.uniqueArray(anyRow, { maxLength: 4, selector: ([session]) => session }),
  )
  .map(([rules, rows]) =>
    allocationOf(rules, peopleOf(rows.map(([session, values, [from, to]]) => [session, values, from, to]))),
  )
  .filter((allocation) => findOverlap(allocation.rules) === null && !contests(allocation));

function contests(allocation: AllocationRules): boolean {
  const allocate = allocator(allocation);
  try {
    for (const principal of [...Object.values(PRINCIPALS), null]) {
      for (const account of ACCOUNTS) allocate(callerOf(principal, account));
    }
    return false;
  } catch (error) {
    if (error instanceof OperatingError && error.code === 'ALLOCATION_OVERLAP') return true;
    throw error;
  }
}
