import type { Row } from '../engine/engine.ts';
import { hoursUntil, type Month } from './calendar.ts';
import { FACET_SHARES, LOADS, OFFERS, REGIONS, UNIT_LOAD, UNIT_PARTS } from './catalogue.ts';
import { type Charge, rateText, saleColumns, skuOf } from './charge.ts';
import type { Facet, Meter, Offer, TokenKind } from './offer.ts';

/**
 * AWS records principals from here on; those of mantle came later.
 * Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-iam-principal-tracking.html and
 * https://aws.amazon.com/about-aws/whats-new/2026/08/amazon-bedrock-expands-iam-principal-cost-allocation-bedrock-mantle/
 */
const IDENTITY_SINCE = { runtime: '2026-04-08T00:00:00Z', mantle: '2026-08-11T00:00:00Z' };
/**
 * Before this month Bedrock lines have no standardized product metadata: no provider, no model, no family.
 * Source: https://aws.amazon.com/about-aws/whats-new/2026/07/aws-data-exports-amazon-bedrock-product-metadata/
 */
const METADATA_SINCE = '2026-07';
/** Sellers on AWS Marketplace report later than AWS meters. */
const LATE_SELLERS: Readonly<Record<string, number>> = {
  'Anthropic, PBC': 24,
  'OpenAI OpCo, LLC': 24,
  'Cohere Inc.': 36,
  'Stability AI Ltd': 24,
};

const INFERENCE_TYPES = {
  input: 'Input tokens',
  output: 'Output tokens',
  'cache-read': 'Cache read input tokens',
  'cache-write': 'Cache write input tokens',
};
const UNIT_TEXTS = {
  input: 'Million Input Tokens',
  output: 'Million Output Tokens',
  'cache-read': 'Million Cache Read Input Tokens',
  'cache-write': 'Million Cache Write Input Tokens',
};

const has = (facets: readonly Facet[], ...wanted: Facet[]): Facet | undefined =>
  wanted.find((one) => facets.includes(one));
/** All that callers can be charged for in a month. */
export function bedrockCharges(month: Month): Charge[] {
  return OFFERS.flatMap((offer) =>
    offer.regions.flatMap((region) => offer.meters.map((meter) => bedrockCharge(month, offer, meter, region))),
  );
}

function bedrockCharge(month: Month, offer: Offer, [template, kind, price, ...facets]: Meter, region: string): Charge {
  const prefix = REGIONS[region]?.prefix ?? '';
  const usageType = template.replaceAll('{R}', prefix);
  // Search units come whole.
  const parts = kind === null && offer.unit === 'Units' ? 1 : (UNIT_PARTS[offer.unit] ?? 1);
  // A price for a million tokens has 4 decimals at most, so one token costs a whole number of 1e-10 USD.
  const perPart = Math.round(kind === null ? (price * 1e10) / parts : price * 1e4);
  const listed = offer.sale === 'marketplace' ? 0 : Math.round((perPart * (offer.listPercent ?? 100)) / 100);
  const typical = kind === null ? (UNIT_LOAD.dollars / price) * parts : (LOADS[offer.load][kind]?.typical ?? 1);
  const share = kind === null ? UNIT_LOAD.share : (LOADS[offer.load][kind]?.share ?? 0);
  const marketplace = offer.sale === 'marketplace';
  const columns: Row = {
    ...saleColumns(month, offer.sale, offer.seller),
    ...productColumns(month, offer, kind, usageType, region),
    bedrock: true,
    product_code: offer.productCode,
    usage_type: usageType,
    operation: offer.modelId === null || offer.inference === false ? 'Usage' : 'inference',
    line_type: 'Usage',
    unit: offer.unit,
    description: describe(offer, kind, usageType, region, rateText(perPart * parts)),
    rate: rateText(perPart * parts),
    list_rate: marketplace ? null : rateText(listed * parts),
    model_id: offer.inference === false ? null : offer.modelId,
    price: perPart,
    list_price: listed,
    parts,
    discounted: !marketplace,
    identity_hour: hoursUntil(month, IDENTITY_SINCE[offer.endpoint ?? 'runtime']),
    latest_hour: month.hours - 1 - (month.back === 0 ? (LATE_SELLERS[offer.seller] ?? 0) : 0),
    ...meaning(offer, kind, facets),
  };
  const facetShare = facets.reduce((product, facet) => (product * FACET_SHARES[facet]) / 100, 1);
  return { id: 0, offer: offer.key, share: share * facetShare, typical, price: perPart, columns };
}

function meaning(offer: Offer, kind: TokenKind | null, facets: readonly Facet[]): Row {
  const ofModel = offer.model !== null && offer.inference !== false;
  return {
    model: offer.model,
    provider: offer.provider,
    token_kind: kind,
    cache_ttl: kind === 'cache-write' ? (has(facets, '1h', '30m') ?? '5m') : null,
    tier: ofModel
      ? (has(facets, 'priority', 'flex', 'latency-optimized', 'provisioned', 'reserved') ?? 'standard')
      : null,
    routing: ofModel ? (has(facets, 'global') ?? 'in-region') : null,
    batch: facets.includes('batch'),
    endpoint: offer.endpoint,
  };
}

function productColumns(month: Month, offer: Offer, kind: TokenKind | null, usageType: string, region: string): Row {
  const known = month.period >= METADATA_SINCE;
  const product = {
    product_name: offer.productName,
    region,
    ...(offer.sale === 'aws' ? { servicename: 'Amazon Bedrock' } : {}),
    ...(known ? { feature: offer.feature, servicename: 'Amazon Bedrock' } : {}),
    ...(known && offer.model !== null ? { provider: offer.provider, model: offer.model } : {}),
    ...(known && kind !== null ? { inference_type: INFERENCE_TYPES[kind] } : {}),
  };
  return {
    product: JSON.stringify(product),
    product_family: known ? 'Amazon Bedrock' : '',
    region,
    location: REGIONS[region]?.location ?? null,
    servicecode: offer.sale === 'marketplace' ? '' : offer.productCode,
    sku: skuOf(offer.key + usageType),
    term: 'OnDemand',
  };
}

/** Where the unit is only `Units`, the third field of the description says what is counted. */
function describe(offer: Offer, kind: TokenKind | null, usageType: string, region: string, price: string): string {
  if (offer.unit !== 'Units') {
    return `$${price} per ${offer.unit} for ${usageType} in ${REGIONS[region]?.location}`;
  }
  const text = kind === null ? (offer.unitText ?? offer.unit) : UNIT_TEXTS[kind];
  const separator = /_tokens_/.test(usageType) ? ' | ' : '|';
  return ['AWS Marketplace software usage', region, text].join(separator);
}
