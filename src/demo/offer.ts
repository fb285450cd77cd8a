export type TokenKind = 'input' | 'output' | 'cache-read' | 'cache-write';

/** What sets a meter apart from the plain one of its model: tier, routing, batch, cache TTL, long context. */
export type Facet =
  | 'priority'
  | 'flex'
  | 'latency-optimized'
  | 'provisioned'
  | 'reserved'
  | 'global'
  | 'batch'
  | '1h'
  | '30m'
  | 'long-context';

/** `[usage type, token kind, price, …facets]`; `{R}` stands for the billing region prefix, USE1 and so on. */
export type Meter = readonly [usageType: string, kind: TokenKind | null, price: number, ...facets: Facet[]];

/** How the product is billed; decides unit, unit text, list price, discounts and invoice. */
export type Sale = 'aws' | 'marketplace';

/** How a model is used: with which token kinds, and how much of each. */
export type Load = 'coding' | 'chat' | 'embedding' | 'units';

export const AWS_INC = 'Amazon Web Services, Inc.';

/** One product on the bill: a model (or a feature of Bedrock) as one seller sells it, and all it is metered by. */
export interface Offer {
  readonly key: string;
  /** the foundation model's canonical name; `null` for features of Bedrock that are no model */
  readonly model: string | null;
  /** as AWS displays it */
  readonly provider: string | null;
  /** id in resource ARNs */
  readonly modelId: string | null;
  readonly sale: Sale;
  readonly seller: string;
  readonly productCode: string;
  readonly productName: string;
  /** `mantle`, `runtime`, or `null` where the usage type does not say */
  readonly endpoint: 'runtime' | 'mantle' | null;
  /** pricing_unit; the amounts are tokens by the thousand or million where the meter has a token kind */
  readonly unit: string;
  /** what a unit of `Units` is where it is no token; {@link Offer.unit} else says it */
  readonly unitText?: string;
  /** `false` where a model is named that is not called, but trained or kept */
  readonly inference?: false;
  /** product['feature'] */
  readonly feature: string;
  readonly regions: readonly string[];
  /** which load its callers put on it */
  readonly load: Load;
  /** list price over billed price, in percent, where the organisation has a private rate */
  readonly listPercent?: number;
  /** USD per million tokens; where the amounts are no tokens, USD per unit. At most 4 decimals a million tokens. */
  readonly meters: readonly Meter[];
}
