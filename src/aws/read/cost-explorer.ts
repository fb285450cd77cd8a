import type {
  CostExplorerClient,
  Expression,
  GetCostAndUsageCommandOutput,
  GetCostAndUsageRequest,
  Group,
} from '@aws-sdk/client-cost-explorer';
import { OperatingError } from '../../domain/errors.ts';
import type { Day } from '../../domain/period.ts';
import { askingAws, serviceAnswer } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/** How costs are grouped: a dimension of Cost Explorer, or a cost allocation tag. */
type Grouping = { readonly dimension: 'SERVICE' | 'RECORD_TYPE' | 'USAGE_TYPE' } | { readonly tag: string };

/** One question for the daily costs of an account. A plain value: equal questions are equal as JSON. */
export interface CostQuestion {
  /** half-open: the first day, and the day after the last */
  readonly from: Day;
  readonly to: Day;
  /** two are the most that Cost Explorer takes */
  readonly groupBy: readonly [Grouping, Grouping];
  /** only costs that have one of these values in each of these dimensions; none = all */
  readonly only: readonly Condition[];
}

interface Condition {
  readonly dimension: 'RECORD_TYPE' | 'USAGE_TYPE';
  readonly values: readonly string[];
}

/** Decimal text, as Cost Explorer writes it; `null` where it says nothing. */
export interface CostGroup {
  /** one a grouping; `''` = without the tag, or without a value */
  readonly keys: readonly [string, string];
  readonly unblended: string | null;
  readonly net: string | null;
  readonly amount: string | null;
  /** of the usage amount; `''` where units are mixed */
  readonly unit: string;
  readonly currency: string;
}

export interface CostDay {
  readonly day: Day;
  /** AWS may still change what it says of the day */
  readonly estimated: boolean;
  readonly groups: readonly CostGroup[];
}

interface CostPage {
  readonly days: readonly CostDay[];
  /** asks the next page; `null` = that was the last */
  readonly next: string | null;
}

export interface CostExplorer {
  /**
   * Asks for one page, which AWS charges for.
   * @param token of the page before; `null` = the first page
   * @returns `'stale'` where AWS no longer knows the token: the question must be asked from its beginning
   * @throws OperatingError COST_EXPLORER_UNAVAILABLE and those of `askingAws`
   */
  page(question: CostQuestion, token: string | null, signal: AbortSignal): Promise<CostPage | 'stale'>;
  close(): void;
}

/** https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html */
export function openCostExplorer(session: AwsSession): CostExplorer {
  let opened: Promise<CostExplorerClient> | null = null;
  const client = async (): Promise<CostExplorerClient> => {
    const { CostExplorerClient } = await import('@aws-sdk/client-cost-explorer');
    // Each partition has one endpoint, which the SDK knows from any of its regions: us-east-1 in the partition aws.
    return new CostExplorerClient(await session.clientOptions('us-east-1'));
  };
  return {
    page: (question, token, abortSignal) =>
      askingAws(asking(question, session), async () => {
        const { GetCostAndUsageCommand } = await import('@aws-sdk/client-cost-explorer');
        opened ??= client();
        const command = new GetCostAndUsageCommand(requestOf(question, token));
        const answer = await (await opened).send(command, { abortSignal }).catch(understood);
        return answer === 'stale' ? answer : pageOf(answer, question);
      }),
    close: () => void opened?.then((one) => one.destroy()),
  };
}

function asking({ from, to }: CostQuestion, { settings }: AwsSession) {
  return {
    what: `ask Cost Explorer for ${from} to ${to} (excluded)`,
    actions: ['ce:GetCostAndUsage'],
    resources: ['*'],
    profile: settings.profile,
    denied:
      'A member account needs the management account to let it use Cost Explorer, and IAM users need access to billing: account settings, "IAM user and role access to Billing information".',
  };
}

function requestOf({ from, to, groupBy, only }: CostQuestion, token: string | null): GetCostAndUsageRequest {
  return {
    TimePeriod: { Start: from, End: to },
    Granularity: 'DAILY',
    Metrics: ['UnblendedCost', 'NetUnblendedCost', 'UsageQuantity'],
    GroupBy: groupBy.map((grouping) =>
      'tag' in grouping ? { Type: 'TAG', Key: grouping.tag } : { Type: 'DIMENSION', Key: grouping.dimension },
    ),
    ...filterOf(only),
    ...(token === null ? {} : { NextPageToken: token }),
  };
}

function filterOf(only: readonly Condition[]): { Filter?: Expression } {
  const all = only.map(
    ({ dimension, values }): Expression => ({ Dimensions: { Key: dimension, Values: [...values] } }),
  );
  const [first, ...others] = all;
  if (first === undefined) return {};
  return { Filter: others.length === 0 ? first : { And: all } };
}

const STALE = new Set(['InvalidNextTokenException', 'RequestChangedException']);

/** What these codes mean here is more than the table of all services can say. */
function understood(error: unknown): 'stale' {
  const { code } = serviceAnswer(error);
  if (STALE.has(code)) return 'stale';
  const { message } = error as Error;
  // AWS calls it a denied access, but no policy helps: someone must switch Cost Explorer on.
  if (code === 'DataUnavailableException' || /not enabled for cost explorer/i.test(message)) {
    throw new OperatingError('COST_EXPLORER_UNAVAILABLE', `Cost Explorer has no data of this account: ${message}`, {
      cause: error,
    });
  }
  // "You haven't enabled historical data beyond 14 months": a ValidationException like any other.
  if (code === 'BillExpirationException' || /historical data/i.test(message)) {
    throw new OperatingError('COST_EXPLORER_UNAVAILABLE', `Cost Explorer no longer has these days: ${message}`, {
      hint: 'It keeps the days of this month and of the 13 before it. Ask for a later period.',
      cause: error,
    });
  }
  throw error;
}

function pageOf(answer: GetCostAndUsageCommandOutput, { groupBy }: CostQuestion): CostPage {
  return {
    days: (answer.ResultsByTime ?? []).map(({ TimePeriod, Estimated, Groups }) => ({
      day: (TimePeriod?.Start ?? '').slice(0, 10) as Day,
      estimated: Estimated ?? false,
      groups: (Groups ?? []).map((group) => groupOf(group, groupBy)),
    })),
    next: answer.NextPageToken || null,
  };
}

function groupOf({ Keys = [], Metrics = {} }: Group, groupBy: CostQuestion['groupBy']): CostGroup {
  const [first, second] = groupBy.map((grouping, index) => keyOf(Keys[index] ?? '', grouping)) as [string, string];
  const { UnblendedCost: unblended, NetUnblendedCost: net, UsageQuantity: amount } = Metrics;
  const unit = amount?.Unit ?? '';
  return {
    keys: [first, second],
    unblended: unblended?.Amount ?? null,
    net: net?.Amount ?? null,
    amount: amount?.Amount ?? null,
    unit: unit === 'N/A' ? '' : unit,
    currency: unblended?.Unit ?? net?.Unit ?? '',
  };
}

/** A tag's groups are called `key$value`, and `key$` what does not have it. */
function keyOf(text: string, grouping: Grouping): string {
  return 'tag' in grouping && text.startsWith(`${grouping.tag}$`) ? text.slice(grouping.tag.length + 1) : text;
}
