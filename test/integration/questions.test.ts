import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { type AllocationRules, NO_RULES } from '../../src/domain/allocation.ts';
import type { Answer } from '../../src/domain/answer.ts';
import { DIMENSIONS, findDimension } from '../../src/domain/dimension.ts';
import type { Period } from '../../src/domain/period.ts';
import type { Question } from '../../src/domain/question.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { allocateCallers } from '../../src/ledger/caller-allocation.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { ingest } from '../../src/ledger/ingest.ts';
import { rawProducts, rawTotals } from '../../src/ledger/raw-totals.ts';
import { nameOf } from '../../src/ledger/schema-ledger.ts';
import { ask } from '../../src/query/ask.ts';
import { callersBehind } from '../../src/query/callers.ts';
import { compare } from '../../src/query/compare.ts';
import { explain } from '../../src/query/explain.ts';
import { verifyPeriod } from '../../src/query/verify.ts';
import { changes } from '../../src/report/change.ts';
import { driversInSteps } from '../../src/report/drivers/drivers.ts';
import { atOnce } from '../../src/report/steps.ts';
import type { Delivery } from '../../src/source/cur/export.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { allocatedQuestions, everyDimension, OWN_DIMENSIONS, questions, RULES } from '../engines/questions.ts';
import { type Ingested, ingestTable, type Lake, openLake } from './lake.ts';

const PERIODS = ['2026-09', '2026-10'] as Period[];

let lake: Lake;
let trino: Ingested;
let duckdb: Ingested;

