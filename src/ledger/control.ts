import { OperatingError } from '../domain/errors.ts';
import { isUsage } from '../domain/line-item.ts';
import type { Money } from '../domain/money.ts';
import type { Day } from '../domain/period.ts';
import { moneyOf } from '../engine/cells.ts';
import type { Engine, Row } from '../engine/engine.ts';
import type { RawLines } from '../source/cur/export.ts';
import { costType, lineColumns, MARKETPLACE, NETS, netsOf } from '../source/cur/normalize.ts';
import type { ControlTotal, NetBasis, Snapshot } from './snapshot.ts';

/** What one scan of all lines tells, before it is decided which Marketplace products are Bedrock's. */
export interface ControlScan {
  readonly groups: readonly ControlGroup[];
  /** product codes of Marketplace that a net caught */
  readonly marketplace: readonly string[];
}

interface ControlGroup extends Omit<ControlTotal, 'bedrock' | 'net'> {
  readonly rawNet: Money;
  /** lines whose net value is there and not 0 */
  readonly netLines: number;
  /** lines that cost something and have no net value */
  readonly netMissing: number;
  readonly currency: string;
  /** first and last usage day, `YYYY-MM-DD`, and the end of the last usage */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly through: string;
}

const COSTS = ['unblended', 'net', 'list'] as const;

/** A bill has a few thousand of these groups; far more means that a column is not what its name says. */
const MAX_GROUPS = 500_000;

/**
 * Adds up every line of the export by payer, invoice, seller, product code and line type.
 * @throws OperatingError CUR_COST_UNREADABLE naming file and line
 */
