import { setTimeout as wait } from 'node:timers/promises';
import type { CloudTrailClient, Event } from '@aws-sdk/client-cloudtrail';
import { OperatingError } from '../../domain/errors.ts';
import { type AwsRequest, askingAws, inRegion } from '../failure.ts';
import type { AwsSession } from '../session.ts';
import { BEDROCK_CALLS, readBedrockEvent } from './bedrock-event.ts';
import { type EventWindow, leftUnread, longestFirst, wholeSpan } from './event-windows.ts';

/** Somebody who called models in one region. */
export interface SeenCaller {
  /** ARN, as the bill will have it */
  readonly principal: string;
  /** `''` = not told */
  readonly account: string;
  /** of the calls that were read, those that AWS answered, and those that it refused or failed */
  readonly calls: number;
  readonly failed: number;
  /** milliseconds since 1970, of the calls that were read */
  readonly first: number;
  readonly last: number;
}

/** What the event history of one region told. */
export interface SeenInRegion {
  readonly region: string;
  readonly callers: readonly SeenCaller[];
  /** events that were read */
  readonly events: number;
  /** every call of the time asked for was read; else only some of each part of it */
  readonly complete: boolean;
  /** why reading ended early; what was read before stands */
  readonly failure: OperatingError | null;
}

interface CallersRequest {
  /** milliseconds since 1970 */
  readonly from: number;
  readonly to: number;
  readonly mostPages: number;
  /** told after each page how many there were */
  onPage(pages: number): void;
  readonly signal: AbortSignal;
}

/** Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const PAGE = 50;
/** Two requests a second are let through for an account and region. */
const PAUSE_MS = 500;

/**
 * Who called models of Bedrock in a region, from CloudTrail's event history of the last 90 days. It costs nothing and needs no trail.
 * @throws nothing of AWS: that is in `failure`
 */
export async function readBedrockCallers(
  session: AwsSession,
  region: string,
  asked: CallersRequest,
): Promise<SeenInRegion> {
  const reading = new Reading();
  let open: readonly EventWindow[] = wholeSpan(BEDROCK_CALLS, seconds(asked.from), seconds(asked.to));
  try {
    await askingAws(requestFor(session, region), async () => {
      const { CloudTrailClient } = await import('@aws-sdk/client-cloudtrail');
      const client = new CloudTrailClient({ ...(await session.clientOptions('us-east-1')), region });
      try {
        for (let pages = 0; pages < asked.mostPages; pages++) {
          const [window, others] = longestFirst(open);
          if (window === undefined) return;
          if (pages > 0) await wait(PAUSE_MS, undefined, { signal: asked.signal });
          const { events, next } = await pageOf(client, window, asked.signal);
          reading.take(events);
          open = [...others, ...leftUnread(window, { oldest: oldestOf(events), next })];
          asked.onPage(pages + 1);
        }
      } finally {
        client.destroy();
      }
    });
  } catch (failure) {
    if (!(failure instanceof OperatingError)) throw failure;
    return { region, ...reading.result(), complete: false, failure: inRegion(region, failure) };
  }
  return { region, ...reading.result(), complete: open.length === 0, failure: null };
}

function requestFor({ settings }: AwsSession, region: string): AwsRequest {
  return {
    what: `read CloudTrail's event history in ${region}`,
    actions: ['cloudtrail:LookupEvents'],
    resources: ['*'],
    profile: settings.profile,
  };
}

async function pageOf(client: CloudTrailClient, { eventName, from, to, token }: EventWindow, abortSignal: AbortSignal) {
  const { LookupEventsCommand } = await import('@aws-sdk/client-cloudtrail');
  const command = new LookupEventsCommand({
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: eventName }],
    StartTime: new Date(from * 1000),
    // The whole of its last second.
    EndTime: new Date(to * 1000 + 999),
    MaxResults: PAGE,
    ...(token === null ? {} : { NextToken: token }),
  });
  const { Events = [], NextToken } = await client.send(command, { abortSignal });
  return { events: Events, next: NextToken || null };
}

function oldestOf(events: readonly Event[]): number | null {
  const times = events.flatMap(({ EventTime }) => (EventTime === undefined ? [] : [seconds(EventTime.getTime())]));
  return times.length === 0 ? null : Math.min(...times);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** Windows meet, so an event may come twice. */
class Reading {
  readonly #known = new Set<string>();
  readonly #callers = new Map<string, SeenCaller>();

  take(events: readonly Event[]): void {
    for (const { EventId = '', EventTime, CloudTrailEvent = '' } of events) {
      if (this.#known.has(EventId)) continue;
      this.#known.add(EventId);
      const call = readBedrockEvent(CloudTrailEvent);
      if (call === null) continue;
      const { principal, account, failed } = call;
      const time = EventTime?.getTime() ?? 0;
      const key = `${account} ${principal}`;
      const before = this.#callers.get(key);
      this.#callers.set(key, {
        principal,
        account,
        calls: (before?.calls ?? 0) + (failed ? 0 : 1),
        failed: (before?.failed ?? 0) + (failed ? 1 : 0),
        first: Math.min(before?.first ?? time, time),
        last: Math.max(before?.last ?? time, time),
      });
    }
  }

  result(): Pick<SeenInRegion, 'callers' | 'events'> {
    return { callers: [...this.#callers.values()], events: this.#known.size };
  }
}
