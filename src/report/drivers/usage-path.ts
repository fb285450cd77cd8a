import type { UsedThing } from '../../domain/driver.ts';

/**
 * Where a thing stands in the tree of a caller's usage: the root, and the way down from it. What went into models, what came
 * out of them, and each other thing that is counted, are roots. Of tokens: foundation model, then the kind of token, then how the model
 * was called, then the usage type (long contexts have their own). Input and the kinds of cache are one tree, for caching moves
 * tokens between them. Other usage has no shares.
 */
export function pathOf({ tokenKind, model, service, cacheTtl, usageType, unit }: UsedThing): string[] {
  if (tokenKind === null) return [JSON.stringify([usageType, unit, model, service])];
  return [
    tokenKind === 'output' ? 'out' : 'in',
    model ?? '',
    `${tokenKind} ${cacheTtl ?? ''}`,
    service,
    usageType ?? '',
  ];
}
