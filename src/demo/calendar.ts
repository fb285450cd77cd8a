import { OperatingError } from '../domain/errors.ts';

/** A billing period, `YYYY-MM`, and how far it is from the newest one. */
export interface Month {
  readonly period: string;
  /** 0 = the newest */
  readonly back: number;
  readonly hours: number;
  /** first instant, and the first of the next month */
  readonly start: string;
  readonly end: string;
}

/** The newest month of the sample, whatever the day: the same command gives the same bill for ever. */
export const LAST_MONTH = '2026-10';

const HOUR = 3_600_000;
const utc = (period: string): number => Date.parse(`${period}-01T00:00:00Z`);
const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

/**
 * The months of the sample, oldest first.
 * @throws OperatingError OPTION_INVALID
 */
export function sampleMonths(count: number, lastMonth: string): Month[] {
  if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(lastMonth)) {
    throw new OperatingError(
      'OPTION_INVALID',
      `the last month ${JSON.stringify(lastMonth)} is not of the form YYYY-MM`,
    );
  }
  const [year = 0, month = 0] = lastMonth.split('-').map(Number);
  return Array.from({ length: count }, (_, index): Month => {
    const back = count - 1 - index;
    const start = Date.UTC(year, month - 1 - back, 1);
    const end = Date.UTC(year, month - back, 1);
    return { period: day(start).slice(0, 7), back, hours: (end - start) / HOUR, start: day(start), end: day(end) };
  });
}

/** Hours from the start of the month to an instant; negative when it lies before. */
export function hoursUntil(month: Month, instant: string): number {
  return Math.floor((Date.parse(instant) - utc(month.period)) / HOUR);
}

/** Relative weight of each hour of the month for a rhythm of the day and a weekend's share of a working day. */
export function hourWeights(month: Month, day: readonly number[], weekendPercent: number): number[] {
  return Array.from({ length: month.hours }, (_, hour) => {
    const weekday = new Date(utc(month.period) + hour * HOUR).getUTCDay();
    const weekend = weekday === 0 || weekday === 6;
    return (day[hour % 24] ?? 0) * (weekend ? weekendPercent : 100);
  });
}
