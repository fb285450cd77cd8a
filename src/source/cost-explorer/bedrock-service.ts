/** A service of Cost Explorer as the bill calls the product. */
export interface Product {
  /** bill_billing_entity */
  readonly entity: 'AWS' | 'AWS Marketplace';
  /** line_item_product_code; of Marketplace products, whose codes Cost Explorer does not tell, the name */
  readonly code: string;
  readonly bedrock: boolean;
}

/** What AWS itself bills, by the display name; `Amazon Bedrock …` that is not listed gets a code made of its words. */
const OWN_CODES: Readonly<Record<string, string>> = {
  'bedrock agentcore': 'AmazonBedrockAgentCore',
  'amazon bedrock agentcore': 'AmazonBedrockAgentCore',
};

/** Every Bedrock model that is sold through Marketplace is a service of its own: `Claude Opus 4.6 (Amazon Bedrock Edition)`. */
const EDITION = /\(Amazon Bedrock Edition\)\s*$/i;
/** Only AWS's own services are called Amazon something. */
const OWN = /^Amazon Bedrock\b/i;

export function productOf(service: string): Product {
  if (EDITION.test(service)) return { entity: 'AWS Marketplace', code: service, bedrock: true };
  const listed = OWN_CODES[service.toLowerCase()];
  if (listed !== undefined) return { entity: 'AWS', code: listed, bedrock: true };
  if (OWN.test(service)) return { entity: 'AWS', code: service.replaceAll(/[^A-Za-z0-9]/g, ''), bedrock: true };
  return { entity: 'AWS', code: service, bedrock: false };
}

/** Has Bedrock in its name, and yet is none that is known: worth a word. */
export function looksLikeBedrock(service: string): boolean {
  return /bedrock/i.test(service) && !productOf(service).bedrock;
}

/** What Cost Explorer calls otherwise than the bill. */
const LINE_TYPES: Readonly<Record<string, string>> = {
  'Enterprise Discount Program Discount': 'EdpDiscount',
  'Private Rate Card Discount': 'PrivateRateDiscount',
  'Bundled Discount': 'BundledDiscount',
  'Solution Provider Program Discount': 'SppDiscount',
  'Distributor Discount': 'DistributorDiscount',
};

/** line_item_line_item_type of a record type. One that is not known stays what it is: an adjustment. */
export function lineItemType(recordType: string): string {
  return LINE_TYPES[recordType] ?? recordType;
}
