import type { Row } from '../engine/engine.ts';
import type { Month } from './calendar.ts';
import type { Cast } from './cast.ts';
import { OFFERS } from './catalogue.ts';
import { type Charge, saleColumns } from './charge.ts';
import { AWS_INC, type Sale } from './offer.ts';
import { OTHER_SERVICES } from './other-services.ts';

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

interface Product {
  readonly code: string;
  readonly seller: string;
  readonly sale: Sale;
  readonly bedrock: boolean;
}

const PRODUCTS: readonly Product[] = distinctProducts();

function distinctProducts(): Product[] {
  const bedrock = OFFERS.map(
    ({ productCode, seller, sale }): Product => ({ code: productCode, seller, sale, bedrock: true }),
  );
  const other = OTHER_SERVICES.map(({ productCode, seller = AWS_INC }): Product => {
    return { code: productCode, seller, sale: seller === AWS_INC ? 'aws' : 'marketplace', bedrock: false };
  });
  return [...new Map([...bedrock, ...other].map((product) => [product.code, product])).values()];
}

interface Rule {
  readonly lineType: string;
  readonly description: string;
  readonly permyriad: number;
  readonly applies: (product: Product) => boolean;
  /** the accounts that get a line each; `management`: one line, for all accounts of the payer */
  readonly accounts: readonly string[] | 'members' | 'management';
  /** months of which style of discounts have it, or only those restated after their invoice */
  readonly only?: 'discount-lines' | 'restated';
  readonly billType?: string;
  readonly taxType?: string;
  readonly hour?: number;
  readonly fixed?: bigint;
}

const code =
  (...codes: string[]) =>
  ({ code }: Product): boolean =>
    codes.includes(code);

/** None of these lines has a principal; on AWS Marketplace they name no product either, only seller and code. */
const RULES: readonly Rule[] = [
  {
    lineType: 'Tax',
    description: 'Tax of type US sales tax',
    permyriad: 725,
    applies: ({ bedrock, sale }) => bedrock || sale === 'marketplace',
    accounts: 'members',
    taxType: 'USSalesTax',
  },
  {
    lineType: 'Tax',
    description: 'Tax of type US sales tax',
    permyriad: 410,
    applies: ({ bedrock, sale }) => !bedrock && sale === 'aws',
    accounts: 'management',
    taxType: 'USSalesTax',
  },
  {
    lineType: 'Credit',
    description: 'Promotional credit for generative AI',
    permyriad: -1_500,
    applies: code('AmazonBedrock'),
    accounts: ['data-lab', 'backend-prod'],
  },
  {
    lineType: 'Credit',
    description: 'Migration programme credit',
    permyriad: -900,
    applies: code('AmazonBedrockService', 'AmazonEC2'),
    accounts: ['backend-prod'],
  },
  {
    lineType: 'Refund',
    description: 'Refund for a service disruption',
    permyriad: -250,
    applies: code('7zgyu5r4k2c0q9x1d8mfb3wsn', 'AmazonBedrock', 'AmazonRDS'),
    accounts: ['web-frontend'],
    billType: 'Refund',
    hour: 413,
  },
  {
    lineType: 'EdpDiscount',
    description: 'Enterprise Discount Program discount',
    permyriad: -700,
    applies: ({ bedrock, sale }) => bedrock && sale === 'aws',
    accounts: 'members',
    only: 'discount-lines',
  },
  {
    lineType: 'EdpDiscount',
    description: 'Enterprise Discount Program discount',
    permyriad: -700,
    applies: ({ bedrock, sale }) => !bedrock && sale === 'aws',
    accounts: 'management',
    only: 'discount-lines',
  },
  {
    lineType: 'BundledDiscount',
    description: 'Bundled discount',
    permyriad: -300,
    applies: code('AmazonBedrockAgentCore', 'AmazonCloudWatch'),
    accounts: ['shared-platform'],
    only: 'discount-lines',
  },
  {
    lineType: 'PrivateRateDiscount',
    description: 'Private rate card discount',
    permyriad: -150,
    applies: code('AmazonBedrock', 'AmazonEC2'),
    accounts: ['data-prod'],
    only: 'discount-lines',
  },
  {
    lineType: 'Credit',
    description: 'Service credit, granted after the invoice',
    permyriad: -500,
    applies: code('AmazonBedrockService', '7zgyu5r4k2c0q9x1d8mfb3wsn'),
    accounts: ['data-lab', 'backend-dev'],
    only: 'restated',
  },
  {
    lineType: 'Fee',
    description: 'Provisioned throughput, commitment of one month',
    permyriad: 0,
    fixed: 15_000_000_000_000n,
    applies: code('AmazonBedrock'),
    accounts: ['backend-prod'],
    hour: 0,
  },
  {
    lineType: 'Fee',
    description: 'Annual commitment, monthly instalment',
    permyriad: 0,
    fixed: 12_000_000_000_000n,
    applies: code('5x0pm7q1vkz8n3b6yt2w9rdhc'),
    accounts: 'management',
    hour: 0,
  },
];

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
