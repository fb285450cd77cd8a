/**
 * The short codes in front of usage types, and their regions.
 * Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-region-billing-codes.html
 * EUW1 and CPT are not on that page but are written in place of EU and AFS1 on real bills.
 */
const REGION_OF_CODE: ReadonlyMap<string, string> = new Map([
  ['USE1', 'us-east-1'],
  ['USE2', 'us-east-2'],
  ['USW1', 'us-west-1'],
  ['USW2', 'us-west-2'],
  ['CAN1', 'ca-central-1'],
  ['CAN2', 'ca-west-1'],
  ['MXC1', 'mx-central-1'],
  ['SAE1', 'sa-east-1'],
  ['EU', 'eu-west-1'],
  ['EUW1', 'eu-west-1'],
  ['EUW2', 'eu-west-2'],
  ['EUW3', 'eu-west-3'],
  ['EUC1', 'eu-central-1'],
  ['EUC2', 'eu-central-2'],
  ['EUN1', 'eu-north-1'],
  ['EUS1', 'eu-south-1'],
  ['EUS2', 'eu-south-2'],
  ['APE1', 'ap-east-1'],
  ['APE2', 'ap-east-2'],
  ['APN1', 'ap-northeast-1'],
  ['APN2', 'ap-northeast-2'],
  ['APN3', 'ap-northeast-3'],
  ['APS1', 'ap-southeast-1'],
  ['APS2', 'ap-southeast-2'],
  ['APS3', 'ap-south-1'],
  ['APS4', 'ap-southeast-3'],
  ['APS5', 'ap-south-2'],
  ['APS6', 'ap-southeast-4'],
  ['APS7', 'ap-southeast-5'],
  ['APS8', 'ap-southeast-6'],
  ['APS9', 'ap-southeast-7'],
  ['AFS1', 'af-south-1'],
  ['CPT', 'af-south-1'],
  ['ILC1', 'il-central-1'],
  ['MEC1', 'me-central-1'],
  ['MES1', 'me-south-1'],
  ['UGE1', 'us-gov-east-1'],
  ['UGW1', 'us-gov-west-1'],
  ['CNN1', 'cn-north-1'],
  ['CNW1', 'cn-northwest-1'],
]);

/** What the code of a region that opened after this table was written will look like. */
const LOOKS_LIKE_CODE = /^(?:US|EU|AP|CA|SA|ME|AF|IL|MX|UG|CN)[A-Z]{0,3}\d{1,2}$/;

const LEADING_WORD = /^([A-Za-z0-9]+)[-_]/;

/** A usage type, or a part of one, without the region code in front of it. */
interface RegionPrefixed {
  /** region code, e.g. us-east-1; `null` without a prefix, or where the prefix is of a region not known here */
  readonly region: string | null;
  readonly rest: string;
}

/** Takes the billing code of a region (`USE1-`, `EU-`, `USE1_`) off the front of `text`. */
export function splitRegionPrefix(text: string): RegionPrefixed {
  const match = LEADING_WORD.exec(text);
  const code = match?.[1]?.toUpperCase();
  if (match === null || code === undefined) return { region: null, rest: text };
  const region = REGION_OF_CODE.get(code) ?? null;
  if (region === null && !LOOKS_LIKE_CODE.test(code)) return { region: null, rest: text };
  return { region, rest: text.slice(match[0].length) };
}
