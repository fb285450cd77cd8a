import type { AllocationRules } from '../domain/allocation.ts';
import type { Period } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import type { Table } from '../ledger/tables.ts';
import { openPeriod } from './allocated.ts';
import { compileByDay, compileByRun } from './coarse.ts';
import type { PeriodTables } from './compile.ts';

/** Once so many rows are kept, some 100 bytes each, other periods are read from their files. */
const ROWS_KEPT = 800_000;

/** A table of more rows is read from its file: it would take the place of several months. */
const ROWS_OF_A_TABLE = 500_000;

/** Tables that every question joins. */
const SMALL: readonly Table[] = ['usage', 'caller', 'tag_set'];

interface Kept {
  readonly snapshot: string;
  readonly rules: AllocationRules;
  readonly tables: PeriodTables;
  /** SQL that names the tables in the engine */
  readonly names: readonly string[];
  readonly rows: number;
}

/** By period. They are gone with their engine. */
const keptIn = new WeakMap<Engine, Map<Period, Kept>>();
let made = 0;

/**
 * The tables of a snapshot, kept in an engine that many questions are asked: instead of eight files, a question then opens
 * none, and most read coarse facts. Of a period only what was asked for last is kept, and nothing makes room for another.
 * @returns `null`: there is no room left
 * @throws OperatingError ALLOCATION_OVERLAP
 */
export async function keepTables(
  engine: Engine,
  ledger: Ledger,
  snapshot: Snapshot,
  rules: AllocationRules,
): Promise<PeriodTables | null> {
  const all = keptIn.get(engine) ?? new Map<Period, Kept>();
  keptIn.set(engine, all);
  for (const [period, kept] of all) {
    if (kept.rules === rules && (period !== snapshot.period || kept.snapshot === snapshot.id)) continue;
    all.delete(period);
    await drop(engine, kept.names);
  }
  const found = all.get(snapshot.period);
  if (found !== undefined) return found.tables;
  if ([...all.values()].reduce((sum, { rows }) => sum + rows, 0) >= ROWS_KEPT) return null;
  const kept = await keep(engine, await openPeriod(engine, ledger, snapshot, rules), rules);
  all.set(snapshot.period, { snapshot: snapshot.id, ...kept });
  return kept.tables;
}

async function keep(engine: Engine, opened: PeriodTables, rules: AllocationRules): Promise<Omit<Kept, 'snapshot'>> {
  const names: string[] = [];
  let rows = 0;
  /** `null`: it has too many rows */
  const table = async (query: string): Promise<string | null> => {
    const name = await engine.keep(`kept_${made++}`, query);
    const [counted] = await engine.rows(`SELECT count(*) AS rows FROM ${name}`);
    const own = Number(counted?.rows);
    if (own > ROWS_OF_A_TABLE) {
      await drop(engine, [name]);
      return null;
    }
    names.push(name);
    rows += own;
    return name;
  };
  const small = new Map<Table, string>();
  for (const each of SMALL) {
    const name = await table(`SELECT * FROM ${opened.of(each)} AS s`);
    if (name !== null) small.set(each, name);
  }
  const of = (each: Table): string => small.get(each) ?? opened.of(each);
  if (opened.allocation === null) throw new Error('tables are kept under rules');
  const { relation, cuts } = opened.allocation;
  const allocation = { relation: (await table(`SELECT * FROM ${relation} AS told`)) ?? relation, cuts };
  const byDay = await table(compileByDay(of, allocation, engine.dialect));
  const byRun = byDay === null ? null : await table(compileByRun(byDay, cuts, engine.dialect));
  const coarse = byDay === null || byRun === null ? null : { byDay, byRun };
  return { rules, tables: { of, allocation, coarse }, names, rows };
}

async function drop(engine: Engine, names: readonly string[]): Promise<void> {
  for (const name of names) await engine.run(`DROP TABLE IF EXISTS ${name}`);
}
