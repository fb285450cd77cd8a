import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { type AllocationRules, NO_RULES } from '../../src/domain/allocation.ts';
import { findDimension, type OwnDimensions } from '../../src/domain/dimension.ts';
import { ZERO } from '../../src/domain/money.ts';
import type { Day } from '../../src/domain/period.ts';
import type { Question } from '../../src/domain/question.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { FileEngine } from '../../src/engine/engine.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { ingest } from '../../src/ledger/ingest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Snapshot } from '../../src/ledger/snapshot.ts';
import { ask } from '../../src/query/ask.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { temporaryFolder } from '../fixtures/run.ts';

const folder = temporaryFolder();
let [engine, keeping]: FileEngine[] = [];
let ledger: Ledger;
let snapshots: readonly Snapshot[];
let own: OwnDimensions;
let rules: AllocationRules;

beforeAll(async () => {
  const writer = await openDuckDB({ keepOrder: true });
  const sample = await writeSampleOrganisation({
    dir: join(folder.path, 'sample'),
    engine: writer,
    lines: 6_000,
    months: 3,
  });
  await writer.close();
  const config = await loadConfig({ config: sample.configFile }, { HOME: folder.path }, folder.path);
  if (config.source !== 'export') throw new Error('the sample is an export');
  own = config.dimensions;
  rules = config.allocation;
  const source = await openExportFolder(sample.exportDir);
  ledger = await openFolderLedger(join(folder.path, 'ledger'), source.place);
  const outcomes = await ingest(openDuckDB, source, ledger, await source.deliveries());
  snapshots = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
  engine = await openDuckDB();
  keeping = await openDuckDB({ keepsTables: true });
}, 60_000);

afterAll(async () => {
  await engine?.close();
  await keeping?.close();
  folder.remove();
});

const NAMES = [
  'team',
  'cost-center',
  'project',
  'tag:iamPrincipal/team',
  'person',
  'session',
  'principal',
  'account',
  'role',
];
const MORE_NAMES = [
  'principal-kind',
  'permission-set',
  'model',
  'token-kind',
  'region',
  'batch',
  'usage-type',
  'line-item-type',
];

const anyQuestion = fc.record({
  by: fc.uniqueArray(fc.constantFrom(...NAMES, ...MORE_NAMES), { maxLength: 3 }),
  where: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...NAMES, ...MORE_NAMES),
      negated: fc.boolean(),
      values: fc.constantFrom<readonly (string | null)[]>([null], ['data', '4200'], ['input', 'yes', null], ['Usage']),
    }),
    { maxLength: 2, selector: ({ name }) => name },
  ),
  months: fc.constantFrom([0], [2], [0, 1, 2]),
  days: fc.constantFrom<[Day | null, Day | null]>(
    [null, null],
    ['2026-10-05' as Day, '2026-10-14' as Day],
    [null, '2026-09-20' as Day],
  ),
  grain: fc.constantFrom<Question['grain']>(null, 'day', 'month'),
  top: fc.constantFrom(null, 2),
  cost: fc.constantFrom<Question['cost']>('net', 'unblended', 'list'),
  ruled: fc.boolean(),
});

async function expectSame(question: Question, asked: readonly Snapshot[], under: AllocationRules): Promise<void> {
  const [read, kept] = await Promise.all(
    [engine, keeping].map((each) => ask(each as FileEngine, ledger, asked, question, under)),
  );
  expect(kept).toEqual(read);
  expect(kept?.check.difference).toBe(ZERO);
}

test.each([...NAMES, ...MORE_NAMES])(
  'an engine that keeps tables answers by %s as one that reads the files',
  async (name) => {
    const asked = snapshots.slice(-1);
    const periods = asked.map(({ period }) => period);
    const all = { where: [], from: null, to: null, grain: null, top: null, cost: 'net' } as const;
    await expectSame({ ...all, by: [findDimension(name, own)], periods }, asked, rules);
  },
);

test('rules that contradict each other hinder only who asks by them', async () => {
  const [first] = rules.rules;
  if (first === undefined) throw new Error('the sample has rules');
  const against = { ...first, place: 'rule against it', outcome: new Map([['team', 'another']]) };
  const contradicting: AllocationRules = { ...rules, rules: [...rules.rules, against] };
  const asked = snapshots.slice(-1);
  const periods = asked.map(({ period }) => period);
  const by = (name: string): Question => ({
    by: [findDimension(name, own)],
    periods,
    where: [],
    from: null,
    to: null,
    grain: null,
    top: null,
    cost: 'net',
  });
  await expectSame(by('model'), asked, contradicting);
  await expect(ask(keeping as FileEngine, ledger, asked, by('team'), contradicting)).rejects.toMatchObject({
    code: 'ALLOCATION_OVERLAP',
  });
});

test('so it does whatever is asked', async () => {
  await fc.assert(
    fc.asyncProperty(anyQuestion, async ({ by, where, months, days: [from, to], ruled, ...more }) => {
      const asked = months.flatMap((month) => snapshots[month] ?? []);
      const dimension = (name: string) => findDimension(name, own);
      const question: Question = {
        ...more,
        by: by.map(dimension),
        where: where.map(({ name, ...filter }) => ({ dimension: dimension(name), ...filter })),
        periods: asked.map(({ period }) => period),
        from,
        to,
      };
      await expectSame(question, asked, ruled ? rules : NO_RULES);
    }),
    { numRuns: 40 },
  );
}, 120_000);
