import type { Engine } from '../engine/engine.ts';
import { type Adjustment, amountOf } from './adjustments.ts';
import type { Cast } from './cast.ts';
import type { MonthPlan } from './plan.ts';

/** What the lines of a month come to, by account and charge: grows with each part. */
export async function startTotals(engine: Engine): Promise<void> {
  await engine.run(`CREATE OR REPLACE TABLE sample_total
    (account UTINYINT, charge INTEGER, lines BIGINT, cost HUGEINT, net HUGEINT, list HUGEINT)`);
}

/** Adds the lines of `sample_part` from line number `from` on. */
export async function addTotals(engine: Engine, from: number): Promise<void> {
  await engine.run(`INSERT INTO sample_total
    SELECT account, charge, count(*), sum(cost), sum(net), sum(list) FROM sample_part WHERE line >= ${from} GROUP BY ALL`);
}

/** Appends tax, credits and the like to the last part of a month: shares of what `sample_total` holds by then. */
export async function bookAdjustments(engine: Engine, plan: MonthPlan, cast: Cast): Promise<void> {
  const spent = await spending(engine);
  const rows = plan.adjustments.map((adjustment, index) => {
    const member = cast.bookings[adjustment.account];
    if (member === undefined) throw new Error(`no account number ${adjustment.account}`);
    const cost = amountOf(adjustment, (account, code) => spent.get(`${account} ${code}`) ?? 0n);
    const net = netOf(plan, adjustment, cost);
    return `(${plan.lines + index}, 0, ${adjustment.charge.id}, ${member.account}, ${adjustment.hour}, false, 1, ${member.id}, ${member.tags.tags_nobody}, ${cost}, ${net}, NULL)`;
  });
  await engine.run(`INSERT INTO sample_part
    (line, pick, charge, account, hour, identified, units, member, tag_set, cost, net, list) VALUES ${rows.join(', ')}`);
}

/** Where discounts are in the net columns too, a discount's own line has nothing there: NULL and 0 both occur. */
function netOf({ discounts }: MonthPlan, { charge, account }: Adjustment, cost: bigint): string {
  if (discounts === 'lines') return 'NULL';
  if (discounts === 'columns' || !String(charge.columns.line_type).endsWith('Discount')) return String(cost);
  return account % 2 === 0 ? '0' : 'NULL';
}

/** Cost in 1e-10 USD by `<account number> <product code>`. */
async function spending(engine: Engine): Promise<Map<string, bigint>> {
  const rows = await engine.rows(`SELECT account, product_code, CAST(sum(cost) AS VARCHAR) AS cost
    FROM sample_total JOIN sample_charge ON id = charge GROUP BY ALL`);
  return new Map(rows.map((row) => [`${row.account} ${row.product_code}`, BigInt(String(row.cost))]));
}
