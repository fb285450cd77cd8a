import type { Comparison } from '../../domain/comparison.ts';
import { formatUnits, groupThousands } from '../../domain/money.ts';
import { type ChangeReport, changes } from '../change.ts';
import { CENT_DIGITS, type ChangeCents, inCents } from './change-cents.ts';
import { driverColumns, percentText, signed, whyLines } from './drivers.ts';
import { checkLine, dayText, groupText, noteLines, periodText, scopeTexts, sourceLine } from './headline.ts';
import { labelColumns } from './labels.ts';
import { GAP, narrow, type TextColumn, tableWidth, textColumn, textTable, wrap } from './text-table.ts';
import { visible } from './visible-text.ts';

const LEAST_LABEL = 6;

/** What moved and why, for people: both sources, the rows that changed, what made them change, and that all adds up. */
export function changeText(comparison: Comparison, top: number | null, width: number | null): string {
  const { before, now } = comparison;
  const report = changes(comparison, top);
  const cents = inCents(report);
  const labels = labelColumns(
    now.question,
    report.rows.map(({ row }) => row),
  );
  const prose = (text: string): string[] => (width === null ? [text] : wrap(text, width));
  const moved = tableLines(labels, moneyColumns(report, cents), width);
  const title = [
    `Change of Bedrock spend${groupText(now.question)}`,
    `${periodText(now.question)} since ${sinceText(comparison)}`,
    ...scopeTexts(now),
  ];
  const lines = [
    ...prose(visible(title.join(' · '))),
    ...prose(`Before: ${sourceLine(before)}`),
    ...prose(`Now: ${sourceLine(now)}`),
    '',
    ...(report.rows.length === 0 ? ['Nothing moved.', moved.at(-1) ?? ''] : moved),
    ...(cents.unmoved === 0n ? [] : prose(`Of both sums, ${plain(cents.unmoved)} did not move.`)),
    ...(report.rows.length === 0
      ? []
      : [
          '',
          'What made it change:',
          '',
          ...tableLines(labels, driverColumns(cents, driverRoom(labels, width)), width),
          '',
        ]),
    ...whyLines(report, cents, labels, now.currency).flatMap(prose),
    '',
    ...prose(`Before: ${checkLine(before.check)}`),
    ...prose(`Now: ${checkLine(now.check)}`),
    ...[...new Set([...noteLines(before), ...noteLines(now)])].flatMap(prose),
  ];
  return `${lines.join('\n')}\n`;
}

function tableLines(labels: readonly TextColumn[], numbers: readonly TextColumn[], width: number | null): string[] {
  const shown = width === null ? labels : narrow(labels, width - GAP - tableWidth(numbers), LEAST_LABEL);
  const { head, rule, rows, foot } = textTable([...shown, ...numbers]);
  return [head, rule, ...rows, rule, foot];
}

/** What is left beside labels that are not narrowed much. */
function driverRoom(labels: readonly TextColumn[], width: number | null): number | null {
  const comfortable = 2 * LEAST_LABEL * labels.length;
  return width === null ? null : width - GAP - Math.min(tableWidth(labels), comfortable);
}

/** What `--changed-since` was measured from. */
function sinceText({ before, now }: Comparison): string {
  const samePeriods = before.question.periods.join() === now.question.periods.join();
  return samePeriods
    ? `snapshot ${before.source.snapshots.map(({ id }) => id).join(', ')}`
    : [periodText(before.question), ...dayText(before.question)].join(', ');
}

function moneyColumns({ rows, before, change }: ChangeReport, cents: ChangeCents): TextColumn[] {
  const column = (head: string, cells: readonly string[], foot: string): TextColumn =>
    textColumn({ head, align: 'right', cells, foot });
  const { total } = cents;
  return [
    column(
      'Before',
      cents.rows.map((row) => plain(row.before)),
      plain(total.before),
    ),
    column(
      'Now',
      cents.rows.map((row) => plain(row.now)),
      plain(total.now),
    ),
    column(
      'Change',
      cents.rows.map((row) => signed(row.change)),
      signed(total.change),
    ),
    column('', rows.map(percentText), percentText({ before, change })),
  ];
}

function plain(units: bigint): string {
  return groupThousands(formatUnits(units, CENT_DIGITS));
}
