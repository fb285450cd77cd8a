import { type Money, subtract, sum } from './money.ts';
import type { Day, Period } from './period.ts';

/** Which dollars are compared. Tax is left out of Bedrock: Cost Explorer knows it as one service for all. */
export const COMPARED = ['bill', 'bedrock', 'bedrockNet'] as const;
export type Compared = (typeof COMPARED)[number];

/** What one side says of a day: unblended cost of the whole bill and of Bedrock, and Bedrock's net unblended cost. */
export interface DayTotal {
  /** `null`: lines without a usage day */
  readonly day: Day | null;
  readonly costs: Readonly<Record<Compared, Money>>;
  /** how many amounts were rounded to 10 digits and added up */
  readonly amounts: number;
}

export interface ComparedDay {
  readonly day: Day;
  /** AWS no longer calls what it says of the day estimated */
  readonly finished: boolean;
  readonly exported: DayTotal['costs'];
  readonly costExplorer: DayTotal['costs'];
  /** export less Cost Explorer */
  readonly difference: DayTotal['costs'];
  /** what the rounded digits of all amounts may come to */
  readonly rounding: Money;
  /** more than tolerance and rounding, in one of the costs that are compared */
  readonly differs: boolean;
}

/** The export and Cost Explorer on the same days of a billing period. */
export interface BillComparison {
  readonly period: Period;
  readonly currency: string;
  readonly account: string;
  /** a payer sees the lines of all its accounts, a member its own: the export's are taken in the same way */
  readonly seenAs: 'payer' | 'member';
  /** when Cost Explorer was asked, ISO 8601 */
  readonly askedAt: string;
  /** whether both sides know net cost */
  readonly net: boolean;
  readonly tolerance: Money;
  readonly days: readonly ComparedDay[];
  /** lines of the export's billing period that lie on other days: not compared */
  readonly elsewhere: DayTotal['costs'];
  /** the end of the export's last usage, UTC; `null` = it has none */
  readonly dataThrough: string | null;
  /** no finished day differs */
  readonly agrees: boolean;
}

/** One side of the comparison of a billing period. */
export interface Side {
  readonly days: readonly DayTotal[];
  /** whether the side knows net cost */
  readonly net: boolean;
}

export type ComparisonContext = Pick<
  BillComparison,
  'period' | 'currency' | 'account' | 'seenAs' | 'askedAt' | 'tolerance' | 'dataThrough'
>;

/**
 * Compares what both sides say of each day.
 * @param costExplorer with the days that AWS calls estimated
 * @param asked the days that Cost Explorer was asked for
 */
export function compareBills(
  exported: Side,
  costExplorer: Side & { readonly estimated: ReadonlySet<Day> },
  asked: readonly Day[],
  context: ComparisonContext,
): BillComparison {
  const net = exported.net && costExplorer.net;
  const days = asked.map((day): ComparedDay => {
    const [ours, theirs] = [totalOn(exported, day), totalOn(costExplorer, day)];
    const difference = each((of) => subtract(ours.costs[of], theirs.costs[of]));
    // Each amount is off by half of the last digit at most.
    const rounding = BigInt(Math.ceil((ours.amounts + theirs.amounts) / 2)) as Money;
    const differs = COMPARED.some(
      (of) => (net || of !== 'bedrockNet') && size(difference[of]) > context.tolerance + rounding,
    );
    const finished = !costExplorer.estimated.has(day);
    return { day, finished, exported: ours.costs, costExplorer: theirs.costs, difference, rounding, differs };
  });
  const inside = new Set<Day | null>(asked);
  const elsewhere = exported.days.filter(({ day }) => !inside.has(day));
  return {
    ...context,
    net,
    days,
    elsewhere: each((of) => sum(elsewhere.map(({ costs }) => costs[of]))),
    agrees: !days.some(({ finished, differs }) => finished && differs),
  };
}

function totalOn({ days }: Side, day: Day): Pick<DayTotal, 'costs' | 'amounts'> {
  const own = days.filter((total) => total.day === day);
  return {
    costs: each((of) => sum(own.map(({ costs }) => costs[of]))),
    amounts: own.reduce((count, { amounts }) => count + amounts, 0),
  };
}

/** The sums of one side over days. */
export function sumOfDays(days: readonly ComparedDay[], side: 'exported' | 'costExplorer' | 'difference') {
  return each((of) => sum(days.map((day) => day[side][of])));
}

function each(make: (of: Compared) => Money): DayTotal['costs'] {
  return { bill: make('bill'), bedrock: make('bedrock'), bedrockNet: make('bedrockNet') };
}

function size(amount: Money): bigint {
  return amount < 0n ? -amount : amount;
}
