import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyAllocation, PRINCIPALS } from '../../src/allocation/rules.fixture.ts';
import { type AllocationRules, NO_RULES } from '../../src/domain/allocation.ts';
import { DIMENSIONS, findDimension, type OwnDimensions } from '../../src/domain/dimension.ts';
import { type Money, sum } from '../../src/domain/money.ts';
import type { Period } from '../../src/domain/period.ts';
import { COST_BASES, type CostBasis } from '../../src/domain/question.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { FileEngine } from '../../src/engine/engine.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Snapshot } from '../../src/ledger/snapshot.ts';
import { askOnce } from '../../src/query/ask.ts';
import { times } from '../fixtures/effort.ts';
import { type Line, OTHER_SERVICE, USAGE, writePeriod } from '../fixtures/export.ts';
import { answersOf, type Folders, ingestHere } from '../fixtures/folder-run.ts';
import { temporaryFolder } from '../fixtures/run.ts';

const SEED = 20_261_104;
const work = temporaryFolder();
let engine: FileEngine;

beforeAll(async () => {
  engine = await openDuckDB();
});

afterAll(async () => {
  await engine.close();
  work.remove();
});

const PERIODS = ['2026-08', '2026-09', '2026-10'] as Period[];

/** A model of Marketplace; some of its lines do not say what they are of. */
const PRODUCT: Line = {
  bill_billing_entity: 'AWS Marketplace',
  line_item_legal_entity: 'Anthropic, PBC',
  line_item_product_code: '7zgyu5r4opaqueopaqueopaque',
  line_item_usage_type: 'USE1_InputTokenCount',
  pricing_unit: 'Units',
  product: { product_name: 'Claude Sonnet 4.6 (Amazon Bedrock Edition)' },
  product_product_family: '',
};
const NAMELESS: Line = { ...PRODUCT, product: {}, line_item_iam_principal: '', line_item_line_item_type: 'Tax' };

const cents = fc.integer({ min: -3_000_000, max: 90_000_000 }).map((units) => units / 1e5);

/** A line of a small and odd organisation. */
const anyLine: fc.Arbitrary<Line> = fc
  .record({
    like: fc.constantFrom<Line[]>({}, {}, {}, PRODUCT, NAMELESS, OTHER_SERVICE),
    principal: fc.constantFrom(...Object.values(PRINCIPALS), '', null),
    account: fc.constantFrom('000000000002', '000000000003'),
    payer: fc.constantFrom('000000000001', '000000000009'),
    type: fc.constantFrom(
      'Usage',
      'Usage',
      'Usage',
      'Tax',
      'Credit',
      'Refund',
      'EdpDiscount',
      'SavingsPlanCoveredUsage',
    ),
    tags: fc.constantFrom<Record<string, string>[]>(
      {},
      { 'iamPrincipal/team': 'data' },
      { 'iamPrincipal/team': '' },
      { a: 'ä' },
    ),
    unit: fc.constantFrom('1K tokens', 'Units', 'parsecs', null),
    day: fc.constantFrom('05', '06', '28', null),
    invoice: fc.constantFrom('', '', '2210987'),
    cost: cents,
    net: fc.option(cents, { freq: 1 }),
  })
  .map(({ like, principal, account, payer, type, tags, unit, day, invoice, cost, net }) => ({
    ...USAGE,
    line_item_iam_principal: principal,
    line_item_line_item_type: type,
    pricing_unit: unit,
    ...like,
    line_item_usage_account_id: account,
    bill_payer_account_id: payer,
    bill_invoice_id: invoice,
    line_item_usage_start_date: day === null ? null : `2026-10-${day} 10:00:00`,
    line_item_usage_end_date: day === null ? null : `2026-10-${day} 11:00:00`,
    line_item_unblended_cost: cost,
    line_item_net_unblended_cost: net,
    tags,
  }));

/** The parts of a delivery; of the first there is always a line. */
const anyDelivery = fc
  .tuple(anyLine, fc.array(fc.array(anyLine, { maxLength: 4 }), { minLength: 1, maxLength: 3 }))
  .map(([line, [first = [], ...others]]) => [[line, ...first], ...others]);
type Delivery = readonly (readonly Line[])[];

/** For each month what is delivered first, and what may replace it. */
const anyHistory = fc.record(
  Object.fromEntries(PERIODS.map((period) => [period, fc.array(anyDelivery, { minLength: 1, maxLength: 2 })])),
);

let deliveries = 0;

/** As AWS does it: parts are overwritten in place, left-overs of a longer delivery stay, the manifest says which count. */
async function deliver(cur: string, period: string, delivery: Delivery): Promise<void> {
  const executionId = `e${++deliveries}`;
  await writePeriod(
    cur,
    period,
    delivery.map((lines) => ({ lines })),
    (dataFiles) => ({ executionId, dataFiles }),
  );
}

