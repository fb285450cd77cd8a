/** What one caller used of one thing: quantity (tokens or units) and cost (money), before and now. */
export interface Leaf {
  /** where it stands in the tree of the caller's usage: see usage-path.ts */
  path: readonly string[];
  q0: number;
  q1: number;
  c0: number;
  c1: number;
}

/** Told each part, in units of money. */
export interface Tell {
  volume(part: number): void;
  price(part: number): void;
  /**
   * The share of a child shifted.
   * @param level how deep the shares lie (0 = the children of the root)
   * @param cost how much dearer than the others it made the whole
   * @param quantity how much more of it there is
   */
  shift(level: number, part: number, name: string, cost: number, quantity: number): void;
}

/** Quantities and costs of a node. */
type Node = Pick<Leaf, 'q0' | 'q1' | 'c0' | 'c1'>;

/** Of a tree no path is longer. */
const DEPTHS = 8;

/** The nodes on the way down: one is read before the next of its depth is added up. */
const nodes: readonly Node[] = Array.from({ length: DEPTHS }, () => ({ q0: 0, q1: 0, c0: 0, c1: 0 }));

/**
 * Splits the change of cost of one caller's usage into volume, a shift of shares on each level of the tree, and price: on every
 * level the change of a product is parted evenly, each factor's change times the mean of the other (Bennet). Exchanging before and
 * now negates every part.
 * @param leaves those of one node of the tree follow each other @param count only the first so many
 */
export function splitUsage(leaves: readonly Leaf[], count: number, tell: Tell): void {
  for (let from = 0; from < count; ) {
    const to = endOf(leaves, from, count, 0);
    splitRoot(leaves, from, to, tell);
    from = to;
  }
}

function splitRoot(leaves: readonly Leaf[], from: number, to: number, tell: Tell): void {
  const { q0, q1, c0, c1 } = sumOf(leaves, from, to, 0);
  if (q0 === 0 || q1 === 0) {
    tell.volume(c1 - c0);
    return;
  }
  tell.volume(((q1 - q0) * (c0 / q0 + c1 / q1)) / 2);
  splitShares(leaves, from, to, 1, q0, q1, c0 / q0, c1 / q1, (q0 + q1) / 2, tell);
}

/**
 * What the mean price of a node did: `weight` times its change, of which the children's shares are one part.
 * @param q0 @param q1 its quantities, not 0; `p0` and `p1` are its prices
 */
function splitShares(
  leaves: readonly Leaf[],
  from: number,
  to: number,
  depth: number,
  q0: number,
  q1: number,
  p0: number,
  p1: number,
  weight: number,
  tell: Tell,
): void {
  // What a node is alone, its children are alone: no share can shift.
  if (to - from === 1 || depth === leaves[from]?.path.length) {
    const price = weight * moved(p1, p0);
    if (price !== 0) tell.price(price);
    return;
  }
  const mean = (p0 + p1) / 2;
  for (let first = from; first < to; ) {
    const end = endOf(leaves, first, to, depth);
    const child = sumOf(leaves, first, end, depth);
    const { q0: n0, q1: n1 } = child;
    const s0 = n0 / q0;
    const s1 = n1 / q1;
    const gained = weight * moved(s1, s0);
    // What is there on one side only has the price of that side on both.
    const own0 = n0 === 0 ? child.c1 / n1 : child.c0 / n0;
    const own1 = n1 === 0 ? own0 : child.c1 / n1;
    if (gained !== 0) {
      const price = (own0 + own1) / 2;
      const name = leaves[first]?.path[depth] ?? '';
      tell.shift(depth - 1, gained * price, name, gained * (price - mean), gained);
    }
    if (n0 !== 0 && n1 !== 0) {
      splitShares(leaves, first, end, depth + 1, n0, n1, own0, own1, (weight * (s0 + s1)) / 2, tell);
    }
    first = end;
  }
}

/** Differences below are what divisions round away: the same share or price, divided twice. */
const SAME = 2 ** -48;

function moved(now: number, before: number): number {
  const change = now - before;
  return Math.abs(change) <= SAME * (Math.abs(now) + Math.abs(before)) ? 0 : change;
}

/** Leaves of one node follow each other: where those of the next begin. */
function endOf(leaves: readonly Leaf[], from: number, to: number, depth: number): number {
  const name = leaves[from]?.path[depth];
  let end = from + 1;
  while (end < to && leaves[end]?.path[depth] === name) end++;
  return end;
}

function sumOf(leaves: readonly Leaf[], from: number, to: number, depth: number): Node {
  const node = nodes[depth] as Node;
  const { q0, q1, c0, c1 } = leaves[from] as Leaf;
  node.q0 = q0;
  node.q1 = q1;
  node.c0 = c0;
  node.c1 = c1;
  for (let index = from + 1; index < to; index++) {
    const leaf = leaves[index] as Leaf;
    node.q0 += leaf.q0;
    node.q1 += leaf.q1;
    node.c0 += leaf.c0;
    node.c1 += leaf.c1;
  }
  return node;
}
