import { formatMoney, formatRounded, subtract } from '../../domain/money.ts';
import type { Proof } from '../../domain/proof.ts';
import { GAP, narrow, type TextColumn, tableWidth, textColumn, textTable, wrap } from './text-table.ts';
import { visible } from './visible-text.ts';

export interface ProofOptions {
  /** columns of the terminal, `null` = no terminal: nothing is cut */
  readonly width: number | null;
  readonly colour: boolean;
}

const LEAST_LABEL = 6;

/** The proof for people: one line a period, cost, payer, invoice and seller, then what differs, then the verdict. */
export function proofTable(
  proofs: readonly Proof[],
  dimensions: readonly string[],
  { width, colour }: ProofOptions,
): string {
  const labels = LABELS.map(([head, cell]) => column(head, 'left', proofs.map(cell)));
  const numbers = NUMBERS.map(([head, cell]) => column(head, 'right', proofs.map(cell)));
  const room = width === null ? Number.POSITIVE_INFINITY : width - GAP - tableWidth(numbers);
  const { head, rule, rows } = textTable([...narrow(labels, room, LEAST_LABEL), ...numbers]);
  const differences = proofs.flatMap(differenceLines);
  const verdict = width === null ? [verdictLine(proofs, dimensions)] : wrap(verdictLine(proofs, dimensions), width);
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const lines = [
    paint(1, head),
    paint(2, rule),
    ...rows,
    paint(2, rule),
    ...(differences.length === 0 ? [] : ['', ...differences.map((line) => paint(31, line))]),
    '',
    ...verdict.map((line) => (differences.length === 0 ? line : paint(31, line))),
  ];
  return `${lines.join('\n')}\n`;
}

/** The proof for programs: an array of proofs, costs as decimal strings. */
export function proofJson(proofs: readonly Proof[]): string {
  const holds = proofs.every(({ differences }) => differences.length === 0);
  const amounts = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? formatMoney(value as Proof['rest']) : value;
  return `${JSON.stringify({ holds, proofs }, amounts, 1)}\n`;
}

type Cell = (proof: Proof) => string;

const LABELS: readonly (readonly [head: string, cell: Cell])[] = [
  ['Period', ({ period }) => period],
  ['Cost', ({ cost }) => cost],
  ['Payer', ({ payer }) => visible(payer)],
  ['Invoice', ({ invoice }) => visible(invoice || '(open)')],
  ['Seller', ({ seller }) => visible(seller)],
];

const cents = (amount: bigint): string => formatRounded(amount, 2);

const NUMBERS: readonly (readonly [head: string, cell: Cell])[] = [
  ['Export', ({ exported }) => cents(exported)],
  ['Rest', ({ rest }) => cents(rest)],
  ['Bedrock', ({ bedrock }) => cents(bedrock)],
  ['Ledger', ({ ledger }) => cents(ledger)],
  ['Differences', ({ differences }) => (differences.length === 0 ? '0 ✓' : `${differences.length} ✗`)],
];

function column(head: string, align: TextColumn['align'], cells: readonly string[]): TextColumn {
  return textColumn({ head, align, cells, foot: '' });
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
