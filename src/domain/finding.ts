import type { Money } from './money.ts';
import type { Period } from './period.ts';

/**
 * What a check came to, from good to bad. `skipped`: what it looks at is not there, so nothing was judged; `pending`: all is done,
 * and AWS takes its time.
 */
export const VERDICTS = ['ok', 'skipped', 'pending', 'warn', 'fail'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Something that the reader can do. */
export interface Remedy {
  /** one sentence */
  readonly what: string;
  /** where {@link paste} goes; `null` = there is nothing to paste */
  readonly where: 'bursar.yaml' | 'people file' | 'shell' | null;
  /** lines, with the value to fill in written in capitals */
  readonly paste: readonly string[];
}

/** One thing that was measured. `null` = the number says nothing here. */
export interface Evidence {
  readonly period: Period | null;
  readonly what: string;
  readonly cost: Money | null;
  /** what {@link cost} is a part of */
  readonly of: Money | null;
  readonly lines: number | null;
}

/** What one check found out: about the data, or about the account that delivers it. */
export interface Finding {
  /** the name of the check */
  readonly check: string;
  readonly verdict: Verdict;
  /** one sentence */
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** what to do; empty where all is well */
  readonly remedies: readonly Remedy[];
}

/** A check by itself: what it asks, and what each verdict takes, for people who read its finding. */
export interface Check<Measured> {
  readonly name: string;
  /** a question */
  readonly asks: string;
  /** `never` where the check has no such verdict */
  readonly warns: string;
  readonly fails: string;
  /** what `pending` takes; none = the check has no such verdict */
  readonly waits?: string;
  judge(measured: Measured): Omit<Finding, 'check'>;
}

/** The worst verdict of a list. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  const ranks = [...verdicts].map((verdict) => VERDICTS.indexOf(verdict));
  return VERDICTS[Math.max(0, ...ranks)] ?? 'ok';
}
