import type { Amount, KnownPeriod, SingleSign } from '../domain/health.ts';
import { isUsage } from '../domain/line-item.ts';
import { sum } from '../domain/money.ts';
import { bedrockCost } from '../ledger/period-state.ts';
import { isAttributed, onlySignOf } from '../ledger/signs.ts';
import type { ControlTotal, Snapshot } from '../ledger/snapshot.ts';

/**
 * What a snapshot knows of the health of its period by itself: no data is read.
 * @param delivered when the newest of its files was written, in milliseconds since 1970
 */
export function knownPeriod(snapshot: Snapshot, delivered: number | null): KnownPeriod {
  const { control, exports, dataThrough } = snapshot;
  const bedrock = control.filter((total) => total.bedrock);
  const adjusts = (total: ControlTotal): boolean => !isUsage(total.lineItemType) && !isAttributed(total);
  const usage = bedrock.filter((total) => !adjusts(total));
  return {
    period: snapshot.period,
    state: snapshot.state,
    unblended: bedrockCost(control),
    currency: snapshot.currency,
    listed: snapshot.listedBy !== null,
    delivered,
    firstDay: snapshot.firstDay,
    lastDay: snapshot.lastDay,
    dataThrough: dataThrough.map(({ seller, through }) => ({ seller, through: Date.parse(through) })),
    identity: snapshot.identity,
    netBasis: snapshot.netBasis,
    exports: exports.flatMap(({ place, payers }) =>
      payers.map(({ unblended, ...payer }) => ({ place, ...payer, cost: unblended })),
    ),
    usage: amountOf(usage),
    adjustments: amountOf(bedrock.filter(adjusts)),
    unattributed: amountOf(usage.filter((total) => !isAttributed(total))),
    single: singleSigns(bedrock),
    amountsUnread: snapshot.amountsUnread,
  };
}

function amountOf(totals: readonly ControlTotal[]): Amount {
  return {
    lines: totals.reduce((lines, total) => lines + total.lines, 0),
    cost: sum(totals.map(({ net }) => net)),
  };
}

function singleSigns(bedrock: readonly ControlTotal[]): SingleSign[] {
  const groups = Map.groupBy(bedrock, (total) => JSON.stringify([onlySignOf(total), total.productCode]));
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    const sign = first === undefined ? null : onlySignOf(first);
    return first === undefined || sign === null ? [] : [{ sign, productCode: first.productCode, ...amountOf(own) }];
  });
}
