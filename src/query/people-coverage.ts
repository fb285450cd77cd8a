import { type AllocationRules, foldedName, NO_RULES, PERSON, type PersonRow } from '../domain/allocation.ts';
import { findDimension } from '../domain/dimension.ts';
import { type Money, sum } from '../domain/money.ts';
import type { PeopleCoverage, PeriodCoverage } from '../domain/people.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { askCosts } from './ask.ts';

/** No session begins so: names in ARNs have no spaces. */
const COVERED = ' ';

/**
 * Which dollars are of callers that the people file names, by billing period, in net cost. Rules and tags are left aside: the
 * question is what the file knows.
 * @param snapshots of consecutive billing periods
 * @throws OperatingError CUR_SEVERAL_CURRENCIES, LEDGER_DAMAGED
 */
export async function coverage(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  people: readonly PersonRow[],
): Promise<PeopleCoverage> {
  const rules = namesOnly(people);
  const periods: PeriodCoverage[] = [];
  const uncovered = new Map<string, Money[]>();
  const seen = new Set<string>();
  let currency = 'USD';
  for (const snapshot of snapshots) {
    const question = {
      by: [findDimension(PERSON, {})],
      where: [],
      periods: [snapshot.period],
      from: null,
      to: null,
      grain: null,
      top: null,
      cost: 'net',
    } as const;
    const answer = await askCosts(engine, ledger, [snapshot], question, rules);
    currency = answer.currency;
    const parts = { covered: [], uncovered: [], notPeople: [], adjustments: [] } as Record<Part, Money[]>;
    for (const { values, adjustment, cost } of answer.rows) {
      const name = values[0] ?? null;
      const part = adjustment !== null ? 'adjustments' : partOf(name);
      parts[part].push(cost);
      if (part === 'covered') seen.add(name?.slice(COVERED.length) ?? '');
      if (part === 'uncovered' && name !== null) uncovered.set(name, [...(uncovered.get(name) ?? []), cost]);
    }
    periods.push({
      period: snapshot.period,
      covered: sum(parts.covered),
      uncovered: sum(parts.uncovered),
      notPeople: sum(parts.notPeople),
      adjustments: sum(parts.adjustments),
    });
  }
  return { currency, periods, uncovered: dearestFirst(uncovered), ...countIdle(people, seen) };
}

type Part = Exclude<keyof PeriodCoverage, 'period'>;

/** The rows of the file as the only rules; each says which session it is. */
function namesOnly(people: readonly PersonRow[]): AllocationRules {
  return {
    ...NO_RULES,
    people: people.map((row) => ({ ...row, values: new Map([[PERSON, COVERED + row.session]]) })),
  };
}

/** Whom the file does not name, the session name names, where it is that of a person. */
function partOf(name: string | null): Exclude<Part, 'adjustments'> {
  if (name === null) return 'notPeople';
  return name.startsWith(COVERED) ? 'covered' : 'uncovered';
}

function dearestFirst(costs: ReadonlyMap<string, readonly Money[]>): PeopleCoverage['uncovered'] {
  return [...costs]
    .map(([session, own]) => ({ session, cost: sum(own) }))
    .sort((a, b) => (a.cost === b.cost ? (a.session < b.session ? -1 : 1) : a.cost < b.cost ? 1 : -1));
}

/** One person may have several sessions. */
function countIdle(people: readonly PersonRow[], seen: ReadonlySet<string>): Pick<PeopleCoverage, 'people' | 'idle'> {
  const named = Map.groupBy(people, ({ values, session }) => foldedName(values.get(PERSON) ?? session));
  const idle = [...named.values()].filter((rows) => !rows.some(({ session }) => seen.has(session)));
  return { people: named.size, idle: idle.length };
}
