import type { UsedThing } from '../../domain/driver.ts';

/** Where usage stands in the tree of a caller's usage. */
export interface UsagePlace {
  /** the root, and the way down from it */
  readonly path: readonly string[];
  /** orders places: those of one node follow each other */
  readonly rank: number;
}

/**
 * The place of each thing. What went into models, what came out of them, and each other thing that is counted, are roots. Of
 * tokens: foundation model, then the kind of token, then how the model was called, then the usage type (long contexts have their own).
 * Input and the kinds of cache are one tree, for caching moves tokens between them. Other usage has no shares.
 */
export function usagePlaces(things: ReadonlyMap<number, UsedThing>): ReadonlyMap<number, UsagePlace> {
  const paths = [...things].map(([number, thing]) => ({ number, path: pathOf(thing) }));
  paths.sort((a, b) => byNames(a.path, b.path));
  return new Map(paths.map(({ number, path }, rank) => [number, { path, rank }]));
}

function byNames(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((name, index) => name !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
}

function pathOf({ tokenKind, model, service, cacheTtl, usageType, unit }: UsedThing): string[] {
  if (tokenKind === null) return [JSON.stringify([usageType, unit, model, service])];
  return [
    tokenKind === 'output' ? 'out' : 'in',
    model ?? '',
    `${tokenKind} ${cacheTtl ?? ''}`,
    service,
    usageType ?? '',
  ];
}
