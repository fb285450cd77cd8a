import { splitRegionPrefix } from './billing-region.ts';
import { beforeFolded, bounded, fold } from './spelling.ts';
import type { Tier, TokenKind, UsageMeaning } from './usage.ts';
import { type FamilyMatch, findFamily, type UsageKind } from './usage-family.ts';

/**
 * AWS writes usage types in three grammars (suffixes of the first in any order):
 *
 *     runtime      {REGION}-{model}-{token-type}[-{tier}][-cross-region-global][-batch]
 *     mantle       {REGION}-{vendor.model}-mantle-{token-type}[-{ttl}][-global]-{tier}
 *     marketplace  {REGION}-MP:{REGION}_{Metric}[_Global][_Batch]-Units, or …_{metric}[_long_ctx][_global]_{tier}-Units
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-understanding-cur-data.html and the price list
 * offers AmazonBedrock, AmazonBedrockService and AmazonBedrockFoundationModels.
 */
export type Grammar = 'runtime' | 'mantle' | 'marketplace';

/** What a usage type alone says. */
export interface UsageType
  extends Pick<UsageMeaning, 'tokenKind' | 'cacheTtl' | 'tier' | 'routing' | 'batch' | 'endpoint' | 'region'> {
  readonly grammar: Grammar;
  /** `null`: not a usage type that this version of Bursar can read */
  readonly kind: UsageKind | null;
  /** what is metered, e.g. `guardrails`; `null` with `kind` */
  readonly family: string | null;
  /** how this usage type spells its model; Marketplace types name none */
  readonly modelSpelling: string | null;
}

const MARKETPLACE = /^MP:/i;
/** The Marketplace grammar without `MP:`, as in `USE1_input_tokens_standard-Units` */
const BARE_MARKETPLACE = /^\w+-Units$/i;
const MANTLE = /[-_]mantle[-_]/i;
const ALL_KINDS: readonly UsageKind[] = ['feature', 'capacity', 'tokens', 'items'];
/** The Mantle endpoint serves models only: a feature's word in such a type is part of a model's name. */
const MANTLE_KINDS: readonly UsageKind[] = ['capacity', 'tokens', 'items'];

/** Cache before input: `cache-read-input-token-count` contains `input-token`. */
const TOKEN_KINDS: readonly (readonly [RegExp, TokenKind])[] = [
  [/cache[ds]?(?:read|input)/, 'cache-read'],
  [/cache[ds]?write/, 'cache-write'],
  [/input(?:text|image|audio|video|speech)?token/, 'input'],
  [/(?:output|response)(?:text|image|audio|video|speech)?token/, 'output'],
];

const TIERS: readonly (readonly [RegExp, Tier])[] = [
  [/provisionedthroughput|modelunits/, 'provisioned'],
  [/reserved|tpm|perminute/, 'reserved'],
  [/priority/, 'priority'],
  [/flex/, 'flex'],
  [/latencyoptimi[sz]ed/, 'latency-optimized'],
];

/** Words of the price that AWS writes before the metric, next to the model: `…-LatencyOptimized-input-tokens`. */
const PRICE_WORDS_AT_END =
  /(?:batch|flex|priority|reserved|latencyoptimi[sz]ed|longcontext|longctx|crossregion|global|geo|ondemand|million)+$/;

/** `1h`, `1-hour`, `30m`, `5m` */
const CACHE_LIFETIME = /(\d+)(h|m)(?!onth)/;
const DEFAULT_CACHE_TTL = '5m';
const CACHE_TTLS: ReadonlySet<string> = new Set(['5m', '30m', '1h']);

const UNREADABLE = {
  kind: null,
  family: null,
  modelSpelling: null,
  tokenKind: null,
  cacheTtl: null,
  tier: null,
  routing: null,
  batch: false,
  endpoint: null,
} as const;

