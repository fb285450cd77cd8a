import type { Engine, Row } from '../engine/engine.ts';
import { hourWeights } from './calendar.ts';
import { CHARGE_COLUMNS } from './charge.ts';
import { COMMITMENT_COLUMNS } from './other-services.ts';
import type { MonthPlan } from './plan.ts';
import { HOUR_NAMES, HOURS, PROFILE_NAMES } from './profiles.ts';
import { dealSlots, makeTable } from './tables.ts';

/** Slots of a profile and of a rhythm; powers of two, as the draw takes so many bits. */
export const CHARGE_SLOT_BITS = 12;
export const HOUR_SLOT_BITS = 13;

const FIXED_COLUMNS = { line: 'BIGINT', slot: 'INTEGER', charge: 'INTEGER', hour: 'INTEGER' };

/** Makes the tables that the lines of a month are drawn from: `sample_charge`, `…_fixed`, `…_charge_slot`, `…_hour_slot`, `…_hour`. */
export async function loadMonth(engine: Engine, plan: MonthPlan): Promise<void> {
  const charges = [...plan.charges, ...plan.adjustments.map(({ charge }) => charge)].map(({ columns }) => columns);
  const commitments = Object.fromEntries(COMMITMENT_COLUMNS.map((name) => [name, 'VARCHAR']));
  await makeTable(engine, 'sample_charge', { ...CHARGE_COLUMNS, ...commitments }, charges);
  await makeTable(engine, 'sample_fixed', FIXED_COLUMNS, plan.fixed);
  await makeTable(engine, 'sample_charge_slot', { key: 'INTEGER', charge: 'INTEGER' }, chargeSlots(plan));
  await makeTable(engine, 'sample_hour_slot', { key: 'INTEGER', hour: 'INTEGER' }, hourSlots(plan));
  await engine.run(hourTable(plan));
}

/** The span that the bill states for each hour, from the day before the month, for late lines, to its end. */
function hourTable({ month, granularity }: MonthPlan): string {
  const hour = `TIMESTAMP '${month.start} 00:00:00' + to_hours(hour)`;
  const start = granularity === 'daily' ? `date_trunc('day', ${hour})` : hour;
  const end = `${start} + to_hours(${granularity === 'daily' ? 24 : 1})`;
  const iso = (time: string): string => `strftime(${time}, '%Y-%m-%dT%H:%M:%SZ')`;
  return `CREATE OR REPLACE TABLE sample_hour AS
    SELECT CAST(hour AS INTEGER) AS hour, CAST(${start} AS TIMESTAMP_NS) AS "start",
      CAST(${end} AS TIMESTAMP_NS) AS "end",
      ${iso(start)} || '/' || ${iso(end)} AS "interval"
    FROM range(-24, ${month.hours}) AS hours(hour)`;
}

function chargeSlots(plan: MonthPlan): Row[] {
  return PROFILE_NAMES.flatMap((profile, number) => {
    const mine = plan.shares.get(profile) ?? [];
    const ranges = dealSlots(
      mine.map(({ weight }) => weight),
      2 ** CHARGE_SLOT_BITS,
    );
    return ranges.flatMap((range, index) =>
      keys(range, number * 2 ** CHARGE_SLOT_BITS).map((key) => ({ key, charge: mine[index]?.charge.id ?? 0 })),
    );
  });
}

function hourSlots({ month }: MonthPlan): Row[] {
  return HOUR_NAMES.flatMap((name, number) => {
    const { day, weekendPercent } = HOURS[name];
    const ranges = dealSlots(hourWeights(month, day, weekendPercent), 2 ** HOUR_SLOT_BITS);
    return ranges.flatMap((range, hour) => keys(range, number * 2 ** HOUR_SLOT_BITS).map((key) => ({ key, hour })));
  });
}

const keys = ({ from, to }: { from: number; to: number }, offset: number): number[] =>
  Array.from({ length: to - from }, (_, index) => offset + from + index);
