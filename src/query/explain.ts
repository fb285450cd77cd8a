import { type AllocationRules, NO_RULES } from '../domain/allocation.ts';
import type {
  Dearest,
  ExplainedCaller,
  ExplainedCharge,
  ExplainedValue,
  Explanation,
  UsageDays,
} from '../domain/explanation.ts';
import { type Money, subtract, sum } from '../domain/money.ts';
import type { Day } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import { moneyOf, textOf } from '../engine/cells.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { askCosts } from './ask.ts';
import { CALLER, callerOf } from './callers.ts';
import { compileLines, evidenceColumn, valueColumn } from './compile.ts';
import { openTables } from './open-tables.ts';

const CHARGE = ['product_name', 'product_code', 'usage_type', 'line_item_type', 'unit'] as const;

/**
 * Which lines are behind what the question keeps, and what put them there. The total is that of the report with the same
 * filter, from a statement of its own.
 * @param question its `by` are the dimensions whose values are told; no grain, no top
 * @param limit most callers and charges that are told
 * @throws OperatingError ALLOCATION_OVERLAP, CUR_SEVERAL_CURRENCIES, LEDGER_DAMAGED
 */
export async function explain(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  question: Question,
  limit: number,
  rules: AllocationRules = NO_RULES,
): Promise<Explanation> {
  const answer = await askCosts(engine, ledger, snapshots, { ...question, by: [] }, rules);
  const { values, callers, charges } = await ledger.reading(engine, snapshots, async () => {
    const tables = await openTables(engine, ledger, snapshots, question, rules);
    const lines = compileLines(question, { caller: CALLER, usage: CHARGE }, tables, engine.dialect);
    const told: ExplainedValue[][] = [];
    for (const index of question.by.keys()) told.push(await valuesOf(engine, lines, index));
    return {
      values: told,
      callers: await callersOf(engine, lines, limit),
      charges: await chargesOf(engine, lines, limit),
    };
  });
  const usage = sum(answer.rows.filter(({ adjustment }) => adjustment === null).map(({ cost }) => cost));
  const by = values.findIndex((own) => sum(own.map(({ cost }) => cost)) !== answer.total);
  if (by >= 0) throw new Error(`the lines by ${question.by[by]?.name} do not add up to the report`);
  return {
    question,
    currency: answer.currency,
    costs: answer.costs,
    usage,
    adjustments: subtract(answer.total, usage),
    check: answer.check,
    values,
    callers,
    charges,
    sources: snapshots.map(({ period, id, listedBy, files }) => ({ period, id, listedBy, files })),
    tagKeys: [...new Set(snapshots.flatMap(({ tagKeys }) => tagKeys))].sort(),
    notes: answer.notes,
  };
}

const DAYS = 'min(usage_day) AS first_day, max(usage_day) AS last_day, count(*) AS lines, sum(cost) AS cost';

async function valuesOf(engine: Engine, lines: string, index: number): Promise<ExplainedValue[]> {
  const keys = `${valueColumn(index)}, ${evidenceColumn(index)}`;
  const rows = await engine.rows(`SELECT ${keys}, ${DAYS} FROM (${lines}) AS lines GROUP BY ${keys}`);
  return rows
    .map((row) => ({
      value: textOf(row, valueColumn(index)),
      evidence: textOf(row, evidenceColumn(index)),
      lines: Number(row.lines),
      cost: moneyOf(row, 'cost'),
      ...daysOf(row),
    }))
    .sort(dearestFirst);
}

async function callersOf(engine: Engine, lines: string, limit: number): Promise<Dearest<ExplainedCaller>> {
  const keys = CALLER.join(', ');
  const grouped = `SELECT ${keys}, ${DAYS} FROM (${lines}) AS lines WHERE adjustment IS NULL GROUP BY ${keys}`;
  return dearest(engine, grouped, limit, (row) => ({ ...callerOf(row), ...daysOf(row) }));
}

async function chargesOf(engine: Engine, lines: string, limit: number): Promise<Dearest<ExplainedCharge>> {
  const keys = [...CHARGE, 'adjustment'].join(', ');
  const grouped = `SELECT ${keys}, ${DAYS}, sum(usage_amount) AS amount FROM (${lines}) AS lines GROUP BY ${keys}`;
  return dearest(engine, grouped, limit, (row) => ({
    product: textOf(row, 'product_name'),
    productCode: textOf(row, 'product_code'),
    usageType: textOf(row, 'usage_type'),
    lineItemType: textOf(row, 'line_item_type'),
    unit: textOf(row, 'unit'),
    adjustment: textOf(row, 'adjustment') !== null,
    lines: Number(row.lines),
    amount: textOf(row, 'amount'),
    cost: moneyOf(row, 'cost'),
    ...daysOf(row),
  }));
}

async function dearest<T extends { readonly cost: Money }>(
  engine: Engine,
  grouped: string,
  limit: number,
  make: (row: Row) => T,
): Promise<Dearest<T>> {
  const rows = await engine.rows(
    `SELECT *, count(*) OVER () AS groups FROM (${grouped}) AS grouped ORDER BY cost DESC LIMIT ${limit}`,
  );
  return { items: rows.map(make).sort(dearestFirst), count: Number(rows[0]?.groups ?? 0) };
}

function dearestFirst(a: { readonly cost: Money }, b: { readonly cost: Money }): number {
  if (a.cost !== b.cost) return a.cost < b.cost ? 1 : -1;
  const [x, y] = [a, b].map((item) =>
    JSON.stringify(item, (_, value: unknown) => (typeof value === 'bigint' ? '' : value)),
  );
  return x === y ? 0 : (x ?? '') < (y ?? '') ? -1 : 1;
}

function daysOf(row: Row): UsageDays {
  return { first: textOf(row, 'first_day') as Day | null, last: textOf(row, 'last_day') as Day | null };
}
