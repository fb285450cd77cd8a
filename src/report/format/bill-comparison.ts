import { type BillComparison, type Compared, type ComparedDay, sumOfDays } from '../../domain/bill-comparison.ts';
import { formatMoney, formatRounded, type Money, ZERO } from '../../domain/money.ts';
import { causesOf, countOf, verb } from '../causes.ts';
import { listText, moneyText, objectText, textOrNull } from './json-text.ts';
import { type TextColumn, tableWidth, textColumn, textTable, wrap } from './text-table.ts';
import { jsonString, visible } from './visible-text.ts';

interface Layout {
  /** columns of the terminal, `null` = no terminal */
  readonly width: number | null;
  readonly colour: boolean;
}

/** The comparisons for people: a table a period, what may explain the differences, and the verdict. */
export function comparisonText(comparisons: readonly BillComparison[], layout: Layout): string {
  return `${comparisons.map((one) => sectionText(one, layout)).join('\n\n')}\n`;
}

/** The same for programs: one day a line, amounts as decimal strings. */
export function comparisonJson(comparisons: readonly BillComparison[]): string {
  const agrees = comparisons.every((one) => one.agrees);
  return `{"agrees":${agrees},"comparisons":[\n${comparisons.map(comparisonObject).join(',\n')}\n]}\n`;
}

function sectionText(comparison: BillComparison, { width, colour }: Layout): string {
  const { period, account, seenAs, askedAt, currency, days } = comparison;
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const prose = (text: string): string[] => (width === null ? [visible(text)] : wrap(visible(text), width));
  const { head, rule, rows, foot } = textTable(columnsThatFit(comparison, width));
  const when = `${askedAt.slice(0, 16).replace('T', ' ')} UTC`;
  const verdict = prose(verdictText(comparison));
  return [
    ...prose(
      `${period} · export against Cost Explorer · ${seenAs} account ${account} · asked ${when} · unblended cost, ${currency}`,
    ),
    '',
    paint(1, head),
    paint(2, rule),
    ...rows.map((row, index) => (days[index]?.differs && days[index].finished ? paint(31, row) : row)),
    paint(2, rule),
    paint(1, foot),
    '',
    ...causesOf(comparison).flatMap(prose),
    ...(comparison.agrees ? verdict : verdict.map((line) => paint(31, line))),
  ].join('\n');
}

/** Where there is no room, the two sides of the whole bill go first, then those of Bedrock: the differences stay. */
function columnsThatFit(comparison: BillComparison, width: number | null): TextColumn[] {
  const { day, bedrock, bedrockGap, bill, billGap, mark } = columnsOf(comparison);
  const layouts = [
    [...day, ...bedrock, ...bedrockGap, ...bill, ...billGap, ...mark],
    [...day, ...bedrock, ...bedrockGap, ...billGap, ...mark],
    [...day, ...bedrockGap, ...billGap, ...mark],
  ];
  const fitting = layouts.find((columns) => width === null || tableWidth(columns) <= width);
  return fitting ?? layouts.at(-1) ?? [];
}

function columnsOf({ days, net }: BillComparison) {
  const sums = {
    exported: sumOfDays(days, 'exported'),
    costExplorer: sumOfDays(days, 'costExplorer'),
    difference: sumOfDays(days, 'difference'),
  };
  const column = (head: string, side: keyof typeof sums, of: Compared): TextColumn => {
    const text = side === 'difference' ? gap : cents;
    return textColumn({
      head,
      align: 'right',
      cells: days.map((day) => text(day[side][of])),
      foot: text(sums[side][of]),
    });
  };
  return {
    day: [textColumn({ head: 'Day', align: 'left', cells: days.map(({ day }) => day), foot: 'Total' })],
    bedrock: [column('Bedrock: export', 'exported', 'bedrock'), column('Cost Explorer', 'costExplorer', 'bedrock')],
    bedrockGap: [
      column('Bedrock differs by', 'difference', 'bedrock'),
      ...(net ? [column('net by', 'difference', 'bedrockNet')] : []),
    ],
    bill: [column('Bill: export', 'exported', 'bill'), column('Cost Explorer', 'costExplorer', 'bill')],
    billGap: [column('Bill differs by', 'difference', 'bill')],
    mark: [textColumn({ head: '', align: 'left', cells: days.map(markOf), foot: '' })],
  };
}

function cents(amount: Money): string {
  return formatRounded(amount, 2);
}

/** A difference is never rounded to nothing. */
function gap(amount: Money): string {
  if (amount === 0n) return '0';
  return amount % 100_000_000n === 0n ? cents(amount) : formatMoney(amount).replace(/0+$/, '');
}

function markOf({ differs, finished }: ComparedDay): string {
  if (!finished) return differs ? 'estimated' : 'estimated ✓';
  return differs ? 'DIFFERS ✗' : '✓';
}

function verdictText({ days, agrees, tolerance, currency }: BillComparison): string {
  const finished = days.filter((day) => day.finished);
  const open = days.length - finished.length;
  const rounding = largest(days.map((day) => day.rounding));
  const allowed = `tolerance ${currency} ${formatMoney(tolerance).replace(/\.?0+$/, '')} a day, beyond ${formatMoney(rounding).replace(/0+$/, '')} that the 10 digits of the amounts may round to`;
  const rest = open === 0 ? '' : ` ${countOf(days.filter((day) => !day.finished))} estimated: not judged.`;
  if (agrees) return `${countOf(finished)} finished, none differs (${allowed}). ✓${rest}`;
  const differing = finished.filter(({ differs }) => differs);
  return `${countOf(differing)} of ${finished.length} finished ${verb(differing)} (${allowed}). ✗${rest}`;
}

function largest(amounts: readonly Money[]): Money {
  return [...amounts].sort((a, b) => (a < b ? 1 : -1))[0] ?? ZERO;
}

function comparisonObject(comparison: BillComparison): string {
  const { period, account, seenAs, currency, askedAt, net, tolerance, days, elsewhere, dataThrough, agrees } =
    comparison;
  const costs = (of: ComparedDay['exported']): string =>
    objectText({
      bill: moneyText(of.bill),
      bedrock: moneyText(of.bedrock),
      ...(net ? { bedrockNet: moneyText(of.bedrockNet) } : {}),
    });
  const day = (one: ComparedDay): string =>
    objectText({
      day: jsonString(one.day),
      finished: String(one.finished),
      export: costs(one.exported),
      costExplorer: costs(one.costExplorer),
      difference: costs(one.difference),
      rounding: moneyText(one.rounding),
      differs: String(one.differs),
    });
  return objectText({
    period: jsonString(period),
    account: jsonString(account),
    seenAs: jsonString(seenAs),
    currency: jsonString(currency),
    askedAt: jsonString(askedAt),
    dataThrough: textOrNull(dataThrough),
    tolerance: moneyText(tolerance),
    agrees: String(agrees),
    difference: costs(sumOfDays(days, 'difference')),
    elsewhere: costs(elsewhere),
    days: `[\n${days.map(day).join(',\n')}\n]`,
    causes: listText(causesOf(comparison).map(jsonString)),
  });
}
