import type { AwsSession } from '../aws/session.ts';
import type { Change, ChangeKind } from '../domain/change.ts';
import type { OperatingError } from '../domain/errors.ts';
import type { Journal } from '../state/journal.ts';
import type { Kind } from './kind.ts';

/** How long AWS is given to show what it took: most services are consistent after seconds, IAM after a minute or so. */
export interface Pace {
  readonly firstMs: number;
  /** the waits double until they are so long */
  readonly mostMs: number;
  /** all waits together */
  readonly limitMs: number;
}

export const PACE: Pace = { firstMs: 250, mostMs: 5_000, limitMs: 90_000 };

/** Whoever acts in an account. */
export interface Actor {
  readonly session: AwsSession;
  /** ARN */
  readonly caller: string;
}

/** What changes are made with. */
export interface Engine {
  kindOf(kind: ChangeKind): Promise<Kind>;
  /** `null` = nobody reaches the account */
  actorOf(account: string): Actor | null;
  readonly journal: Journal;
  /** the run of the journal that this is */
  readonly run: number;
  readonly pace: Pace;
  /** aborted: the call under way is finished and journaled, nothing more is begun */
  readonly signal: AbortSignal;
  now(): Date;
}

/** What became of a change. */
export type Outcome =
  | { readonly kind: 'done' }
  /** somebody else has done it, or an earlier run */
  | { readonly kind: 'already' }
  | { readonly kind: 'failed'; readonly error: OperatingError }
  | { readonly kind: 'skipped'; readonly because: 'account' | 'dependence' | 'interrupted' };

/** A change that is to be made now. */
export interface Step {
  readonly change: Change;
  /** id of the entry of the journal that it takes back; `null` = none */
  readonly undoes: string | null;
}
