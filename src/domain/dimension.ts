import { distance } from 'fastest-levenshtein';
import { PERSON } from './allocation.ts';
import { PRINCIPAL_KINDS } from './caller.ts';
import { OperatingError } from './errors.ts';

/** Where a dimension's value comes from in the ledger. */
type DimensionSource = { readonly table: 'usage' | 'caller'; readonly column: string } | AllocatedSource;

/** A value that says to whom a line belongs: from a tag on it, else from what its caller is allocated to. */
export interface AllocatedSource {
  readonly table: 'allocated';
  /** the first of these tags that has a value counts */
  readonly tagKeys: readonly string[];
  /** tag value -> the name that it is a spelling of */
  readonly spellings: Readonly<Record<string, string>>;
  /** under which name rules and the people file allocate callers; `null` = they say nothing of it */
  readonly callers: string | null;
}

/** A dimension of bursar.yaml. */
interface OwnDimension {
  readonly tagKeys: readonly string[];
  readonly spellings: Readonly<Record<string, string>>;
  /** whether a rule or the people file says something of it */
  readonly byCaller: boolean;
}

/** By name, in the order of the file. */
export type OwnDimensions = Readonly<Record<string, OwnDimension>>;

export interface Dimension {
  /** in the spelling of `--by` */
  readonly name: string;
  readonly source: DimensionSource;
}

interface DimensionEntry {
  readonly source: DimensionSource;
  readonly about: string;
}

const usage = (column: string, about: string): DimensionEntry => ({ source: { table: 'usage', column }, about });
const caller = (column: string, about: string): DimensionEntry => ({ source: { table: 'caller', column }, about });

/** Every dimension that needs no configuration. docs/reference/dimensions.md is checked against this table. */
export const DIMENSIONS: Readonly<Record<string, DimensionEntry>> = {
  principal: caller('principal', 'IAM ARN that called, as AWS recorded it'),
  role: caller('role', 'IAM role name; AWSReservedSSO_… for Identity Center'),
  'permission-set': caller('permission_set', 'Identity Center permission set'),
  session: caller('session', 'role session name: the e-mail or user name behind single sign-on'),
  'principal-kind': caller('kind', PRINCIPAL_KINDS.join(', ')),
  [PERSON]: {
    source: { table: 'allocated', tagKeys: [], spellings: {}, callers: PERSON },
    about: 'one name for all roles and keys of somebody: from rules, the people file, or the session name',
  },
  account: caller('account', 'AWS account that used Bedrock'),
  'payer-account': usage('payer', 'AWS account that pays the bill'),
  model: usage('model', 'foundation model, one name for all the spellings it is billed under'),
  provider: usage('provider', 'maker of the foundation model'),
  'token-kind': usage('token_kind', 'input, output, cache-read, cache-write'),
  'cache-ttl': usage('cache_ttl', 'how long a cache write lasts: 5m, 30m, 1h'),
  tier: usage('tier', 'standard, priority, flex, latency-optimized, reserved, provisioned'),
  routing: usage('routing', 'in-region or global'),
  batch: usage('batch', 'yes for batch inference, no for all else'),
  endpoint: usage('endpoint', 'runtime or mantle, where the usage type says so'),
  'usage-type': usage('usage_type', 'line_item_usage_type of the bill'),
  'product-code': usage('product_code', 'line_item_product_code of the bill; opaque for Marketplace models'),
  'line-item-type': usage('line_item_type', 'Usage, Tax, Credit, Refund, …'),
  seller: usage('seller', 'seller of record'),
  invoice: usage('invoice', 'invoice id; none while the period is open'),
  'inference-profile': usage('inference_profile', 'inference profile id, where the export includes resources'),
  region: usage('aws_region', 'AWS region'),
};

/** The dimensions that come from tags where no configuration names others. */
export const DEFAULT_TAG_DIMENSIONS: OwnDimensions = Object.fromEntries(
  ['team', 'business-unit', 'department', 'project', 'environment'].map((name) => [
    name,
    { tagKeys: [`iamPrincipal/${name}`], spellings: {}, byCaller: false },
  ]),
);

/** Fields of an answer's row: no dimension may be called so, or the JSON would say two things under one name. */
export const ROW_FIELDS: readonly string[] = [
  'day',
  'month',
  'adjustment',
  'other',
  'cost',
  'currency',
  'share',
  'tokens',
  'costPerMillionTokens',
  'cacheHitRate',
  'before',
  'now',
  'change',
  'drivers',
  'because',
];

/** Prefix of the dimension that is any tag: `tag:iamPrincipal/team`. */
const TAG_PREFIX = 'tag:';

/** The candidate that is spelled most like `name`; of equals the one with the same first letter. */
export function closestOf(name: string, candidates: readonly string[]): string {
  const score = (candidate: string): number => distance(name, candidate) - (candidate[0] === name[0] ? 0.5 : 0);
  return candidates.reduce(
    (best, candidate) => (score(candidate) < score(best) ? candidate : best),
    candidates[0] ?? '',
  );
}

/**
 * The dimension of a name in the spelling of `--by`.
 * @param own of the configuration, or {@link DEFAULT_TAG_DIMENSIONS}
 * @throws OperatingError DIMENSION_UNKNOWN, with the nearest name
 */
export function findDimension(name: string, own: OwnDimensions): Dimension {
  if (name.startsWith(TAG_PREFIX) && name.length > TAG_PREFIX.length) {
    const tagKeys = [name.slice(TAG_PREFIX.length)];
    return { name, source: { table: 'allocated', tagKeys, spellings: {}, callers: null } };
  }
  const mine = Object.hasOwn(own, name) ? own[name] : undefined;
  if (mine !== undefined) {
    const { tagKeys, spellings, byCaller } = mine;
    return { name, source: { table: 'allocated', tagKeys, spellings, callers: byCaller ? name : null } };
  }
  const builtIn = Object.hasOwn(DIMENSIONS, name) ? DIMENSIONS[name] : undefined;
  if (builtIn !== undefined) return { name, source: builtIn.source };
  const names = [...Object.keys(own), ...Object.keys(DIMENSIONS)];
  throw new OperatingError('DIMENSION_UNKNOWN', `there is no dimension ${JSON.stringify(name)}`, {
    hint: `Did you mean ${closestOf(name, names)}? There are: ${names.join(', ')}, ${TAG_PREFIX}<key>.`,
  });
}

/**
 * Refuses dimensions that would hide a built-in one or a field of the answer.
 * @throws OperatingError DIMENSION_NAME_TAKEN
 */
export function checkDimensionNames(names: readonly string[]): void {
  for (const name of names) {
    if (Object.hasOwn(DIMENSIONS, name)) {
      throw new OperatingError('DIMENSION_NAME_TAKEN', `the dimension ${name} is built in`);
    }
    if (ROW_FIELDS.includes(name)) {
      throw new OperatingError('DIMENSION_NAME_TAKEN', `${name} is a field of the answer and cannot be a dimension`);
    }
  }
}
