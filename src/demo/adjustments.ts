import type { Row } from '../engine/engine.ts';
import { PRODUCTS, type Product, RULES, type Rule } from './adjustment-rules.ts';
import type { Month } from './calendar.ts';
import type { Cast } from './cast.ts';
import { type Charge, saleColumns } from './charge.ts';

/**
 * Where a month's discounts are: lines of their own, in the net columns of what they lower, or both at once, as while
 * INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY is being switched. The lines then have no net value, or 0.
 */
export type DiscountStyle = 'lines' | 'both' | 'columns';

/** A line that follows from others: a share of what an account spent on a product in the month. */
export interface Adjustment {
  readonly charge: Charge;
  /** number of the account it is booked on */
  readonly account: number;
  readonly productCode: string;
  /** numbers of the accounts of whose spend it is a share */
  readonly of: readonly number[];
  /** hundredths of a percent; negative = money back */
  readonly permyriad: number;
  /** 1e-10 USD that come on top */
  readonly fixed: bigint;
  readonly hour: number;
}

/** The adjustments of a month; their amounts follow when the month's usage is known ({@link amountOf}). */
export function adjustmentsOf(
  month: Month,
  discounts: DiscountStyle,
  delivery: number,
  cast: Cast,
  firstId: number,
): Adjustment[] {
  const restated = month.back > 0 && delivery > 0;
  const has = { 'discount-lines': discounts !== 'columns', restated };
  // What a restatement brings comes last: the ids of all others stay.
  const rules = RULES.filter(({ only }) => only === undefined || has[only]).sort(
    (a, b) => Number(a.only === 'restated') - Number(b.only === 'restated'),
  );
  const planned = rules.flatMap((rule) =>
    PRODUCTS.filter(rule.applies).flatMap((product) => planOf(month, cast, rule, product)),
  );
  return planned.map((adjustment, index) => {
    const id = firstId + index;
    return { ...adjustment, charge: { ...adjustment.charge, id, columns: { ...adjustment.charge.columns, id } } };
  });
}

function planOf(month: Month, cast: Cast, rule: Rule, product: Product): Adjustment[] {
  const charge: Charge = {
    id: 0,
    offer: null,
    share: 0,
    typical: 0,
    price: 0,
    columns: columnsOf(month, rule, product),
  };
  return bookedOn(cast, rule.accounts).map(({ account, of }) => ({
    charge,
    account,
    of,
    productCode: product.code,
    permyriad: rule.permyriad,
    fixed: rule.fixed ?? 0n,
    hour: rule.hour ?? 0,
  }));
}

function bookedOn({ payers, accounts }: Cast, on: Rule['accounts']): Pick<Adjustment, 'account' | 'of'>[] {
  return payers.flatMap((payer) => {
    const [management = 0, ...members] = payer.accounts.map((account) => accounts.indexOf(account));
    if (on === 'management') return [{ account: management, of: [management, ...members] }];
    const chosen = on === 'members' ? members : members.filter((member) => on.includes(accounts[member]?.name ?? ''));
    return chosen.map((account) => ({ account, of: [account] }));
  });
}

function columnsOf(month: Month, rule: Rule, product: Product): Row {
  return {
    ...saleColumns(month, product.sale, product.seller),
    bill_type: rule.billType ?? 'Anniversary',
    bedrock: product.bedrock,
    product_code: product.code,
    line_type: rule.lineType,
    tax_type: rule.taxType ?? null,
    description: rule.description,
    product_family: null,
    servicecode: product.sale === 'marketplace' ? '' : product.code,
    whole_month: rule.hour === undefined,
    price: 0,
    list_price: 0,
    parts: 1,
    discounted: false,
    identity_hour: month.hours,
    latest_hour: month.hours,
    batch: false,
  };
}

/** What accounts spent in a month: 1e-10 USD by account number and product code. */
export type Spent = (account: number, productCode: string) => bigint;

/** Amount of an adjustment in 1e-10 USD, cut to a whole one. */
export function amountOf(adjustment: Adjustment, spent: Spent): bigint {
  const base = adjustment.of.reduce((sum, account) => sum + spent(account, adjustment.productCode), 0n);
  return (base * BigInt(adjustment.permyriad)) / 10_000n + adjustment.fixed;
}
