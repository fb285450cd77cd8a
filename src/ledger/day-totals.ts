import type { DayTotal } from '../domain/bill-comparison.ts';
import { isDay } from '../domain/period.ts';
import { moneyOf } from '../engine/cells.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { RawLines } from '../source/cur/export.ts';
import { costType, lineColumns } from '../source/cur/normalize.ts';
import { bedrockLines } from './bedrock-lines.ts';
import type { ControlTotal } from './snapshot.ts';

/** A day of one account: what a payer or a member account sees of it. */
export interface AccountDayTotal extends DayTotal {
  readonly payer: string;
  /** the account that used it */
  readonly account: string;
}

/** A month of a payer with 1,000 accounts has some 30,000. */
const MAX_GROUPS = 2_000_000;

const TAX = 'Tax';

/**
 * Adds up the raw lines by usage day, payer and account: all of them, and those of Bedrock without tax.
 * @param control the finished control totals of the period
 */
export async function dayTotals(
  engine: Engine,
  raw: RawLines,
  control: readonly ControlTotal[],
): Promise<AccountDayTotal[]> {
  const { dialect } = engine;
  const columns = lineColumns(raw, dialect);
  const unblended = (column: string) => dialect.sumAddends(dialect.toAddend(column, costType(raw, 'unblended')));
  const net = dialect.sumAddends(dialect.toAddend('l.net', costType(raw, 'net')));
  const all = await engine.rows(
    `SELECT CAST(${columns.usage_start} AS DATE) AS day, ${columns.payer} AS payer, ${columns.account} AS account,
       count(*) AS lines, ${unblended(columns.unblended)} AS bill
     FROM ${raw.relation} GROUP BY 1, 2, 3`,
    MAX_GROUPS,
  );
  const bedrock = await engine.rows(
    `SELECT CAST(l.usage_start AS DATE) AS day, l.payer AS payer, l.account AS account,
       ${unblended('l.unblended')} AS bedrock, ${raw.types.has('line_item_net_unblended_cost') ? net : 'NULL'} AS bedrock_net
     FROM ${bedrockLines(dialect, raw, control)} AS l WHERE l.line_item_type <> ${dialect.text(TAX)} GROUP BY 1, 2, 3`,
    MAX_GROUPS,
  );
  const ofBedrock = new Map(bedrock.map((row) => [keyOf(row), row]));
  return all.map((row) => {
    const own = ofBedrock.get(keyOf(row)) ?? {};
    const day = String(row.day);
    return {
      day: isDay(day) ? day : null,
      payer: String(row.payer),
      account: String(row.account),
      costs: {
        bill: moneyOf(row, 'bill'),
        bedrock: moneyOf(own, 'bedrock'),
        bedrockNet: moneyOf(own, 'bedrock_net'),
      },
      amounts: Number(row.lines),
    };
  });
}

function keyOf({ day, payer, account }: Row): string {
  return JSON.stringify([day, payer, account]);
}
