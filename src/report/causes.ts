import { type BillComparison, COMPARED } from '../domain/bill-comparison.ts';
import { formatRounded, type Money } from '../domain/money.ts';
import { nextDay } from '../domain/period.ts';

/** What may be behind the differences that there are. */
export function causesOf(comparison: BillComparison): string[] {
  const { days, currency, elsewhere, dataThrough, period } = comparison;
  const differing = days.filter(({ differs }) => differs);
  const behind = differing.filter(({ day }) => dataThrough !== null && `${nextDay(day)}T00:00:00Z` > dataThrough);
  const estimated = differing.filter(({ finished }) => !finished);
  const apart = COMPARED.some((of) => elsewhere[of] !== 0n);
  const finished = differing.filter((day) => day.finished);
  return [
    'Tax is left out of Bedrock on both sides: Cost Explorer knows one service Tax for the whole bill.',
    ...(apart
      ? [
          `${currency} ${printed(elsewhere.bill)} of the export's ${period} (Bedrock ${printed(elsewhere.bedrock)}) lie on days that are not compared: late usage, refunds and fees of other days, or days that are not over.`,
        ]
      : []),
    ...(behind.length === 0
      ? []
      : [
          `The export is complete through ${dataThrough?.slice(0, 16).replace('T', ' ')} UTC: ${countOf(behind)} that ${behind.length === 1 ? 'differs lies' : 'differ lie'} behind it. It is delivered up to a day later than Cost Explorer knows.`,
        ]),
    ...(estimated.length === 0
      ? []
      : [
          `AWS still calls ${countOf(estimated)} that ${verb(estimated)} estimated: both sides may change until the bill is final.`,
        ]),
    ...(finished.length === 0
      ? []
      : [
          finished.some(({ difference }) => difference.bill !== 0n)
            ? 'Other causes: refunds, credits and corrections reach Cost Explorer and the export at different times; an export of another payer, or one that is filtered; --refresh asks Cost Explorer anew.'
            : 'The whole bill agrees: only which lines are of Bedrock differs. Cost Explorer tells it by the name of the service; refunds and credits of Marketplace may not carry it.',
        ]),
  ];
}

function printed(amount: Money): string {
  return formatRounded(amount, 2);
}

export function verb(days: readonly unknown[]): string {
  return days.length === 1 ? 'differs' : 'differ';
}

/** `1 day`, `3 days` */
export function countOf(days: readonly unknown[]): string {
  return days.length === 1 ? '1 day' : `${days.length} days`;
}
