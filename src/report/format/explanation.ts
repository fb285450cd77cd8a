import type { Explanation, UsageDays } from '../../domain/explanation.ts';
import type { Remedy } from '../../domain/finding.ts';
import {
  formatMoney,
  formatRounded,
  formatUnits,
  groupThousands,
  type Money,
  parseMoney,
  roundParts,
} from '../../domain/money.ts';
import { remedies } from '../remedies.ts';
import { shownCost } from '../spend.ts';
import { amountWithSign, checkLine, costText, dayText, filterText, periodText } from './headline.ts';
import { GAP, narrow, type TextColumn, tableWidth, textColumn, textTable, wrap } from './text-table.ts';
import { jsonText, visible } from './visible-text.ts';

interface ExplanationOptions {
  /** columns of the terminal; `null` = no terminal: nothing is cut or wrapped */
  readonly width: number | null;
  readonly colour: boolean;
}

const CENT_DIGITS = 2;

/** Labels are not cut below this. */
const LEAST_LABEL = 12;

/** Files named one by one. */
const FILES_SHOWN = 3;

/** The explanation for people: what put the lines where they are, who is behind them, what was used, where it is written. */
export function explanationText(explanation: Explanation, { width, colour }: ExplanationOptions): string {
  const bold = (text: string): string => (colour ? `\x1b[1m${text}\x1b[22m` : text);
  const prose = (text: string): string[] => (width === null ? [visible(text)] : wrap(visible(text), width));
  const section = (title: string, columns: readonly TextColumn[]): string[] => {
    const { head, rule, rows } = textTable(fitted(columns, width));
    return ['', bold(visible(title)), head, rule, ...rows];
  };
  const { question, callers, charges } = explanation;
  const lines = [
    ...prose(headline(explanation)).map(bold),
    ...prose(totalLine(explanation)),
    ...question.by.flatMap(({ name }, index) =>
      section(`What says to which ${name}`, valueColumns(explanation, index)),
    ),
    ...section(`Who called${more(callers)}`, callerColumns(explanation)),
    ...section(`What was used${more(charges)}`, chargeColumns(explanation)),
    '',
    bold('Where it is written'),
    ...explanation.sources.flatMap((source) => sourceText(source).flatMap(prose)),
    ...remedies(explanation).flatMap((remedy) => ['', ...remedyText(remedy, prose, bold)]),
    '',
    ...prose(checkLine(explanation.check)),
    ...explanation.notes.flatMap((note) => prose(`Note: ${note}`)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for programs: amounts of money are strings with all 10 digits. */
export function explanationJson(explanation: Explanation): string {
  const { question, values, callers, charges } = explanation;
  const document = {
    where: question.where.map(({ dimension, values: wanted }) => ({ dimension: dimension.name, values: wanted })),
    periods: question.periods,
    from: question.from,
    to: question.to,
    cost: shownCost(explanation),
    costByPayer: explanation.costs,
    currency: explanation.currency,
    usage: explanation.usage,
    adjustments: explanation.adjustments,
    total: explanation.check.shown,
    check: explanation.check,
    dimensions: question.by.map(({ name }, index) => ({ dimension: name, values: values[index] ?? [] })),
    callerCount: callers.count,
    callers: callers.items,
    chargeCount: charges.count,
    charges: charges.items,
    sources: explanation.sources,
    remedies: remedies(explanation),
    notes: explanation.notes,
  };
  const amounts = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? formatMoney(value as Money) : value;
  const plain = JSON.parse(JSON.stringify(document, amounts)) as Record<string, unknown>;
  const lines = Object.entries(plain).map(([name, value]) => `"${name}":${inLines(value)}`);
  return `{${lines.join(',\n')}}\n`;
}

/** One item a line. */
function inLines(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return jsonText(value);
  return `[\n${value.map(jsonText).join(',\n')}\n]`;
}

/** `Behind team = (none) · billing period 2026-10 · net unblended cost, USD` */
function headline(explanation: Explanation): string {
  const { question, currency } = explanation;
  const filters = question.where.map(filterText).join(' and ');
  return [
    `Behind ${filters}`,
    periodText(question),
    ...dayText(question),
    `${costText(explanation)}, ${currency}`,
  ].join(' · ');
}

function totalLine({ usage, adjustments, check, currency }: Explanation): string {
  const [u = '', a = ''] = roundParts([usage, adjustments], CENT_DIGITS).map((cents) =>
    amountWithSign(formatUnits(cents, CENT_DIGITS), currency),
  );
  const [whole = 0n] = roundParts([check.shown], CENT_DIGITS);
  return `Usage ${u} + adjustments ${a} = ${amountWithSign(formatUnits(whole, CENT_DIGITS), currency)}`;
}

function valueColumns({ values, question }: Explanation, index: number): TextColumn[] {
  const rows = values[index] ?? [];
  const name = question.by[index]?.name ?? '';
  return [
    labels(
      'Value',
      rows.map(({ value }) => value ?? `(no ${name})`),
    ),
    labels(
      'Evidence',
      rows.map(({ evidence }) => evidence ?? 'nothing says it'),
    ),
    labels('Days', rows.map(daysText)),
    numbers(
      'Lines',
      rows.map(({ lines }) => groupThousands(String(lines))),
    ),
    costs(rows),
  ];
}

function callerColumns({ callers: { items } }: Explanation): TextColumn[] {
  return [
    labels(
      'Principal',
      items.map(({ principal }) => principal ?? '(no principal)'),
    ),
    labels(
      'Account',
      items.map(({ account }) => account ?? ''),
    ),
    labels(
      'Kind',
      items.map(({ kind }) => kind ?? ''),
    ),
    labels('Days', items.map(daysText)),
    costs(items),
  ];
}

function chargeColumns({ charges: { items } }: Explanation): TextColumn[] {
  return [
    labels(
      'Usage type',
      items.map(({ usageType, lineItemType }) => usageType ?? lineItemType ?? ''),
    ),
    labels(
      'Product',
      items.map(({ product, productCode }) => product ?? productCode ?? ''),
    ),
    labels(
      'Line',
      items.map(({ lineItemType }) => lineItemType ?? ''),
    ),
    labels('Days', items.map(daysText)),
    numbers(
      'Lines',
      items.map(({ lines }) => groupThousands(String(lines))),
    ),
    numbers(
      'Amount',
      items.map(({ amount }) => (amount === null ? '' : amountText(amount))),
    ),
    labels(
      'Unit',
      items.map(({ unit }) => unit ?? ''),
    ),
    costs(items),
  ];
}

/** Usage amounts have up to ten digits; three tell enough. */
function amountText(amount: string): string {
  return formatRounded(parseMoney(amount), 3).replace(/\.?0+$/, '');
}

function daysText({ first, last }: UsageDays): string {
  if (first === null || last === null) return 'no day';
  return first === last ? first : `${first} to ${last}`;
}

function costs(rows: readonly { readonly cost: Money }[]): TextColumn {
  const cents = roundParts(
    rows.map(({ cost }) => cost),
    CENT_DIGITS,
  );
  return numbers(
    'Cost',
    cents.map((units) => groupThousands(formatUnits(units, CENT_DIGITS))),
  );
}

function labels(head: string, cells: readonly string[]): TextColumn {
  return textColumn({ head, align: 'left', cells: cells.map(visible), foot: '' });
}

function numbers(head: string, cells: readonly string[]): TextColumn {
  return textColumn({ head, align: 'right', cells, foot: '' });
}

/** Only labels are cut, the widest first. */
function fitted(columns: readonly TextColumn[], width: number | null): readonly TextColumn[] {
  if (width === null || tableWidth(columns) <= width) return columns;
  const fixed = columns.filter(({ align }) => align === 'right');
  const own = columns.filter(({ align }) => align === 'left');
  const cut = narrow(own, width - GAP - tableWidth(fixed), LEAST_LABEL);
  return columns.map((column) => cut[own.indexOf(column)] ?? column);
}

function more({ items, count }: { readonly items: readonly unknown[]; readonly count: number }): string {
  return count > items.length ? ` (the dearest ${items.length} of ${groupThousands(String(count))})` : '';
}

function sourceText({ period, id, listedBy, files }: Explanation['sources'][number]): string[] {
  const names = files.slice(0, FILES_SHOWN).map(({ path }) => path);
  const others = files.length - names.length;
  const all = names.join(', ') + (others > 0 ? ` and ${groupThousands(String(others))} more` : '');
  return [`${period} snapshot ${id}, listed by ${listedBy ?? 'its folder'}`, `  ${all}`];
}

function remedyText(
  { what, where, paste }: Remedy,
  prose: (text: string) => string[],
  bold: (text: string) => string,
): string[] {
  const title = where === null ? [] : [bold(`To do · ${where}`)];
  return [...title, ...prose(what), ...paste.map((line) => `    ${visible(line)}`)];
}
