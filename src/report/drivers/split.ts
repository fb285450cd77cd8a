import type { UsagePlace } from './usage-place.ts';

/** What one caller used of one thing: quantity (tokens or units) and cost (money), before and now. */
export interface PlacedLeaf {
  place: UsagePlace;
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

/**
 * Splits the change of cost of one caller's usage into volume, a shift of shares on each level of {@link UsagePlace}, and price: on every
 * level the change of a product is parted evenly, each factor's change times the mean of the other (Bennet). Exchanging before and
 * now negates every part; the order of the leaves is irrelevant.
 */
export function splitUsage(leaves: PlacedLeaf[], tell: Tell): void {
  leaves.sort((a, b) => a.place.rank - b.place.rank);
  for (let from = 0; from < leaves.length; ) {
    const to = endOf(leaves, from, leaves.length, 0);
    splitRoot(leaves, from, to, tell);
    from = to;
  }
}

function splitRoot(leaves: readonly PlacedLeaf[], from: number, to: number, tell: Tell): void {
  const { q0, q1, c0, c1 } = sumOf(leaves, from, to);
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
  leaves: readonly PlacedLeaf[],
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
  const path = leaves[from]?.place.path ?? [];
  if (depth === path.length) {
    tell.price(weight * moved(p1, p0));
    return;
  }
  const mean = (p0 + p1) / 2;
  for (let first = from; first < to; ) {
    const end = endOf(leaves, first, to, depth);
    const child = sumOf(leaves, first, end);
    const [s0, s1] = [child.q0 / q0, child.q1 / q1];
    const gained = weight * moved(s1, s0);
    // What is there on one side only has the price of that side on both.
    const own0 = child.q0 === 0 ? child.c1 / child.q1 : child.c0 / child.q0;
    const own1 = child.q1 === 0 ? own0 : child.c1 / child.q1;
    const price = (own0 + own1) / 2;
    if (gained !== 0) {
      const name = leaves[first]?.place.path[depth] ?? '';
      tell.shift(depth - 1, gained * price, name, gained * (price - mean), gained);
    }
    if (child.q0 !== 0 && child.q1 !== 0) {
      splitShares(leaves, first, end, depth + 1, child.q0, child.q1, own0, own1, (weight * (s0 + s1)) / 2, tell);
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
function endOf(leaves: readonly PlacedLeaf[], from: number, to: number, depth: number): number {
  const name = leaves[from]?.place.path[depth];
  let end = from + 1;
  while (end < to && leaves[end]?.place.path[depth] === name) end++;
  return end;
}

function sumOf(leaves: readonly PlacedLeaf[], from: number, to: number): Omit<PlacedLeaf, 'place'> {
  let [q0, q1, c0, c1] = [0, 0, 0, 0];
  for (let index = from; index < to; index++) {
    const leaf = leaves[index] as PlacedLeaf;
    q0 += leaf.q0;
    q1 += leaf.q1;
    c0 += leaf.c0;
    c1 += leaf.c1;
  }
  return { q0, q1, c0, c1 };
}
