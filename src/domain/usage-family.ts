/**
 * What kind of thing a usage type meters.
 * `tokens` and `items` (images, seconds, search units): what went into and came out of a model. `capacity`: room on a
 * model by the hour, used or not. `feature`: something beside a model, such as guardrails, agents, customization.
 */
export type UsageKind = 'tokens' | 'items' | 'capacity' | 'feature';

interface UsageFamily {
  readonly name: string;
  readonly kind: UsageKind;
  /** Where the metric begins in the folded usage type: what stands before it may name a model. */
  readonly mark: RegExp;
  /** Whether the words before the mark name a model */
  readonly model: boolean;
  /** Models that do nothing else, for lines whose metric `mark` does not know */
  readonly models?: RegExp;
}

/** Patterns on folded text: letters and digits in lower case, no separators. */
function anyOf(...patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join('|'));
}

/**
 * All families, first match wins, on the folded usage type without its region. Features come first, because some of
 * them meter tokens of their own (`…-Customization-input-tokens`); capacity before tokens, because reserved capacity is
 * written `…-input-tokens-per-minute`. The words are those of the AWS price list and of AWS's CUDOS dashboard
 * (aws-solutions-library-samples/cloud-intelligence-dashboards-framework, dashboards/cudos/CUDOS-v5-definition.yaml).
 */
const FAMILIES: readonly UsageFamily[] = [
  { name: 'guardrails', kind: 'feature', model: false, mark: /guardrail|policyunitsconsumed/ },
  {
    name: 'agentcore',
    kind: 'feature',
    model: false,
    mark: anyOf(
      'consumptionbased',
      'agentcore',
      'vcpu',
      'codeinterpreter',
      'browsertool',
      'runtimememory',
      'apiinvocations',
      'searchapi',
      'toolindexing',
      '(?:short|long)termmemory',
    ),
  },
  { name: 'web search', kind: 'feature', model: false, mark: /websearch/ },
  { name: 'grounding', kind: 'feature', model: true, mark: /(?:nova)?grounding/ },
  { name: 'custom model import', kind: 'feature', model: false, mark: /custommodelimport/ },
  {
    name: 'customization',
    kind: 'feature',
    model: true,
    mark: anyOf('(?:model)?customi[sz]ation', 'rfttraining', 'finetuning', 'distillation', 'custommodelstorage'),
  },
  { name: 'evaluation', kind: 'feature', model: false, mark: /evaluation|humantask/ },
  { name: 'flows', kind: 'feature', model: false, mark: anyOf('invokeflow', 'flowsnode', 'nodetransition') },
  { name: 'prompt optimization', kind: 'feature', model: false, mark: /optimizeprompt|promptoptimization/ },
  { name: 'prompt routing', kind: 'feature', model: false, mark: /promptrout/ },
  {
    name: 'knowledge bases',
    kind: 'feature',
    model: false,
    mark: anyOf('knowledgebase', 'generatesql', 'structuredretrieve', 'agenticretrieval'),
  },
  { name: 'data automation', kind: 'feature', model: false, mark: /dataautomation/ },
  { name: 'cache storage', kind: 'feature', model: true, mark: /cachestorage/ },

  { name: 'provisioned throughput', kind: 'capacity', model: true, mark: /provisionedthroughput|modelunits/ },
  {
    name: 'reserved capacity',
    kind: 'capacity',
    model: true,
    mark: /reserved\d+months?|(?:input|output)(?:tpm|tokensperminute)/,
  },

  {
    name: 'tokens',
    kind: 'tokens',
    model: true,
    mark: /cache[ds]?(?:read|write|input)|(?:input|output|response)(?:text|image|audio|video|speech)?token/,
  },

  { name: 'rerank', kind: 'items', model: true, mark: /searchunit/, models: /amazonrerank(?:v1)?/ },
  {
    name: 'video',
    kind: 'items',
    model: true,
    mark: anyOf(
      '[ti]2v',
      '(?:input|output)?video(?:second|minute|count)',
      '(?:hd|standard)res',
      '(?:std|standard|med|high)fps',
      'outputsecond',
    ),
    models: /novareel/,
  },
  {
    name: 'audio',
    kind: 'items',
    model: true,
    mark: /(?:input|output)?(?:audio|speech)(?:second|minute|count)|inputsecond/,
    models: /nova(?:2\d)?sonic(?:2\d)?/,
  },
  {
    name: 'images',
    kind: 'items',
    model: true,
    mark: anyOf(
      '(?:input|output|created|generated)(?:standard|document)?image',
      'imagecount',
      'imagesprocessed',
      '[ti]2i',
      '(?:512|1024|2048)(?:x\\d{3,4})?(?:standard|premium)',
    ),
    models: /novacanvas|titanimagegenerator(?:g1)?(?:v2)?/,
  },
];

/** A family, and the place in the folded usage type where the name of its model begins and ends. */
export interface FamilyMatch {
  readonly family: UsageFamily;
  readonly modelStart: number;
  readonly modelEnd: number;
}

/**
 * The family of a folded usage type; `null` when this version of Bursar does not know it.
 * @param kinds limits the answer, where the grammar already says what it must be
 */
export function findFamily(folded: string, kinds: readonly UsageKind[]): FamilyMatch | null {
  for (const family of FAMILIES) {
    if (!kinds.includes(family.kind)) continue;
    const mark = family.mark.exec(folded);
    if (mark !== null) return { family, modelStart: 0, modelEnd: mark.index };
    const named = family.models?.exec(folded) ?? null;
    if (named !== null) return { family, modelStart: named.index, modelEnd: named.index + named[0].length };
  }
  return null;
}
