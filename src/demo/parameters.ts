import { OperatingError } from '../domain/errors.ts';
import { LAST_MONTH, type Month, sampleMonths } from './calendar.ts';

/** What decides every byte of a sample. */
export interface SampleParameters {
  readonly seed: number;
  readonly lines: number;
  readonly months: number;
  readonly lastMonth: string;
  readonly callers: number;
  readonly sessions: number;
  /** organisations of AWS's with a bill, and so an export, of their own: 1 or 2 */
  readonly payers: number;
  readonly granularity: Granularity;
  readonly format: ExportFormat;
  readonly truth: boolean;
}

/** What a line's usage is added up over; TIME_GRANULARITY of a CUR 2.0 export. */
export const GRANULARITIES = ['hourly', 'daily'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

export const EXPORT_FORMATS = ['parquet', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const SAMPLE_DEFAULTS: SampleParameters = {
  seed: 1,
  lines: 60_000,
  months: 3,
  lastMonth: LAST_MONTH,
  callers: 60,
  sessions: 12,
  payers: 1,
  granularity: 'hourly',
  format: 'parquet',
  truth: true,
};

/** Inclusive. Fewer than 1,000 lines a month could not hold a line of each kind. */
export const SAMPLE_LIMITS = {
  seed: [0, Number.MAX_SAFE_INTEGER],
  lines: [1_000, 50_000_000],
  months: [1, 24],
  callers: [30, 50_000],
  sessions: [0, 2_000_000],
  payers: [1, 2],
} as const;
const LEAST_LINES_A_MONTH = 1_000;

/** @throws OperatingError OPTION_INVALID */
export function checkParameters(parameters: SampleParameters): void {
  for (const name of Object.keys(SAMPLE_LIMITS) as (keyof typeof SAMPLE_LIMITS)[]) {
    const [least, most] = SAMPLE_LIMITS[name];
    const value = parameters[name];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new OperatingError(
        'OPTION_INVALID',
        `${name} is ${value}: it must be a whole number from ${least} to ${most}`,
      );
    }
  }
  const { lines, months } = parameters;
  if (lines < months * LEAST_LINES_A_MONTH) {
    throw new OperatingError(
      'OPTION_INVALID',
      `${lines} lines are too few for ${months} months: each needs ${LEAST_LINES_A_MONTH}`,
    );
  }
}

/** The months of a sample, oldest first, with the lines of each. */
export function monthsOf({ months, lastMonth, lines }: SampleParameters): { month: Month; lines: number }[] {
  const upTo = (index: number): number => Math.floor((index * lines) / months);
  return sampleMonths(months, lastMonth).map((month, index) => ({ month, lines: upTo(index + 1) - upTo(index) }));
}
