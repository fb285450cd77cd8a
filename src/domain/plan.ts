import type { Change } from './change.ts';
import type { OperatingError } from './errors.ts';
import type { Remedy } from './finding.ts';
import type { AccountPart } from './setup.ts';

/** What is asked for and cannot be done yet. */
export interface Pending {
  readonly account: string;
  /** `activate iamPrincipal/team` */
  readonly what: string;
  /** `a tagged principal calls Bedrock` */
  readonly waitsFor: string;
  /** `up to 24 hours after that` */
  readonly howLong: string;
}

/** What the reader must know, besides the changes. */
export interface PlanNote {
  readonly level: 'info' | 'warn';
  /** `null` = of no account in particular */
  readonly account: string | null;
  /** one or two sentences */
  readonly what: string;
  readonly remedies: readonly Remedy[];
}

/** What one part of the set-up adds to the plan. */
export interface PlanPart {
  readonly changes: readonly Change[];
  /** changes of what a stack or Terraform owns: emitted for its files, never applied */
  readonly elsewhere: readonly Change[];
  readonly pending: readonly Pending[];
  readonly notes: readonly PlanNote[];
}

/** An account of the plan, and whether it could be looked at. */
interface PlannedAccount {
  readonly id: string;
  readonly parts: readonly AccountPart[];
  /** why it could not be looked at, or not wholly; the others are planned all the same */
  readonly failures: readonly OperatingError[];
}

/** What apply would do. */
export interface Plan extends PlanPart {
  readonly accounts: readonly PlannedAccount[];
}

export const EMPTY_PART: PlanPart = { changes: [], elsewhere: [], pending: [], notes: [] };
