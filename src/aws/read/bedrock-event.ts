/**
 * Calls of models that CloudTrail keeps in its event history without anybody asking for it: management events.
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html. Inference through bedrock-mantle is a
 * data event, which the history does not hold: https://docs.aws.amazon.com/bedrock/latest/userguide/logging-cloudtrail-mantle.html
 */
export const BEDROCK_CALLS = ['InvokeModel', 'InvokeModelWithResponseStream', 'Converse', 'ConverseStream'] as const;

/** One call of a model, as CloudTrail tells it. */
export interface BedrockCall {
  /** ARN of who called; of a service or an account of somebody else its name or id */
  readonly principal: string;
  /** account whose call it is, and who is billed; `''` where the event does not say */
  readonly account: string;
  /** AWS answered with an error, so nothing is billed */
  readonly failed: boolean;
}

/** Only what is read of an event. Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
interface EventText {
  readonly eventSource?: unknown;
  readonly recipientAccountId?: unknown;
  readonly errorCode?: unknown;
  readonly userIdentity?: {
    readonly type?: unknown;
    readonly arn?: unknown;
    readonly accountId?: unknown;
    readonly invokedBy?: unknown;
  };
}

/** @returns `null` where the text is no event of Bedrock */
export function readBedrockEvent(text: string): BedrockCall | null {
  const event = parse(text);
  const { eventSource, userIdentity, recipientAccountId, errorCode } = event;
  // Another service may call an operation so.
  if (typeof eventSource !== 'string' || !/^bedrock[a-z-]*\.amazonaws\.com/.test(eventSource)) return null;
  const { arn, accountId, invokedBy, type } = userIdentity ?? {};
  const principal = [arn, invokedBy, accountId, type].find(isText);
  if (principal === undefined) return null;
  const account = [recipientAccountId, accountId].find(isText) ?? '';
  return { principal, account, failed: errorCode !== undefined };
}

function parse(text: string): EventText {
  try {
    const event: unknown = JSON.parse(text);
    return typeof event === 'object' && event !== null ? event : {};
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
