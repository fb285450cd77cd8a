import { type Dimension, findDimension } from '../domain/dimension.ts';
import { type Money, parseMoney, subtract, sum, ZERO } from '../domain/money.ts';
import type { Proof } from '../domain/proof.ts';
import { COST_BASES, type CostBasis, type Question } from '../domain/question.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RawTotal } from '../ledger/raw-totals.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import type { Table } from '../ledger/tables.ts';
import { compileRows, type TableOf, valueColumn } from './compile.ts';

/** Sums by payer, invoice and seller: the key is {@link groupKey}. */
type Sums = ReadonlyMap<string, Money>;

/**
 * Proves one period: export = control totals; Bedrock in the export = control totals = both fact tables = the parts of
 * each dimension, by payer, invoice and seller, in every cost basis.
 * @param exported the export's own sums, by a statement that shares nothing with the ingest
 * @throws OperatingError LEDGER_DAMAGED
 */
export async function verifyPeriod(
  engine: Engine,
  ledger: Ledger,
  snapshot: Snapshot,
  exported: readonly RawTotal[],
  dimensions: readonly Dimension[],
): Promise<Proof[]> {
  const tableOf: TableOf = (table) => ledger.relation(engine, snapshot, table);
  const proofs: Proof[] = [];
  for (const cost of COST_BASES) {
    const sides = await ledger.reading(engine, [snapshot], () =>
      ledgerSides(engine, tableOf, snapshot, cost, dimensions),
    );
    const keys = new Set([...exported.map(groupKey), ...sides.flatMap(({ sums }) => [...sums.keys()])]);
    const byKey = new Map(exported.map((total) => [groupKey(total), total]));
    for (const key of [...keys].sort()) {
      proofs.push({
        period: snapshot.period,
        dimensions: dimensions.length,
        ...prove(key, cost, byKey.get(key), sides),
      });
    }
  }
  return proofs;
}

interface Side {
  readonly what: string;
  /** compared with all lines of the export, or with its Bedrock lines */
  readonly of: 'all' | 'bedrock';
  readonly sums: Sums;
}

async function ledgerSides(
  engine: Engine,
  tableOf: TableOf,
  snapshot: Snapshot,
  cost: CostBasis,
  dimensions: readonly Dimension[],
): Promise<Side[]> {
  const sides: Side[] = [
    { what: 'control totals of all lines', of: 'all', sums: controlSums(snapshot, cost, false) },
    { what: 'control totals of Bedrock', of: 'bedrock', sums: controlSums(snapshot, cost, true) },
  ];
  for (const table of ['fact', 'fact_day'] as const) {
    sides.push({ what: FACTS[table], of: 'bedrock', sums: await readSums(engine, factSums(tableOf, table, cost)) });
  }
  for (const dimension of dimensions) {
    sides.push({
      what: `parts by ${dimension.name}`,
      of: 'bedrock',
      sums: await readSums(engine, partSums(engine, tableOf, snapshot, cost, dimension)),
    });
  }
  return sides;
}

const FACTS = { fact: 'ledger, by line', fact_day: 'ledger, by day' } as const satisfies Partial<Record<Table, string>>;

function prove(
  key: string,
  cost: CostBasis,
  exported: RawTotal | undefined,
  sides: readonly Side[],
): Omit<Proof, 'period' | 'dimensions'> {
  const expected = { all: exported?.all[cost] ?? ZERO, bedrock: exported?.bedrock[cost] ?? ZERO };
  const found = (side: Side): Money => side.sums.get(key) ?? ZERO;
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

function factSums(tableOf: TableOf, table: 'fact' | 'fact_day', cost: CostBasis): string {
  return `SELECT payer, invoice, seller, sum(f.${cost}) AS cost FROM ${tableOf(table)} AS f
    JOIN ${tableOf('usage')} AS u ON f.usage_id = u.usage_id GROUP BY payer, invoice, seller`;
}

/** The statement of `report --by payer-account,invoice,seller,DIM`, added up over DIM. */
function partSums(engine: Engine, tableOf: TableOf, snapshot: Snapshot, cost: CostBasis, dimension: Dimension): string {
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
    FROM (${compileRows(question, [tableOf], engine.dialect)}) AS parts GROUP BY ${payer}, ${invoice}, ${seller}`;
}

async function readSums(engine: Engine, sql: string): Promise<Sums> {
  const rows = await engine.rows(sql);
  return new Map(
    rows.map((row) => {
      const text = (column: string): string => String(row[column] ?? '');
      const key = groupKey({ payer: text('payer'), invoice: text('invoice'), seller: text('seller') });
      return [key, parseMoney(text('cost'))];
    }),
  );
}
