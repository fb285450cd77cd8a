import type { Duplicates, RawHealth, Rounding } from '../domain/health.ts';
import { ZERO } from '../domain/money.ts';
import { COST_BASES, type CostBasis } from '../domain/question.ts';
import { moneyOf } from '../engine/cells.ts';
import type { Dialect } from '../engine/dialect/dialect.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { DataFile, RawLines } from '../source/cur/export.ts';
import { costType, type LineColumns, lineColumns } from '../source/cur/normalize.ts';
import { isBedrock } from './bedrock-lines.ts';
import type { ControlTotal } from './snapshot.ts';

/** Digits behind the point that an exact amount is held in: costs are below 100 million, and 38 digits are all there are. */
const WIDE_DIGITS = 30;
const WIDE = `DECIMAL(38,${WIDE_DIGITS})`;

/** The name of each line within its file (CUR 2.0 dictionary, identity_line_item_id). */
const LINE_ID = 'identity_line_item_id';

const EXAMPLES = 3;

/**
 * One scan of the Bedrock lines: lines that are there twice, and what ten digits lose of their costs. Lines are looked at
 * one by one only where ids occur more than once.
 * @param files of the delivery
 */
export async function scanBedrock(
  engine: Engine,
  raw: RawLines,
  control: readonly ControlTotal[],
  files: readonly DataFile[],
): Promise<Pick<RawHealth, 'duplicates' | 'rounding'>> {
  const { dialect } = engine;
  const columns = lineColumns(raw, dialect);
  const identified = raw.types.has(LINE_ID);
  const perLine = COST_BASES.map((cost) => `${lostOf(raw, columns, cost, dialect)} AS lost_${cost}`);
  const perId = COST_BASES.flatMap((cost) => [
    `count(*) FILTER (WHERE lost_${cost} <> 0) AS long_${cost}`,
    `sum(lost_${cost}) AS lost_${cost}`,
    `max(abs(lost_${cost})) AS most_${cost}`,
  ]);
  const all = COST_BASES.flatMap((cost) => [
    `sum(long_${cost}) AS long_${cost}`,
    `sum(lost_${cost}) AS lost_${cost}`,
    `max(most_${cost}) AS most_${cost}`,
  ]);
  const [row = {}] = await engine.rows(
    `SELECT sum(lines) AS lines, sum(CASE WHEN lines > 1 AND line_id <> '' THEN lines ELSE 0 END) AS same_id, ${all.join(', ')}
     FROM (SELECT line_id, payer, usage_start, count(*) AS lines, ${perId.join(', ')}
       FROM (SELECT ${identified ? `coalesce(${LINE_ID}, '')` : `''`} AS line_id, ${columns.payer} AS payer,
           ${columns.usage_start} AS usage_start, ${perLine.join(', ')}
         FROM ${raw.relation} AS line WHERE ${isBedrock(dialect, columns, control)}) AS bedrock
       GROUP BY line_id, payer, usage_start) AS by_id`,
  );
  const lines = Number(row.lines ?? 0);
  const sameId = Number(row.same_id ?? 0);
  return {
    duplicates: identified ? await duplicates(engine, raw, control, { lines, sameId, files }) : null,
    rounding: COST_BASES.map((cost) => rounding(row, cost, lines)),
  };
}

/** What a cost has beyond the ten digits of money; NULL where there is no cost. */
function lostOf(raw: RawLines, columns: LineColumns, cost: CostBasis, dialect: Dialect): string {
  const exact = `TRY_CAST(CAST(${columns[cost]} AS VARCHAR) AS ${WIDE})`;
  return `${exact} - CAST(${dialect.toMoney(columns[cost], costType(raw, cost))} AS ${WIDE})`;
}

function rounding(row: Row, cost: CostBasis, lines: number): Rounding {
  const wide = (column: string): bigint => BigInt(String(row[column] ?? '0').replace('.', ''));
  const number = (column: string): number => Number(row[column] ?? 0);
  return { cost, lines, long: number(`long_${cost}`), lost: wide(`lost_${cost}`), most: wide(`most_${cost}`) };
}

interface Found {
  readonly lines: number;
  readonly sameId: number;
  readonly files: readonly DataFile[];
}

/**
 * Ids are unique within one file alone, so a line counts as there twice only where it says the same in all that decides
 * where its dollars go.
 */
async function duplicates(
  engine: Engine,
  raw: RawLines,
  control: readonly ControlTotal[],
  { lines, sameId, files }: Found,
): Promise<Duplicates> {
  const none = { repeated: { lines: 0, cost: ZERO }, lines, sameId, examples: [], equalFiles: [] };
  if (sameId === 0) return none;
  const { dialect } = engine;
  const columns = lineColumns(raw, dialect);
  const same = ['payer', 'account', 'usage_type', 'operation', 'line_item_type', 'principal', 'tags'] as const;
  const keys = [...same, 'usage_start', 'usage_end'] as const;
  const named = keys.map((key) => `${columns[key]} AS ${key}`).join(', ');
  const money = `CAST(coalesce(${dialect.toMoney(columns.unblended, costType(raw, 'unblended'))}, 0) AS DECIMAL(18,10))`;
  const groups = `SELECT count(*) AS lines, cost, min(place) AS first_place, max(place) AS second_place
    FROM (SELECT ${LINE_ID} AS line_id, ${named}, ${money} AS cost, ${raw.placed.place} AS place
      FROM ${raw.placed.relation} AS placed WHERE (${isBedrock(dialect, columns, control)}) AND ${LINE_ID} <> '') AS bedrock
    GROUP BY line_id, ${keys.join(', ')}, cost HAVING count(*) > 1`;
  const [totals = {}] = await engine.rows(
    `SELECT sum(lines - 1) AS repeated, sum(lines) AS lines, sum(CAST(cost * (lines - 1) AS DECIMAL(38,10))) AS cost FROM (${groups}) AS twice`,
  );
  const repeated = Number(totals.repeated ?? 0);
  if (repeated === 0) return none;
  const examples = await engine.rows(
    `SELECT first_place, second_place FROM (${groups}) AS twice ORDER BY cost DESC, first_place LIMIT ${EXAMPLES}`,
  );
  return {
    repeated: { lines: repeated, cost: moneyOf(totals, 'cost') },
    lines,
    sameId: sameId - Number(totals.lines),
    examples: examples.map((row) => ({ first: String(row.first_place), second: String(row.second_place) })),
    equalFiles: equallyLong(files),
  };
}

/** Files of one length to the byte: a delivery's own differ, a copy of one does not. */
function equallyLong(files: readonly DataFile[]): string[] {
  const groups = Map.groupBy(files, ({ bytes }) => bytes);
  return [...groups.values()].filter((own) => own.length > 1).flatMap((own) => own.map(({ path }) => path));
}
