import { AWS_INC, type Offer } from './offer.ts';

const US = ['us-east-1', 'us-west-2'] as const;

const bedrock = {
  sale: 'aws',
  seller: AWS_INC,
  productCode: 'AmazonBedrock',
  productName: 'Amazon Bedrock',
  load: 'units',
} as const;
const feature = { ...bedrock, model: null, provider: null, modelId: null, endpoint: null, regions: US } as const;
const novaLite = { model: 'Nova 2.0 Lite', provider: 'Amazon', modelId: 'amazon.nova-2-lite-v1:0' } as const;

/** Product code AmazonBedrock: what it sells beside inference. */
export const FEATURE_OFFERS: readonly Offer[] = [
  {
    ...feature,
    key: 'guardrails',
    unit: 'TextUnits',
    feature: 'Guardrails',
    meters: [
      ['{R}-Guardrail-ContentPolicyUnitsConsumed', null, 0.00015],
      ['{R}-Guardrail-AutomatedReasoningPolicyUnitsConsumed', null, 0.00017],
    ],
  },
  {
    ...feature,
    key: 'flows',
    unit: 'NodeTransitions',
    feature: 'Flows',
    meters: [['{R}-InvokeFlow', null, 0.000035]],
  },
  {
    ...feature,
    ...novaLite,
    key: 'customization-training',
    inference: false,
    unit: '1K tokens',
    feature: 'Model Customization',
    meters: [['{R}-Nova2.0Lite-Customization-Training', null, 0.002]],
  },
  {
    ...feature,
    ...novaLite,
    key: 'customization-storage',
    inference: false,
    unit: 'Months',
    feature: 'Model Customization',
    meters: [['{R}-Nova2.0Lite-Customization-Storage', null, 1.95]],
  },
  {
    ...feature,
    key: 'custom-model-import',
    unit: 'CustomModelUnits',
    feature: 'Custom Model Import',
    meters: [
      ['{R}-CustomModelImport-Inference', null, 0.05718],
      ['{R}-CustomModelImport-Storage', null, 1.95],
    ],
  },
  {
    ...feature,
    key: 'knowledge-bases',
    unit: 'Queries',
    feature: 'Knowledge Bases',
    meters: [
      ['{R}-StructuredRetrieve', null, 0.002],
      ['{R}-GenerateSQL', null, 0.002],
    ],
  },
  {
    ...feature,
    key: 'data-automation',
    unit: 'Pages',
    feature: 'Data Automation',
    meters: [['{R}-DataAutomation-Documents-Standard', null, 0.01]],
  },
  {
    ...feature,
    key: 'prompts',
    unit: '1K tokens',
    feature: 'Prompt Management',
    meters: [
      ['{R}-OptimizePrompt', null, 0.03],
      ['{R}-Prompt-Routing', null, 0.001],
    ],
  },
  {
    ...feature,
    key: 'evaluations',
    unit: 'Tasks',
    feature: 'Evaluations',
    meters: [['{R}-Evaluations-HumanTask', null, 0.21]],
  },
];
