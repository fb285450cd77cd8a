import type { Evidence, Finding, Remedy } from './finding.ts';
import { divideHalfUp, formatUnits, groupThousands } from './money.ts';

/** What a check says, without its name. */
export type Judgement = Omit<Finding, 'check'>;

/** Evidence beyond this is told by its number alone. */
const SHOWN = 10;

/** Nothing was there to be judged. */
export function skipped(summary: string): Judgement {
  return { verdict: 'skipped', summary, evidence: [], remedies: [] };
}

export function evidence(what: string, numbers: Partial<Evidence> = {}): Evidence {
  return { period: null, cost: null, of: null, lines: null, ...numbers, what };
}

/** The first of many pieces of evidence, and how many more there are. */
export function shortened(all: readonly Evidence[], noun: string): Evidence[] {
  const more = all.length - SHOWN;
  if (more <= 0) return [...all];
  return [...all.slice(0, SHOWN), evidence(`and ${counted(more, `more ${noun}`)}`)];
}

/** A remedy in words, with commands for the shell where there are any. */
export function shell(what: string, ...paste: readonly string[]): Remedy {
  return { what, where: paste.length === 0 ? null : 'shell', paste };
}

export function yaml(what: string, ...paste: readonly string[]): Remedy {
  return { what, where: 'bursar.yaml', paste };
}

/** Whether `part` is more than so many percent of `whole`. */
export function exceeds(part: bigint, whole: bigint, percent: bigint): boolean {
  return part * 100n > whole * percent;
}

/** `12.3 %` */
export function percentOf(part: bigint, whole: bigint): string {
  return whole === 0n ? '0.0 %' : `${formatUnits(divideHalfUp(part * 1000n, whole), 1)} %`;
}

/** `1 line`, `1,204 lines` */
export function counted(count: number, noun: string): string {
  const plural = /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${groupThousands(String(count))} ${count === 1 ? noun : plural}`;
}
