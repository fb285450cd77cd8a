import { type Evidence, type Finding, type Remedy, VERDICTS, type Verdict, worst } from '../../domain/finding.ts';
import { divideHalfUp, formatMoney, formatUnits, groupThousands, type Money } from '../../domain/money.ts';
import { describePeriods, type Period } from '../../domain/period.ts';
import { amountWithSign } from './headline.ts';
import { GAP, narrow, type TextColumn, tableWidth, textColumn, textTable, wrap } from './text-table.ts';
import { jsonText, visible } from './visible-text.ts';

/** What the findings are about. */
interface About {
  /** the periods whose lines were looked at; `null` = accounts alone were */
  readonly periods: readonly Period[] | null;
  /** `null` = no dollars were looked at */
  readonly currency: string | null;
}

interface FindingsOptions {
  /** columns of the terminal; `null` = no terminal: nothing is cut or wrapped */
  readonly width: number | null;
  readonly colour: boolean;
  /** also the evidence of checks that are ok */
  readonly all: boolean;
}

const MARKS: Readonly<Record<Verdict, { readonly text: string; readonly colour: number }>> = {
  fail: { text: '✗ FAIL', colour: 31 },
  warn: { text: '! WARN', colour: 33 },
  pending: { text: '… pending', colour: 36 },
  skipped: { text: '– skipped', colour: 2 },
  ok: { text: '✓ ok', colour: 32 },
};

/** Nothing is to be done or awaited: a line is enough. */
const QUIET: ReadonlySet<Verdict> = new Set(['ok', 'skipped']);

const MARK_WIDTH = Math.max(...Object.values(MARKS).map(({ text }) => text.length)) + GAP;

const INDENT = 4;

/** Evidence is not cut below this. */
const LEAST_WHAT = 24;

type Paint = (code: number, text: string) => string;