export async function scanControl(engine: Engine, raw: RawLines): Promise<ControlScan> {
  const { dialect } = engine;
  const columns = lineColumns(raw, dialect);
  const addends = Object.fromEntries(COSTS.map((cost) => [cost, dialect.toAddend(columns[cost], costType(raw, cost))]));
  const bad = COSTS.map((cost) => `NOT ${dialect.isMoney(columns[cost], costType(raw, cost))}`).join(' OR ');
  const groups = await engine.rows(
    `SELECT ${columns.payer} AS payer, ${columns.invoice} AS invoice, ${columns.seller} AS seller,
       ${columns.entity} AS entity, ${columns.product_code} AS product_code, ${columns.line_item_type} AS line_item_type,
       ${columns.currency} AS currency, ${netsOf(columns, dialect)} AS nets,
       count(*) AS lines, count(*) FILTER (WHERE ${bad}) AS bad,
       count(*) FILTER (WHERE ${addends.net} <> 0) AS net_lines,
       count(*) FILTER (WHERE ${addends.net} IS NULL AND ${addends.unblended} <> 0) AS net_missing,
       CAST(min(${columns.usage_start}) AS DATE) AS first_day, CAST(max(${columns.usage_start}) AS DATE) AS last_day,
       max(${columns.usage_end}) AS through,
       ${COSTS.map((cost) => `${dialect.sumAddends(`${addends[cost]}`)} AS ${cost}`).join(', ')}
     FROM ${raw.relation} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
    MAX_GROUPS,
  );
  if (groups.some((row) => row.bad !== '0')) throw await unreadableCost(engine, raw, bad);
  const read = groups.map(controlGroup);
  return { groups: read, marketplace: marketplaceProducts(read) };
}

function controlGroup(row: Row): ControlGroup {
  const text = (column: string): string => String(row[column] ?? '');
  return {
    payer: text('payer'),
    invoice: text('invoice'),
    seller: text('seller'),
    entity: text('entity'),
    productCode: text('product_code'),
    lineItemType: text('line_item_type'),
    currency: text('currency'),
    nets: Number(row.nets),
    lines: Number(row.lines),
    netLines: Number(row.net_lines),
    netMissing: Number(row.net_missing),
    unblended: moneyOf(row, 'unblended'),
    rawNet: moneyOf(row, 'net'),
    list: moneyOf(row, 'list'),
    firstDay: text('first_day'),
    lastDay: text('last_day'),
    through: text('through'),
  };
}

/** Tax and refunds of a Marketplace product may carry no name, and another seller: they are known by the code. */
function marketplaceProducts(groups: readonly ControlGroup[]): string[] {
  const caught = groups.filter(
    ({ entity, nets, productCode }) => entity === MARKETPLACE && nets !== 0 && productCode !== '',
  );
  return [...new Set(caught.map(({ productCode }) => productCode))].sort();
}

/** What a snapshot knows from the control totals alone. */
type FinishedControl = Pick<Snapshot, 'control' | 'netBasis' | 'currency' | 'firstDay' | 'lastDay' | 'dataThrough'> & {
  /** the first usage day with a principal */
  readonly firstIdentified: Day | null;
};

/**
 * Finishes the control totals once the organisation's Marketplace products are known.
 * @param products as {@link ControlScan.marketplace}, of every period of the export
 * @throws OperatingError CUR_SEVERAL_CURRENCIES
 */
export function finishControl(scan: ControlScan, products: ReadonlySet<string>): FinishedControl {
  const isBedrock = ({ nets, entity, productCode }: ControlGroup): boolean =>
    nets !== 0 || (entity === MARKETPLACE && products.has(productCode));
  const bedrock = scan.groups.filter(isBedrock);
  const netBasis = decideNetBasis(bedrock);
  const carriesNet = new Set(netBasis.filter(({ cost }) => cost === 'net').map(({ payer }) => payer));
  const control = scan.groups.map((group): ControlTotal => {
    const { rawNet, netLines, netMissing, currency, firstDay, lastDay, through, ...total } = group;
    return { ...total, bedrock: isBedrock(group), net: carriesNet.has(group.payer) ? rawNet : group.unblended };
  });
  const days = bedrock.flatMap(({ firstDay, lastDay }) => [firstDay, lastDay] as Day[]).sort();
  return {
    control,
    netBasis,
    currency: theCurrency(bedrock),
    firstDay: days[0] ?? null,
    lastDay: days.at(-1) ?? null,
    dataThrough: dataThrough(bedrock),
    firstIdentified: firstIdentified(bedrock),
  };
}

/** A principal is one of the nets, so the groups tell. */
function firstIdentified(bedrock: readonly ControlGroup[]): Day | null {
  const days = bedrock.filter(({ nets }) => (nets & NETS.principal) !== 0).map(({ firstDay }) => firstDay as Day);
  return days.filter((day) => day !== '').sort()[0] ?? null;
}

/** How far each seller's usage is delivered: Marketplace sellers often lag behind AWS. */
function dataThrough(bedrock: readonly ControlGroup[]): Snapshot['dataThrough'] {
  const bySeller = new Map<string, string>();
  for (const { seller, lineItemType, through } of bedrock) {
    if (isUsage(lineItemType) && through > (bySeller.get(seller) ?? '')) bySeller.set(seller, through);
  }
  return [...bySeller]
    .map(([seller, through]) => ({ seller, through: `${through.slice(0, 19).replace(' ', 'T')}Z` }))
    .sort((a, b) => a.through.localeCompare(b.through) || a.seller.localeCompare(b.seller));
}

/**
 * Net once for a payer's whole period, never per line: where its Bedrock usage carries net values, and no line but a
 * discount (whose effect is in the others' net) costs something without one. Facts 2.4.
 */
function decideNetBasis(bedrock: readonly ControlGroup[]): NetBasis[] {
  const payers = [...new Set(bedrock.map(({ payer }) => payer))].sort();
  return payers.map((payer) => {
    const own = bedrock.filter((group) => group.payer === payer);
    if (!own.some((group) => isUsage(group.lineItemType) && group.netLines > 0)) {
      return { payer, cost: 'unblended', why: 'its Bedrock usage carries no net values' };
    }
    const missing = own
      .filter(({ lineItemType }) => !lineItemType.endsWith('Discount'))
      .reduce((lines, group) => lines + group.netMissing, 0);
    if (missing > 0)
      return { payer, cost: 'unblended', why: `${missing} Bedrock lines that cost something carry no net value` };
    return { payer, cost: 'net', why: 'its Bedrock lines carry net values' };
  });
}

function theCurrency(bedrock: readonly ControlGroup[]): string {
  const currencies = [...new Set(bedrock.map(({ currency }) => currency).filter((currency) => currency !== ''))].sort();
  if (currencies.length > 1) {
    const payers = (currency: string): string =>
      [...new Set(bedrock.filter((group) => group.currency === currency).map(({ payer }) => payer))].sort().join(', ');
    const each = currencies.map((currency) => `${currency}: payer ${payers(currency)}`).join('; ');
    throw new OperatingError(
      'CUR_SEVERAL_CURRENCIES',
      `the Bedrock lines are in ${currencies.join(' and ')} (${each})`,
    );
  }
  return currencies[0] ?? 'USD';
}

const SHOWN = 5;

async function unreadableCost(engine: Engine, raw: RawLines, bad: string): Promise<OperatingError> {
  const text = (column: string): string => (raw.types.has(column) ? `CAST(${column} AS VARCHAR)` : 'NULL');
  const rows = await engine.rows(
    `SELECT ${raw.placed.place} AS place, ${text('line_item_unblended_cost')} AS unblended,
       ${text('line_item_net_unblended_cost')} AS net, ${text('pricing_public_on_demand_cost')} AS list
     FROM ${raw.placed.relation} AS placed WHERE ${bad} ORDER BY 1 LIMIT ${SHOWN}`,
  );
  const lines = rows.map((row) => {
    const costs = COSTS.map((cost) => `${cost} ${row[cost] ?? 'empty'}`).join(', ');
    return `${row.place}: ${costs}`;
  });
  return new OperatingError('CUR_COST_UNREADABLE', `a cost is no amount of money:\n  ${lines.join('\n  ')}`);
}
