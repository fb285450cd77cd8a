import { AWS_INC, type Offer } from './offer.ts';

const US = ['us-east-1', 'us-west-2'] as const;

const bedrock = {
  sale: 'aws',
  seller: AWS_INC,
  productCode: 'AmazonBedrock',
  productName: 'Amazon Bedrock',
  load: 'units',
} as const;
const call = { ...bedrock, endpoint: 'runtime', feature: 'On-demand Inference', provider: 'Amazon' } as const;
const embeddings = {
  ...call,
  model: 'Nova Multimodal Embeddings',
  modelId: 'amazon.nova-2-multimodal-embeddings-v1:0',
  regions: ['us-east-1'],
} as const;
const novaLite = { model: 'Nova 2.0 Lite', provider: 'Amazon', modelId: 'amazon.nova-2-lite-v1:0' } as const;

/** What models of product code AmazonBedrock are metered by besides tokens: images, seconds, search units, room by the hour. */
export const ITEM_OFFERS: readonly Offer[] = [
  {
    ...call,
    key: 'nova-canvas',
    model: 'Nova Canvas',
    modelId: 'amazon.nova-canvas-v1:0',
    unit: 'Images',
    regions: ['us-east-1', 'eu-west-1', 'ap-northeast-1'],
    meters: [
      ['{R}-NovaCanvas-T2I-1024-Standard', null, 0.04],
      ['{R}-NovaCanvas-T2I-2048-Premium', null, 0.08],
      ['{R}-NovaCanvas-I2I-1024-Standard', null, 0.04],
    ],
  },
  {
    ...call,
    key: 'nova-reel',
    model: 'Nova Reel',
    modelId: 'amazon.nova-reel-v1:1',
    unit: 'Seconds',
    regions: ['us-east-1'],
    meters: [
      ['{R}-NovaReel-T2V-HDRes-StdFPS', null, 0.08],
      ['{R}-NovaReel-I2V-HDRes-StdFPS', null, 0.08],
    ],
  },
  {
    ...embeddings,
    key: 'nova-embeddings',
    unit: '1K tokens',
    load: 'embedding',
    meters: [['{R}-NovaMultiModalEmbeddings-input-tokens', 'input', 0.135]],
  },
  {
    ...embeddings,
    key: 'nova-embeddings-image',
    unit: 'Images',
    meters: [['{R}-NovaMultiModalEmbeddings-input-image', null, 0.00006]],
  },
  {
    ...embeddings,
    key: 'nova-embeddings-audio',
    unit: 'Seconds',
    meters: [['{R}-NovaMultiModalEmbeddings-input-audio-second', null, 0.00014]],
  },
  {
    ...call,
    key: 'titan-image-embeddings',
    model: 'Titan Multimodal Embeddings G1',
    modelId: 'amazon.titan-embed-image-v1',
    unit: 'Images',
    regions: US,
    meters: [['{R}-TitanEmbeddingsG1-Image-input-image', null, 0.00006]],
  },
  {
    ...bedrock,
    key: 'amazon-rerank',
    model: 'Rerank 1.0',
    provider: 'Amazon',
    modelId: 'amazon.rerank-v1:0',
    endpoint: 'runtime',
    unit: 'Search Units',
    regions: ['us-west-2'],
    feature: 'Rerank',
    meters: [['{R}-AmazonRerank-v1-searchunits', null, 0.001]],
  },
  {
    ...bedrock,
    key: 'nova-provisioned',
    model: 'Nova 2.0 Lite',
    provider: 'Amazon',
    modelId: 'amazon.nova-2-lite-v1:0',
    endpoint: null,
    unit: 'hours',
    regions: ['us-east-1'],
    feature: 'Provisioned Throughput',
    meters: [['{R}-Nova2.0Lite-ProvisionedThroughput-NoCommit-ModelUnits', null, 0.0015, 'provisioned']],
  },
  {
    ...bedrock,
    ...novaLite,
    key: 'nova-reserved',
    endpoint: null,
    unit: 'hours',
    regions: ['us-west-2'],
    feature: 'Reserved Tier',
    meters: [['{R}-Nova2.0Lite-reserved-1-month-input-tokens-per-minute', null, 0.0042, 'reserved']],
  },
];
