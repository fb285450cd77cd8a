import type { UsageCell, UsedThing } from '../../domain/driver.ts';
import type { Amounts, UsageNode } from './split.ts';

/** One caller's usage in a row, before and now. */
export interface CallerUsage {
  /** what went into models, what came out of them, and each other thing that is counted, apart */
  readonly roots: readonly UsageNode[];
  /** what cost money and cannot be counted */
  readonly uncounted: Amounts;
}

interface Leaf extends Amounts {
  readonly path: readonly string[];
}

/**
 * Cells as trees. Of tokens: foundation model, then the kind of token, then how the model was called, then the usage type
 * (long contexts have their own). Input and the kinds of cache are one tree, for caching moves tokens between them; output is
 * another. Of other usage with a unit: one that has no shares.
 */
export function usageTrees(before: readonly UsageCell[], now: readonly UsageCell[]): CallerUsage {
  const leaves = new Map<string, Leaf>();
  const uncounted = { q0: 0n, q1: 0n, c0: 0n, c1: 0n };
  const add = (cells: readonly UsageCell[], q: 'q0' | 'q1', c: 'c0' | 'c1'): void => {
    for (const cell of cells) {
      uncounted[c] += cell.cost - cell.countedCost;
      const { path, key } = placeOf(cell.thing);
      const leaf = leaves.get(key) ?? { path, q0: 0n, q1: 0n, c0: 0n, c1: 0n };
      leaf[q] += cell.quantity;
      leaf[c] += cell.countedCost;
      leaves.set(key, leaf);
    }
  };
  add(before, 'q0', 'c0');
  add(now, 'q1', 'c1');
  const roots = new Map<string, GrowingNode>();
  for (const leaf of leaves.values()) {
    if (leaf.q0 === 0n && leaf.q1 === 0n && leaf.c0 === 0n && leaf.c1 === 0n) continue;
    if (leaf.path.length > 0 && hasPrice(leaf.q0, leaf.c0) && hasPrice(leaf.q1, leaf.c1)) grow(roots, leaf);
    else {
      uncounted.c0 += leaf.c0;
      uncounted.c1 += leaf.c1;
    }
  }
  return { roots: [...roots.values()], uncounted };
}

/** Corrections can make a quantity negative, and then nothing follows from its price. */
function hasPrice(quantity: bigint, cost: bigint): boolean {
  return quantity > 0n || (quantity === 0n && cost === 0n);
}

/** The root and the way down from it, none where nothing is counted; and both as a text. */
interface Place {
  readonly path: readonly string[];
  readonly key: string;
}

/** Things are few, cells are many. */
const places = new WeakMap<UsedThing, Place>();

function placeOf(thing: UsedThing): Place {
  const known = places.get(thing);
  if (known !== undefined) return known;
  const path = pathOf(thing);
  const place = { path, key: JSON.stringify(path) };
  places.set(thing, place);
  return place;
}

function pathOf({ tokenKind, model, service, cacheTtl, usageType, unit }: UsedThing): string[] {
  if (tokenKind !== null) {
    return [
      tokenKind === 'output' ? 'out' : 'in',
      model ?? '',
      `${tokenKind} ${cacheTtl ?? ''}`,
      service,
      usageType ?? '',
    ];
  }
  return unit === null ? [] : [JSON.stringify([usageType, unit, model, service])];
}

interface GrowingNode extends UsageNode {
  readonly children: Map<string, GrowingNode>;
}

function grow(roots: Map<string, GrowingNode>, { path, ...amounts }: Leaf): void {
  let level = roots;
  for (const name of path) {
    const node = level.get(name) ?? { q0: 0n, q1: 0n, c0: 0n, c1: 0n, children: new Map() };
    node.q0 += amounts.q0;
    node.q1 += amounts.q1;
    node.c0 += amounts.c0;
    node.c1 += amounts.c1;
    level.set(name, node);
    level = node.children;
  }
}
