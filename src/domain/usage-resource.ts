import { bounded } from './spelling.ts';

/** What the ARN in `line_item_resource_id` adds to a usage line. */
export interface UsageResource {
  readonly region: string | null;
  /** id of a foundation model, or of a system-defined inference profile, which contains one */
  readonly modelSpelling: string | null;
  /** id of an inference profile or application inference profile */
  readonly inferenceProfile: string | null;
}

export const NO_RESOURCE: UsageResource = { region: null, modelSpelling: null, inferenceProfile: null };

const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/;
const ARN_FIELDS_BEFORE_RESOURCE = 5;

/** Reads `arn:aws:bedrock:us-east-1::foundation-model/<id>` and its kin; anything else is `NO_RESOURCE`. Never throws. */
export function parseUsageResource(arn: string): UsageResource {
  const fields = bounded(arn).split(':');
  if (fields[0] !== 'arn' || fields.length <= ARN_FIELDS_BEFORE_RESOURCE) return NO_RESOURCE;
  const region = REGION.test(fields[3] ?? '') ? (fields[3] ?? null) : null;
  // Model ids contain colons (…-v1:0).
  const resource = fields.slice(ARN_FIELDS_BEFORE_RESOURCE).join(':');
  const slash = resource.indexOf('/');
  const id = slash < 0 ? '' : resource.slice(slash + 1);
  if (id === '') return { ...NO_RESOURCE, region };

  switch (resource.slice(0, slash)) {
    case 'foundation-model':
      return { region, modelSpelling: id, inferenceProfile: null };
    case 'inference-profile':
      return { region, modelSpelling: id.includes('.') ? id : null, inferenceProfile: id };
    case 'application-inference-profile':
      return { region, modelSpelling: null, inferenceProfile: id };
    default:
      return { ...NO_RESOURCE, region };
  }
}
