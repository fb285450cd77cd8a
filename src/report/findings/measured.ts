import type { Remedy } from '../../domain/finding.ts';
import type { Amount, ExaminedPeriod, Health } from '../../domain/health.ts';
import { counted, shell } from '../../domain/judgement.ts';
import { divideHalfUp, formatUnits, sum } from '../../domain/money.ts';
import { firstDay, nextPeriod, type Period } from '../../domain/period.ts';
import { amountWithSign } from '../format/headline.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** To copy the export again; the command only where it was copied at all. */
export function copyAgain({ copied }: Pick<Health, 'copied'>, what: string): Remedy {
  return shell(what, ...(copied ? ['aws s3 sync --delete s3://BUCKET/PREFIX/EXPORT EXPORT-FOLDER'] : []));
}

/** The end of a billing period, in milliseconds since 1970. */
export function endOf(period: Period): number {
  return Date.parse(`${firstDay(nextPeriod(period))}T00:00:00Z`);
}

/** The newest period, and before it the newest that is over, which no late line changes much. */
export function lastFullAndNewest({ examined }: Health): ExaminedPeriod[] {
  const newest = examined.at(-1);
  if (newest === undefined) return [];
  const isOver = ({ period, state, delivered }: ExaminedPeriod): boolean =>
    state.kind !== 'open' || (delivered !== null && delivered >= endOf(period));
  const full = isOver(newest) ? undefined : examined.slice(0, -1).findLast(isOver);
  return full === undefined ? [newest] : [full, newest];
}

/** `$1,204.50` */
export function dollars(amount: bigint, { currency }: Pick<Health, 'currency'>): string {
  return amountWithSign(formatUnits(divideHalfUp(amount, 10n ** 8n), 2), currency);
}

/** `2026-10-31 23:00 UTC` */
export function instantText(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `26 hours`, `3 days` */
export function spanText(milliseconds: number): string {
  const hours = Math.round(milliseconds / HOUR);
  return Math.abs(hours) < 72 ? counted(hours, 'hour') : counted(Math.round(hours / 24), 'day');
}

/** Items of one key as one, with their lines and costs added up; in the order of their first ones. */
export function addedUp<T extends Amount>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...Map.groupBy(items, keyOf).values()].flatMap((own) =>
    own.slice(0, 1).map((first) => ({
      ...first,
      lines: own.reduce((lines, one) => lines + one.lines, 0),
      cost: sum(own.map(({ cost }) => cost)),
    })),
  );
}

export function dearestFirst(a: Pick<Amount, 'cost'>, b: Pick<Amount, 'cost'>): number {
  return a.cost === b.cost ? 0 : a.cost < b.cost ? 1 : -1;
}
