import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { DEFAULT_TAG_DIMENSIONS, findDimension } from '../../src/domain/dimension.ts';
import { formatMoney } from '../../src/domain/money.ts';
import { COST_BASES, type CostBasis } from '../../src/domain/question.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { FileEngine } from '../../src/engine/engine.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { ingest } from '../../src/ledger/ingest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Snapshot } from '../../src/ledger/snapshot.ts';
import { ask } from '../../src/query/ask.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { temporaryFolder } from '../fixtures/run.ts';

/** Our dimension -> the truth's column, which the generator knows because it made the line, not because it read it. */
const TRUTH_COLUMNS = {
  team: 'team',
  'business-unit': 'business_unit',
  department: 'department',
  project: 'project',
  environment: 'environment',
  principal: 'principal',
  'principal-kind': 'principal_kind',
  role: 'role',
  'permission-set': 'permission_set',
  session: 'session',
  account: 'account',
  model: 'model',
  provider: 'provider',
  'token-kind': 'token_kind',
  'cache-ttl': 'cache_ttl',
  tier: 'tier',
  routing: 'routing',
  batch: `CASE WHEN batch THEN 'yes' ELSE 'no' END`,
  endpoint: 'endpoint',
  'product-code': 'product_code',
  seller: 'seller',
  region: 'region',
} as const;

type Name = keyof typeof TRUTH_COLUMNS;

const folder = temporaryFolder();
let engine: FileEngine;
let ledger: Ledger;
let snapshots: Snapshot[];
let truth: (file: 'usage' | 'bill' | 'days') => string;

beforeAll(async () => {
  const writer = await openDuckDB({ keepOrder: true });
  const { exportDir, truthDir } = await writeSampleOrganisation({
    dir: join(folder.path, 'sample'),
    lines: 40_000,
    engine: writer,
  });
  await writer.close();
  const source = await openExportFolder(exportDir);
  ledger = await openFolderLedger(join(folder.path, 'ledger'), source.place);
  const outcomes = await ingest(openDuckDB, source, ledger, await source.deliveries());
  snapshots = outcomes.map((outcome) => {
    if (outcome.kind === 'failed') throw outcome.error;
    return outcome.snapshot;
  });
  engine = await openDuckDB();
  truth = (file) => engine.parquet(snapshots.map(({ period }) => join(truthDir, file, `${period}.parquet`)));
});

afterAll(async () => {
  await engine.close();
  folder.remove();
});

/** `value, value: cost, tokens by kind`, sorted: the same form for the answer and for the truth. */
async function answered(names: readonly Name[], cost: CostBasis): Promise<string[]> {
  const by = names.map((name) => findDimension(name, DEFAULT_TAG_DIMENSIONS));
  const periods = snapshots.map(({ period }) => period);
  const question = { by, where: [], periods, from: null, to: null, grain: null, top: null, cost };
  const { rows, check } = await ask(engine, ledger, snapshots, question);
  expect(check.difference).toBe(0n);
  return rows
    .filter(({ adjustment }) => adjustment === null)
    .map(({ values, cost: amount, tokens }) => {
      const counts = [tokens.input, tokens.output, tokens['cache-read'], tokens['cache-write']].map(
        (t) => t / 10n ** 10n,
      );
      return `${values.join(' | ')}: ${formatMoney(amount)} ${counts.join(' ')}`;
    })
    .sort();
}

async function known(names: readonly Name[], cost: CostBasis): Promise<string[]> {
  const columns = names.map((name, index) => `${TRUTH_COLUMNS[name]} AS v${index}`).join(', ');
  const kinds = ['input', 'output', 'cache-read', 'cache-write'];
  const counts = kinds.map((kind) => `coalesce(sum(CASE WHEN token_kind = '${kind}' THEN tokens END), 0)`);
  const amount = cost === 'net' ? 'coalesce(net, unblended)' : cost;
  const rows = await engine.rows(
    `SELECT ${columns}, CAST(sum(${amount}) AS DECIMAL(38,10)) AS cost, concat_ws(' ', ${counts.join(', ')}) AS tokens
     FROM ${truth('usage')} GROUP BY ALL`,
  );
  return rows.map((row) => `${names.map((_, i) => row[`v${i}`] ?? '').join(' | ')}: ${row.cost} ${row.tokens}`).sort();
}

const NAMES = Object.keys(TRUTH_COLUMNS) as Name[];

test.each(NAMES)('by %s, every basis: dollars and tokens are the truth', async (name) => {
  for (const cost of COST_BASES) {
    const rows = await answered([name], cost);
    expect(rows).toEqual(await known([name], cost));
    expect(rows.length).toBeGreaterThan(1);
  }
});

test.each<[Name[]]>([
  [['principal', 'model', 'token-kind']],
  [['team', 'model', 'token-kind']],
  [['account', 'region', 'tier']],
  [['seller', 'routing', 'batch']],
])('by %j', async (names) => {
  expect(await answered(names, 'net')).toEqual(await known(names, 'net'));
});

test('adjustments are the truth, by type', async () => {
  const question = {
    by: [],
    where: [],
    periods: snapshots.map(({ period }) => period),
    from: null,
    to: null,
    grain: null,
    top: null,
  };
  for (const cost of COST_BASES) {
    const { rows } = await ask(engine, ledger, snapshots, { ...question, cost });
    const found = rows
      .filter(({ adjustment }) => adjustment !== null)
      .map((row) => `${row.adjustment} ${formatMoney(row.cost)}`);
    const amount = cost === 'net' ? 'coalesce(net, unblended)' : cost;
    const expected = await engine.rows(
      `SELECT line_type, CAST(sum(${amount}) AS DECIMAL(38,10)) AS cost FROM ${truth('bill')} WHERE bedrock AND line_type <> 'Usage' GROUP BY 1`,
    );
    expect(found.sort()).toEqual(expected.map((row) => `${row.line_type} ${row.cost}`).sort());
    expect(found.length).toBeGreaterThan(3);
  }
});

test('the rest of the export is the truth, by product code', async () => {
  const rows = await engine.rows(
    `SELECT period, product_code, CAST(sum(unblended) AS DECIMAL(38,10)) AS cost FROM ${truth('bill')} WHERE NOT bedrock GROUP BY 1, 2`,
  );
  const rest = snapshots.flatMap(({ period, control }) =>
    control.filter((t) => !t.bedrock).map((t) => ({ period, ...t })),
  );
  const groups = Map.groupBy(rest, ({ period, productCode }) => `${period} ${productCode}`);
  const found = [...groups].map(
    ([key, totals]) => `${key} ${formatMoney(totals.reduce((a, t) => a + t.unblended, 0n) as never)}`,
  );
  expect(found.sort()).toEqual(rows.map((row) => `${row.period} ${row.product_code} ${row.cost}`).sort());
});

test('nothing of the sample is unknown to the classifier', () => {
  expect(snapshots.flatMap(({ unread }) => unread)).toEqual([]);
});
