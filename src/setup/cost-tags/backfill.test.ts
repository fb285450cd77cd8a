import { describe, expect, test } from 'vitest';
import type { CostTag, TagBackfill } from '../../aws/read/cost-tags.ts';
import type { Change } from '../../domain/change.ts';
import type { Period } from '../../domain/period.ts';
import { planBackfill } from './backfill.ts';

const ACCOUNT = '111122223333';
const NOW = new Date('2026-11-26T12:00:00Z');
const [TEAM, CC] = ['iamPrincipal/team', 'iamPrincipal/cc'];
const month = (text: string) => text as Period;

/** Active since a day of November. */
const since = (key: string, day: string | null, active = true): CostTag => ({
  key,
  active,
  since: day === null ? null : `2026-11-${day}T10:00:00Z`,
});
const asked = (from: string, day: string, status: TagBackfill['status'] = 'SUCCEEDED'): TagBackfill => ({
  from: month(from),
  requested: `2026-11-${day}T11:00:00Z`,
  status,
});

interface Scene {
  readonly tags: readonly CostTag[];
  readonly backfills?: readonly TagBackfill[];
  readonly activates?: readonly string[];
  readonly keys?: readonly string[];
}

function plan(from: string, { tags, backfills = [], activates = [], keys = [TEAM] }: Scene) {
  const after = Object.fromEntries(activates.map((key) => [key, 'Active']));
  const activation = activates.length === 0 ? null : ({ id: 'activate', after } as Partial<Change> as Change);
  return planBackfill(ACCOUNT, month(from), keys, { tags, backfills, activation }, NOW);
}

describe('which keys are backfilled', () => {
  test.each<[string, Scene, Record<string, string>]>([
    ['an active key', { tags: [since(TEAM, '01')] }, { [TEAM]: '2026-06' }],
    ['one whose days AWS does not tell', { tags: [since(TEAM, null)] }, { [TEAM]: '2026-06' }],
    ['one that this plan activates', { tags: [since(TEAM, null, false)], activates: [TEAM] }, { [TEAM]: '2026-06' }],
    ['marked already', { tags: [since(TEAM, '01')], backfills: [asked('2026-06', '02')] }, {}],
    ['marked from earlier on', { tags: [since(TEAM, '01')], backfills: [asked('2026-01', '02')] }, {}],
    [
      'marked from later on alone',
      { tags: [since(TEAM, '01')], backfills: [asked('2026-09', '02')] },
      { [TEAM]: '2026-06' },
    ],
    [
      'marked before it was active',
      { tags: [since(TEAM, '05')], backfills: [asked('2026-06', '02')] },
      { [TEAM]: '2026-06' },
    ],
    [
      'marked in vain',
      { tags: [since(TEAM, '01')], backfills: [asked('2026-06', '02', 'FAILED')] },
      { [TEAM]: '2026-06' },
    ],
    [
      'those alone that are not yet',
      { tags: [since(TEAM, '01'), since(CC, '05')], backfills: [asked('2026-06', '02')], keys: [TEAM, CC] },
      { [CC]: '2026-06' },
    ],
  ])('%s', (_, scene, after) => {
    const { changes, pending, notes } = plan('2026-06', scene);
    expect(changes.map((change) => change.after)).toEqual(Object.keys(after).length === 0 ? [] : [after]);
    expect([pending, notes]).toEqual([[], []]);
  });

  test('after the change that activates', () => {
    const [change] = plan('2026-06', { tags: [since(TEAM, null, false)], activates: [TEAM] }).changes;
    expect(change).toMatchObject({ dependsOn: ['activate'], before: { [TEAM]: null }, resource: '2026-06' });
  });
});

describe('what cannot be asked for now', () => {
  test.each<[string, Scene, RegExp]>([
    ['nothing is active', { tags: [] }, /it is active/],
    ['another runs', { tags: [since(TEAM, '05')], backfills: [asked('2026-06', '02', 'PROCESSING')] }, /that runs/],
    ['another was today', { tags: [since(TEAM, '26')], backfills: [asked('2026-09', '26')] }, /one in 24 hours/],
  ])('%s', (_, scene, waits) => {
    const { changes, pending } = plan('2026-06', scene);
    expect(changes).toEqual([]);
    expect(pending.map(({ waitsFor }) => waitsFor)).toEqual([expect.stringMatching(waits)]);
  });

  test('what is active goes first', () => {
    const { changes, pending } = plan('2026-06', { tags: [since(TEAM, '01')], keys: [TEAM, CC] });
    expect(changes.map(({ after }) => after)).toEqual([{ [TEAM]: '2026-06' }]);
    expect(pending.map(({ what }) => what)).toEqual([`backfill ${CC} from 2026-06`]);
  });

  test('until when', () => {
    const [pending] = plan('2026-06', { tags: [since(TEAM, '26')], backfills: [asked('2026-09', '26')] }).pending;
    expect(pending?.howLong).toBe('until 2026-11-27 11:00 UTC');
  });

  test.each(['2025-10', '2026-12'])('a month outside the window: %s', (from) => {
    const { changes, pending, notes } = plan(from, { tags: [since(TEAM, '01')] });
    expect([changes, pending, notes.length]).toEqual([[], [], 1]);
  });

  test.each([
    ['2025-11', 1],
    ['2026-11', 0],
  ])('the first and the last month of the window: %s', (from, told) => {
    const { changes, notes } = plan(from, { tags: [since(TEAM, '01')] });
    expect([changes.length, notes.length]).toEqual([1, told]);
  });
});
