import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findDimension } from '../../src/domain/dimension.ts';
import type { ExaminedPeriod, RawHealth } from '../../src/domain/health.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { ingest } from '../../src/ledger/ingest.ts';
import { scanBedrock } from '../../src/ledger/raw-bedrock.ts';
import { scanUncounted } from '../../src/ledger/raw-signs.ts';
import { examine } from '../../src/query/examine/examine.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { OWN_DIMENSIONS, RULES } from '../engines/questions.ts';
import { type Line, OTHER_SERVICE, writePeriod } from '../fixtures/export.ts';
import { orderlyMonth, usageOn } from '../fixtures/organisation.ts';
import { type Ingested, ingestTable, type Lake, openLake } from './lake.ts';

let lake: Lake;
let trino: Ingested;
let duckdb: Ingested;

/** Lines that every scan has something to say of. */
function oddMonth(): Line[] {
  const twice = usageOn('2026-10-02', 0.1 + 0.2);
  const sameId = usageOn('2026-10-03', 1);
  return [
    ...orderlyMonth('2026-10'),
    twice,
    twice,
    sameId,
    { ...sameId, line_item_unblended_cost: 2 },
    usageOn('2026-10-04', 7.643302956656501e-12),
    usageOn('2026-10-04', 0.0016936447499999998, { line_item_net_unblended_cost: -12345678.123456789 }),
    usageOn('2026-10-05', 4, { line_item_usage_type: 'USE1-Zorblax-quux', pricing_unit: 'Zorbs', tags: {} }),
    usageOn('2026-10-05', 5, {
      line_item_iam_principal: '',
      tags: { 'resourceTags/Team': 'x', 'iamPrincipal/team': '' },
    }),
    { ...OTHER_SERVICE, line_item_product_code: 'AmazonBedrockDreams', line_item_unblended_cost: 9 },
    { ...OTHER_SERVICE, line_item_product_code: null, line_item_resource_id: 'arn:aws:s3:::my-BedRock-logs' },
    { ...OTHER_SERVICE, bill_billing_entity: 'AWS Marketplace', product: { product_name: 'Claude Opus 5' } },
  ];
}

beforeAll(async () => {
  lake = await openLake('doctor');
  const cur = join(lake.folder, 'cur');
  mkdirSync(cur);
  await writePeriod(cur, '2026-10', [{ lines: oddMonth() }]);
  await lake.rawTable('cur', cur);
  trino = await ingestTable(lake, 'cur');
  const source = await openExportFolder(cur);
  const ledger = await openFolderLedger(join(lake.folder, 'ledger'), source.place);
  const outcomes = await ingest(openDuckDB, source, ledger, await source.deliveries());
  const snapshots = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
  duckdb = { engine: await openDuckDB(), source, ledger, outcomes, snapshots };
});

afterAll(async () => {
  await duckdb.engine.close();
  await trino.engine.close();
  await lake.remove();
});

/** Without the places of lines and the files, which each engine names in its own way. */
async function measured({ engine, source, ledger, snapshots }: Ingested): Promise<Partial<ExaminedPeriod & RawHealth>> {
  const [snapshot] = snapshots;
  const [outcome] = await source.deliveries();
  if (snapshot === undefined || outcome?.kind !== 'delivery') throw new Error('nothing was ingested');
  const raw = await source.open(engine, outcome.delivery);
  const uncounted = await scanUncounted(engine, raw, snapshot.control);
  const bedrock = await scanBedrock(engine, raw, snapshot.control, outcome.delivery.files);
  const dimensions = ['team', 'cost-center'].map((name) => findDimension(name, OWN_DIMENSIONS));
  const ofLedger = await examine(engine, ledger, snapshot, dimensions, RULES);
  const text = (one: unknown): string =>
    JSON.stringify(one, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
  const { examples = [], ...duplicates } = bedrock.duplicates ?? {};
  expect(examples).toHaveLength(1);
  return {
    ...ofLedger,
    ...bedrock,
    duplicates: duplicates as RawHealth['duplicates'],
    through: uncounted.through,
    uncounted: uncounted.uncounted.toSorted((a, b) => text(a).localeCompare(text(b))),
  };
}

test('what doctor measures on Trino is exactly what it measures on DuckDB', async () => {
  const expected = await measured(duckdb);
  expect(expected.uncounted).toHaveLength(3);
  expect(expected.duplicates).toMatchObject({ repeated: { lines: 1 }, sameId: 2 });
  expect(expected.rounding?.every(({ long, lost }) => long > 0 && lost !== 0n)).toBe(false);
  expect(expected.rounding?.find(({ cost }) => cost === 'unblended')).toMatchObject({ long: 4 });
  expect(expected.unread).toHaveLength(1);
  expect(await measured(trino)).toEqual(expected);
});

test('the command line judges a table', async () => {
  const { stdout, code } = await lake.bursar('doctor', '--format', 'json');
  const { findings } = JSON.parse(stdout) as { findings: { check: string; verdict: string }[] };
  const verdicts = Object.fromEntries(findings.map(({ check, verdict }) => [check, verdict]));
  expect(verdicts).toMatchObject({
    deliveries: 'ok',
    duplicates: 'warn',
    'not-counted': 'fail',
    'usage-types': 'fail',
  });
  expect(code).toBe(1);
});
