import { randomUUID } from 'node:crypto';
import { AwsError } from '../wire/answer.ts';
import type { FakeService } from './fake.ts';
import { pageOf } from './pages.ts';

/** A management event, as a test puts it there. */
export interface TrailEvent {
  readonly account: string;
  readonly region: string;
  readonly at: Date;
  /** such as InvokeModel */
  readonly name: string;
  /** such as bedrock.amazonaws.com */
  readonly source: string;
  /** the `userIdentity` of the record */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly requestParameters?: Readonly<Record<string, unknown>>;
  readonly errorCode?: string;
}

interface Lookup {
  readonly LookupAttributes?: readonly { readonly AttributeKey: string; readonly AttributeValue: string }[];
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

type Shown = Readonly<Record<string, unknown>> & { readonly EventTime: number };

const DAY = 86_400_000;
const RETENTION = 90 * DAY;
const ONE_PAGE = 50;

/**
 * NOT AWS: LookupEvents of CloudTrail, which moto has not. After
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html: 90 days, one attribute, 50 a page, one region a call.
 */
export class Trail {
  /** Requests a second that are let through; AWS: 2 an account and region. Null is no limit. */
  ratePerSecond: number | null = null;
  /** Between two pages comes one without events, as CloudTrail may. */
  emptyPages = false;
  #events: (TrailEvent & { readonly id: string })[] = [];
  #answered = new Map<string, number[]>();

  reset(): void {
    this.ratePerSecond = null;
    this.emptyPages = false;
    this.#events = [];
    this.#answered = new Map();
  }

  add(...events: readonly TrailEvent[]): void {
    for (const event of events) this.#events.push({ ...event, id: randomUUID() });
  }

  readonly operations: FakeService = {
    LookupEvents: (input: Lookup, { call }) => {
      // Not the server's clock, which tests put ahead: clients work out the 90 days by their own.
      const now = new Date();
      this.#throttle(`${call.account} ${call.region}`);
      const attributes = input.LookupAttributes ?? [];
      if (attributes.length > 1)
        throw new AwsError('InvalidLookupAttributesException', 'You can specify only one lookup attribute.');
      const oldest = now.getTime() - RETENTION;
      const start = input.StartTime === undefined ? oldest : input.StartTime * 1000;
      const end = input.EndTime === undefined ? now.getTime() : input.EndTime * 1000;
      // A minute of grace: a client that asks for 90 days reads its clock before we read ours.
      if (start > end || start < oldest - 60_000)
        throw new AwsError('InvalidTimeRangeException', 'The specified time range is not valid.');
      const fits = this.#events
        .filter(({ account, region }) => account === call.account && region === call.region)
        .filter(({ at }) => at.getTime() >= Math.max(start, oldest) && at.getTime() <= end)
        .sort((a, b) => b.at.getTime() - a.at.getTime())
        .map(shown)
        .filter((event) =>
          attributes.every(({ AttributeKey, AttributeValue }) => hasAttribute(event, AttributeKey, AttributeValue)),
        );
      const [token, isFilled] = [input.NextToken?.replace(/^filled-/, ''), input.NextToken?.startsWith('filled-')];
      if (this.emptyPages && token !== undefined && !isFilled) return { Events: [], NextToken: `filled-${token}` };
      const { page, next } = pageOf(fits, token, input.MaxResults ?? ONE_PAGE, 'InvalidNextTokenException');
      return { Events: page, ...next };
    },
  };

  #throttle(who: string): void {
    const recent = (this.#answered.get(who) ?? []).filter((time) => time > Date.now() - 1000);
    if (this.ratePerSecond !== null && recent.length >= this.ratePerSecond)
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    this.#answered.set(who, [...recent, Date.now()]);
  }
}

function hasAttribute(event: Shown, key: string, value: string): boolean {
  if (key === 'ResourceName' || key === 'ResourceType')
    return (event.Resources as Record<string, string>[]).some((resource) => resource[key] === value);
  return event[key] === value;
}

function shown({
  id,
  at,
  account,
  region,
  name,
  source,
  identity,
  requestParameters = {},
  errorCode,
}: TrailEvent & { id: string }): Shown {
  const accessKey = typeof identity.accessKeyId === 'string' ? { AccessKeyId: identity.accessKeyId } : {};
  const user = userName(identity);
  const record = {
    eventVersion: '1.11',
    userIdentity: identity,
    eventTime: `${at.toISOString().slice(0, 19)}Z`,
    eventSource: source,
    eventName: name,
    awsRegion: region,
    sourceIPAddress: '192.0.2.7',
    userAgent: 'Boto3',
    ...(errorCode === undefined ? {} : { errorCode, errorMessage: 'refused' }),
    requestParameters,
    responseElements: null,
    eventID: id,
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  };
  return {
    EventId: id,
    EventName: name,
    ReadOnly: 'true',
    ...accessKey,
    EventTime: Math.floor(at.getTime() / 1000),
    EventSource: source,
    ...(user === undefined ? {} : { Username: user }),
    Resources: [],
    CloudTrailEvent: JSON.stringify(record),
  };
}

function userName({ type, userName, arn, principalId }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof userName === 'string') return userName;
  if (type === 'Root') return 'root';
  const [, session] = /assumed-role\/[^/]+\/(.+)$/.exec(String(arn)) ?? [];
  return session ?? (typeof principalId === 'string' ? principalId : undefined);
}
