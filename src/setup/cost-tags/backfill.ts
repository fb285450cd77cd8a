import type { CostTag, TagBackfill } from '../../aws/read/cost-tags.ts';
import { backfilledFrom } from '../../change/kind/backfill-cost-tags.ts';
import type { Change } from '../../domain/change.ts';
import type { Period } from '../../domain/period.ts';
import { EMPTY_PART, type Pending, type PlanNote, type PlanPart } from '../../domain/plan.ts';

const HOUR = 3_600_000;
const ONE_IN = 24 * HOUR;
const MONTHS_BACK = 12;
/** Callers are on the bill since 8 April 2026. Source: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html */
const FIRST_MONTH = '2026-04' as Period;

/** What was seen of the tags and of earlier backfills. */
export interface BackfillSeen {
  readonly tags: readonly CostTag[];
  readonly backfills: readonly TagBackfill[];
  /** the change of this plan that activates tags; `null` = none does */
  readonly activation: Change | null;
}

/**
 * A backfill of the keys that are active, or are activated by this plan, and not yet marked from the month on.
 * Limits: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_StartCostAllocationTagBackfill.html
 */
export function planBackfill(
  account: string,
  month: Period,
  keys: readonly string[],
  seen: BackfillSeen,
  now: Date,
): PlanPart {
  const outside = outsideWindow(month, now);
  if (outside !== null) {
    const what = `AWS backfills cost allocation tags ${outside}: setup.backfill ${month} is not asked for.`;
    return { ...EMPTY_PART, notes: [{ level: 'warn', account, what, remedies: [] }] };
  }
  const pending = (of: readonly string[], waitsFor: string, howLong: string): Pending => ({
    account,
    what: `backfill ${of.join(', ')} from ${month}`,
    waitsFor,
    howLong,
  });
  const activated = Object.keys(seen.activation?.after ?? {});
  const isActive = (key: string): boolean =>
    activated.includes(key) || seen.tags.some((tag) => tag.key === key && tag.active);
  const from = (key: string): Period | null =>
    activated.includes(key) ? null : backfilledFrom(key, seen.tags, seen.backfills);
  const waiting = keys.filter((key) => !isActive(key));
  const later = waiting.length === 0 ? [] : [pending(waiting, 'it is active', 'AWS takes one backfill in 24 hours')];
  const missing = keys.filter((key) => isActive(key) && (from(key) ?? '9') > month);
  if (missing.length === 0) return { ...EMPTY_PART, pending: later };
  const wait = waitFor(seen.backfills, now);
  if (wait !== null) return { ...EMPTY_PART, pending: [pending(missing, ...wait), ...later] };
  const change: Change = {
    id: `backfill-cost-tags/${account}/${month}`,
    kind: 'backfill-cost-tags',
    account,
    region: null,
    resource: month,
    before: Object.fromEntries(missing.map((key) => [key, from(key)])),
    after: Object.fromEntries(missing.map((key) => [key, month])),
    dependsOn: seen.activation === null ? [] : [seen.activation.id],
    managedBy: null,
  };
  return {
    ...EMPTY_PART,
    changes: [change],
    pending: later,
    notes: month < FIRST_MONTH ? [before(account, month)] : [],
  };
}

/** What stands against another backfill now, and how long. */
function waitFor(backfills: readonly TagBackfill[], now: Date): [waitsFor: string, howLong: string] | null {
  if (backfills.some(({ status }) => status === 'PROCESSING')) {
    return ['AWS is done with the backfill that runs', 'up to 24 hours'];
  }
  const last = Math.max(...backfills.map(({ requested }) => Date.parse(requested)));
  if (now.getTime() - last >= ONE_IN) return null;
  return ['AWS takes another: one in 24 hours', `until ${minute(new Date(last + ONE_IN))}`];
}

function before(account: string, month: Period): PlanNote {
  const what = `AWS knows who called Bedrock since 8 April 2026: the backfill from ${month} marks nothing before that.`;
  return { level: 'info', account, what, remedies: [] };
}

function outsideWindow(month: Period, now: Date): string | null {
  const first = monthOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS_BACK, 1)));
  if (month < first) return `${MONTHS_BACK} months back, now from ${first} on`;
  return month > monthOf(now) ? 'of months that have begun' : null;
}

function monthOf(date: Date): Period {
  return date.toISOString().slice(0, 7) as Period;
}

function minute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
