import type { Day, Period } from '../../src/domain/period.ts';
import { daysBetween, firstDay, nextDay, periodsBetween } from '../../src/domain/period.ts';
import type { BacktestCase } from './case.ts';

/** 18 months, of which the last 12 are forecast. */
const FIRST = '2025-05-01' as Day;
const MONTHS = periodsBetween('2025-11' as Period, '2026-10' as Period);
const DAYS = daysBetween(FIRST, '2026-11-01' as Day);

/** A day of an organisation, and chance: a stream of numbers from 0 to 1. */
interface Moment {
  readonly day: Day;
  /** from the first day on */
  readonly index: number;
  readonly weekend: boolean;
  readonly chance: () => number;
}

/** What a day costs beside noise; a new one for each organisation, since it may remember. */
type Shape = () => (moment: Moment) => number;

const working =
  (share: number): Shape =>
  () =>
  ({ weekend }) =>
    weekend ? share : 1;
const week = working(0.35);

/** The shapes that months have, alone; all but the first have working weeks. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'the same every day': () => () => 1,
  'working weeks': week,
  'growth of 9 % a month': () => (moment) => week()(moment) * 1.09 ** (moment.index / 30.4),
  'decline of 6 % a month': () => (moment) => week()(moment) * 0.94 ** (moment.index / 30.4),
  'a new model in mid-month, every few months': () => {
    let [level, next] = [1, 40];
    return (moment) => {
      if (moment.index === next) {
        level *= 1.25 + 0.5 * moment.chance();
        next += 90 + Math.floor(60 * moment.chance());
      }
      return level * week()(moment);
    };
  },
  'a day of three to eight times the spend, now and then': () => (moment) =>
    week()(moment) * (moment.chance() < 1 / 25 ? 3 + 5 * moment.chance() : 1),
  holidays: () => (moment) => week()(moment) * (HOLIDAYS.test(moment.day) && !moment.weekend ? 0.35 : 1),
  'busy month ends': () => (moment) => week()(moment) * (isMonthEnd(moment.day) ? 1.5 : 1),
  'a few days a week, nothing on others': () => (moment) => (moment.chance() < 0.35 ? 3 * moment.chance() : 0),
};

const HOLIDAYS = /-(12-2[3-9]|12-3[01]|01-0[1-5]|04-0[36]|05-01|05-25|06-19|07-0[34]|09-07|10-12|11-2[67])$/;

function isMonthEnd(day: Day): boolean {
  return (
    nextDay(nextDay(nextDay(day))).endsWith('-01') ||
    nextDay(nextDay(day)).endsWith('-01') ||
    nextDay(day).endsWith('-01')
  );
}

/** Organisations of one shape each, with noise that lasts a little: what is dear today is rather dear tomorrow. */
export function shapeCases(seeds: readonly number[]): BacktestCase[] {
  return Object.entries(SHAPES).flatMap(([name, shape], index) =>
    seeds.map((seed) => ({
      name,
      first: FIRST,
      costs: draw(shape, seed * 1_000 + index, FIRST, DAYS),
      months: MONTHS,
    })),
  );
}

/** Organisations whose first day is in the middle of the month before, or of the month itself. */
export function youngCases(seeds: readonly number[]): BacktestCase[] {
  return seeds.flatMap((seed) =>
    MONTHS.map((month, index) => {
      const begun = (MONTHS[index - 1] ?? '2025-10') as Period;
      const first = seed % 2 === 0 ? (`${begun}-12` as Day) : (`${month}-05` as Day);
      const costs = draw(week, seed * 77 + index, first, daysBetween(first, firstDay(month)) + 40);
      return { name: 'began in the middle of a month', first, costs, months: [month] };
    }),
  );
}

function draw(shape: Shape, seed: number, first: Day, days: number): number[] {
  const chance = numbers(seed);
  const cost = shape();
  let [day, noise] = [first, 0];
  return Array.from({ length: days }, (_, index) => {
    noise = 0.3 * noise + 0.12 * normal(chance);
    const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
    const drawn = 1_000 * Math.exp(noise) * cost({ day, index, weekend, chance });
    day = nextDay(day);
    return drawn;
  });
}

/** Numbers from 0 to 1, the same for the same seed (Lehmer's generator with the modulus 2^31 − 1). */
function numbers(seed: number): () => number {
  let state = (seed * 48_271 + 11) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function normal(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}
