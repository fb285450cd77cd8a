import { closestOf } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import type { AskedInvoice, InvoiceTie } from '../domain/invoice.ts';
import { formatRounded, type Money, parseMoney, subtract, sum } from '../domain/money.ts';
import type { ControlTotal, Snapshot } from '../ledger/snapshot.ts';

/** An amount that is printed with two digits is off by at most this. */
const HALF_A_CENT = parseMoney('0.005');

/** AWS rounds amounts below a cent up to one: an invoice with one small amount may be off by nearly a cent. */
const LEAST_TOLERANCE = parseMoney('0.01');

const TAX = 'Tax';

/** How many invoices an error names. */
const NAMED = 8;

interface InvoiceLines {
  readonly snapshot: Snapshot;
  readonly total: ControlTotal;
}

/**
 * Ties invoices to the control totals of all lines that carry their ids, Bedrock's and the rest.
 * AWS rounds each amount that an invoice prints, and says nowhere how: half a cent for each is taken for its rounding.
 * Source: https://repost.aws/knowledge-center/consolidated-billing-linked-rounding
 * @param tolerance what to take for AWS's rounding instead; `null`: as above
 * @throws OperatingError INVOICE_UNKNOWN naming those that are there
 */
export function tieInvoices(
  asked: readonly AskedInvoice[],
  snapshots: readonly Snapshot[],
  tolerance: Money | null,
): InvoiceTie[] {
  const lines = snapshots.flatMap((snapshot) => snapshot.control.map((total) => ({ snapshot, total })));
  const invoices = Map.groupBy(lines, ({ total }) => total.invoice);
  invoices.delete('');
  return asked.map((invoice) => {
    const own = invoices.get(invoice.id);
    if (own === undefined) throw unknown(invoice.id, invoices);
    return tie(invoice, own, tolerance);
  });
}

function tie(asked: AskedInvoice, lines: readonly InvoiceLines[], given: Money | null): InvoiceTie {
  const totals = lines.map(({ total }) => total);
  const cost = nearerCost(asked.amount, totals);
  const costOf = (of: (total: ControlTotal) => boolean): Money => sum(totals.filter(of).map((total) => total[cost]));
  const printed = new Set(
    totals.map(({ seller, productCode, lineItemType }) => JSON.stringify([seller, productCode, lineItemType])),
  ).size;
  const rounding = subtract(
    asked.amount,
    costOf(() => true),
  );
  const tolerance = given ?? greater(LEAST_TOLERANCE, (BigInt(printed) * HALF_A_CENT) as Money);
  return {
    ...asked,
    payers: distinct(totals.map(({ payer }) => payer)),
    sellers: distinct(totals.map(({ seller }) => seller)),
    periods: distinct(lines.map(({ snapshot }) => snapshot.period)),
    currency: distinct(lines.map(({ snapshot }) => snapshot.currency)).join(', '),
    cost,
    bedrock: costOf(({ bedrock }) => bedrock),
    rest: costOf(({ bedrock }) => !bedrock),
    tax: costOf(({ lineItemType }) => lineItemType === TAX),
    rounding,
    printed,
    tolerance,
    holds: magnitude(rounding) <= tolerance,
  };
}

/** Who gives the amount without tax has meant the same cost. */
function nearerCost(amount: Money, totals: readonly ControlTotal[]): InvoiceTie['cost'] {
  const untaxed = totals.filter(({ lineItemType }) => lineItemType !== TAX);
  const off = (some: readonly ControlTotal[], cost: InvoiceTie['cost']): bigint =>
    magnitude(subtract(amount, sum(some.map((total) => total[cost]))));
  const nearest = (cost: InvoiceTie['cost']): bigint => lesser(off(totals, cost), off(untaxed, cost));
  return nearest('net') < nearest('unblended') ? 'net' : 'unblended';
}

function unknown(id: string, invoices: ReadonlyMap<string, readonly InvoiceLines[]>): OperatingError {
  const ids = [...invoices.keys()];
  if (ids.length === 0) {
    return new OperatingError(
      'INVOICE_UNKNOWN',
      `no line carries invoice ${id}: AWS has not invoiced these periods yet`,
      {
        hint: 'AWS writes invoice ids into an export some days after the month has ended. Until then there is nothing to tie.',
      },
    );
  }
  const nearest = closestOf(id, ids);
  const named = [nearest, ...ids.filter((other) => other !== nearest)].slice(0, NAMED).map((name) => {
    const lines = invoices.get(name) ?? [];
    const periods = distinct(lines.map(({ snapshot }) => snapshot.period)).join(', ');
    return `${name} (${periods}, ${formatRounded(sum(lines.map(({ total }) => total.unblended)), 2)} unblended)`;
  });
  const more = ids.length > named.length ? `, and ${ids.length - named.length} more` : '';
  return new OperatingError('INVOICE_UNKNOWN', `no line of the export carries invoice ${id}`, {
    hint: `The invoices of these periods are ${named.join(', ')}${more}.`,
  });
}

function distinct<T extends string>(values: readonly T[]): T[] {
  return [...new Set(values)].sort();
}

function greater(a: Money, b: Money): Money {
  return a > b ? a : b;
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function magnitude(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
