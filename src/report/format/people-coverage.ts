import { divideHalfUp, formatRounded, formatUnits, type Money, roundParts, sum } from '../../domain/money.ts';
import type { PeopleCoverage, PeriodCoverage } from '../../domain/people.ts';
import { amountWithSign } from './headline.ts';
import { textColumn, textTable } from './text-table.ts';
import { visible } from './visible-text.ts';

/** So many are named one by one; JSON has all. */
const SESSIONS_SHOWN = 10;
const CENT_DIGITS = 2;

/** Which dollars the people file covers: a line a billing period, and whom it misses. */
export function coverageText(
  { currency, periods, uncovered, people, idle }: PeopleCoverage,
  bold: (text: string) => string,
): string[] {
  const rows = periods.map((period) => [period, roundParts(partsOf(period), CENT_DIGITS)] as const);
  const amount = (units: bigint | undefined): string => amountWithSign(formatUnits(units ?? 0n, CENT_DIGITS), currency);
  const column = (head: string, align: 'left' | 'right', cells: readonly string[]) =>
    textColumn({ head, align, cells, foot: '' });
  const table = textTable([
    column(
      'Period',
      'left',
      periods.map(({ period }) => period),
    ),
    column(
      'In the file',
      'right',
      rows.map(([, [covered]]) => amount(covered)),
    ),
    column('Share', 'right', periods.map(shareText)),
    column(
      'People not in it',
      'right',
      rows.map(([, [, missing]]) => amount(missing)),
    ),
    column(
      'Not people',
      'right',
      rows.map(([, [, , other]]) => amount(other)),
    ),
    column(
      'Usage',
      'right',
      rows.map(([, parts]) => amount(parts.reduce((all, part) => all + part, 0n))),
    ),
  ]);
  return [
    '',
    bold('Usage by who called: net cost, without tax, credits and other adjustments'),
    table.head,
    table.rule,
    ...table.rows,
    ...uncoveredText(uncovered, currency, bold),
    '',
    idleText(people, idle, periods.length),
  ];
}

function uncoveredText(
  uncovered: PeopleCoverage['uncovered'],
  currency: string,
  bold: (text: string) => string,
): string[] {
  if (uncovered.length === 0) return [];
  const shown = uncovered.slice(0, SESSIONS_SHOWN);
  const more = uncovered.length - shown.length;
  const { head, rule, rows } = textTable([
    textColumn({ head: 'Session', align: 'left', cells: shown.map(({ session }) => visible(session)), foot: '' }),
    textColumn({
      head: 'Cost',
      align: 'right',
      cells: shown.map(({ cost }) => amountWithSign(formatRounded(cost, CENT_DIGITS), currency)),
      foot: '',
    }),
  ]);
  return [
    '',
    bold('People whom no row names on the days they spent, all periods together'),
    head,
    rule,
    ...rows,
    ...(more > 0 ? [`and ${number(more)} more`] : []),
  ];
}

function idleText(people: number, idle: number, periods: number): string {
  const when = periods === 1 ? 'this period' : 'these periods';
  if (idle === 0) return `Everybody in the file spent something in ${when}.`;
  return `${number(idle)} of ${plural(people, 'person', 'people')} in the file spent nothing in ${when}.`;
}

function partsOf({ covered, uncovered, notPeople }: PeriodCoverage): Money[] {
  return [covered, uncovered, notPeople];
}

function shareText(period: PeriodCoverage): string {
  const usage = sum(partsOf(period));
  return usage === 0n ? '' : `${formatUnits(divideHalfUp(period.covered * 1000n, usage), 1)} %`;
}

export function plural(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

export function number(count: number): string {
  return count.toLocaleString('en');
}
