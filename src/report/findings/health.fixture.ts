import { DEFAULT_TAG_DIMENSIONS } from '../../domain/dimension.ts';
import type { ExaminedPeriod, Health, RawHealth, Rounding } from '../../domain/health.ts';
import { parseMoney, ZERO } from '../../domain/money.ts';
import type { Day, Period } from '../../domain/period.ts';

export const instant = (text: string): number => Date.parse(text);
export const cost = parseMoney;

/** October, 100 dollars of usage, delivered whole on the morning after. */
export function octoberOf(more: Partial<ExaminedPeriod> = {}): ExaminedPeriod {
  return {
    period: '2026-10' as Period,
    state: { kind: 'open' },
    unblended: cost('100'),
    currency: 'USD',
    listed: true,
    delivered: instant('2026-11-01T06:00:00Z'),
    firstDay: '2026-10-01' as Day,
    lastDay: '2026-10-31' as Day,
    dataThrough: [{ seller: 'AWS', through: instant('2026-11-01T00:00:00Z') }],
    identity: { column: 'all', firstDay: '2026-10-01' as Day },
    netBasis: [{ payer: '1', cost: 'net', why: 'its Bedrock lines carry net values' }],
    exports: [],
    usage: { lines: 1000, cost: cost('100') },
    adjustments: { lines: 0, cost: ZERO },
    unattributed: { lines: 0, cost: ZERO },
    single: [],
    amountsUnread: 0,
    allocations: [{ dimension: 'team', allocated: cost('100'), shared: ZERO, unallocated: ZERO }],
    tags: [{ key: 'iamPrincipal/team', cost: cost('100'), values: 3, firstDay: '2026-10-01' as Day }],
    unread: [],
    callers: [{ kind: 'identity-center', callers: 10, cost: cost('100') }],
    roles: [],
    users: [],
    raw: rawOf(),
    ...more,
  };
}

export function rawOf(more: Partial<RawHealth> = {}): RawHealth {
  return {
    through: instant('2026-11-01T00:00:00Z'),
    uncounted: [],
    duplicates: { repeated: { lines: 0, cost: ZERO }, lines: 1000, sameId: 0, examples: [], equalFiles: [] },
    rounding: [roundingOf()],
    ...more,
  };
}

export function roundingOf(more: Partial<Rounding> = {}): Rounding {
  return { cost: 'unblended', lines: 1000, long: 0, lost: 0n, most: 0n, ...more };
}

/** The health of an export in which all is well, on the day of its delivery. */
export function healthOf(months: readonly ExaminedPeriod[] = [octoberOf()], more: Partial<Health> = {}): Health {
  return {
    now: instant('2026-11-01T12:00:00Z'),
    currency: 'USD',
    copied: true,
    dimensions: DEFAULT_TAG_DIMENSIONS,
    configured: false,
    newest: months.at(-1)?.period ?? null,
    failed: [],
    known: months,
    examined: months,
    ...more,
  };
}
