import type { Comparison } from '../../domain/comparison.ts';
import {
  divideHalfUp,
  formatMoney,
  formatRounded,
  formatUnits,
  groupThousands,
  type Money,
  roundParts,
  subtract,
  sum,
  ZERO,
} from '../../domain/money.ts';
import { type ChangeReport, type ChangeRow, changes } from '../change.ts';
import { inChunks } from './chunks.ts';
import { textCell } from './csv-cell.ts';
import { checkLine, groupText, noteLines, periodText, scopeTexts, sourceLine } from './headline.ts';
import { checkText, sourceText } from './json.ts';
import { listText, moneyText, objectText, textOrNull } from './json-text.ts';
import { labelColumns } from './labels.ts';
import { narrow, type TextColumn, tableWidth, textColumn, textTable, wrap } from './text-table.ts';
import { jsonString, visible } from './visible-text.ts';

/** Digits of printed costs, and 1 printed unit in money. */
const DIGITS = 2;
const CENT = 10n ** 8n;
const LEAST_LABEL = 6;
const GAP = 2;

/** What moved, for people: both sources, the rows that changed, and that they add up. */
export function changeText(comparison: Comparison, top: number | null, width: number | null): string {
  const { before, now } = comparison;
  const report = changes(comparison, top);
  const columns = [
    ...labelColumns(
      now.question,
      report.rows.map(({ row }) => row),
    ),
    ...moneyColumns(report),
  ];
  const labels = now.question.by.length + (now.question.grain === null ? 0 : 1) || 1;
  const numbers = columns.slice(labels);
  const shown =
    width === null
      ? columns
      : [...narrow(columns.slice(0, labels), width - GAP - tableWidth(numbers), LEAST_LABEL), ...numbers];
  const { head, rule, rows, foot } = textTable(shown);
  const prose = (text: string): string[] => (width === null ? [text] : wrap(text, width));
  const title = [
    `Change of Bedrock spend${groupText(now)}`,
    `${periodText(now.question)} since ${sinceText(comparison)}`,
    ...scopeTexts(now),
  ];
  const lines = [
    ...prose(visible(title.join(' · '))),
    ...prose(`Before: ${sourceLine(before)}`),
    ...prose(`Now: ${sourceLine(now)}`),
    '',
    ...(rows.length === 0 ? ['Nothing moved.'] : [head, rule, ...rows, rule]),
    foot,
    ...(unmoved(report) === 0n ? [] : prose(`Of both sums, ${formatRounded(unmoved(report), DIGITS)} did not move.`)),
    '',
    ...prose(`Before: ${checkLine(before.check)}`),
    ...prose(`Now: ${checkLine(now.check)}`),
    ...[...new Set([...noteLines(before), ...noteLines(now)])].flatMap(prose),
  ];
  return `${lines.join('\n')}\n`;
}

/** What `--changed-since` was measured from. */
function sinceText({ before, now }: Comparison): string {
  const samePeriods = before.question.periods.join() === now.question.periods.join();
  return samePeriods
    ? `snapshot ${before.source.snapshots.map(({ id }) => id).join(', ')}`
    : periodText(before.question);
}

/** What is in both sums, in no row. */
function unmoved({ rows, before }: ChangeReport): Money {
  return subtract(before, sum(rows.map((row) => row.before)));
}

/**
 * Before and now are each rounded so that they add up, with what did not move. A change is what its own row shows: readers
 * subtract in their head.
 */
function moneyColumns(report: ChangeReport): TextColumn[] {
  const { rows, before, now, change } = report;
  const rest = unmoved(report);
  const cents = (pick: (row: ChangeRow) => Money): bigint[] =>
    roundParts([...rows.map(pick), rest], DIGITS).slice(0, -1);
  const [befores, nows] = [cents((row) => row.before), cents((row) => row.now)];
  const plain = (units: bigint): string => groupThousands(formatUnits(units, DIGITS));
  const signed = (units: bigint): string => `${units > 0n ? '+' : ''}${plain(units)}`;
  const column = (head: string, cells: readonly string[], foot: string): TextColumn =>
    textColumn({ head, align: 'right', cells, foot });
  const changed = nows.map((units, index) => units - (befores[index] ?? 0n));
  return [
    column('Before', befores.map(plain), plain(cent(before))),
    column('Now', nows.map(plain), plain(cent(now))),
    column('Change', changed.map(signed), signed(cent(now) - cent(before))),
    column('', rows.map(percentText), percentText({ before, change })),
  ];
}

function cent(amount: Money): bigint {
  return divideHalfUp(amount, CENT);
}

/** `+12.3 %`; what was nothing before is new. */
function percentText({ before, change }: Pick<ChangeRow, 'before' | 'change'>): string {
  if (before === ZERO) return change === ZERO ? '' : 'new';
  const tenths = divideHalfUp(change * 1000n, before < 0n ? -before : before);
  return `${tenths > 0n ? '+' : ''}${groupThousands(formatUnits(tenths, 1))} %`;
}

/** The comparison as JSON, one row a line; amounts are strings with all 10 digits. */
export function changeJson(comparison: Comparison, top: number | null): Iterable<string> {
  return inChunks(jsonLines(comparison, changes(comparison, top)));
}

function* jsonLines({ before, now }: Comparison, report: ChangeReport): Generator<string> {
  yield `{"before":${objectText({ source: sourceText(before), total: moneyText(report.before), check: checkText(before.check) })},\n`;
  yield `"now":${objectText({ source: sourceText(now), total: moneyText(report.now), check: checkText(now.check) })},\n`;
  yield `"currency":${jsonString(now.currency)},\n"rows":[`;
  let separator = '\n';
  for (const { row, ...amounts } of report.rows) {
    const { grain, by } = now.question;
    const fields = {
      ...(grain === null ? {} : { [grain]: textOrNull(row.time) }),
      ...Object.fromEntries(by.map(({ name }, index) => [name, textOrNull(row.values[index] ?? null)])),
      ...(row.adjustment === null ? {} : { adjustment: jsonString(row.adjustment) }),
      ...(row.other ? { other: 'true' } : {}),
      before: moneyText(amounts.before),
      now: moneyText(amounts.now),
      change: moneyText(amounts.change),
    };
    yield separator + objectText(fields);
    separator = ',\n';
  }
  yield `\n],\n"change":${moneyText(report.change)},\n`;
  yield `"notes":${listText([...new Set([...before.notes, ...now.notes])].map(jsonString))}}\n`;
}

/** The rows that moved as CSV (RFC 4180), with a header row. */
export function changeCsv(comparison: Comparison, top: number | null): Iterable<string> {
  return inChunks(csvLines(comparison, changes(comparison, top)));
}

function* csvLines({ now: { question, currency } }: Comparison, { rows }: ChangeReport): Generator<string> {
  const { grain, by } = question;
  const heads = [
    ...(grain === null ? [] : [grain]),
    ...by.map(({ name }) => name),
    'adjustment',
    'other',
    'before',
    'now',
    'change',
    'currency',
  ];
  yield `${heads.map(textCell).join(',')}\r\n`;
  for (const { row, before, now, change } of rows) {
    const cells = [
      ...(grain === null ? [] : [textCell(row.time)]),
      ...by.map((_, index) => textCell(row.values[index] ?? null)),
      textCell(row.adjustment),
      row.other ? 'true' : '',
      ...[before, now, change].map(formatMoney),
      textCell(currency),
    ];
    yield `${cells.join(',')}\r\n`;
  }
}
