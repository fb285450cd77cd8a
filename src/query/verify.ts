import { type AllocationRules, NO_RULES } from '../domain/allocation.ts';
import { type Dimension, findDimension } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import { type Money, subtract, sum, ZERO } from '../domain/money.ts';
import type { Proof } from '../domain/proof.ts';
import { COST_BASES, type CostBasis, type Question } from '../domain/question.ts';
import { moneyOf } from '../engine/cells.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RawTotal } from '../ledger/raw-totals.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import type { Table } from '../ledger/tables.ts';
import { openPeriod } from './allocated.ts';
import { compileRows, valueColumn } from './compile.ts';
import { needsCallers } from './dimension-sql.ts';
import type { PeriodTables } from './period-tables.ts';

/** Sums by payer, invoice and seller: the key is {@link groupKey}. */
type Sums = ReadonlyMap<string, Money>;

/**
 * Proves one period: export = control totals; Bedrock in the export = control totals = both fact tables = the parts of
 * each dimension, by payer, invoice and seller, in every cost basis.
 * @param exported the export's own sums, by a statement that shares nothing with the ingest
 * @throws OperatingError ALLOCATION_OVERLAP, LEDGER_DAMAGED, LEDGER_BUSY
 */
export async function verifyPeriod(
  engine: Engine,
  ledger: Ledger,
  snapshot: Snapshot,
  exported: readonly RawTotal[],
  dimensions: readonly Dimension[],
  rules: AllocationRules = NO_RULES,
): Promise<Proof[]> {
  const sides = await ledger.reading(engine, [snapshot], async () => {
    const needed = needsCallers({ by: dimensions, where: [] }) ? rules : null;
    const tables = await openPeriod(engine, ledger, snapshot, needed);
    return ledgerSides(engine, tables, snapshot, dimensions);
  });
  const proofs = COST_BASES.flatMap((cost) => {
    const ofCost = sides.map(({ sums, ...side }) => ({ ...side, sums: sums[cost] }));
    const keys = new Set([...exported.map(groupKey), ...ofCost.flatMap(({ sums }) => [...sums.keys()])]);
    const byKey = new Map(exported.map((total) => [groupKey(total), total]));
    return [...keys].sort().map((key) => ({
      period: snapshot.period,
      dimensions: dimensions.length,
      ...prove(key, cost, byKey.get(key), ofCost),
    }));
  });
  if (proofs.some(({ differences }) => differences.length > 0)) await mustStillCount(ledger, snapshot);
  return proofs;
}

/** What differs may be rows that were removed while they were added up. */
async function mustStillCount(ledger: Ledger, { period, id }: Snapshot): Promise<void> {
  if ((await ledger.current([period])).get(period)?.id === id) return;
  throw new OperatingError('LEDGER_BUSY', `${period} was replaced by another process while it was proven`, {
    hint: 'Run the command again.',
  });
}

interface Side {
  readonly what: string;
  /** compared with all lines of the export, or with its Bedrock lines */
  readonly of: 'all' | 'bedrock';
}

type SideOfCost = Side & { readonly sums: Sums };
type SideOfAllCosts = Side & { readonly sums: Readonly<Record<CostBasis, Sums>> };

async function ledgerSides(
  engine: Engine,
  tables: PeriodTables,
  snapshot: Snapshot,
  dimensions: readonly Dimension[],
): Promise<SideOfAllCosts[]> {
  const totals = (bedrockOnly: boolean) => inEachCost((cost) => controlSums(snapshot, cost, bedrockOnly));
  const asked = [
    ...(['fact', 'fact_day'] as const).map((table) => ({
      what: FACTS[table],
      sql: (cost: CostBasis) => factSums(tables, table, cost),
    })),
    ...dimensions.map((dimension) => ({
      what: `parts by ${dimension.name}`,
      sql: (cost: CostBasis) => partSums(engine, tables, snapshot, cost, dimension),
    })),
  ];
  const found: SideOfAllCosts[] = [];
  for (let from = 0; from < asked.length; from += engine.parallel) {
    const some = asked.slice(from, from + engine.parallel);
    const read = some.map(async ({ what, sql }) => ({
      what,
      of: 'bedrock' as const,
      sums: await readSums(engine, sql),
    }));
    found.push(...(await Promise.all(read)));
  }
  return [
    { what: 'control totals of all lines', of: 'all', sums: totals(false) },
    { what: 'control totals of Bedrock', of: 'bedrock', sums: totals(true) },
    ...found,
  ];
}

