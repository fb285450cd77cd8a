import type { Engine } from '../engine/engine.ts';
import type { Cast } from './cast.ts';
import { CHARGE_SLOT_BITS, HOUR_SLOT_BITS } from './draw-tables.ts';
import { BEDROCK_PERCENT, type MonthPlan } from './plan.ts';

/** EDP, on what AWS sells. */
const NET_DISCOUNT_PERCENT = 7;

/** `count` bits of a hash, from bit `shift` on. */
const bits = (hash: string, shift: number, count: number): string => `((${hash} >> ${shift}) & ${2 ** count - 1})`;

/** The product of three even draws: a few large and many small, 2^27 on average. */
const SKEWED = [0, 10, 20].map((shift) => `CAST(${bits('more', shift, 10)} + 1 AS BIGINT)`).join(' * ');
const SKEWED_MEAN = 2 ** 27;

/**
 * Draws the lines `from` to `to` (exclusive) of the month into `sample_part`. Everything is a whole number, so that sums
 * are exact and the same on every machine: `cost`, `net`, `list` are in 1e-10 USD, `units` in parts of a usage amount.
 */
export async function drawLines(
  engine: Engine,
  plan: MonthPlan,
  cast: Cast,
  from: number,
  to: number,
  principals: boolean,
): Promise<void> {
  const discount = `CASE WHEN discounted THEN units * price * ${NET_DISCOUNT_PERCENT} // 100 ELSE 0 END`;
  await engine.run(`CREATE OR REPLACE TABLE sample_part AS
    WITH placed AS (${placedLines(plan, cast, from, to, principals)})
    SELECT line, pick, charge, account, hour, identified, units,
      CASE WHEN sessions > 0 THEN CAST(first_session + (more // 7) % sessions AS INTEGER) ELSE member END AS member,
      CASE WHEN NOT identified THEN tags_nobody ELSE ${stamped(plan)} END AS tag_set,
      units * price AS cost,
      ${plan.discounts !== 'lines' ? `units * price - ${discount}` : 'CAST(NULL AS BIGINT)'} AS net,
      units * list_price AS list
    FROM placed`);
}

/** What an earlier delivery metered too low, a later one has right: one line in sixteen more with each. */
const corrected = ({ delivery }: MonthPlan, units: string): string =>
  delivery === 0 ? units : `${units} * CASE WHEN pick % 16 < ${delivery} THEN 5 ELSE 4 END // 4`;

/** The column with the tag set of an identified line: by the keys that are active, and the team's name, in its hour. */
function stamped({ activations: [second, third], renamed, month }: MonthPlan): string {
  const active = (name: 'tags' | 'old'): string =>
    `CASE WHEN hour < ${second} THEN ${name}_before WHEN hour < ${third} THEN ${name}_between ELSE ${name}_after END`;
  if (renamed >= month.hours) return active('old');
  return renamed <= -24
    ? active('tags')
    : `CASE WHEN hour < ${renamed} THEN ${active('old')} ELSE ${active('tags')} END`;
}

/** A line's two hashes decide who is billed, for what, when, and for how much; fixed lines only leave the amount to them. */
function placedLines(plan: MonthPlan, cast: Cast, from: number, to: number, principals: boolean): string {
  const { bedrockSlots, otherSlots } = cast;
  const charge = `CAST(${bits('dice', 44, CHARGE_SLOT_BITS)} AS INTEGER)`;
  const hour = `CAST(${bits('more', 40, HOUR_SLOT_BITS)} AS INTEGER)`;
  return `WITH numbered AS (
      SELECT line, hash(line + ${plan.base}) AS dice, hash(hash(line + ${plan.base})) AS more
      FROM range(${from}, ${to}) AS lines(line)
    ), slotted AS (
      SELECT numbered.*, fixed.charge AS fixed_charge, fixed.hour AS fixed_hour,
        coalesce(fixed.slot, CAST(CASE WHEN dice % 100 < ${BEDROCK_PERCENT} THEN (dice // 100) % ${bedrockSlots}
          ELSE ${bedrockSlots} + (dice // 100) % ${otherSlots} END AS INTEGER)) AS slot
      FROM numbered LEFT JOIN sample_fixed AS fixed USING (line)
    ), drawn AS (
      SELECT slotted.*, caller.* EXCLUDE (slot, identified), caller.identified AS known, hours.hour AS drawn_hour,
        coalesce(fixed_charge, charges.charge) AS charge
      FROM slotted
        JOIN sample_slot AS caller USING (slot)
        JOIN sample_charge_slot AS charges ON charges.key = caller.profile * ${2 ** CHARGE_SLOT_BITS} + ${charge}
        JOIN sample_hour_slot AS hours ON hours.key = caller.hours * ${2 ** HOUR_SLOT_BITS} + ${hour}
    )
    SELECT drawn.*, CAST(${bits('more', 56, 8)} AS UTINYINT) AS pick, sold.price, sold.list_price, sold.discounted,
      coalesce(fixed_hour, CASE WHEN drawn_hour > sold.latest_hour THEN drawn_hour - 7 * 24 ELSE drawn_hour END) AS hour,
      ${principals ? 'known AND hour >= sold.identity_hour' : 'FALSE'} AS identified,
      ${corrected(plan, `greatest(1, sold.typical * (${SKEWED}) // ${SKEWED_MEAN})`)} AS units
    FROM drawn JOIN sample_charge AS sold ON sold.id = drawn.charge`;
}
