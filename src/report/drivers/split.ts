import { divideHalfUp } from '../../domain/money.ts';

/** Parts are worked out in 2^-96 of a unit of money, so that what the divisions round away is nothing. */
export const FRACTION_BITS = 96n;

/** Quantity (units of 1e-10) and cost (money) of the same usage before and now. */
export interface Amounts {
  q0: bigint;
  q1: bigint;
  c0: bigint;
  c1: bigint;
}

/** Usage, and what it is divided into on the next level: the children add up to it. A leaf has none. */
export interface UsageNode extends Amounts {
  readonly children: ReadonlyMap<string, UsageNode>;
}

/**
 * Told each part, in 2^-{@link FRACTION_BITS} of a unit of money.
 * @param level -2 for volume, -1 for price, else how deep the shares lie that shifted (0 = the children of the root)
 * @param child whose share shifted; `cost` and `quantity` are then how much dearer than the others it made the whole, and
 *   how much more of it there is
 */
type Tell = (level: number, part: bigint, child: { name: string; cost: bigint; quantity: bigint } | null) => void;

export const VOLUME = -2;
export const PRICE = -1;

/**
 * Splits the change of cost of a tree of usage into volume, a shift of shares on each level, and price: on every level the
 * change of a product is parted evenly, each factor's change times the mean of the other (Bennet). Exchanging before and
 * now negates every part. Only quantities above 0, or 0 with no cost, have a price.
 */
export function splitChange(root: UsageNode, tell: Tell): void {
  const { q0, q1, c0, c1 } = root;
  if (q0 === 0n || q1 === 0n) {
    tell(VOLUME, (c1 - c0) << FRACTION_BITS, null);
    return;
  }
  tell(VOLUME, divideHalfUp(((q1 - q0) * (c0 * q1 + c1 * q0)) << FRACTION_BITS, 2n * q0 * q1), null);
  splitShares(root, (q0 + q1) << (FRACTION_BITS - 1n), 0, tell);
}

/** What the mean price of a node did: `weight` times its change, of which the children's shares are one part. */
function splitShares(node: UsageNode, weight: bigint, level: number, tell: Tell): void {
  const { q0, q1, c0, c1, children } = node;
  const both = q0 * q1;
  if (children.size === 0) {
    tell(PRICE, divideHalfUp(weight * (c1 * q0 - c0 * q1), both), null);
    return;
  }
  const meanPrice = { numerator: c0 * q1 + c1 * q0, denominator: 2n * both };
  for (const [name, child] of children) {
    const gained = child.q1 * q0 - child.q0 * q1;
    const price = childPrice(child);
    const part = divideHalfUp(weight * gained * price.numerator, both * price.denominator);
    const average = divideHalfUp(weight * gained * meanPrice.numerator, both * meanPrice.denominator);
    tell(level, part, { name, cost: part - average, quantity: divideHalfUp(weight * gained, both) });
    if (child.q0 === 0n || child.q1 === 0n) continue;
    splitShares(child, divideHalfUp(weight * (child.q1 * q0 + child.q0 * q1), 2n * both), level + 1, tell);
  }
}

/** The mean of its prices before and now; what is there on one side only has the price of that side on both. */
function childPrice({ q0, q1, c0, c1 }: Amounts): { numerator: bigint; denominator: bigint } {
  if (q0 === 0n) return { numerator: c1, denominator: q1 };
  if (q1 === 0n) return { numerator: c0, denominator: q0 };
  return { numerator: c0 * q1 + c1 * q0, denominator: 2n * q0 * q1 };
}