beforeAll(async () => {
  lake = await openLake('questions');
  const writer = await openDuckDB({ keepOrder: true });
  const { exportDir } = await writeSampleOrganisation({
    dir: join(lake.folder, 'sample'),
    lines: 60_000,
    months: 2,
    engine: writer,
  });
  await writer.close();
  await lake.rawTable('cur', exportDir);
  trino = await ingestTable(lake, 'cur');
  const source = await openExportFolder(exportDir);
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

/** An answer without what may differ: which engine gave it, and the ids of its snapshots. */
async function answered(
  { engine, ledger, snapshots }: Ingested,
  question: Question,
  rules?: AllocationRules,
): Promise<Omit<Answer, 'source'>> {
  const asked = snapshots.filter(({ period }) => question.periods.includes(period));
  const { source, ...answer } = await ask(engine, ledger, asked, question, rules);
  expect(source.engine).toBe(engine.name);
  return answer;
}

describe('rows, tokens and nulls on Trino are exactly those on DuckDB', () => {
  test.each([...questions(PERIODS), ...everyDimension(PERIODS)])('%s', async (_, question) => {
    const expected = await answered(duckdb, question);
    expect(expected.check.difference).toBe(0n);
    expect(await answered(trino, question)).toEqual(expected);
  });
});

describe('what tags, rules and people say on Trino is exactly what they say on DuckDB', () => {
  test.each(allocatedQuestions(PERIODS))('%s', async (_, question) => {
    const expected = await answered(duckdb, question, RULES);
    expect(expected.check.difference).toBe(0n);
    expect(expected.rows.length).toBeGreaterThan(1);
    expect(await answered(trino, question, RULES)).toEqual(expected);
  });

  test('explain, and who is behind the same', async () => {
    const explained = async ({ engine, ledger, snapshots }: Ingested) => {
      const by = ['team', 'person', 'model'].map((name) => findDimension(name, OWN_DIMENSIONS));
      const where = [{ dimension: findDimension('team', OWN_DIMENSIONS), negated: false, values: [null, 'data'] }];
      const question = {
        by,
        where,
        periods: PERIODS,
        from: null,
        to: null,
        grain: null,
        top: null,
        cost: 'net' as const,
      };
      const { sources, ...rest } = await explain(engine, ledger, snapshots, question, 1_000, RULES);
      expect(sources.every(({ files }) => files.length > 0)).toBe(true);
      const behind = await callersBehind(engine, ledger, snapshots, question, 1_000, RULES);
      expect(behind.cost).toBe(rest.usage);
      expect(behind.callers).toHaveLength(rest.callers.count);
      return { ...rest, behind };
    };
    const expected = await explained(duckdb);
    expect(expected.values.every((values) => values.length > 1)).toBe(true);
    expect(await explained(trino)).toEqual(expected);
  });

  test('an allocation is written once, two writers hinder nobody, and it goes with its snapshot', async () => {
    const { engine, ledger } = trino;
    const partitions = async (id: string) =>
      (
        await engine.rows(`SELECT allocation FROM "${nameOf('caller_allocation')}$partitions" WHERE snapshot = '${id}'`)
      ).map(({ allocation }) => String(allocation));
    const newest = trino.snapshots.at(-1);
    if (newest === undefined) throw new Error('no snapshot');
    const before = await partitions(newest.id);
    const { relation, cuts } = await allocateCallers(engine, ledger, newest, RULES);
    expect(await partitions(newest.id)).toEqual(before);
    expect(cuts).toEqual(['2026-09-20', '2026-10-06', '2026-10-11', '2026-10-15']);

    const rows = await engine.rows(`SELECT count(*) AS rows FROM ${relation} AS a`);
    const begun = { period: newest.period, id: '20200101T000000Z-000000' };
    const both = [1, 2].map(() => ledger.writeAllocation(engine, begun, 'h', `SELECT * FROM ${relation} AS a`));
    const [first = ''] = await Promise.all(both);
    const kept = (await ledger.allocation(engine, begun, 'h')) ?? '';
    for (const one of [first, kept])
      expect(await engine.rows(`SELECT count(*) AS rows FROM ${one} AS a`)).toEqual(rows);
    expect(await ledger.allocation(engine, begun, 'other')).toBeNull();
    await ledger.discard(begun);
    expect(await partitions(begun.id)).toEqual([]);
    expect(await partitions(newest.id)).toEqual(before);
  });
});

const OF_CHANGES = [
  'what a team spends',
  'callers, models and tags at once',
  'months side by side',
  'filters on each table',
  'a team by tags, rules and people',
  'allocated by day',
];

test('what made a change, on Trino and on DuckDB: its rows and their drivers', async () => {
  const compared = async ({ engine, ledger, snapshots }: Ingested, rules: AllocationRules, question: Question) => {
    const sides = PERIODS.map((period) => ({
      snapshots: snapshots.filter((snapshot) => snapshot.period === period),
      question: { ...question, periods: [period] },
    }));
    const [before, now] = sides;
    if (before === undefined || now === undefined) throw new Error('no periods');
    const { compared: both, ...heads } = await compare(engine, ledger, before, now, rules);
    const { rows, change, drivers } = changes({ ...heads, rows: atOnce(driversInSteps(both)) }, null);
    return { rows, change, drivers };
  };
  const asked = [
    ...questions(PERIODS).map(([name, question]) => ({ name, question, rules: NO_RULES })),
    ...allocatedQuestions(PERIODS).map(([name, question]) => ({ name, question, rules: RULES })),
  ].filter(({ name }) => OF_CHANGES.includes(name));
  for (const { question, rules } of asked) {
    const expected = await compared(duckdb, rules, { ...question, top: null });
    expect(expected.rows.length).toBeGreaterThan(1);
    expect(await compared(trino, rules, { ...question, top: null })).toEqual(expected);
  }
});

test('the questions are not empty: nearly all have rows, tokens and cost', async () => {
  const answers = [];
  for (const [, question] of questions(PERIODS)) answers.push(await answered(duckdb, question));
  const full = answers.filter(({ rows, total }) => rows.length > 1 && total !== 0n);
  expect(full.length).toBeGreaterThanOrEqual(answers.length - 2);
  expect(answers.some(({ rows }) => rows.some(({ tokens }) => tokens['cache-read'] > 0n))).toBe(true);
});

test('both ledgers know the same of the export', () => {
  const known = ({ snapshots }: Ingested) =>
    snapshots.map(({ id, createdAt, fingerprint, files, listedBy, control, ...rest }) => ({
      ...rest,
      bytes: files.map(({ bytes }) => bytes),
      control: control.map((total) => JSON.stringify(total, (_, v) => (typeof v === 'bigint' ? String(v) : v))).sort(),
    }));
  expect(known(trino)).toEqual(known(duckdb));
});

test('verify on Trino proves every period, and finds what DuckDB finds', async () => {
  const dimensions = [...Object.keys(OWN_DIMENSIONS), ...Object.keys(DIMENSIONS)].map((name) =>
    findDimension(name, OWN_DIMENSIONS),
  );
  const proofs = async ({ engine, source, ledger, snapshots }: Ingested) => {
    const all = [];
    const deliveries = (await source.deliveries()).flatMap((outcome): Delivery[] =>
      outcome.kind === 'delivery' ? [outcome.delivery] : [],
    );
    const raw = [];
    for (const delivery of deliveries) raw.push(await source.open(engine, delivery));
    const products: string[] = [];
    for (const lines of raw) products.push(...(await rawProducts(engine, lines)));
    for (const [index, snapshot] of snapshots.entries()) {
      const lines = raw[index];
      if (lines === undefined) throw new Error(`no lines of ${snapshot.period}`);
      const exported = await rawTotals(engine, lines, [...new Set(products)]);
      all.push(...(await verifyPeriod(engine, ledger, snapshot, exported, dimensions, RULES)));
    }
    return all;
  };
  const expected = await proofs(duckdb);
  expect(expected.length).toBeGreaterThan(5);
  expect(expected.flatMap(({ differences }) => differences)).toEqual([]);
  expect(await proofs(trino)).toEqual(expected);
});
