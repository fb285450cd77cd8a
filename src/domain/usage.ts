/** The four kinds of tokens that Bedrock charges for (facts: all four must be summed to reach the bill). */
export type TokenKind = 'input' | 'output' | 'cache-read' | 'cache-write';

/**
 * What the CUR line says about a piece of usage: the columns that decide its meaning.
 * Empty strings of the export are `null` here.
 */
export interface UsageKey {
  /** bill_billing_entity: `AWS` or `AWS Marketplace` */
  readonly entity: string | null;
  readonly productCode: string | null;
  readonly usageType: string | null;
  readonly operation: string | null;
  /** line_item_line_item_type: Usage, Tax, Credit, … */
  readonly lineItemType: string | null;
  /** pricing_unit: `1K tokens`, `1M tokens`, `Units`, … */
  readonly unit: string | null;
  /** third `|`-field of line_item_line_item_description, where Marketplace lines name their unit ("Million Input Tokens") */
  readonly descriptionField: string | null;
  /** product['product_name'] */
  readonly productName: string | null;
  /** product['model'] */
  readonly productModel: string | null;
  /** product['provider'] */
  readonly productProvider: string | null;
  /** product_product_family */
  readonly productFamily: string | null;
  /** product_region_code */
  readonly region: string | null;
  /** line_item_resource_id: an ARN, where the export includes resources */
  readonly resource: string | null;
}

export type Tier = 'standard' | 'priority' | 'flex' | 'latency-optimized' | 'reserved' | 'provisioned';

/** What a UsageKey means in Bursar's words. `null` = the line does not say, or the word does not apply. */
export interface UsageMeaning {
  readonly provider: string | null;
  /** the foundation model's one canonical name, the same for all spellings AWS bills it under */
  readonly model: string | null;
  readonly tokenKind: TokenKind | null;
  /** cache writes only */
  readonly cacheTtl: '5m' | '30m' | '1h' | null;
  readonly tier: Tier | null;
  readonly routing: 'in-region' | 'global' | null;
  readonly batch: boolean;
  /** `null` where the usage type does not say (Marketplace) */
  readonly endpoint: 'runtime' | 'mantle' | null;
  /** tokens in one usage amount; `null` when not tokens or when the unit is unknown: then tokens are not counted, never guessed */
  readonly tokensPerUnit: 1 | 1000 | 1000000 | null;
  /** AWS region code, e.g. us-east-1 */
  readonly region: string | null;
  /** id of an inference profile or application inference profile, from the resource ARN */
  readonly inferenceProfile: string | null;
  /** what this version of Bursar could not read; the cost counts all the same and the report warns */
  readonly unknown: 'usage-type' | 'unit' | null;
}
