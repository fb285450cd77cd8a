import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatMoney, sum } from '../../src/domain/money.ts';
import { COST_BASES } from '../../src/domain/question.ts';
import { openSample, type SampleLedger, TRUTH_COLUMNS, type TruthDimension } from '../fixtures/sample.ts';

let sample: SampleLedger;

beforeAll(async () => {
  sample = await openSample({ lines: 40_000, payers: 2 });
});
afterAll(() => sample.close());

test.each(Object.keys(TRUTH_COLUMNS) as TruthDimension[])(
  'by %s, every basis and period: dollars and tokens are the truth',
  async (name) => {
    for (const cost of COST_BASES) {
      const rows = await sample.answered([name], cost);
      expect(rows).toEqual(await sample.known([name], cost));
      expect(rows.length).toBeGreaterThan(sample.snapshots.length);
    }
  },
);

test.each<[TruthDimension[]]>([
  [['principal', 'model', 'token-kind']],
  [['team', 'model', 'token-kind']],
  [['person', 'team', 'cost-center']],
  [['account', 'region', 'tier']],
  [['seller', 'routing', 'batch']],
])('by %j', async (names) => {
  expect(await sample.answered(names, 'net')).toEqual(await sample.known(names, 'net'));
});

test('by usage day', async () => {
  for (const cost of COST_BASES) {
    const days = await sample.answeredDays(cost);
    expect(days).toEqual(await sample.knownDays(cost));
    expect(days.length).toBeGreaterThan(90);
  }
});

test('adjustments are the truth, by type', async () => {
  for (const cost of COST_BASES) {
    const found = await sample.answeredAdjustments(cost);
    expect(found).toEqual(await sample.knownAdjustments(cost));
    expect(found.length).toBeGreaterThan(3);
  }
});

test('the rest of the export is the truth, by product code', async () => {
  const rows = await sample.engine.rows(
    `SELECT period, product_code, CAST(CAST(sum(unblended) AS DECIMAL(38,10)) AS VARCHAR) AS cost FROM ${sample.truth('bill')} WHERE NOT bedrock GROUP BY 1, 2`,
  );
  const rest = sample.snapshots.flatMap(({ period, control }) =>
    control.filter((t) => !t.bedrock).map((t) => ({ period, ...t })),
  );
  const groups = Map.groupBy(rest, ({ period, productCode }) => `${period} ${productCode}`);
  const found = [...groups].map(([key, totals]) => `${key} ${formatMoney(sum(totals.map((t) => t.unblended)))}`);
  expect(found.sort()).toEqual(rows.map((row) => `${row.period} ${row.product_code} ${row.cost}`).sort());
});

test('nothing of the sample is unknown to the classifier', () => {
  expect(sample.snapshots.flatMap(({ unread }) => unread)).toEqual([]);
});

test('a product with Bedrock in its name that is none of it is not counted', async () => {
  const name = `product['product_name'] LIKE '%Bedrock%' AND line_item_product_code NOT IN
    (SELECT product_code FROM ${sample.truth('bill')} WHERE bedrock)`;
  const lines = sample.engine.parquet(globSync(join(sample.sample.exportDir, 'data', '*', '*.parquet')));
  const codes = await sample.engine.rows(`SELECT DISTINCT line_item_product_code AS code FROM ${lines} WHERE ${name}`);
  expect(codes).toHaveLength(1);
  const totals = sample.snapshots.flatMap(({ control }) => control.filter((t) => t.productCode === codes[0]?.code));
  expect(totals.length).toBeGreaterThan(0);
  for (const { bedrock } of totals) expect(bedrock).toBe(false);
});
