import { createHash } from 'node:crypto';
import { ALLOCATION_VERSION, allocator, cutDays } from '../allocation/allocate.ts';
import { type AllocatedCaller, type AllocationRules, END_OF_DAYS, FIRST_DAY, type Rule } from '../domain/allocation.ts';
import type { PrincipalKind } from '../domain/caller.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Day } from '../domain/period.ts';
import type { Columns, Engine, Row } from '../engine/engine.ts';
import type { Ledger } from './ledger.ts';
import type { Snapshot } from './snapshot.ts';
import { ALLOCATION } from './tables.ts';

/** To what the callers of one snapshot are allocated. */
export interface CallerAllocation {
  /** SQL that names the rows: {@link ALLOCATION} */
  readonly relation: string;
  /** Days of the snapshot between which no allocation changes; the first day of each such run but the earliest. */
  readonly cuts: readonly Day[];
  /** {@link marksOf}; `null`: nobody has asked yet */
  readonly marks: ReadonlySet<string> | null;
  /** whether the rows have `told_no`: the same number where all rows of a dimension and a caller say the same */
  readonly numbered: boolean;
}

/** Instead of a dimension, in rows that say which rules matched any caller: {@link mark}. */
export const MARK = '';

/** What {@link MARK} rows have as their value; every allocation has the one that says that it was made. */
const MADE = 'made';
export const PEOPLE = 'people';
export const markOf = (rule: Rule): string => rule.place;

/** Which rules concern any caller of the snapshot, by {@link markOf}, and {@link PEOPLE} where the people file does. */
export async function marksOf(
  engine: Engine,
  { relation }: Pick<CallerAllocation, 'relation'>,
): Promise<ReadonlySet<string>> {
  const rows = await engine.rows(
    `SELECT DISTINCT value FROM ${relation} AS told WHERE dimension = ${engine.dialect.text(MARK)}`,
  );
  return new Set(rows.map(({ value }) => String(value)));
}

/**
 * The allocation of a snapshot's callers, made where the ledger does not have it under these rules. Callers are streamed:
 * there may be a million.
 * @throws OperatingError ALLOCATION_OVERLAP
 */
export async function allocateCallers(
  engine: Engine,
  ledger: Ledger,
  snapshot: Snapshot,
  rules: AllocationRules,
): Promise<CallerAllocation> {
  const hash = hashOf(rules);
  const cuts = cutsWithin(cutDays(rules), snapshot);
  const kept = await ledger.allocation(engine, snapshot, hash);
  if (kept !== null) return { relation: kept, cuts, marks: null, numbered: false };
  const callers = engine.stream(
    `SELECT caller_id, account, principal, kind, role, permission_set, session
     FROM ${ledger.relation(engine, snapshot, 'caller')} AS caller ORDER BY 1`,
  );
  const table = await engine.load(`allocation_${snapshot.period.replace('-', '_')}`, LOADED, rowsOf(callers, rules));
  const columns = Object.entries(ALLOCATION).map(([name, type]) => `CAST(${name} AS ${type}) AS ${name}`);
  const query = `SELECT ${columns.join(', ')} FROM ${table}`;
  try {
    return {
      relation: await ledger.writeAllocation(engine, snapshot, hash, query),
      cuts,
      marks: null,
      numbered: false,
    };
  } catch (error) {
    // A ledger that one may only read answers all the same; it is worked out anew each time.
    if (!(error instanceof OperatingError) || error.code !== 'FOLDER_NOT_WRITABLE') throw error;
    return { relation: `(${query})`, cuts, marks: null, numbered: false };
  }
}

/** Days travel as text: not every engine's loader takes dates. */
const LOADED: Columns = { ...ALLOCATION, from_day: 'VARCHAR', to_day: 'VARCHAR' };

/** The rules as far as any row depends on them. */
function hashOf({ dimensions, rules, people }: AllocationRules): string {
  const text = JSON.stringify([ALLOCATION_VERSION, dimensions, rules, people], (_key, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The cuts that part the days of a snapshot, and the one before them: all that a line's day can be compared with. */
function cutsWithin(cuts: readonly Day[], { firstDay, lastDay }: Snapshot): Day[] {
  const before = cuts.filter((cut) => cut <= (firstDay ?? ''));
  const within = cuts.filter((cut) => cut > (firstDay ?? '') && (lastDay === null || cut <= lastDay));
  return [...before.slice(-1), ...within];
}

async function* rowsOf(callers: AsyncIterable<readonly Row[]>, rules: AllocationRules): AsyncGenerator<Row[]> {
  const allocate = allocator(rules);
  const marks = new Set<string>([MADE]);
  for await (const rows of callers) {
    const written: Row[] = [];
    for (const row of rows) {
      const allocated = allocate(callerOf(row));
      for (const [dimension, spans] of allocated.spans) {
        for (const { from, to, value, evidence } of spans) {
          // What has no row has no value: of a million callers most may belong to nothing.
          if (value === null) continue;
          written.push({ caller_id: row.caller_id ?? null, dimension, from_day: from, to_day: to, value, evidence });
        }
      }
      for (const rule of allocated.rules) marks.add(markOf(rule));
      if (allocated.people.length > 0) marks.add(PEOPLE);
    }
    yield written;
  }
  yield [...marks].map(mark);
}

/** Says once of a snapshot that a rule, or a row of the people file, concerns any of its callers. */
function mark(value: string): Row {
  return { caller_id: -1, dimension: MARK, from_day: FIRST_DAY, to_day: END_OF_DAYS, value, evidence: null };
}

function callerOf(row: Row): AllocatedCaller {
  const text = (column: string): string | null => (row[column] ?? null) as string | null;
  return {
    account: text('account'),
    principal: text('principal'),
    kind: text('kind') as PrincipalKind | null,
    role: text('role'),
    permissionSet: text('permission_set'),
    session: text('session'),
  };
}
