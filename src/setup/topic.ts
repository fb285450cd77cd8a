import type { AwsSession } from '../aws/session.ts';
import type { PlanNote, PlanPart } from '../domain/plan.ts';
import type { AccountPart, SetupWish } from '../domain/setup.ts';

/** An account that answers: its credentials are good and of that account. */
export interface OpenAccount {
  readonly id: string;
  readonly parts: readonly AccountPart[];
  /** where it uses Bedrock, at least one; of `identity` the region of Identity Center */
  readonly regions: readonly string[];
  readonly session: AwsSession;
}

/** What a topic says of one account. */
export interface TopicPart extends PlanPart {
  /** names of the roles of the account, for what all accounts tell together */
  readonly roles?: readonly string[];
}

/** One part of the set-up, such as the export: it looks at an account, and says what must change there. Reads only. */
export interface Topic {
  /** which accounts it looks at */
  readonly part: AccountPart;
  /** @throws OperatingError where the account cannot be looked at; the other accounts and topics are planned all the same */
  plan(wish: SetupWish, account: OpenAccount, signal: AbortSignal): Promise<TopicPart>;
  /** What only all its accounts together tell; asked when every one of them could be looked at. */
  across?(wish: SetupWish, parts: readonly TopicPart[]): readonly PlanNote[];
}
