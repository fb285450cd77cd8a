/** What the organisation uses of AWS beside Bedrock: enough kinds of lines that Bedrock has to be found among them. */
export interface OtherService {
  readonly productCode: string;
  /** `{R}` stands for the billing region prefix */
  readonly usageType: string;
  readonly operation: string;
  readonly family: string;
  readonly unit: string;
  /** USD per unit, at most 10 decimals */
  readonly price: number;
  /** what a line typically costs, in USD, relative to the others */
  readonly dollars: number;
  readonly share: number;
  readonly lineType?: string;
  readonly product?: Readonly<Record<string, string>>;
  readonly seller?: string;
  /** savings_plan_* and reservation_* columns that this kind of line fills */
  readonly columns?: Readonly<Record<string, string>>;
}

const SAVINGS_PLAN = {
  savings_plan_savings_plan_a_r_n:
    'arn:aws:savingsplans::999988887777:savingsplan/5f1c0a2e-7d3b-4b86-9c55-2a8f1e6d4c01',
  savings_plan_offering_type: 'ComputeSavingsPlans',
  savings_plan_payment_option: 'No Upfront',
  savings_plan_purchase_term: '1yr',
  savings_plan_start_time: '2026-01-01T00:00:00.000Z',
  savings_plan_end_time: '2027-01-01T00:00:00.000Z',
};
const RESERVATION = {
  reservation_reservation_a_r_n: 'arn:aws:rds:us-east-1:999988887777:ri:ri-2026-02-01-09-30-00-000',
  reservation_start_time: '2026-02-01T00:00:00.000Z',
  reservation_end_time: '2027-02-01T00:00:00.000Z',
  reservation_number_of_reservations: '2',
  reservation_units_per_reservation: '744.0',
};

/** Columns of the bill that only lines of savings plans and reservations fill. */
export const COMMITMENT_COLUMNS: readonly string[] = [...Object.keys(SAVINGS_PLAN), ...Object.keys(RESERVATION)];

type Common = [productCode: string, usageType: string, operation: string, family: string, unit: string];
const usage = (common: Common, price: number, dollars: number, share: number): OtherService => {
  const [productCode, usageType, operation, family, unit] = common;
  return { productCode, usageType, operation, family, unit, price, dollars, share };
};

