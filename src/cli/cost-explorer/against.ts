import type { Config, ConfigFlags } from '../../config/config.ts';
import { type BillComparison, compareBills, type Side } from '../../domain/bill-comparison.ts';
import { OperatingError } from '../../domain/errors.ts';
import { type Money, ZERO } from '../../domain/money.ts';
import { describePeriods, type Period } from '../../domain/period.ts';
import { type AccountDayTotal, dayTotals } from '../../ledger/day-totals.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { type AskedTime, allSnapshotsIn, snapshotsFor } from '../../query/periods.ts';
import { ask, expectedPages } from '../../source/cost-explorer/ask.ts';
import { daysOf, sideOf } from '../../source/cost-explorer/day-totals.ts';
import { type Month, monthUntil, wholeBill } from '../../source/cost-explorer/questions.ts';
import { type Context, terminalWidth, wantsColour, write } from '../context.ts';
import { announce, type LedgerInUse, withLedger, withReader } from '../ledger-in-use.ts';
import { type OpenedAccount, openAccount } from './account.ts';
import { paying } from './consent.ts';
import { today } from './view-asked.ts';

export interface AgainstOptions extends ConfigFlags {
  readonly format: 'table' | 'json';
  /** what a finished day may differ by; `null`: nothing */
  readonly tolerance: Money | null;
}

/**
 * Compares the export with Cost Explorer, day by day, and prints it.
 * @returns the exit code: 1 where a finished day differs
 */
export async function verifyAgainstCostExplorer(
  config: Config,
  options: AgainstOptions,
  time: AskedTime,
  context: Context,
): Promise<number> {
  if (config.source === 'cost-explorer') {
    throw new OperatingError('OPTION_INVALID', '--source ce does not go with --against ce', {
      hint: 'Name the export that is to be compared: --cur DIR.',
    });
  }
  const tolerance = options.tolerance ?? ZERO;
  const comparisons = await withLedger(config, context, async (inUse) => {
    announce(inUse, context);
    const months = monthsToCompare(time, inUse);
    const opened = await openAccount(config, context);
    try {
      const sides = await exportSides(inUse, months, opened.account, context);
      return await compare(config, sides, opened, tolerance, context);
    } finally {
      opened.close();
    }
  });
  const { comparisonJson, comparisonText } = await import('../../report/format/bill-comparison.ts');
  const { stdout } = context;
  const layout = { width: terminalWidth(stdout), colour: wantsColour(context, stdout) };
  await write(stdout, [options.format === 'json' ? comparisonJson(comparisons) : comparisonText(comparisons, layout)]);
  return comparisons.every(({ agrees }) => agrees) ? 0 : 1;
}

interface ToCompare {
  readonly snapshot: Snapshot;
  readonly month: Month;
}

/** The billing periods asked for; without any the newest with data. Each costs money, so it is not all of them. */
function monthsToCompare(time: AskedTime, { outcomes }: LedgerInUse): ToCompare[] {
  const snapshots = time.periods === null ? snapshotsFor(time, outcomes).found : allSnapshotsIn(time.periods, outcomes);
  const months = snapshots.flatMap((snapshot) => {
    const month = monthUntil(snapshot.period, today());
    return month === null ? [] : [{ snapshot, month }];
  });
  if (months.length > 0) return months;
  throw new OperatingError('PERIOD_WITHOUT_DATA', 'no day of the billing periods asked for is over');
}

interface ExportSide extends ToCompare, Pick<BillComparison, 'seenAs'> {
  readonly side: Side;
}

async function exportSides(
  inUse: LedgerInUse,
  months: readonly ToCompare[],
  account: string,
  context: Context,
): Promise<ExportSide[]> {
  return withReader(inUse, context, async (engine, progress) => {
    const sides: ExportSide[] = [];
    for (const [index, { snapshot, month }] of months.entries()) {
      progress.update(index / months.length, 1 / months.length, `${month.period}: adding up the export by day`);
      const delivery = deliveryOf(inUse, month.period);
      const raw = await inUse.source.open(engine, delivery);
      const totals = await inUse.source.reading(engine, delivery, () => dayTotals(engine, raw, snapshot.control));
      const own = seenBy(account, totals, month.period);
      const payers = new Set(own.map(({ payer }) => payer));
      const net = snapshot.netBasis.every(({ payer, cost }) => cost === 'net' || !payers.has(payer));
      const seenAs = payers.has(account) ? 'payer' : 'member';
      sides.push({ snapshot, month, seenAs, side: { days: own, net } });
    }
    return sides;
  });
}

function deliveryOf({ deliveries }: LedgerInUse, period: Period) {
  const found = deliveries.find((one) => one.kind === 'delivery' && one.delivery.period === period);
  if (found?.kind !== 'delivery') throw new Error(`no delivery for ${period}`);
  return found.delivery;
}

/** A payer sees the lines of all its accounts; a member account its own. */
function seenBy(account: string, totals: readonly AccountDayTotal[], period: Period): AccountDayTotal[] {
  const paid = totals.filter(({ payer }) => payer === account);
  const own = paid.length > 0 ? paid : totals.filter((total) => total.account === account);
  if (own.length > 0) return own;
  const payers = [...new Set(totals.map(({ payer }) => payer))].sort();
  throw new OperatingError(
    'OPTION_INVALID',
    `${period}: the export has no lines of account ${account}, which the AWS credentials belong to`,
    { hint: `Sign in to the payer account (--profile): the export has ${payers.join(', ')}.` },
  );
}

async function compare(
  config: Config,
  sides: readonly ExportSide[],
  { account, asking }: OpenedAccount,
  tolerance: Money,
  context: Context,
): Promise<BillComparison[]> {
  let pages = 0;
  for (const { month } of sides) pages += await expectedPages(asking, wholeBill(month));
  const what = `the bill of ${describePeriods(sides.map(({ month }) => month.period))} by day`;
  return paying(asking, { what, pages, more: null }, config.costExplorer, context, async () => {
    const comparisons: BillComparison[] = [];
    for (const { snapshot, month, seenAs, side } of sides) {
      const answer = await ask(asking, wholeBill(month));
      const { currency, dataThrough, period } = snapshot;
      comparisons.push(
        compareBills(side, sideOf(answer.days), daysOf(month), {
          period,
          currency,
          account,
          seenAs,
          askedAt: answer.askedAt,
          tolerance,
          dataThrough: dataThrough.map(({ through }) => through).sort()[0] ?? null,
        }),
      );
    }
    return comparisons;
  });
}
