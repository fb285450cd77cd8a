import { amountAsDouble, exactDoubles } from '../domain/amounts.ts';
import type { ComparedCaller, ComparedPeriod, ComparedUsage } from '../domain/driver.ts';
import { isUsage } from '../domain/line-item.ts';
import type { Day } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';
import type { TokenKind } from '../domain/usage.ts';
import { textOf } from '../engine/cells.ts';
import type { Engine, Numbers, Row } from '../engine/engine.ts';
import { type ComparedSql, compileCompared, compileWork } from './compared-sql.ts';
import { valueColumn } from './compile.ts';
import { CallerKeys, type CallerName, type LinesById, LinesSoFar, SaidBefore } from './lines-by-id.ts';
import type { PeriodTables } from './period-tables.ts';

/**
 * Which days of a period an earlier snapshot held whole: those of a seller's lines before its day; all of them once the
 * period had its invoices.
 */
export type Settled = 'all' | readonly { readonly seller: string; readonly before: Day }[];

/** Reads one period of one side of a comparison. */
export async function readPeriod(
  engine: Engine,
  question: Question,
  tables: PeriodTables,
  settled: Settled,
): Promise<ComparedPeriod> {
  const cuts = settled === 'all' ? [] : [...new Set(settled.map(({ before }) => before))].sort();
  const worth = engine.inProcess ? compileWork(question, tables, cuts, engine.dialect) : null;
  const work = worth === null ? null : await engine.keep(WORK, worth);
  const period = await readFrom(
    engine,
    compileCompared(question, tables, cuts, engine.dialect, work),
    question,
    tables,
    cuts,
    settled,
  );
  // Where that failed, the next takes its name.
  if (work !== null) await engine.run(`DROP TABLE IF EXISTS ${work}`);
  return period;
}

const WORK = 'compared_lines';

async function readFrom(
  engine: Engine,
  sql: ComparedSql,
  question: Question,
  tables: PeriodTables,
  cuts: readonly Day[],
  settled: Settled,
): Promise<ComparedPeriod> {
  const known = await linesOf(engine, sql, tables, cuts);
  const usages: ComparedUsage[] = [];
  for (const row of await known.usages.of(sql.usages, () => engine.rows(sql.usages))) {
    usages[Number(row.usage_id)] = usageOf(row, question, settledBefore(row, settled, cuts));
  }
  const callers =
    sql.callers === null
      ? callersAlone(known, question)
      : // One that also asks for what was used has the same statement, and more values.
        await known.told.of(`${question.by.length} ${sql.callers}`, () => readCallers(engine, sql, known, question));
  const cost = known.costs.get(question.cost);
  if (cost === undefined) throw new Error(`lines without ${question.cost}`);
  return { callers, usages, lines: { ...known.lines, cost }, areKept: sql.areAll && tables.lines !== null };
}

/** Where nothing is asked of them. */
function callersAlone({ callers, names }: LinesById, { by }: Question): (ComparedCaller | undefined)[] {
  const values = by.map(() => null);
  return callers.all.map(([id]) => {
    const name = names.get(id ?? -1);
    return name && { ...name, time: null, values };
  });
}

async function readCallers(
  engine: Engine,
  { callers: sql, keys }: ComparedSql,
  { callers, names }: LinesById,
  question: Question,
): Promise<ComparedCaller[]> {
  const read: ComparedCaller[] = [];
  const dayOf = dayReader();
  for await (const rows of engine.stream(sql ?? '')) {
    for (const row of rows) {
      const ids = keys.map((key) => (key.endsWith('_id') ? Number(row[key]) : dayOf(row, key)));
      const index = callers.find(ids);
      const name = names.get(ids[0] ?? -1);
      if (index < 0 || name === undefined) continue;
      read[index] = { ...name, time: timeOf(row, question), values: valuesOf(row, question) };
    }
  }
  return read;
}

/** Statements: one for each of what a few viewers ask by. */
const SAID = 6;

