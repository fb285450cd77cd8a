import { type AllocationRules, NO_RULES } from '../domain/allocation.ts';
import type { Answer, AnswerHead, AnswerRow, CostAnswer, CostRow, PayerCost, Tokens } from '../domain/answer.ts';
import { OperatingError } from '../domain/errors.ts';
import { type Money, subtract, sum, ZERO } from '../domain/money.ts';
import { type Day, firstDay, nextPeriod, type Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import { byOrder } from '../domain/row-order.ts';
import { moneyOf, textOf } from '../engine/cells.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { allocationParts, unmatchedNotes } from './allocated.ts';
import { compileFilteredOut, compileRows, type Measures, TOKEN_COLUMNS, valueColumn } from './compile.ts';
import { notesOn } from './notes.ts';
import { openTables } from './open-tables.ts';
import type { PeriodTables } from './period-tables.ts';

/** More rows than this no reader wants, and they would not fit into memory. */
const MAX_ROWS = 2_000_000;

/**
 * Asks the ledger; once more where its files were replaced meanwhile.
 * @param snapshots the snapshots of exactly the question's periods
 * @param rules to what callers are allocated where no tag says it
 * @throws OperatingError ALLOCATION_OVERLAP, ANSWER_TOO_LARGE, CUR_SEVERAL_CURRENCIES, LEDGER_DAMAGED
 */
export async function ask(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  question: Question,
  rules: AllocationRules = NO_RULES,
): Promise<Answer> {
  const once = (these: readonly Snapshot[]) => askOnce(engine, ledger, these, question, rules);
  return whileReplaced(ledger, snapshots, once, (answer) => answer.check.difference === ZERO);
}

/** {@link ask}, without tokens: it takes half the time. */
export async function askCosts(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  question: Question,
  rules: AllocationRules = NO_RULES,
): Promise<CostAnswer> {
  const once = (these: readonly Snapshot[]) => askCostsOnce(engine, ledger, these, question, rules);
  return whileReplaced(ledger, snapshots, once, (answer) => answer.check.difference === ZERO);
}

/**
 * What reads snapshots; once more on those that count by then, where it failed or its result is not sound because they
 * were replaced meanwhile.
 */
export async function whileReplaced<T>(
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  once: (snapshots: readonly Snapshot[]) => Promise<T>,
  isSound: (result: T) => boolean,
): Promise<T> {
  try {
    const result = await once(snapshots);
    if (isSound(result)) return result;
    const now = await replacements(ledger, snapshots);
    return now === null ? result : once(now);
  } catch (error) {
    if (!(error instanceof OperatingError) || error.code !== 'LEDGER_DAMAGED') throw error;
    const now = await replacements(ledger, snapshots);
    if (now === null) throw error;
    return once(now);
  }
}

/** The snapshots of the same periods that count now; `null` where none was replaced. */
async function replacements(ledger: Ledger, snapshots: readonly Snapshot[]): Promise<Snapshot[] | null> {
  const current = await ledger.current(snapshots.map(({ period }) => period));
  const now = snapshots.map((snapshot) => current.get(snapshot.period) ?? snapshot);
  return now.some(({ id }, index) => id !== snapshots[index]?.id) ? now : null;
}

/**
 * Asks exactly these snapshots, which need not be those that count.
 * @throws OperatingError ALLOCATION_OVERLAP, ANSWER_TOO_LARGE, CUR_SEVERAL_CURRENCIES, LEDGER_DAMAGED
 */
export function askOnce(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  question: Question,
  rules: AllocationRules,
): Promise<Answer> {
  return askThese(engine, ledger, snapshots, question, rules, WHOLE_ROWS);
}

/** {@link askOnce}, without tokens. */
export function askCostsOnce(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  question: Question,
  rules: AllocationRules,
): Promise<CostAnswer> {
  return askThese(engine, ledger, snapshots, question, rules, COST_ROWS);
}

/** How rows are read. */
interface RowKind<R extends CostRow> {
  readonly measures: Measures;
  readonly rowOf: (row: Row, question: Question) => R;
}

const WHOLE_ROWS: RowKind<AnswerRow> = { measures: 'costs and tokens', rowOf: answerRow };
const COST_ROWS: RowKind<CostRow> = { measures: 'costs', rowOf: costRow };

async function askThese<R extends CostRow>(
  engine: Engine,
  ledger: Ledger,
  snapshots: readonly Snapshot[],
  question: Question,
  rules: AllocationRules,
  kind: RowKind<R>,
): Promise<AnswerHead & { readonly rows: readonly R[] }> {
  checkCurrency(snapshots);
  const read = await ledger.reading(engine, snapshots, async () => {
    const tables = await openTables(engine, ledger, snapshots, question, rules);
    const rows = await readRows(engine, compileRows(question, tables, engine.dialect, kind.measures), question, kind);
    return {
      rows,
      filteredOut: await readFilteredOut(engine, tables, question),
      allocation: await allocationParts(engine, tables, question, rows),
      unmatched: await unmatchedNotes(engine, tables, snapshots, rules),
    };
  });
  const { rows, ...told } = read;
  return { ...answerHead(engine, snapshots, question, { total: sum(rows.map(({ cost }) => cost)), ...told }), rows };
}

/** @throws OperatingError CUR_SEVERAL_CURRENCIES */
export function checkCurrency(snapshots: readonly Snapshot[]): void {
  const [currency, ...others] = new Set(snapshots.map((snapshot) => snapshot.currency));
  if (others.length === 0) return;
  throw new OperatingError(
    'CUR_SEVERAL_CURRENCIES',
    `the periods asked for are in ${[currency, ...others].join(' and ')}`,
  );
}

/** What was read of an answer beside its rows. */
interface Told extends Pick<Answer, 'total' | 'allocation'> {
  readonly filteredOut: Money;
  /** of rules that concern nobody */
  readonly unmatched: readonly string[];
}

/** All of an answer but its rows. */
export function answerHead(
  engine: Pick<Engine, 'name'>,
  snapshots: readonly Snapshot[],
  question: Question,
  { total, allocation, filteredOut, unmatched }: Told,
): AnswerHead {
  // The bill comes from the control totals of the whole export, not from the facts that made the rows.
  const bill = sum(snapshots.flatMap(({ control }) => control.filter((t) => t.bedrock).map((t) => t[question.cost])));
  return {
    question,
    source: {
      basis: 'actual',
      engine: engine.name,
      snapshots: snapshots.map(({ period, id, state }) => ({ period, id, state: state.kind })),
      dataThrough: snapshots.at(-1)?.dataThrough ?? [],
    },
    period: periodOf(question),
    currency: snapshots[0]?.currency ?? 'USD',
    costs: payerCosts(snapshots, question),
    total,
    allocation,
    check: { bill, shown: total, filteredOut, difference: subtract(subtract(bill, total), filteredOut) },
    notes: [...notesOn(question, snapshots), ...unmatched],
  };
}

async function readRows<R extends CostRow>(
  engine: Engine,
  sql: string,
  question: Question,
  { rowOf }: RowKind<R>,
): Promise<R[]> {
  const all: R[] = [];
  for await (const rows of engine.stream(sql)) {
    if (all.length + rows.length > MAX_ROWS) {
      throw new OperatingError('ANSWER_TOO_LARGE', `the answer has more than ${MAX_ROWS.toLocaleString('en')} rows`);
    }
    for (const row of rows) all.push(rowOf(row, question));
  }
  return all.sort(byOrder);
}

function costRow(row: Row, question: Question): CostRow {
  return {
    time: textOf(row, 'time'),
    values: question.by.map((_, index) => textOf(row, valueColumn(index))),
    adjustment: textOf(row, 'adjustment'),
    other: row.is_other === true,
    cost: moneyOf(row, 'cost'),
  };
}

function answerRow(row: Row, question: Question): AnswerRow {
  return { ...costRow(row, question), tokens: tokensOf(row), tokenCost: moneyOf(row, 'token_cost') };
}

/** Spelled out: it runs for every row, and a loop over entries takes three times as long. */
function tokensOf(row: Row): Tokens {
  return {
    input: moneyOf(row, TOKEN_COLUMNS.input),
    output: moneyOf(row, TOKEN_COLUMNS.output),
    'cache-read': moneyOf(row, TOKEN_COLUMNS['cache-read']),
    'cache-write': moneyOf(row, TOKEN_COLUMNS['cache-write']),
  };
}

/** Of a period; the filters of a page of names make long keys. */
const SUMS_KEPT = 500;

/** What filters and days leave out. Of kept tables it is asked once: every card of a view leaves out the same. */
export async function readFilteredOut(
  engine: Engine,
  tables: readonly PeriodTables[],
  question: Question,
): Promise<Money> {
  const { where, from, to, cost } = question;
  if (where.length === 0 && from === null && to === null) return ZERO;
  const key = JSON.stringify([where, from, to, cost]);
  const parts: Money[] = [];
  const asked: PeriodTables[] = [];
  for (const period of tables) {
    const known = period.filteredOut?.get(key);
    if (known === undefined) asked.push(period);
    else parts.push(known);
  }
  // What is not kept is asked for in one statement.
  for (const some of asked.every(({ filteredOut }) => filteredOut === null) ? [asked] : asked.map((one) => [one])) {
    if (some.length === 0) continue;
    const [row] = await engine.rows(compileFilteredOut(question, some, engine.dialect), 1);
    const left = row === undefined ? ZERO : moneyOf(row, 'cost');
    for (const { filteredOut } of some) {
      if ((filteredOut?.size ?? 0) >= SUMS_KEPT) filteredOut?.clear();
      filteredOut?.set(key, left);
    }
    parts.push(left);
  }
  return sum(parts);
}

function periodOf(question: Question): { from: Day; to: Day } {
  const [first, last] = [question.periods[0], question.periods.at(-1)] as [Period, Period];
  return { from: question.from ?? firstDay(first), to: question.to ?? firstDay(nextPeriod(last)) };
}

function payerCosts(snapshots: readonly Snapshot[], question: Question): PayerCost[] {
  return snapshots.flatMap(({ period, netBasis }) =>
    netBasis.map(({ payer, cost, why }) =>
      question.cost === 'net' ? { period, payer, cost, why } : { period, payer, cost: question.cost, why: 'asked for' },
    ),
  );
}
