import { PAYER } from '../organization.ts';
import { AwsError } from '../wire/answer.ts';
import type { FakeService, Scene } from './fake.ts';
import { pageOf } from './pages.ts';

type Status = 'Active' | 'Inactive';

interface CostTag {
  readonly TagKey: string;
  readonly Type: 'AWSGenerated' | 'UserDefined';
  Status: Status;
  LastUpdatedDate?: string;
  LastUsedDate?: string;
}

interface Backfill {
  readonly BackfillFrom: string;
  readonly requested: Date;
}

type Page = { readonly NextToken?: string; readonly MaxResults?: number };
type Filter = Page & { readonly Status?: Status; readonly TagKeys?: readonly string[]; readonly Type?: string };

const HOUR = 3_600_000;
/** "It can take up to 24 hours for tag keys to appear": https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html */
const APPEARS_AFTER = 24 * HOUR;
const BACKFILL_TAKES = 24 * HOUR;
const ONE_PAGE = 100;

/**
 * NOT AWS: the cost allocation tags of Cost Explorer (ce), which moto has not. Shapes are those of the service model; that a key shows after
 * a tagged principal called Bedrock is https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html.
 */
export class CostTags {
  /** Keys whose change fails inside an answer of status 200. */
  readonly refuses = new Map<string, { readonly Code: string; readonly Message: string }>();
  #tags = new Map<string, CostTag>();
  #awaited: { readonly key: string; readonly used: Date; readonly from: Date }[] = [];
  #backfills: Backfill[] = [];

  reset(): void {
    this.refuses.clear();
    this.#tags = new Map();
    this.#awaited = [];
    this.#backfills = [];
  }

  readonly operations: FakeService = {
    ListCostAllocationTags: (input: Filter, scene) => {
      this.#onlyPayer(scene);
      const fits = [...this.#tags.values()]
        .filter((tag) => input.Status === undefined || tag.Status === input.Status)
        .filter((tag) => input.Type === undefined || tag.Type === input.Type)
        .filter((tag) => input.TagKeys === undefined || input.TagKeys.includes(tag.TagKey))
        .sort((a, b) => (a.TagKey < b.TagKey ? -1 : 1));
      // The model says at most 100 in a list, whatever was asked for.
      const limit = Math.min(input.MaxResults ?? ONE_PAGE, ONE_PAGE);
      const { page, next } = pageOf(fits, input.NextToken, limit, 'InvalidNextTokenException');
      return { CostAllocationTags: page, ...next };
    },
    UpdateCostAllocationTagsStatus: (
      input: { CostAllocationTagsStatus: readonly { TagKey: string; Status: Status }[] },
      scene,
    ) => {
      this.#onlyPayer(scene);
      const Errors = input.CostAllocationTagsStatus.flatMap(({ TagKey, Status }) => {
        const refusal = this.refuses.get(TagKey);
        if (refusal !== undefined) return [{ TagKey, ...refusal }];
        const tag = this.#tags.get(TagKey);
        if (tag === undefined) return [{ TagKey, Code: 'TagKeysNotFoundException', Message: 'Tag keys not found' }];
        if (tag.Status !== Status) tag.LastUpdatedDate = zoned(scene.now);
        tag.Status = Status;
        return [];
      });
      return { Errors };
    },
    StartCostAllocationTagBackfill: ({ BackfillFrom }: { BackfillFrom: string }, scene) => {
      this.#onlyPayer(scene);
      const { now } = scene;
      const from = new Date(BackfillFrom);
      // Clients work out the months by the clock of the machine, which ours is ahead of.
      const today = new Date();
      const oldest = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 12, 1));
      if (from.getUTCDate() !== 1 || from < oldest || from > today)
        throw new AwsError('ValidationException', 'BackfillFrom must be the first day of one of the last 12 months.');
      const latest = this.#backfills.at(-1);
      if (latest !== undefined && now.getTime() - latest.requested.getTime() < BACKFILL_TAKES)
        throw new AwsError(
          'BackfillLimitExceededException',
          'A backfill request was already made in the last 24 hours.',
        );
      this.#backfills.push({ BackfillFrom, requested: now });
      return { BackfillRequest: this.#shown({ BackfillFrom, requested: now }, now) };
    },
    ListCostAllocationTagBackfillHistory: (input: Page, scene) => {
      this.#onlyPayer(scene);
      const all = this.#backfills.toReversed().map((one) => this.#shown(one, scene.now));
      const { page, next } = pageOf(all, input.NextToken, input.MaxResults ?? 1000, 'InvalidNextTokenException');
      return { BackfillRequests: page, ...next };
    },
  };

  /** A key that is there now, such as the resource tag `team`. */
  add(TagKey: string, Status: Status = 'Inactive', Type: CostTag['Type'] = 'UserDefined'): void {
    this.#tags.set(TagKey, { TagKey, Type, Status });
  }

  /** A principal with these tags has called Bedrock. */
  used(keys: readonly string[], at: Date): void {
    for (const key of keys)
      this.#awaited.push({ key: `iamPrincipal/${key}`, used: at, from: new Date(at.getTime() + APPEARS_AFTER) });
  }

  /** Time has passed: keys that are due show. */
  appear(now: Date): void {
    for (const { key, used } of this.#awaited.filter(({ from }) => from <= now)) {
      if (!this.#tags.has(key)) this.add(key);
      const tag = this.#tags.get(key);
      if (tag !== undefined) tag.LastUsedDate = zoned(used);
    }
    this.#awaited = this.#awaited.filter(({ from }) => from > now);
  }

  state(): unknown {
    const tags = [...this.#tags.values()].map(({ TagKey, Type, Status }) => ({ TagKey, Type, Status }));
    return { tags, backfills: this.#backfills.map(({ BackfillFrom }) => BackfillFrom) };
  }

  #onlyPayer({ call }: Scene): void {
    if (call.account !== PAYER.id)
      throw new AwsError('AccessDeniedException', "Linked account doesn't have access to cost allocation tags.");
  }

  #shown({ BackfillFrom, requested }: Backfill, now: Date): Record<string, unknown> {
    const completed = new Date(requested.getTime() + BACKFILL_TAKES);
    const isDone = completed <= now;
    const updated = zoned(isDone ? completed : requested);
    const shown = { BackfillFrom, RequestedAt: zoned(requested), LastUpdatedAt: updated };
    return isDone
      ? { ...shown, CompletedAt: zoned(completed), BackfillStatus: 'SUCCEEDED' }
      : { ...shown, BackfillStatus: 'PROCESSING' };
  }
}

function zoned(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
