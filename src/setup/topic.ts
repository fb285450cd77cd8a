import type { AwsSession } from '../aws/session.ts';
import type { PlanPart } from '../domain/plan.ts';
import type { AccountPart, SetupWish } from '../domain/setup.ts';

/** An account that answers: its credentials are good and of that account. */
export interface OpenAccount {
  readonly id: string;
  readonly parts: readonly AccountPart[];
  /** where it uses Bedrock, at least one; of `identity` the region of Identity Center */
  readonly regions: readonly string[];
  readonly session: AwsSession;
}

/** One part of the set-up, such as the export: it looks at an account, and says what must change there. Reads only. */
export interface Topic {
  /** which accounts it looks at */
  readonly part: AccountPart;
  /** @throws OperatingError where the account cannot be looked at; the other accounts and topics are planned all the same */
  plan(wish: SetupWish, account: OpenAccount, signal: AbortSignal): Promise<PlanPart>;
}