/** The lines that a statement reads, or those of another question where they are the same. */
async function linesOf(
  engine: Engine,
  { lines: sql, costs, names: namesSql, keys, areAll }: ComparedSql,
  { lines: store }: PeriodTables,
  cuts: readonly Day[],
): Promise<LinesById> {
  const kept = areAll ? store?.get() : undefined;
  if (kept !== undefined) return kept;
  const callers = new CallerKeys();
  const lines = new LinesSoFar(areAll && store !== null ? store.count : null, costs.length);
  const integers = keys.length + (cuts.length === 0 ? 2 : 3);
  for await (const numbers of engine.numbers(sql, { integers, amounts: costs.length + 1 })) {
    addLines(numbers, keys.length, callers, lines);
  }
  const names = new Map<number, CallerName>();
  for await (const rows of engine.stream(namesSql)) {
    for (const row of rows) {
      names.set(Number(row.caller_id), { name: textOf(row, 'used_by') ?? '', named: row.named === true });
    }
  }
  const said = { usages: new SaidBefore<readonly Row[]>(SAID), told: new SaidBefore<readonly ComparedCaller[]>(SAID) };
  const { costs: columns, ...all } = lines.all(callers.all.length);
  const byCost = new Map(costs.map((cost, which) => [cost, columns[which] as Float64Array]));
  const read = { lines: all, costs: byCost, callers, names, ...said };
  if (areAll) store?.set(read);
  return read;
}

function addLines({ rows, integers, amounts }: Numbers, keys: number, callers: CallerKeys, lines: LinesSoFar): void {
  const own = integers.slice(0, keys);
  const [usages, unread, cutsPassed] = integers.slice(keys);
  const amount = amounts.at(-1);
  const costs = amounts.slice(0, -1);
  if (usages === undefined || unread === undefined || amount === undefined) {
    throw new Error('lines have ids and amounts');
  }
  for (let row = 0; row < rows; row++) {
    const caller = callers.add(own, row);
    const usage = usages[row] as number;
    const flags = (unread[row] as number) + 2 * (cutsPassed?.[row] ?? 0);
    const at = lines.add(caller, usage, flags, flags % 2 === 1 ? 0 : amountAsDouble(amount, row));
    // Where what a cost lacks goes that is too large for one double.
    let rest = -1;
    for (const [which, cost] of costs.entries()) {
      const [units, more] = exactDoubles(cost, row);
      lines.setCost(at, which, units);
      if (more === 0) continue;
      if (rest < 0) rest = lines.add(caller, usage, flags, 0);
      lines.setCost(rest, which, more);
    }
  }
}

const DAY_MS = 24 * 3600 * 1000;

/** Reads a date as {@link Engine.numbers} does: the day since 1970. Many rows, few days. */
function dayReader(): (row: Row, key: string) => number {
  const days = new Map<string, number>();
  return (row, key) => {
    const text = String(row[key === 'time' ? 'time_key' : key]);
    const day = days.get(text) ?? Date.parse(text) / DAY_MS;
    days.set(text, day);
    return day;
  };
}

/** A time as the answer's rows have it. */
const TIME_LENGTH = { day: 'YYYY-MM-DD'.length, month: 'YYYY-MM'.length };

function timeOf(row: Row, { grain }: Question): string | null {
  return grain === null ? null : (textOf(row, 'time')?.slice(0, TIME_LENGTH[grain]) ?? null);
}

function valuesOf(row: Row, { by }: Question): (string | null)[] {
  return by.map((_, index) => textOf(row, valueColumn(index)));
}

function usageOf(row: Row, question: Question, settledBefore: number): ComparedUsage {
  const type = textOf(row, 'line_item_type');
  return {
    thing: {
      model: textOf(row, 'model'),
      service: textOf(row, 'service')?.replace(/, $/, '') ?? '',
      tokenKind: textOf(row, 'token_kind') as TokenKind | null,
      cacheTtl: textOf(row, 'cache_ttl'),
      usageType: textOf(row, 'usage_type'),
      unit: textOf(row, 'unit'),
    },
    values: valuesOf(row, question),
    correction: isUsage(type) ? null : (type ?? 'Unknown'),
    perUnit: row.per_unit === null ? null : Number(row.per_unit),
    settledBefore,
  };
}

/** {@link ComparedUsage.settledBefore} */
function settledBefore(usage: Row, settled: Settled, cuts: readonly Day[]): number {
  if (settled === 'all') return 1;
  const seller = textOf(usage, 'seller') ?? '';
  const own = settled.filter((days) => days.seller === seller).map(({ before }) => cuts.indexOf(before) + 1);
  return Math.max(0, ...own);
}
