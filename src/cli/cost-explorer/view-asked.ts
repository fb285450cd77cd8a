import type { Config } from '../../config/config.ts';
import { DIMENSIONS, type Dimension } from '../../domain/dimension.ts';
import { OperatingError } from '../../domain/errors.ts';
import { type Day, type Period, periodsBetween, previousDay } from '../../domain/period.ts';
import type { CostBasis } from '../../domain/question.ts';
import type { AskedTime } from '../../query/periods.ts';
import { type Month, monthUntil } from '../../source/cost-explorer/questions.ts';
import type { Wanted } from '../../source/cost-explorer/read.ts';

/** What a command needs of Cost Explorer. */
export interface ViewAsked extends Wanted {
  /** the one tag key that dollars are told by */
  readonly tag: string;
}

/** What a service of Cost Explorer tells, and a usage type of Marketplace does not. */
const OF_SERVICE: readonly string[] = ['model', 'provider', 'product-code'];

/** What each of these would come out of is not in Cost Explorer, or not together with tag and usage type. */
const NOT_TOLD: readonly string[] = [
  'principal',
  'role',
  'permission-set',
  'session',
  'principal-kind',
  'person',
  'account',
  'payer-account',
  'seller',
  'invoice',
  'inference-profile',
];

const STANDARD_TAG = 'iamPrincipal/team';

/**
 * What Cost Explorer is to be asked, for a question or, without dimensions, for the ledger. Costs nothing, and refuses what
 * would be an answer of nothing.
 * @throws OperatingError OPTION_INVALID, PERIOD_WITHOUT_DATA
 */
export function viewAsked(
  config: Pick<Config, 'dimensions'>,
  time: AskedTime,
  dimensions: readonly Dimension[] = [],
  cost: CostBasis = 'net',
): ViewAsked {
  const untold = dimensions.find(({ name, source }) => NOT_TOLD.includes(name) || isWithoutTag(source));
  if (untold !== undefined) {
    const told = Object.keys(DIMENSIONS).filter((name) => !NOT_TOLD.includes(name));
    throw new OperatingError('OPTION_INVALID', `Cost Explorer does not tell ${untold.name}`, {
      hint: `It knows one tag key at a time, and ${told.join(', ')}. Who called is only in a CUR 2.0 export: docs/guides/own-export.md says how to make one.`,
    });
  }
  if (cost === 'list') {
    throw new OperatingError('OPTION_INVALID', 'Cost Explorer does not tell list cost', {
      hint: 'Ask with --cost net or --cost unblended.',
    });
  }
  return {
    tag: theTag(dimensions) ?? standardTag(config),
    months: monthsAsked(time, today()),
    models: dimensions.some(({ name }) => OF_SERVICE.includes(name)),
  };
}

/** The days that are over end here (UTC). */
export function today(): Day {
  return new Date().toISOString().slice(0, 10) as Day;
}

function isWithoutTag(source: Dimension['source']): boolean {
  return source.table === 'allocated' && source.tagKeys.length === 0;
}

function theTag(dimensions: readonly Dimension[]): string | null {
  const keys = dimensions.flatMap(({ source }) => (source.table === 'allocated' ? source.tagKeys : []));
  const [only, ...others] = new Set(keys);
  if (others.length > 0) {
    throw new OperatingError(
      'OPTION_INVALID',
      `Cost Explorer tells dollars by one tag key at a time, not by ${[only, ...others].join(' and ')}`,
      { hint: `Ask for one of them, such as --by tag:${only}: each key is another cut of the same dollars.` },
    );
  }
  return only ?? null;
}

/** Where the question names no tag: that of the first dimension that has one, so that a question for it costs nothing more. */
function standardTag({ dimensions }: Pick<Config, 'dimensions'>): string {
  const [first] = Object.values(dimensions).flatMap(({ tagKeys }) => tagKeys);
  return first ?? STANDARD_TAG;
}

/** Without a time: the month of yesterday, since today is not over. */
function monthsAsked({ periods, from, to }: AskedTime, now: Day): Month[] {
  const yesterday = previousDay(now);
  const last = to === null ? yesterday : previousDay(to);
  const [first, end] = periods !== null ? [periods.first, periods.last] : [monthOf(from ?? last), monthOf(last)];
  const months = periodsBetween(first, end).flatMap((period) => monthUntil(period, now) ?? []);
  if (months.length > 0) return months;
  throw new OperatingError('PERIOD_WITHOUT_DATA', 'none of the days asked for is over', {
    hint: `Cost Explorer is asked for days that are over: the last one is ${yesterday} (UTC).`,
  });
}

function monthOf(day: Day): Period {
  return day.slice(0, 7) as Period;
}