export const OTHER_SERVICES: readonly OtherService[] = [
  usage(['AmazonEC2', '{R}-BoxUsage:m7i.xlarge', 'RunInstances', 'Compute Instance', 'Hrs'], 0.2016, 0.2, 60),
  usage(['AmazonEC2', '{R}-BoxUsage:c7g.2xlarge', 'RunInstances', 'Compute Instance', 'Hrs'], 0.29, 0.29, 40),
  usage(['AmazonEC2', '{R}-EBS:VolumeUsage.gp3', 'CreateVolume-Gp3', 'Storage', 'GB-Mo'], 0.08, 0.03, 60),
  usage(['AmazonEC2', '{R}-NatGateway-Hours', 'NatGateway', 'NAT Gateway', 'Hrs'], 0.045, 0.045, 20),
  usage(['AmazonEC2', '{R}-NatGateway-Bytes', 'NatGateway', 'NAT Gateway', 'GB'], 0.045, 0.05, 30),
  usage(['AmazonEC2', '{R}-DataTransfer-Out-Bytes', 'RunInstances', 'Data Transfer', 'GB'], 0.09, 0.05, 50),
  usage(['AmazonEC2', '{R}-DataTransfer-Regional-Bytes', 'InterZone-Out', 'Data Transfer', 'GB'], 0.01, 0.01, 60),
  usage(['AmazonS3', '{R}-TimedStorage-ByteHrs', 'StandardStorage', 'Storage', 'GB-Mo'], 0.023, 0.04, 60),
  usage(['AmazonS3', '{R}-Requests-Tier1', 'PutObject', 'API Request', 'Requests'], 0.000005, 0.01, 60),
  usage(['AmazonS3', '{R}-Requests-Tier2', 'GetObject', 'API Request', 'Requests'], 0.0000004, 0.005, 60),
  usage(['AWSLambda', '{R}-Lambda-GB-Second-ARM', 'Invoke', 'Serverless', 'Lambda-GB-Second'], 0.0000133334, 0.02, 60),
  usage(['AWSLambda', '{R}-Request-ARM', 'Invoke', 'Serverless', 'Requests'], 0.0000002, 0.003, 60),
  usage(
    ['AmazonRDS', '{R}-Aurora:ServerlessV2Usage', 'CreateDBInstance:0021', 'ServerlessV2', 'ACU-Hr'],
    0.12,
    0.3,
    40,
  ),
  usage(['AmazonRDS', '{R}-RDS:GP3-Storage', 'CreateDBInstance:0014', 'Database Storage', 'GB-Mo'], 0.115, 0.05, 20),
  usage(['AmazonCloudWatch', '{R}-DataProcessing-Bytes', 'PutLogEvents', 'Data Payload', 'GB'], 0.5, 0.05, 60),
  usage(['AmazonCloudWatch', '{R}-CW:MetricMonitorUsage', 'MetricStorage', 'Metric', 'Metrics'], 0.3, 0.03, 40),
  usage(
    ['AmazonDynamoDB', '{R}-ReadRequestUnits', 'PayPerRequestThroughput', 'Amazon DynamoDB', 'RRU'],
    0.000000125,
    0.01,
    40,
  ),
  usage(
    ['AmazonDynamoDB', '{R}-WriteRequestUnits', 'PayPerRequestThroughput', 'Amazon DynamoDB', 'WRU'],
    0.000000625,
    0.01,
    40,
  ),
  usage(['AmazonECS', '{R}-Fargate-vCPU-Hours:perCPU', 'FargateTask', 'Compute', 'hours'], 0.04048, 0.08, 40),
  usage(['AmazonECS', '{R}-Fargate-GB-Hours', 'FargateTask', 'Compute', 'hours'], 0.004445, 0.02, 40),
  usage(['AmazonEKS', '{R}-AmazonEKS-Hours:perCluster', 'CreateOperation', 'Compute', 'Hours'], 0.1, 0.1, 20),
  usage(['awskms', '{R}-KMS-Requests', 'Decrypt', 'API Request', 'Requests'], 0.000003, 0.002, 40),
  usage(['AmazonSageMaker', '{R}-Host:ml.g5.xlarge', 'RunInstance', 'ML Instance', 'Hrs'], 1.408, 0.9, 10),
  {
    ...usage(['AmazonEC2', '{R}-BoxUsage:m7i.xlarge', 'RunInstances', 'Compute Instance', 'Hrs'], 0.2016, 0.2, 30),
    lineType: 'SavingsPlanCoveredUsage',
    columns: SAVINGS_PLAN,
  },
  {
    ...usage(['AmazonEC2', '{R}-BoxUsage:m7i.xlarge', 'RunInstances', 'Compute Instance', 'Hrs'], -0.2016, 0.2, 30),
    lineType: 'SavingsPlanNegation',
    columns: SAVINGS_PLAN,
  },
  {
    ...usage(['ComputeSavingsPlans', '{R}-ComputeSP:1yrNoUpfront', '', 'Compute Savings Plans', 'Hrs'], 3.4, 0.5, 10),
    lineType: 'SavingsPlanRecurringFee',
    columns: SAVINGS_PLAN,
  },
  {
    ...usage(
      ['AmazonRDS', '{R}-InstanceUsage:db.r7g.large', 'CreateDBInstance:0014', 'Database Instance', 'Hrs'],
      0,
      0,
      20,
    ),
    lineType: 'DiscountedUsage',
    columns: RESERVATION,
  },
  {
    ...usage(
      ['AmazonRDS', '{R}-HeavyUsage:db.r7g.large', 'CreateDBInstance:0014', 'Database Instance', 'Hrs'],
      0.142,
      0.6,
      4,
    ),
    lineType: 'RIFee',
    columns: RESERVATION,
  },
  {
    ...usage(
      ['ComputeSavingsPlans', '{R}-ComputeSP:1yrPartialUpfront', '', 'Compute Savings Plans', 'Hrs'],
      1.2,
      0.9,
      1,
    ),
    lineType: 'SavingsPlanUpfrontFee',
    columns: SAVINGS_PLAN,
  },
  {
    ...usage(['AmazonWorkMail', '{R}-Plan:Standard', '', 'Plans', 'Plans'], 4, 0.1, 2),
    lineType: 'FlatRateSubscription',
  },
  {
    // It has Bedrock in its name and nothing to do with it: AWS's own dashboard would count it (CUDOS looks for %Bedrock%).
    ...usage(['2b6k9w4zr8n1tq5vx0m7cyhpd', '{R}-MP:{R}_server_hours-Units', 'Hourly', '', 'Units'], 0.12, 0.3, 8),
    seller: 'Cobblestone Games Ltd',
    product: { product_name: 'Block Worlds Game Server (Bedrock and Java Edition)' },
  },
  {
    // A product of AWS Marketplace that has nothing to do with Bedrock.
    ...usage(['5x0pm7q1vkz8n3b6yt2w9rdhc', '{R}-MP:{R}_cluster_hours-Units', 'Hourly', '', 'Units'], 0.54, 0.8, 20),
    seller: 'Tessera Database, Inc.',
    product: { product_name: 'Tessera Cloud Database (Pay as you go)' },
  },
];

/** Share of other services' lines by region. */
export const OTHER_REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'] as const;

/** 1e-10 USD is the smallest amount, and cheap requests cost little more: they are counted whole, the rest in millionths. */
export const otherParts = (unit: string): number =>
  ['Requests', 'RRU', 'WRU', 'Lambda-GB-Second'].includes(unit) ? 1 : 1_000;