/** The findings for people, the worst first: what was found, the evidence, and what to do. */
export function findingsText(findings: readonly Finding[], about: About, options: FindingsOptions): string {
  const paint: Paint = (code, text) => (options.colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const nameWidth = Math.max(0, ...findings.map(({ check }) => check.length)) + GAP;
  const isOpen = ({ verdict }: Finding): boolean => options.all || !QUIET.has(verdict);
  const rank = ({ verdict }: Finding): number => VERDICTS.indexOf(verdict);
  const sorted = findings.toSorted((a, b) => rank(b) - rank(a));
  const body = sorted.flatMap((finding, index) => {
    const { text, colour } = MARKS[finding.verdict];
    const before = MARK_WIDTH + nameWidth;
    const [first = '', ...more] = prose(finding.summary, options.width, before);
    const previous = sorted[index - 1];
    return [
      // What has evidence stands apart; the others are lines of a list.
      ...(isOpen(finding) || previous === undefined || isOpen(previous) ? [''] : []),
      `${paint(colour, text.padEnd(MARK_WIDTH))}${paint(1, finding.check.padEnd(nameWidth))}${first}`,
      ...more.map((line) => ' '.repeat(before) + line),
      ...(isOpen(finding) ? evidenceLines(finding.evidence, about, options.width) : []),
      ...finding.remedies.flatMap((remedy) => remedyLines(remedy, options.width, paint)),
    ];
  });
  const overall = MARKS[worst(findings.map(({ verdict }) => verdict))];
  const title = visible(['Doctor', ...scope(about)].join(' · '));
  return `${[paint(1, title), ...body, '', paint(overall.colour, summaryLine(findings))].join('\n')}\n`;
}

function scope({ periods, currency }: About): string[] {
  if (periods === null) return ['accounts'];
  const lines = periods.length === 0 ? 'no lines read' : `lines of ${describePeriods(periods)}`;
  return currency === null ? [lines] : [lines, `costs in ${currency}`];
}

/** `18 checks: 14 ok, 1 skipped, 2 warn, 1 fail` */
function summaryLine(findings: readonly Finding[]): string {
  const counts = countsOf(findings).filter(
    ([verdict, count]) => count > 0 || (verdict !== 'skipped' && verdict !== 'pending'),
  );
  return `${findings.length} checks: ${counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`;
}

function countsOf(findings: readonly Finding[]): (readonly [Verdict, number])[] {
  return VERDICTS.map((verdict) => [verdict, findings.filter((finding) => finding.verdict === verdict).length]);
}

/** @param before columns that are taken on every line */
function prose(text: string, width: number | null, before: number): string[] {
  const line = visible(text.replace(/\s*\n\s*/g, ' '));
  return width === null ? [line] : wrap(line, Math.max(LEAST_WHAT, width - before));
}

/** What has numbers is a row of a table, the rest is prose. */
function evidenceLines(evidence: readonly Evidence[], about: About, width: number | null): string[] {
  const measured = evidence.filter(({ lines, cost }) => lines !== null || cost !== null);
  const { rows } = textTable(columnsFor(measured, about, width));
  const indent = ' '.repeat(INDENT);
  return evidence.flatMap((one) => {
    const row = rows[measured.indexOf(one)];
    const period = one.period === null ? '' : `${one.period}  `;
    return row === undefined ? prose(period + one.what, width, INDENT).map((line) => indent + line) : [indent + row];
  });
}

function columnsFor(evidence: readonly Evidence[], { currency }: About, width: number | null): TextColumn[] {
  const column = (align: TextColumn['align'], cells: readonly string[]): TextColumn[] =>
    cells.every((cell) => cell === '') ? [] : [textColumn({ head: '', align, cells, foot: '' })];
  const cell = (of: (one: Evidence) => string): string[] => evidence.map(of);
  const periods = column(
    'left',
    cell(({ period }) => period ?? ''),
  );
  const what = column(
    'left',
    cell((one) => visible(one.what)),
  );
  const numbers = [
    ...column(
      'right',
      cell(({ lines }) => (lines === null ? '' : linesText(lines))),
    ),
    ...column(
      'right',
      cell(({ cost }) => (cost === null ? '' : amountText(cost, currency ?? ''))),
    ),
    ...column('right', cell(shareText)),
  ];
  if (width === null) return [...periods, ...what, ...numbers];
  const taken = tableWidth([...periods, ...numbers]) + GAP + INDENT;
  return [...periods, ...narrow(what, width - taken, LEAST_WHAT), ...numbers];
}

function linesText(lines: number): string {
  return `${groupThousands(String(lines))} ${lines === 1 ? 'line' : 'lines'}`;
}

function amountText(cost: Money, currency: string): string {
  return amountWithSign(formatUnits(divideHalfUp(cost, 10n ** 8n), 2), currency);
}

function shareText({ cost, of }: Evidence): string {
  if (cost === null || of === null || of === 0n) return '';
  return `${formatUnits(divideHalfUp(cost * 1000n, of), 1)} %`;
}

function remedyLines({ what, where, paste }: Remedy, width: number | null, paint: Paint): string[] {
  const indent = ' '.repeat(INDENT);
  const label = where === null || where === 'shell' ? 'To do: ' : `To do in ${where}: `;
  const [first = '', ...more] = prose(label + what, width, INDENT);
  return [
    indent + first.replace(label.trim(), paint(1, label.trim())),
    ...more.map((line) => indent + line),
    ...paste.map((line) => `${indent}${indent}${visible(line)}`),
  ];
}

/** The findings for programs, in the order of the checks: one a line; money as decimal strings. */
export function findingsJson(findings: readonly Finding[], { periods, currency }: About): string {
  const amounts = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? formatMoney(value as Money) : value;
  const head = {
    verdict: worst(findings.map(({ verdict }) => verdict)),
    counts: Object.fromEntries(countsOf(findings)),
    periods: periods ?? [],
    currency,
  };
  const fields = Object.entries(head).map(([name, value]) => `"${name}":${jsonText(value)}`);
  const lines = findings.map((finding) => jsonText(JSON.parse(JSON.stringify(finding, amounts))));
  return `{${fields.join(',')},\n"findings":[\n${lines.join(',\n')}\n]}\n`;
}
