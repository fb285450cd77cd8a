import type { AnswerHead } from '../../domain/answer.ts';
import type { AdjustmentBasis, Forecast } from '../../domain/forecast.ts';
import {
  divideHalfUp,
  formatRounded,
  formatUnits,
  groupThousands,
  type Money,
  roundParts,
} from '../../domain/money.ts';
import { amountWithSign, checkLine, noteLines, periodText, scopeTexts, sourceLine, throughLine } from './headline.ts';
import { type TextColumn, tableWidth, textColumn, textTable, wrap } from './text-table.ts';
import { visible } from './visible-text.ts';

const CENT_DIGITS = 2;
const CENT = 10n ** 8n;

/** From here on the edges of a range are printed without cents: 100. */
const WHOLE_FROM = 100n * 10n ** 10n;

/** A forecast for people: what is billed, what is estimated (with a `~`), their sum, the range, and where it comes from. */
export function forecastText(now: AnswerHead, forecast: Forecast, width: number | null): string {
  const prose = (text: string): string[] => (width === null ? [text] : wrap(text, width));
  const title = ['Forecast of Bedrock spend', periodText(now.question), ...scopeTexts(now)].join(' · ');
  const all = columns(forecast);
  const fits = width === null || tableWidth(all) <= width;
  const { head, rule, rows, foot } = textTable(fits ? all : all.slice(0, -1));
  const lines = [
    ...prose(visible(title)),
    ...prose(sourceLine(now)),
    ...prose(throughLine(now)),
    '',
    head,
    rule,
    ...rows,
    rule,
    foot,
    '',
    ...forecastLines(forecast, now.currency).flatMap(prose),
    ...prose(checkLine(now.check)),
    ...noteLines(now).flatMap(prose),
  ];
  return `${lines.join('\n')}\n`;
}

/** How each is estimated comes last: it is left out where there is no room. */
function columns({ usage, adjustments, total, through, daysLeft }: Forecast): TextColumn[] {
  const parts = [usage, ...adjustments];
  const billed = roundParts(
    parts.map((part) => part.billed),
    CENT_DIGITS,
  );
  const rests = parts.map((part) => part.rest / CENT);
  const [sumBilled, sumRest] = [divideHalfUp(total.billed, CENT), total.rest / CENT];
  const text = (cents: bigint): string => groupThousands(formatUnits(cents, CENT_DIGITS));
  const guess = (cents: bigint, rest: bigint): string => (rest === 0n ? text(cents) : `~${text(cents)}`);
  const column = (head: string, align: 'left' | 'right', cells: string[], foot: string) =>
    textColumn({ head, align, cells, foot });
  return [
    column('Charge', 'left', ['Usage', ...adjustments.map(({ type }) => visible(type))], 'Total'),
    column('Billed to date', 'right', billed.map(text), text(sumBilled)),
    column(
      'Rest',
      'right',
      rests.map((rest) => (rest === 0n ? '' : `~${text(rest)}`)),
      guess(sumRest, sumRest),
    ),
    column(
      'Month end',
      'right',
      rests.map((rest, index) => guess((billed[index] ?? 0n) + rest, rest)),
      guess(sumBilled + sumRest, sumRest),
    ),
    column(
      'How',
      'left',
      [usageText(daysLeft, through), ...adjustments.map(({ basis, rest }) => basisText(basis, rest))],
      '',
    ),
  ];
}

function usageText(daysLeft: number, through: string | null): string {
  if (daysLeft === 0) return 'every day has arrived';
  return `${days(daysLeft)} to come${through === null ? '' : ` after ${through}`}`;
}

function basisText(basis: AdjustmentBasis, rest: Money): string {
  if (rest === 0n) return 'as billed';
  switch (basis.kind) {
    case 'share':
      return `${formatUnits(divideHalfUp(basis.share, 1_000n), 1)} % of usage, as in the ${months(basis.months)} before`;
    case 'monthly':
      return `once a month, as in the ${months(basis.months)} before`;
    case 'billed':
      return 'as billed';
  }
}

/** The named sum, the range, and what both were read from. */
function forecastLines({ period, total, range, history, daysLeft }: Forecast, currency: string): string[] {
  const amount = (cents: bigint): string => amountWithSign(formatUnits(cents, CENT_DIGITS), currency);
  const [billed, rest] = [divideHalfUp(total.billed, CENT), total.rest / CENT];
  const sum =
    rest === 0n
      ? `Billed to date ${amount(billed)}; nothing more is expected in ${period}.`
      : `Billed to date ${amount(billed)} ${rest < 0n ? '-' : '+'} ~${amount(rest < 0n ? -rest : rest)} = ~${amount(billed + rest)} at the end of ${period}.`;
  if (daysLeft === 0) return [sum];
  const read = history.days === 0 ? 'no whole day of usage yet' : `${days(history.days)} of usage`;
  const corrected = correctionsText(history.corrections);
  if (range === null) {
    return [`${sum} No range: ${read}${corrected} is too little history to tell how far off this may be.`];
  }
  const edge = (value: Money): string => {
    const whole = value >= WHOLE_FROM || value <= -WHOLE_FROM;
    return `~${amountWithSign(formatRounded(value, whole ? 0 : CENT_DIGITS).replaceAll(',', ''), currency)}`;
  };
  const shorter = history.daysAhead < daysLeft ? ' (the range is wider, for want of longer ones)' : '';
  return [
    `${sum} 80 % range: ${edge(range.low)} to ${edge(range.high)}.`,
    `Read from ${read}${corrected}, and from ${history.forecasts.toLocaleString('en')} forecasts of that time for ${days(history.daysAhead)}, compared with what came${shorter}.`,
  ];
}

function correctionsText(count: number): string {
  if (count === 0) return '';
  return ` (${count.toLocaleString('en')} below zero: corrections, which are not expected again)`;
}

function days(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'day' : 'days'}`;
}

function months(count: number): string {
  return count === 1 ? 'month' : `${count} months`;
}
