import { OFFERS } from './catalogue.ts';
import { AWS_INC, type Sale } from './offer.ts';
import { OTHER_SERVICES } from './other-services.ts';

/** What an adjustment can be a share of. */
export interface Product {
  readonly code: string;
  readonly seller: string;
  readonly sale: Sale;
  readonly bedrock: boolean;
}

export const PRODUCTS: readonly Product[] = distinctProducts();

function distinctProducts(): Product[] {
  const bedrock = OFFERS.map(
    ({ productCode, seller, sale }): Product => ({ code: productCode, seller, sale, bedrock: true }),
  );
  const other = OTHER_SERVICES.map(({ productCode, seller = AWS_INC }): Product => {
    return { code: productCode, seller, sale: seller === AWS_INC ? 'aws' : 'marketplace', bedrock: false };
  });
  return [...new Map([...bedrock, ...other].map((product) => [product.code, product])).values()];
}

export interface Rule {
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
export const RULES: readonly Rule[] = [
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