function newFolders(): Folders & { remove(): void } {
  const path = mkdtempSync(join(work.path, 'case-'));
  mkdirSync(join(path, 'cur'));
  return { cur: join(path, 'cur'), ledger: join(path, 'ledger'), remove: () => rmSync(path, { recursive: true }) };
}

async function ingestAll(folders: Folders): Promise<Snapshot[]> {
  return (await ingestHere(folders)).map((outcome) => {
    if (outcome.kind === 'failed') throw outcome.error;
    return outcome.snapshot;
  });
}

const openLedger = ({ cur, ledger }: Folders): Promise<Ledger> => openFolderLedger(ledger, cur);

async function allAnswers(folders: Folders): Promise<unknown> {
  const by = [
    ['principal', 'usage-type', 'account'],
    ['seller', 'payer-account', 'line-item-type'],
    ['tag:iamPrincipal/team', 'invoice', 'product-code'],
  ];
  const ledger = await openLedger(folders);
  const costs = [...(await ledger.current(PERIODS)).values()].map(({ netBasis, control }) => ({
    netBasis,
    bedrock: control.filter(({ bedrock }) => bedrock).length,
  }));
  const answers: unknown[] = [costs];
  for (const dimensions of by) answers.push(await answersOf(engine, ledger, PERIODS, dimensions));
  return answers;
}

test('in whatever order months and deliveries come, the ledger is that of the last ones; ingesting again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, fc.infiniteStream(fc.nat(PERIODS.length - 1)), async (history, turns) => {
      const [stepwise, atOnce] = [newFolders(), newFolders()];
      const left = new Map(Object.entries(history).map(([period, all]) => [period, [...all]]));
      while ([...left.values()].some((all) => all.length > 0)) {
        const period = PERIODS[turns.next().value ?? 0] as Period;
        const next = left.get(period)?.shift();
        if (next === undefined) continue;
        await deliver(stepwise.cur, period, next);
        await ingestAll(stepwise);
      }
      for (const [period, all] of Object.entries(history)) await deliver(atOnce.cur, period, all.at(-1) ?? []);
      const once = await ingestAll(atOnce);
      expect(await allAnswers(stepwise)).toEqual(await allAnswers(atOnce));
      expect((await ingestHere(atOnce)).map(({ kind }) => kind)).toEqual(PERIODS.map(() => 'unchanged'));
      expect((await ingestAll(atOnce)).map(({ id }) => id)).toEqual(once.map(({ id }) => id));
      stepwise.remove();
      atOnce.remove();
    }),
    { seed: SEED, numRuns: times(4, 12) },
  );
}, 300_000);

const OWN: OwnDimensions = {
  team: { tagKeys: ['iamPrincipal/team'], spellings: {}, byCaller: true },
  'cost-center': { tagKeys: ['a'], spellings: {}, byCaller: true },
};

function questionOf(name: string, cost: CostBasis, { period }: Snapshot) {
  const by = [findDimension(name, OWN)];
  return { by, where: [], periods: [period], from: null, to: null, grain: null, top: null, cost };
}

const billOf = ({ control }: Snapshot, cost: CostBasis): Money =>
  sum(control.filter(({ bedrock }) => bedrock).map((total) => total[cost]));

/** The parts of every answer add up to the bill, by any dimension, cost and snapshot. */
async function expectParts(
  ledger: Ledger,
  snapshot: Snapshot,
  names: readonly string[],
  rules: AllocationRules,
): Promise<void> {
  for (const cost of COST_BASES) {
    for (const name of names) {
      const { rows, allocation } = await askOnce(engine, ledger, [snapshot], questionOf(name, cost, snapshot), rules);
      const said = `${name} in ${cost} of ${snapshot.id}: `;
      expect(said + sum(rows.map((row) => row.cost))).toBe(said + billOf(snapshot, cost));
      if (allocation === null) continue;
      const { allocated, shared, unallocated, adjustments } = allocation;
      expect(said + sum([allocated, shared, unallocated, adjustments])).toBe(said + billOf(snapshot, cost));
    }
  }
}

test('the parts sum to the whole for every dimension, snapshot and cost; no rules change a total', async () => {
  const every = [...Object.keys(OWN), ...Object.keys(DIMENSIONS), 'tag:a', 'tag:nowhere'];
  await fc.assert(
    fc.asyncProperty(anyDelivery, anyDelivery, anyAllocation, async (first, second, rules) => {
      const folders = newFolders();
      for (const delivery of [first, second]) {
        await deliver(folders.cur, '2026-10', delivery);
        await ingestAll(folders);
      }
      const ledger = await openLedger(folders);
      const kept = await ledger.kept('2026-10' as Period);
      expect(kept).toHaveLength(2);
      for (const snapshot of kept) {
        await expectParts(ledger, snapshot, every, rules);
        await expectParts(ledger, snapshot, ['team', 'person'], { ...NO_RULES, dimensions: rules.dimensions });
      }
      folders.remove();
    }),
    { seed: SEED, numRuns: times(3, 12) },
  );
}, 300_000);
