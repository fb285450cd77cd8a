import type { Facet, Load, Offer, TokenKind } from './offer.ts';
import { AGENTCORE_OFFERS } from './offers-agentcore.ts';
import { BEDROCK_OFFERS } from './offers-bedrock.ts';
import { FEATURE_OFFERS } from './offers-features.ts';
import { ITEM_OFFERS } from './offers-items.ts';
import { MARKETPLACE_OFFERS } from './offers-marketplace.ts';
import { SERVICE_OFFERS } from './offers-service.ts';

export const OFFERS: readonly Offer[] = [
  ...BEDROCK_OFFERS,
  ...ITEM_OFFERS,
  ...FEATURE_OFFERS,
  ...SERVICE_OFFERS,
  ...AGENTCORE_OFFERS,
  ...MARKETPLACE_OFFERS,
];

/**
 * How often a line of a token kind occurs (`share`) and how many tokens it typically counts, relative to each other.
 * Coding agents send the same context again and again, so most of their input is read from the cache.
 */
export const LOADS: Readonly<
  Record<Load, Partial<Record<TokenKind, { readonly share: number; readonly typical: number }>>>
> = {
  coding: {
    input: { share: 24, typical: 9_000 },
    output: { share: 26, typical: 14_000 },
    'cache-read': { share: 26, typical: 900_000 },
    'cache-write': { share: 18, typical: 60_000 },
  },
  chat: {
    input: { share: 40, typical: 120_000 },
    output: { share: 40, typical: 40_000 },
    'cache-read': { share: 14, typical: 300_000 },
    'cache-write': { share: 6, typical: 50_000 },
  },
  embedding: {
    input: { share: 40, typical: 300_000 },
  },
  units: {},
};

/** What is metered in anything but tokens: its share, and the USD that a line typically costs on the scale of {@link LOADS}. */
export const UNIT_LOAD = { share: 20, dollars: 0.06 };

/** Into how many parts a usage amount is counted. Costs must come out exact: at most 10 decimals. */
export const UNIT_PARTS: Readonly<Record<string, number>> = {
  '1K tokens': 1_000,
  '1M tokens': 1_000_000,
  Units: 1_000_000,
  'Search Units': 1,
  TextUnits: 1,
  Images: 1,
  NodeTransitions: 1,
  Queries: 1,
  Pages: 1,
  Tasks: 1,
  Invocations: 1,
  Events: 1,
  Seconds: 1_000,
  Months: 1_000,
  CustomModelUnits: 1_000,
  hours: 1_000,
  'vCPU-Hours': 1_000,
  'GB-Hours': 1_000,
};

/** Share of a facet's lines beside the plain meter's, in percent. */
export const FACET_SHARES: Readonly<Record<Facet, number>> = {
  priority: 25,
  flex: 25,
  'latency-optimized': 40,
  provisioned: 30,
  reserved: 30,
  global: 70,
  batch: 25,
  '1h': 30,
  '30m': 60,
  'long-context': 10,
};

/** Billing region prefix of usage types, and the name AWS gives the region on the bill. */
export const REGIONS: Readonly<Record<string, { readonly prefix: string; readonly location: string }>> = {
  'us-east-1': { prefix: 'USE1', location: 'US East (N. Virginia)' },
  'us-west-2': { prefix: 'USW2', location: 'US West (Oregon)' },
  'eu-west-1': { prefix: 'EU', location: 'EU (Ireland)' },
  'eu-central-1': { prefix: 'EUC1', location: 'EU (Frankfurt)' },
  'ap-northeast-1': { prefix: 'APN1', location: 'Asia Pacific (Tokyo)' },
};
