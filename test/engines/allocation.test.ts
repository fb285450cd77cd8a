import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allocator } from '../../src/allocation/allocate.ts';
import { anyAllocation, callerOf, DIMENSIONS, PRINCIPALS } from '../../src/allocation/rules.fixture.ts';
import { type AllocationRules, PERSON } from '../../src/domain/allocation.ts';
import { findDimension, type OwnDimensions } from '../../src/domain/dimension.ts';
import { formatMoney, moneyFromDouble, ZERO } from '../../src/domain/money.ts';
import type { Day, Period } from '../../src/domain/period.ts';
import type { Question } from '../../src/domain/question.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { FileEngine } from '../../src/engine/engine.ts';
import { allocateCallers } from '../../src/ledger/caller-allocation.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { ingest } from '../../src/ledger/ingest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Snapshot } from '../../src/ledger/snapshot.ts';
import { ask } from '../../src/query/ask.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { temporaryFolder } from '../fixtures/run.ts';

/** One charge of the bill, as the test knows it. */
interface Charge {
  readonly principal: string | null;
  readonly account: string;
  /** `null`: the line has no day */
  readonly day: string | null;
  readonly team: string;
  readonly tax: boolean;
  readonly cost: number;
}

/** Everybody on every day, each at a price of its own; every third line carries a tag, one spells the team in an old way. */
const CHARGES: Charge[] = Array.from({ length: 16 }, (_, index) => `2026-10-${String(index + 1).padStart(2, '0')}`)
  .flatMap((day): Omit<Charge, 'cost' | 'team'>[] => [
    ...[...Object.values(PRINCIPALS), null].map((principal) => ({
      principal,
      account: '000000000002',
      day,
      tax: false,
    })),
    { principal: null, account: '000000000003', day, tax: true },
    { principal: PRINCIPALS.mia, account: '000000000003', day: null, tax: false },
  ])
  .map((charge, index) => ({
    ...charge,
    team:
      index % 3 === 0 && !charge.tax
        ? (['tagged', 'old name', ''][index % 9 === 0 ? 1 : index % 2 === 0 ? 2 : 0] ?? '')
        : '',
    cost: (index + 1) / 1000,
  }));

function lineOf({ principal, account, day, team, tax, cost }: Charge): Line {
  return {
    ...USAGE,
    line_item_iam_principal: principal,
    line_item_usage_account_id: account,
    line_item_line_item_type: tax ? 'Tax' : 'Usage',
    line_item_usage_start_date: day === null ? null : `${day} 10:00:00`,
    line_item_usage_end_date: day === null ? null : `${day} 11:00:00`,
    line_item_unblended_cost: cost,
    tags: team === '' ? {} : { 'iamPrincipal/team': team },
  };
}

let folder: ReturnType<typeof temporaryFolder>;
let engine: FileEngine;
let ledger: Ledger;
let snapshots: Snapshot[];

beforeAll(async () => {
  folder = temporaryFolder();
  const cur = join(folder.path, 'cur');
  mkdirSync(cur);
  await writePeriod(cur, '2026-10', [{ lines: CHARGES.map(lineOf) }]);
  const source = await openExportFolder(cur);
  ledger = await openFolderLedger(join(folder.path, 'ledger'), source.place);
  const outcomes = await ingest(openDuckDB, source, ledger, await source.deliveries());
  snapshots = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
  engine = await openDuckDB();
});

afterAll(async () => {
  await engine.close();
  folder.remove();
});

const OWN: OwnDimensions = {
  team: { tagKeys: ['resourceTags/Team', 'iamPrincipal/team'], spellings: { 'old name': 'tagged' }, byCaller: true },
  'cost-center': { tagKeys: [], spellings: {}, byCaller: true },
};

function questionOf(by: readonly string[], more: Partial<Question> = {}): Question {
  return {
    by: by.map((name) => findDimension(name, OWN)),
    where: [],
    periods: ['2026-10' as Period],
    from: null,
    to: null,
    grain: null,
    top: null,
    cost: 'unblended',
    ...more,
  };
}

