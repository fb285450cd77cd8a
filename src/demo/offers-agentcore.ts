import { AWS_INC, type Offer } from './offer.ts';

const agentCore = {
  sale: 'aws',
  seller: AWS_INC,
  productCode: 'AmazonBedrockAgentCore',
  productName: 'Amazon Bedrock AgentCore',
  load: 'units',
  model: null,
  provider: null,
  modelId: null,
  endpoint: null,
  regions: ['us-east-1', 'us-west-2'],
} as const;

/** What AgentCore rents by the second: the same two prices for an agent's runtime, its code interpreter and its browser. */
const compute = (part: string, name: string): Offer[] => [
  {
    ...agentCore,
    key: `agentcore-${name}-vcpu`,
    unit: 'vCPU-Hours',
    feature: `AgentCore ${part}`,
    meters: [[`{R}-${part}:Consumption-based:vCPU`, null, 0.0895]],
  },
  {
    ...agentCore,
    key: `agentcore-${name}-memory`,
    unit: 'GB-Hours',
    feature: `AgentCore ${part}`,
    meters: [[`{R}-${part}:Consumption-based:Memory`, null, 0.00945]],
  },
];

/** Product code AmazonBedrockAgentCore. */
export const AGENTCORE_OFFERS: readonly Offer[] = [
  ...compute('Runtime', 'runtime'),
  ...compute('CodeInterpreter', 'code'),
  ...compute('BrowserTool', 'browser'),
  {
    ...agentCore,
    key: 'agentcore-gateway',
    unit: 'Invocations',
    feature: 'AgentCore Gateway',
    meters: [
      ['{R}-Gateway:Consumption-based:API-Invocations', null, 0.000005],
      ['{R}-Gateway:Consumption-based:Search-API', null, 0.000025],
      ['{R}-Gateway:Consumption-based:Tool-Indexing', null, 0.0002],
    ],
  },
  {
    ...agentCore,
    key: 'agentcore-memories',
    unit: 'Events',
    feature: 'AgentCore Memory',
    meters: [
      ['{R}-Memory:Consumption-based:Short-Term-Memory', null, 0.00025],
      ['{R}-Memory:Consumption-based:Long-Term-Memory-Storage', null, 0.00075],
      ['{R}-Memory:Consumption-based:Long-Term-Memory-Retrieval', null, 0.0005],
    ],
  },
];
