import type { InvoiceTie } from '../../domain/invoice.ts';
import { formatMoney, formatRounded, subtract } from '../../domain/money.ts';
import type { Proof } from '../../domain/proof.ts';
import { GAP, narrow, type TextColumn, tableWidth, textColumn, textTable, wrap } from './text-table.ts';
import { jsonText, visible } from './visible-text.ts';

export interface ProofOptions {
  /** columns of the terminal, `null` = no terminal: nothing is cut */
  readonly width: number | null;
  readonly colour: boolean;
}

/** Labels are not cut below this; before they are, the rest column goes. */
const LEAST_LABEL = 10;

/** The proof for people: a section a period, cost and payer with a line a seller and invoice; what differs; the verdict. */
export function proofTable(
  proofs: readonly Proof[],
  dimensions: readonly string[],
  { width, colour }: ProofOptions,
): string {
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const sections = [...Map.groupBy(proofs, sectionTitle)];
  const lines = sections.flatMap(([, own]) => [...own.map(lineOf), totalOf(own)]);
  const { head, rule, rows } = textTable(columnsFor(lines, width));
  const differences = proofs.flatMap(differenceLines);
  const verdict = width === null ? [verdictLine(proofs, dimensions)] : wrap(verdictLine(proofs, dimensions), width);
  let next = 0;
  const body = sections.flatMap(([title, own]) => {
    const shown = rows.slice(next, next + own.length + 1);
    next += own.length + 1;
    return ['', paint(1, title), ...shown.slice(0, -1), paint(1, shown.at(-1) ?? '')];
  });
  const text = [
    paint(1, head),
    paint(2, rule),
    ...body.slice(1),
    paint(2, rule),
    ...differences.map((line) => paint(31, line)),
    ...verdict.map((line) => (differences.length === 0 ? line : paint(31, line))),
  ];
  return `${text.join('\n')}\n`;
}

/** The proof for programs: one proof a line, then one invoice a line; costs as decimal strings. */
export function proofJson(proofs: readonly Proof[], invoices: readonly InvoiceTie[]): string {
  const holds = proofs.every(({ differences }) => differences.length === 0) && invoices.every((tie) => tie.holds);
  const amounts = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? formatMoney(value as Proof['rest']) : value;
  const lines = (values: readonly (Proof | InvoiceTie)[]): string =>
    values.map((value) => jsonText(JSON.parse(JSON.stringify(value, amounts)))).join(',\n');
  return `{"holds":${holds},"proofs":[\n${lines(proofs)}\n],"invoices":[\n${lines(invoices)}\n]}\n`;
}

/** One printed line: a seller's invoice, or the total of a section. */
interface ProofLine {
  readonly seller: string;
  readonly invoice: string;
  readonly exported: bigint;
  readonly rest: bigint;
  readonly bedrock: bigint;
  readonly ledger: bigint;
  readonly differences: number;
}

function sectionTitle({ period, cost, payer }: Proof): string {
  return visible(`${period} · ${cost} cost · payer ${payer}`);
}

function lineOf(proof: Proof): ProofLine {
  return {
    ...proof,
    seller: visible(proof.seller),
    invoice: visible(proof.invoice || '(open)'),
    differences: proof.differences.length,
  };
}

function totalOf(proofs: readonly Proof[]): ProofLine {
  const total = (of: (proof: Proof) => bigint): bigint => proofs.reduce((sum, proof) => sum + of(proof), 0n);
  return {
    seller: 'Total',
    invoice: '',
    exported: total(({ exported }) => exported),
    rest: total(({ rest }) => rest),
    bedrock: total(({ bedrock }) => bedrock),
    ledger: total(({ ledger }) => ledger),
    differences: proofs.reduce((sum, { differences }) => sum + differences.length, 0),
  };
}

const cents = (amount: bigint): string => formatRounded(amount, 2);

function columnsFor(lines: readonly ProofLine[], width: number | null): TextColumn[] {
  const column = (head: string, align: TextColumn['align'], cell: (line: ProofLine) => string): TextColumn =>
    textColumn({ head, align, cells: lines.map(cell), foot: '' });
  const labels = [
    column('Seller', 'left', ({ seller }) => seller),
    column('Invoice', 'left', ({ invoice }) => invoice),
  ];
  const numbers = [
    column('Export', 'right', ({ exported }) => cents(exported)),
    column('Rest', 'right', ({ rest }) => cents(rest)),
    column('Bedrock', 'right', ({ bedrock }) => cents(bedrock)),
    column('Ledger', 'right', ({ ledger }) => cents(ledger)),
    column('Differ', 'right', ({ differences }) => (differences === 0 ? '0 ✓' : `${differences} ✗`)),
  ];
  if (width === null || tableWidth([...labels, ...numbers]) <= width) return [...labels, ...numbers];
  const fewer = numbers.filter(({ head }) => head !== 'Rest');
  return [...narrow(labels, width - GAP - tableWidth(fewer), LEAST_LABEL), ...fewer];
}

function differenceLines({ period, cost, payer, invoice, seller, differences }: Proof): string[] {
  return differences.map(({ what, expected, found }) =>
    visible(
      `DIFFERENCE ${period}, ${cost} cost, payer ${payer}, invoice ${invoice || '(open)'}, ${seller}: ${what} is ${formatMoney(found)}, ` +
        `the export says ${formatMoney(expected)}, off by ${formatMoney(subtract(found, expected))}`,
    ),
  );
}

function verdictLine(proofs: readonly Proof[], dimensions: readonly string[]): string {
  const broken = proofs.filter(({ differences }) => differences.length > 0).length;
  const periods = new Set(proofs.map(({ period }) => period)).size;
  if (broken > 0)
    return `${broken} of ${proofs.length} sums do NOT add up. Run bursar ingest again; if it stays, report a bug.`;
  return (
    `${proofs.length} sums over ${periods} billing ${periods === 1 ? 'period' : 'periods'} add up, difference 0: export = control totals = ` +
    `Bedrock + rest; Bedrock = ledger by line and by day = the parts of each of ${dimensions.length} dimensions. ✓`
  );
}
