import { type FoundationModel, foundationModel, isBedrockEdition } from './foundation-model.ts';
import { isUsage } from './line-item.ts';
import { providerName } from './model-provider.ts';
import { tokensPerUnit } from './token-unit.ts';
import type { UsageKey, UsageMeaning } from './usage.ts';
import { NO_RESOURCE, parseUsageResource, type UsageResource } from './usage-resource.ts';
import { parseUsageType, type UsageType } from './usage-type.ts';

/** Raise when any answer of `classifyUsage` or `classifyPrincipal` changes: snapshots then rewrite meanings from keys. */
export const CLASSIFIER_VERSION = 1;

/**
 * What a Bedrock line means. Total and pure: never throws, looks at nothing but the key, and leaves `null` what the key
 * does not say. Lines that are not usage (tax, credits, discounts) count no tokens: a credit gives no tokens back.
 */
export function classifyUsage(key: UsageKey): UsageMeaning {
  const usageType = parseUsageType(key.usageType);
  const resource = key.resource === null ? NO_RESOURCE : parseUsageResource(key.resource);
  const model = findModel(key, usageType, resource);
  const counted = isUsage(key.lineItemType);
  const tokenKind = counted ? usageType.tokenKind : null;
  const perUnit = tokenKind === null ? null : tokensPerUnit(key.unit, key.descriptionField, usageType.grammar);
  return {
    provider: providerName(key.productProvider ?? '') ?? model?.provider ?? null,
    model: model?.name ?? null,
    tokenKind,
    cacheTtl: tokenKind === null ? null : usageType.cacheTtl,
    tier: usageType.tier,
    routing: usageType.routing,
    batch: usageType.batch,
    endpoint: usageType.endpoint,
    tokensPerUnit: perUnit,
    region: key.region ?? usageType.region ?? resource.region,
    inferenceProfile: resource.inferenceProfile,
    unknown: unknownPart(counted, usageType, tokenKind !== null && perUnit === null),
  };
}

function unknownPart(counted: boolean, usageType: UsageType, unitIsUnread: boolean): UsageMeaning['unknown'] {
  if (!counted) return null;
  if (usageType.kind === null) return 'usage-type';
  return unitIsUnread ? 'unit' : null;
}

/** The first of these that names a model: product['model'], the product's name, the usage type, the resource. */
function findModel(key: UsageKey, usageType: UsageType, resource: UsageResource): FoundationModel | null {
  return (
    named(key.productModel) ??
    modelOfProduct(key.productName) ??
    named(usageType.modelSpelling) ??
    named(resource.modelSpelling)
  );
}

function named(spelling: string | null): FoundationModel | null {
  return spelling === null ? null : foundationModel(spelling);
}

/** AWS's own lines are named `Amazon Bedrock`, Marketplace lines after the model (`… (Amazon Bedrock Edition)`). */
function modelOfProduct(productName: string | null): FoundationModel | null {
  const model = named(productName);
  if (productName === null || model === null) return null;
  return model.known || isBedrockEdition(productName) ? model : null;
}
