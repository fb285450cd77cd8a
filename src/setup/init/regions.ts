/**
 * Regions that no account can switch off, so that callers are found without anybody naming regions: CloudTrail has one event history
 * in each. Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
const ALWAYS_ON = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
];

/** The regions to look into where nobody names any. @param home the region of the command; other partitions have their own */
export function regionsToLookInto(home: string): string[] {
  const others = /^(cn|us-gov|us-iso\w*)-/.test(home) ? [] : ALWAYS_ON;
  return [...new Set([home, ...others])];
}
