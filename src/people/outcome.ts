import type { Member } from '../domain/people.ts';
import type { RefreshedSession, SessionRow, ToldSession } from './session-rows.ts';

/** A row of the file, and where it stands. */
export interface HeldRow extends SessionRow {
  readonly at: number;
  readonly spelled: string;
}

/** What an import makes of one session. */
export interface Outcome {
  /** folded */
  readonly session: string;
  readonly before: readonly HeldRow[];
  readonly says: (ToldSession & { readonly member: Member; readonly spelled: string }) | undefined;
  readonly after: RefreshedSession;
}

/** In the order of characters, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
