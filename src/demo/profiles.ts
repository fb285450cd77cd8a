/** What kinds of callers call: offers of the catalogue by weight. */
export type Profile =
  | 'coding:aws'
  | 'coding:marketplace'
  | 'chat:aws'
  | 'chat:marketplace'
  | 'batch'
  | 'features'
  | 'other';

const OPEN_CODING = { 'nova-2-lite': 4, 'gpt-oss-mantle': 5, 'qwen3-vl': 2 };
const OPEN_CHAT = {
  'nova-2-lite': 20,
  'nova-2-pro': 6,
  'nova-micro': 8,
  'nova-sonic': 4,
  'gpt-oss': 10,
  'gpt-oss-mantle': 8,
  'llama-3.3': 10,
  'mistral-small': 8,
  'deepseek-r1': 6,
  'qwen3-vl': 6,
  'titan-embeddings': 8,
  'mp-embed-v4': 6,
  'mp-rerank-3.5': 3,
  'fm-haiku-3.5': 8,
  'nova-canvas': 3,
  'nova-reel': 2,
  'nova-embeddings': 3,
  'nova-embeddings-image': 1,
  'nova-embeddings-audio': 1,
  'titan-image-embeddings': 1,
  'mp-stable-image': 2,
};

export const PROFILES: Readonly<Record<Exclude<Profile, 'other'>, Readonly<Record<string, number>>>> = {
  'coding:aws': { ...OPEN_CODING, 'sonnet-4.6': 50, 'opus-5-mantle': 18, 'haiku-4.5': 14 },
  'coding:marketplace': {
    ...OPEN_CODING,
    'mp-sonnet-4.6': 46,
    'mp-opus-5': 12,
    'mp-opus-4.6': 8,
    'mp-haiku-4.5': 12,
    'mp-gpt-5.6': 8,
  },
  'chat:aws': { ...OPEN_CHAT, 'sonnet-4.6': 20, 'haiku-3.5': 12 },
  'chat:marketplace': { ...OPEN_CHAT, 'mp-sonnet-4.6': 20, 'mp-haiku-4.5': 12 },
  batch: { 'nova-micro': 20, 'nova-2-lite': 20, 'mistral-small': 10, 'llama-3.3': 10, 'titan-embeddings': 20 },
  features: {
    guardrails: 10,
    flows: 2,
    'customization-training': 2,
    'customization-storage': 1,
    'custom-model-import': 2,
    'knowledge-bases': 2,
    'data-automation': 2,
    prompts: 1,
    evaluations: 1,
    'agentcore-runtime-vcpu': 6,
    'agentcore-runtime-memory': 6,
    'agentcore-code-vcpu': 1,
    'agentcore-code-memory': 1,
    'agentcore-browser-vcpu': 1,
    'agentcore-browser-memory': 1,
    'agentcore-gateway': 3,
    'agentcore-memories': 3,
    'nova-provisioned': 4,
    'nova-reserved': 2,
    'mp-sonnet-provisioned': 2,
    'amazon-rerank': 3,
  },
};

/** When lines of a kind of caller fall: relative weight by hour of the day (UTC) on working days and at weekends. */
export type Hours = 'office' | 'always' | 'night';

const OFFICE = [1, 1, 0, 0, 0, 1, 4, 10, 20, 28, 30, 26, 20, 26, 30, 30, 28, 22, 14, 8, 6, 5, 3, 2];
const ALWAYS = [8, 7, 6, 6, 6, 7, 9, 11, 13, 14, 14, 14, 13, 14, 14, 14, 14, 13, 12, 12, 11, 10, 9, 8];
const NIGHT = [26, 30, 30, 28, 20, 10, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8, 14, 20];

export const HOURS: Readonly<Record<Hours, { readonly day: readonly number[]; readonly weekendPercent: number }>> = {
  office: { day: OFFICE, weekendPercent: 12 },
  always: { day: ALWAYS, weekendPercent: 70 },
  night: { day: NIGHT, weekendPercent: 60 },
};

/** The draw tables know profiles and rhythms by their index here. */
export const PROFILE_NAMES: readonly Profile[] = [...(Object.keys(PROFILES) as (keyof typeof PROFILES)[]), 'other'];
export const HOUR_NAMES: readonly Hours[] = ['office', 'always', 'night'];
