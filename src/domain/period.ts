declare const period: unique symbol;
declare const day: unique symbol;

/** A billing period, `YYYY-MM`: from the first instant of the month to the first of the next (half-open, UTC). */
export type Period = string & { readonly [period]: 'Period' };

/** A UTC day, `YYYY-MM-DD`. */
export type Day = string & { readonly [day]: 'Day' };

/** Whether the text is a billing period of our millennium. */
export function isPeriod(text: string): text is Period {
  return /^2\d{3}-(0[1-9]|1[0-2])$/.test(text);
}

/** Whether the text is a day of our millennium that exists: `2026-02-30` does not. */
export function isDay(text: string): text is Day {
  if (!/^2\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

export function firstDay(of: Period): Day {
  return `${of}-01` as Day;
}

export function nextPeriod(of: Period): Period {
  const [year, month] = of.split('-').map(Number) as [number, number];
  return (month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`) as Period;
}

export function nextDay(of: Day): Day {
  return daysAfter(of, 1);
}

export function previousDay(of: Day): Day {
  return daysAfter(of, -1);
}

/** Whole days from one day to another; negative where the other is earlier. */
export function daysBetween(one: Day, other: Day): number {
  return (Date.parse(`${other}T00:00:00Z`) - Date.parse(`${one}T00:00:00Z`)) / 86_400_000;
}

/** The day that lies whole days after another; before it where `days` is negative. */
export function daysAfter(of: Day, days: number): Day {
  return new Date(Date.parse(`${of}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10) as Day;
}

/** Periods in order, as people say them: `2026-01 to 2026-04, 2026-06`. */
export function describePeriods(periods: readonly Period[]): string {
  const runs: [first: Period, last: Period][] = [];
  for (const period of periods) {
    const run = runs.at(-1);
    if (run !== undefined && nextPeriod(run[1]) === period) run[1] = period;
    else runs.push([period, period]);
  }
  return runs.map(([first, last]) => (first === last ? first : `${first} to ${last}`)).join(', ');
}

/** Periods from `first` to `last`, both included. */
export function periodsBetween(first: Period, last: Period): Period[] {
  const all: Period[] = [];
  for (let next = first; next <= last; next = nextPeriod(next)) all.push(next);
  return all;
}
