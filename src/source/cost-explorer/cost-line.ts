import type { Day } from '../../domain/period.ts';
import type { Amounts } from './amounts.ts';
import type { Product } from './bedrock-service.ts';

/** A line of a bill, as far as Cost Explorer tells one. */
export interface CostLine {
  readonly day: Day;
  /** `null`: one of several services that share the usage type */
  readonly service: string | null;
  readonly entity: Product['entity'];
  /** what the line is one of the Bedrock lines by; `null` = it is of the rest of the bill */
  readonly bedrockBy: 'service' | 'tag' | null;
  readonly lineItemType: string;
  readonly usageType: string;
  readonly unit: string;
  /** `''` = without the tag */
  readonly tagValue: string;
  readonly amounts: Amounts;
}

/** A line of usage of the rest of the bill, of which nothing is known but what is added to it. */
export const PLAIN_LINE = {
  service: null,
  entity: 'AWS',
  bedrockBy: null,
  lineItemType: 'Usage',
  usageType: '',
  unit: '',
  tagValue: '',
} as const;

/** What could not be decided or does not agree: unblended cost, absolute, summed up. */
export interface Findings {
  /** usage whose service the answers do not tell apart */
  readonly severalServices: bigint;
  /** usage whose tag could be another service's */
  readonly tagUndecided: bigint;
  /** usage that is Bedrock's by its tag alone, of services that are not known to be */
  readonly byTagAlone: bigint;
  /** by how much one answer differs from another on the same dollars: data that came in between */
  readonly moved: bigint;
}

/** Findings while they are being added up. */
export type Found = { -readonly [K in keyof Findings]: Findings[K] };

/** How much of a finding something is. */
export function size({ unblended }: Amounts): bigint {
  return unblended < 0n ? -unblended : unblended;
}