function inEachCost<T>(make: (cost: CostBasis) => T): Record<CostBasis, T> {
  return { net: make('net'), unblended: make('unblended'), list: make('list') };
}

const FACTS = { fact: 'ledger, by line', fact_day: 'ledger, by day' } as const satisfies Partial<Record<Table, string>>;

function prove(
  key: string,
  cost: CostBasis,
  exported: RawTotal | undefined,
  sides: readonly SideOfCost[],
): Omit<Proof, 'period' | 'dimensions'> {
  const expected = { all: exported?.all[cost] ?? ZERO, bedrock: exported?.bedrock[cost] ?? ZERO };
  const found = (side: SideOfCost): Money => side.sums.get(key) ?? ZERO;
  const differences = sides
    .map((side) => ({ what: side.what, expected: expected[side.of], found: found(side) }))
    .filter((difference) => difference.expected !== difference.found);
  const [payer = '', invoice = '', seller = ''] = JSON.parse(key) as string[];
  const facts = sides.find(({ what }) => what === FACTS.fact);
  return {
    payer,
    invoice,
    seller,
    cost,
    exported: expected.all,
    bedrock: expected.bedrock,
    rest: subtract(expected.all, expected.bedrock),
    ledger: facts === undefined ? ZERO : found(facts),
    differences,
  };
}

function groupKey({ payer, invoice, seller }: { payer: string; invoice: string; seller: string }): string {
  return JSON.stringify([payer, invoice, seller]);
}

function controlSums(snapshot: Snapshot, cost: CostBasis, bedrockOnly: boolean): Sums {
  const groups = Map.groupBy(
    snapshot.control.filter((total) => !bedrockOnly || total.bedrock),
    groupKey,
  );
  return new Map([...groups].map(([key, totals]) => [key, sum(totals.map((total) => total[cost]))]));
}

function factSums(tables: PeriodTables, table: 'fact' | 'fact_day', cost: CostBasis): string {
  return `SELECT payer, invoice, seller, sum(f.${cost}) AS cost FROM ${tables.of(table)} AS f
    JOIN ${tables.of('usage')} AS u ON f.usage_id = u.usage_id GROUP BY payer, invoice, seller`;
}

/** The statement of `report --by payer-account,invoice,seller,DIM`, added up over DIM. */
function partSums(
  engine: Engine,
  tables: PeriodTables,
  snapshot: Snapshot,
  cost: CostBasis,
  dimension: Dimension,
): string {
  const owners = ['payer-account', 'invoice', 'seller'].map((name) => findDimension(name, {}));
  const question: Question = {
    by: [...owners, dimension],
    where: [],
    periods: [snapshot.period],
    from: null,
    to: null,
    grain: null,
    top: null,
    cost,
  };
  const [payer, invoice, seller] = owners.map((_, index) => valueColumn(index));
  return `SELECT ${payer} AS payer, ${invoice} AS invoice, ${seller} AS seller, sum(cost) AS cost
    FROM (${compileRows(question, [tables], engine.dialect, 'costs')}) AS parts GROUP BY ${payer}, ${invoice}, ${seller}`;
}

/** The sums in every cost by one statement: three would take three times as long to get there. */
async function readSums(engine: Engine, sql: (cost: CostBasis) => string): Promise<Record<CostBasis, Sums>> {
  const { text } = engine.dialect;
  const parts = COST_BASES.map(
    (cost) => `SELECT ${text(cost)} AS basis, payer, invoice, seller, cost FROM (${sql(cost)}) AS sums`,
  );
  const rows = await engine.rows(parts.join(' UNION ALL '));
  return inEachCost((cost) => {
    const own = rows.filter(({ basis }) => basis === cost);
    return new Map(
      own.map((row) => {
        const value = (column: string): string => String(row[column] ?? '');
        const key = groupKey({ payer: value('payer'), invoice: value('invoice'), seller: value('seller') });
        return [key, moneyOf(row, 'cost')];
      }),
    );
  });
}
