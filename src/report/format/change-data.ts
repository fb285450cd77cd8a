import type { Comparison } from '../../domain/comparison.ts';
import type { RowDrivers } from '../../domain/driver.ts';
import { DRIVERS } from '../../domain/driver.ts';
import { formatMoney } from '../../domain/money.ts';
import { type ChangeReport, changes } from '../change.ts';
import { inCents } from './change-cents.ts';
import { inChunks } from './chunks.ts';
import { textCell } from './csv-cell.ts';
import { sentence } from './drivers.ts';
import { checkText, sourceText } from './json.ts';
import { listText, moneyText, objectText, textOrNull } from './json-text.ts';
import { labelColumns } from './labels.ts';
import { jsonString } from './visible-text.ts';

/** The comparison as JSON, one row a line; amounts are strings with all 10 digits, the drivers add up to the change. */
export function changeJson(comparison: Comparison, top: number | null): Iterable<string> {
  return inChunks(jsonLines(comparison, changes(comparison, top)));
}

function* jsonLines({ before, now }: Comparison, report: ChangeReport): Generator<string> {
  yield `{"before":${objectText({ source: sourceText(before), total: moneyText(report.before), check: checkText(before.check) })},\n`;
  yield `"now":${objectText({ source: sourceText(now), total: moneyText(report.now), check: checkText(now.check) })},\n`;
  yield `"currency":${jsonString(now.currency)},\n"rows":[`;
  const cents = inCents(report);
  const labels = labelColumns(
    now.question,
    report.rows.map(({ row }) => row),
  );
  const { grain, by } = now.question;
  let separator = '\n';
  for (const [index, change] of report.rows.entries()) {
    const { row } = change;
    const name = labels.map(({ cells }) => cells[index]).filter(Boolean);
    const printed = cents.rows[index] ?? cents.total;
    const fields = {
      ...(grain === null ? {} : { [grain]: textOrNull(row.time) }),
      ...Object.fromEntries(by.map(({ name }, at) => [name, textOrNull(row.values[at] ?? null)])),
      ...(row.adjustment === null ? {} : { adjustment: jsonString(row.adjustment) }),
      ...(row.other ? { other: 'true' } : {}),
      before: moneyText(change.before),
      now: moneyText(change.now),
      change: moneyText(change.change),
      drivers: driversText(change.drivers),
      because: jsonString(sentence(name.join(' · '), change, printed, now.currency)),
    };
    yield separator + objectText(fields);
    separator = ',\n';
  }
  yield `\n],\n"change":${moneyText(report.change)},\n"drivers":${driversText(report.drivers)},\n`;
  yield `"because":${jsonString(sentence('Total', report, cents.total, now.currency))},\n`;
  yield `"notes":${listText([...new Set([...before.notes, ...now.notes])].map(jsonString))}}\n`;
}

function driversText({ parts }: RowDrivers): string {
  return objectText(Object.fromEntries(DRIVERS.map((driver) => [driver, moneyText(parts[driver])])));
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
    ...DRIVERS.map((driver) => `drivers.${driver}`),
    'currency',
  ];
  yield `${heads.map(textCell).join(',')}\r\n`;
  for (const { row, before, now, change, drivers } of rows) {
    const cells = [
      ...(grain === null ? [] : [textCell(row.time)]),
      ...by.map((_, index) => textCell(row.values[index] ?? null)),
      textCell(row.adjustment),
      row.other ? 'true' : '',
      ...[before, now, change, ...DRIVERS.map((driver) => drivers.parts[driver])].map(formatMoney),
      textCell(currency),
    ];
    yield `${cells.join(',')}\r\n`;
  }
}