/** Reads `line_item_usage_type`. Never throws; what it cannot read it leaves `null`. */
export function parseUsageType(usageType: string | null): UsageType {
  const { region, rest } = splitRegionPrefix(bounded(usageType ?? ''));
  if (MARKETPLACE.test(rest) || BARE_MARKETPLACE.test(rest)) {
    const inner = splitRegionPrefix(rest.replace(MARKETPLACE, ''));
    return { ...readMetric(inner.rest, ALL_KINDS), grammar: 'marketplace', region: region ?? inner.region };
  }
  const mantle = MANTLE.exec(rest);
  const model = rest.slice(0, mantle?.index);
  // A metric in front of the word: then the word is not where the grammar has it.
  if (mantle === null || findFamily(fold(model), ['tokens']) !== null) {
    return { ...readRuntime(rest), grammar: 'runtime', region };
  }
  const metric = readMetric(rest.slice(mantle.index), MANTLE_KINDS);
  return { ...metric, grammar: 'mantle', region, modelSpelling: model === '' ? null : model, endpoint: 'mantle' };
}

type Reading = Omit<UsageType, 'grammar' | 'region'>;

/** Here the model stands in front of the metric. A type that names none does not say which endpoint was called. */
function readRuntime(text: string): Reading {
  const folded = fold(text);
  const match = findFamily(folded, ALL_KINDS);
  if (match === null) return UNREADABLE;
  const modelEnd = modelEndOf(folded, match);
  const modelSpelling = match.family.model ? modelIn(text, match, modelEnd) : null;
  const { kind } = match.family;
  const isCall = modelSpelling !== null && (kind === 'tokens' || kind === 'items');
  return { ...meaningOf(match, folded.slice(modelEnd)), modelSpelling, endpoint: isCall ? 'runtime' : null };
}

function readMetric(text: string, kinds: readonly UsageKind[]): Reading {
  const folded = fold(text);
  const match = findFamily(folded, kinds);
  return match === null ? UNREADABLE : { ...meaningOf(match, folded), modelSpelling: null, endpoint: null };
}

/** @param metric the folded usage type without the model's name, in which a word of a price could be part of the name */
function meaningOf({ family }: FamilyMatch, metric: string): Omit<Reading, 'modelSpelling' | 'endpoint'> {
  const isInference = family.kind !== 'feature';
  const tokenKind = family.kind === 'tokens' ? first(TOKEN_KINDS, metric) : null;
  return {
    kind: family.kind,
    family: family.name,
    tokenKind,
    cacheTtl: tokenKind === 'cache-write' ? cacheTtlOf(metric) : null,
    tier: isInference ? (first(TIERS, metric) ?? 'standard') : null,
    routing: isInference ? (metric.includes('global') ? 'global' : 'in-region') : null,
    batch: isInference && metric.includes('batch'),
  };
}

/** Where the model's name ends in the folded text, without the words of the price that follow it. */
function modelEndOf(folded: string, match: FamilyMatch): number {
  const words = PRICE_WORDS_AT_END.exec(folded.slice(0, match.modelEnd));
  return words?.index ?? match.modelEnd;
}

function modelIn(text: string, match: FamilyMatch, modelEnd: number): string | null {
  const start = beforeFolded(text, match.modelStart).length;
  const spelling = beforeFolded(text, modelEnd)
    .slice(start)
    .replace(/[-_\s:.]+$/, '');
  return spelling === '' ? null : spelling;
}

function cacheTtlOf(metric: string): UsageType['cacheTtl'] {
  const lifetime = CACHE_LIFETIME.exec(metric);
  const ttl = lifetime === null ? DEFAULT_CACHE_TTL : `${lifetime[1]}${lifetime[2]}`;
  return isCacheTtl(ttl) ? ttl : null;
}

function isCacheTtl(text: string): text is '5m' | '30m' | '1h' {
  return CACHE_TTLS.has(text);
}

function first<T>(table: readonly (readonly [RegExp, T])[], text: string): T | null {
  return table.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
