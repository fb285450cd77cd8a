import type { AllocationRules } from '../domain/allocation.ts';
import { type AllocationParts, type CostRow, partOf } from '../domain/answer.ts';
import { type Money, sum } from '../domain/money.ts';
import type { Question } from '../domain/question.ts';
import { moneyOf } from '../engine/cells.ts';
import type { Engine } from '../engine/engine.ts';
import { allocateCallers, markOf, marksOf, PEOPLE } from '../ledger/caller-allocation.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { compileParts } from './compile.ts';
import type { PeriodTables } from './period-tables.ts';

/**
 * The tables of a snapshot as the ledger has them.
 * @param rules to what callers are allocated; `null` = nobody asks that
 * @throws OperatingError ALLOCATION_OVERLAP
 */
export async function openPeriod(
  engine: Engine,
  ledger: Ledger,
  snapshot: Snapshot,
  rules: AllocationRules | null,
): Promise<PeriodTables> {
  return {
    of: (table) => ledger.relation(engine, snapshot, table),
    allocation: rules === null ? null : await allocateCallers(engine, ledger, snapshot, rules),
    coarse: null,
    filteredOut: null,
    lines: null,
  };
}

type Part = Exclude<keyof AllocationParts, 'dimension'>;

/** @param rows of the question, from which the parts are added up where --top left nothing out */
export async function allocationParts(
  engine: Engine,
  tables: readonly PeriodTables[],
  question: Question,
  rows: readonly CostRow[],
): Promise<AllocationParts | null> {
  const index = question.by.findIndex(({ source }) => source.table === 'allocated');
  const dimension = question.by[index];
  if (dimension === undefined) return null;
  const parts: Record<Part, Money[]> = { allocated: [], shared: [], unallocated: [], adjustments: [] };
  // What is of nobody, or shared, is ranked for itself: by one dimension alone it is never in the remainder.
  if (question.by.length > 1 && rows.some(({ other }) => other)) {
    for (const row of await engine.rows(compileParts(question, dimension, tables, engine.dialect))) {
      parts[String(row.part) as Part].push(moneyOf(row, 'cost'));
    }
  } else {
    for (const row of rows) parts[row.other ? 'allocated' : partOf(row, index)].push(row.cost);
  }
  return {
    dimension: dimension.name,
    allocated: sum(parts.allocated),
    shared: sum(parts.shared),
    unallocated: sum(parts.unallocated),
    adjustments: sum(parts.adjustments),
  };
}

/** How many examples a note names. */
const SHOWN = 3;

/** Rules and people that concern nobody of the bill: mistyped, most likely. */
export async function unmatchedNotes(
  engine: Engine,
  tables: readonly PeriodTables[],
  snapshots: readonly Snapshot[],
  { rules, people, peopleFile }: AllocationRules,
): Promise<string[]> {
  const allocations = tables.flatMap(({ allocation }) => (allocation === null ? [] : [allocation]));
  if (allocations.length === 0 || (rules.length === 0 && people.length === 0)) return [];
  const seen = new Set<string>();
  for (const allocation of allocations) {
    for (const mark of allocation.marks ?? (await marksOf(engine, allocation))) seen.add(mark);
  }
  const notes: string[] = [];
  if (people.length > 0 && !seen.has(PEOPLE)) {
    const names = people.map(({ session }) => session);
    notes.push(
      `${peopleFile} names nobody of the bill (${shown(names)}): session must be the role session name, user name or ARN.`,
    );
  }
  const days = snapshots.flatMap(({ firstDay, lastDay }) =>
    firstDay === null || lastDay === null ? [] : [firstDay, lastDay],
  );
  const [first, last] = [days.toSorted()[0], days.toSorted().at(-1)];
  const asked = rules.filter(({ from, to }) => first !== undefined && last !== undefined && from <= last && first < to);
  const idle = asked.filter((rule) => !seen.has(markOf(rule)));
  if (idle.length > 0) {
    const noun = idle.length === 1 ? 'A rule matches' : `${idle.length} rules match`;
    notes.push(`${noun} no caller of the periods asked for: ${shown(idle.map(({ place }) => place))}.`);
  }
  return notes;
}

function shown(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
