import type { Sign } from '../domain/health.ts';
import { NETS } from '../source/cur/normalize.ts';
import type { ControlTotal } from './snapshot.ts';

/** The values of ControlTotal.nets that stand for a single sign. */
const SINGLE: Readonly<Record<number, Sign>> = {
  0: 'a Marketplace product seen elsewhere',
  [NETS.family]: 'product family',
  [NETS.code]: 'product code',
  [NETS.edition]: 'Marketplace product name',
  [NETS.principal]: 'principal',
};

export const SIGNS: readonly Sign[] = Object.values(SINGLE);

/** The one sign by which Bedrock lines are known; `null` = there are several. */
export function onlySignOf({ nets }: ControlTotal): Sign | null {
  return SINGLE[nets] ?? null;
}

/** Whether the lines name a principal. */
export function isAttributed({ nets }: ControlTotal): boolean {
  return (nets & NETS.principal) !== 0;
}
