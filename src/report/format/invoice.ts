import type { InvoiceTie } from '../../domain/invoice.ts';
import { formatMoney, groupThousands, type Money, subtract } from '../../domain/money.ts';
import { describePeriods } from '../../domain/period.ts';
import type { ProofOptions } from './proof.ts';
import { textColumn, textTable, wrap } from './text-table.ts';
import { visible } from './visible-text.ts';

/** An invoice's amount as the sum it is, with all the digits of its parts, and the verdict. */
export function invoiceText(tie: InvoiceTie, { width, colour }: ProofOptions): string {
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const parts: readonly (readonly [string, Money])[] = [
    ['Bedrock', tie.bedrock],
    ['Rest of the export', tie.rest],
    [tie.holds ? 'AWS rounding' : 'Difference', tie.rounding],
  ];
  const amounts = sameDigits([...parts.map(([, amount]) => amount), tie.amount]);
  const { rows, rule } = textTable([
    textColumn({ head: '', align: 'left', cells: [...parts.map(([name]) => name), 'Invoice'], foot: '' }),
    textColumn({ head: '', align: 'right', cells: amounts, foot: '' }),
  ]);
  const verdict = width === null ? [verdictOf(tie)] : wrap(verdictOf(tie), width);
  const text = [
    paint(1, titleOf(tie)),
    ...rows.slice(0, -1),
    paint(2, rule),
    paint(1, rows.at(-1) ?? ''),
    ...verdict.map((line) => (tie.holds ? line : paint(31, line))),
  ];
  return `${text.join('\n')}\n`;
}

function titleOf({ id, periods, payers, sellers, cost, currency }: InvoiceTie): string {
  const who = `payer ${payers.join(', ')} · ${sellers.join(', ')}`;
  return visible(`Invoice ${id} · ${describePeriods(periods)} · ${who} · ${cost} cost, ${currency}`);
}

function verdictOf(tie: InvoiceTie): string {
  const { rounding, tolerance, printed, holds } = tie;
  const bound = `±${short(tolerance)}`;
  if (holds && rounding === 0n) return 'The invoice is the sum of its lines. ✓';
  if (holds) {
    return `The invoice is the sum of its lines and ${short(rounding)} that AWS rounded, within ${bound} for the ${printed} amounts that it prints. ✓`;
  }
  const verdict = `DIFFERENCE: the invoice says ${short(rounding)} ${rounding > 0n ? 'more' : 'less'} than its lines, beyond what rounding explains (${bound}).`;
  return `${verdict.replace(' -', ' ')} ${causeOf(tie)}`;
}

/** The one cause that the numbers show, else the usual ones. */
function causeOf({ rounding, tax, tolerance, currency }: InvoiceTie): string {
  const withoutTax = subtract(rounding, subtract(0n as Money, tax));
  if (tax !== 0n && withoutTax <= tolerance && -withoutTax <= tolerance) {
    return `It ties without its tax lines (${short(tax)}): give the total with tax.`;
  }
  return (
    `Look whether the amount is in ${currency || "the export's currency"} and with tax, whether the export is the payer's own ` +
    '(that of a member account lacks the others), and whether AWS restated the period since (the source line of bursar report says so).'
  );
}

/** As many digits as the amount needs, two at least. */
function short(amount: Money): string {
  return sameDigits([amount])[0] ?? '';
}

function sameDigits(amounts: readonly Money[]): string[] {
  const texts = amounts.map(formatMoney);
  const spare = Math.min(...texts.map((text) => /0{0,8}$/.exec(text)?.[0].length ?? 0));
  return texts.map((text) => groupThousands(text.slice(0, text.length - spare)));
}
