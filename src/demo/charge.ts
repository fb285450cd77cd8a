import { createHash } from 'node:crypto';
import { formatUnits } from '../domain/money.ts';
import type { Row } from '../engine/engine.ts';
import type { Month } from './calendar.ts';
import { AWS_INC, type Sale } from './offer.ts';

/** What a line can be for: all columns of the bill that follow from it, and what it truly means. */
export interface Charge {
  readonly id: number;
  /** key of the offer that callers' profiles name; `null` = another service, or an adjustment */
  readonly offer: string | null;
  readonly share: number;
  /** parts of a usage amount that a line typically counts, before the month's scale */
  readonly typical: number;
  /** 1e-10 USD for one part of a usage amount */
  readonly price: number;
  readonly columns: Row;
}

/** SQL types of {@link Charge.columns}, without those that only some charges fill. */
export const CHARGE_COLUMNS = {
  id: 'INTEGER',
  bedrock: 'BOOLEAN',
  bill_type: 'VARCHAR',
  entity: 'VARCHAR',
  invoicing_entity: 'VARCHAR',
  seller: 'VARCHAR',
  invoice: 'VARCHAR',
  product_code: 'VARCHAR',
  usage_type: 'VARCHAR',
  operation: 'VARCHAR',
  line_type: 'VARCHAR',
  tax_type: 'VARCHAR',
  description: 'VARCHAR',
  unit: 'VARCHAR',
  product: 'MAP(VARCHAR, VARCHAR)',
  product_family: 'VARCHAR',
  region: 'VARCHAR',
  location: 'VARCHAR',
  servicecode: 'VARCHAR',
  sku: 'VARCHAR',
  term: 'VARCHAR',
  rate: 'VARCHAR',
  list_rate: 'VARCHAR',
  model_id: 'VARCHAR',
  whole_month: 'BOOLEAN',
  price: 'BIGINT',
  list_price: 'BIGINT',
  parts: 'INTEGER',
  typical: 'BIGINT',
  discounted: 'BOOLEAN',
  identity_hour: 'INTEGER',
  latest_hour: 'INTEGER',
  model: 'VARCHAR',
  provider: 'VARCHAR',
  token_kind: 'VARCHAR',
  cache_ttl: 'VARCHAR',
  tier: 'VARCHAR',
  routing: 'VARCHAR',
  batch: 'BOOLEAN',
  endpoint: 'VARCHAR',
} as const;

const digits = (text: string, count: number): string =>
  BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 16)}`)
    .toString()
    .slice(0, count);
/** An opaque code like AWS's SKUs. */
export const skuOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16).toUpperCase();
/** A price in 1e-10 USD as the bill writes rates. */
export const rateText = (units: number): string => formatUnits(BigInt(units), 10).replace(/\.?0+$/, '') || '0';

/** The invoice of a seller for a month; the newest month is open and has none: '' from AWS, NULL on AWS Marketplace. */
function invoiceOf(month: Month, seller: string): string | null {
  if (month.back === 0) return seller === AWS_INC ? '' : null;
  return digits(`${month.period} ${seller}`, 10);
}

/** The columns that say who sold it and on which invoice. */
export function saleColumns(month: Month, sale: Sale, seller: string): Row {
  return {
    bill_type: 'Anniversary',
    entity: sale === 'aws' ? 'AWS' : 'AWS Marketplace',
    invoicing_entity: sale === 'aws' ? AWS_INC : 'Amazon Web Services Marketplace',
    seller,
    invoice: invoiceOf(month, seller),
  };
}
