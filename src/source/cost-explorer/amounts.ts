import type { CostGroup } from '../../aws/read/cost-explorer.ts';
import { OperatingError } from '../../domain/errors.ts';
import { parseMoney } from '../../domain/money.ts';

/** What a group costs and how much was used, each in units of 1e-10: the ten digits that Cost Explorer gives. */
export interface Amounts {
  readonly unblended: bigint;
  readonly net: bigint;
  readonly used: bigint;
}

const NOTHING: Amounts = { unblended: 0n, net: 0n, used: 0n };

/** @throws OperatingError AWS_REFUSED when an amount is no decimal number */
export function amountsOf({ unblended, net, amount }: Pick<CostGroup, 'unblended' | 'net' | 'amount'>): Amounts {
  return { unblended: decimal(unblended), net: decimal(net), used: decimal(amount) };
}

function add(a: Amounts, b: Amounts): Amounts {
  return { unblended: a.unblended + b.unblended, net: a.net + b.net, used: a.used + b.used };
}

export function less(a: Amounts, b: Amounts): Amounts {
  return { unblended: a.unblended - b.unblended, net: a.net - b.net, used: a.used - b.used };
}

export function sumOf(all: Iterable<Amounts>): Amounts {
  let sum = NOTHING;
  for (const one of all) sum = add(sum, one);
  return sum;
}

export function isNothing({ unblended, net, used }: Amounts): boolean {
  return unblended === 0n && net === 0n && used === 0n;
}

function decimal(text: string | null): bigint {
  try {
    return parseMoney(text ?? '0');
  } catch (cause) {
    throw new OperatingError('AWS_REFUSED', `Cost Explorer answered an amount that is no number: ${text}`, { cause });
  }
}