/** What each group costs when every line is looked at for itself. */
function expectedSums(allocation: AllocationRules, dimensions: readonly string[]): Record<string, string> {
  const allocate = allocator(allocation);
  const sums = new Map<string, bigint>();
  for (const { principal, account, day, team, tax, cost } of CHARGES) {
    const { spans } = allocate(callerOf(principal, account));
    const at = (day ?? '0001-01-01') as Day;
    const values = dimensions.map((dimension) => {
      if (dimension === 'team' && team !== '') return 'tagged';
      return spans.get(dimension)?.find(({ from, to }) => from <= at && at < to)?.value ?? null;
    });
    const key = JSON.stringify([...values, tax ? 'Tax' : null]);
    sums.set(key, (sums.get(key) ?? 0n) + moneyFromDouble(cost));
  }
  return Object.fromEntries([...sums].map(([key, sum]) => [key, String(sum)]));
}

test('every line goes where its caller is allocated on its day, whatever the rules, and no dollar more or less', async () => {
  await fc.assert(
    fc.asyncProperty(anyAllocation, async (allocation) => {
      for (const dimensions of [['team'], ['cost-center', PERSON], ['team', 'cost-center', PERSON]]) {
        const answer = await ask(engine, ledger, snapshots, questionOf(dimensions), allocation);
        const found = answer.rows.map(({ values, adjustment, cost }) => [
          JSON.stringify([...values, adjustment]),
          String(cost),
        ]);
        expect(Object.fromEntries(found)).toEqual(expectedSums(allocation, dimensions));
        expect(found).toHaveLength(new Set(found.map(([key]) => key)).size);
        expect(answer.check.difference).toBe(ZERO);
      }
    }),
    { numRuns: 25 },
  );
});

test('allocated + shared + unallocated + adjustments are the total, also with --top, --grain and a filter', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyAllocation,
      fc.constantFrom<Partial<Question>>(
        {},
        { top: 1 },
        { grain: 'day' },
        { grain: 'day', top: 1 },
        { top: 1, where: [{ dimension: findDimension('team', OWN), negated: true, values: [null, '(shared)'] }] },
        { where: [{ dimension: findDimension('cost-center', OWN), negated: false, values: ['data', null] }] },
        { from: '2026-10-04' as Day, to: '2026-10-09' as Day, top: 2 },
      ),
      async (allocation, more) => {
        const whole = await ask(
          engine,
          ledger,
          snapshots,
          questionOf(['team', 'principal'], { ...more, top: null }),
          allocation,
        );
        const answer = await ask(engine, ledger, snapshots, questionOf(['team', 'principal'], more), allocation);
        expect(answer.allocation).toEqual(whole.allocation);
        expect(answer.total).toBe(whole.total);
        const { allocated = 0n, shared = 0n, unallocated = 0n, adjustments = 0n } = answer.allocation ?? {};
        expect(formatMoney((allocated + shared + unallocated + adjustments) as typeof answer.total)).toBe(
          formatMoney(answer.total),
        );
        expect(answer.check.difference).toBe(ZERO);
      },
    ),
    { numRuns: 25 },
  );
});

test('a caller has at most one row for a dimension and day', async () => {
  await fc.assert(
    fc.asyncProperty(anyAllocation, async (allocation) => {
      const [snapshot] = snapshots;
      if (snapshot === undefined) throw new Error('no snapshot');
      const { relation } = await allocateCallers(engine, ledger, snapshot, allocation);
      const twice = await engine.rows(
        `SELECT * FROM ${relation} AS a JOIN ${relation} AS b ON a.caller_id = b.caller_id AND a.dimension = b.dimension
         AND a.from_day < b.to_day AND b.from_day < a.to_day AND a.from_day <> b.from_day WHERE a.caller_id >= 0`,
      );
      expect(twice).toEqual([]);
      const known = new Set<unknown>([...DIMENSIONS, PERSON]);
      const named = await engine.rows(`SELECT DISTINCT dimension FROM ${relation} AS a WHERE caller_id >= 0`);
      expect(named.every(({ dimension }) => known.has(dimension))).toBe(true);
    }),
    { numRuns: 25 },
  );
});
