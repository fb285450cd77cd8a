import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { type AllocationRules, NO_RULES } from '../../src/domain/allocation.ts';
import { findDimension, type OwnDimensions } from '../../src/domain/dimension.ts';
import type { Day } from '../../src/domain/period.ts';
import type { Question } from '../../src/domain/question.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { FileEngine } from '../../src/engine/engine.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { type IngestOutcome, ingest } from '../../src/ledger/ingest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Snapshot } from '../../src/ledger/snapshot.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { temporaryFolder } from '../fixtures/run.ts';

/** Three months of the sample organisation, an engine that reads their files, and one that keeps tables. */
export interface TwoEngines {
  readonly reading: FileEngine;
  readonly keeping: FileEngine;
  readonly ledger: Ledger;
  readonly outcomes: readonly IngestOutcome[];
  readonly snapshots: readonly Snapshot[];
  /** those of the sample's bursar.yaml */
  readonly own: OwnDimensions;
  readonly rules: AllocationRules;
}

/** Opens them before the tests of the file and closes them after. */
export function useTwoEngines(): () => TwoEngines {
  const folder = temporaryFolder();
  let opened: TwoEngines | null = null;
  const two = (): TwoEngines => {
    if (opened === null) throw new Error('they are opened before tests');
    return opened;
  };
  beforeAll(async () => {
    const writer = await openDuckDB({ keepOrder: true });
    const dir = join(folder.path, 'sample');
    const sample = await writeSampleOrganisation({ dir, engine: writer, lines: 6_000, months: 3 });
    await writer.close();
    const config = await loadConfig({ config: sample.configFile }, { HOME: folder.path }, folder.path);
    if (config.source !== 'export') throw new Error('the sample is an export');
    const source = await openExportFolder(sample.exportDir);
    const ledger = await openFolderLedger(join(folder.path, 'ledger'), source.place);
    const outcomes = await ingest(openDuckDB, source, ledger, await source.deliveries());
    opened = {
      reading: await openDuckDB(),
      keeping: await openDuckDB({ keepsTables: true }),
      ledger,
      outcomes,
      snapshots: outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot])),
      own: config.dimensions,
      rules: config.allocation,
    };
  }, 60_000);
  afterAll(async () => {
    await opened?.reading.close();
    await opened?.keeping.close();
    folder.remove();
  });
  return two;
}

export const NAMES = [
  ...['team', 'cost-center', 'project', 'tag:iamPrincipal/team', 'person', 'session', 'principal', 'account', 'role'],
  ...['principal-kind', 'permission-set', 'model', 'token-kind', 'region', 'batch', 'usage-type', 'line-item-type'],
];

const anyFilter = fc.record({
  name: fc.constantFrom(...NAMES),
  negated: fc.boolean(),
  values: fc.constantFrom<readonly (string | null)[]>([null], ['data', '4200'], ['input', 'yes', null], ['Usage']),
});

const anyQuestion = fc.record({
  by: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 }),
  where: fc.uniqueArray(anyFilter, { maxLength: 2, selector: ({ name }) => name }),
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

export interface Asked {
  readonly question: Question;
  /** those of the question's periods */
  readonly snapshots: readonly Snapshot[];
  readonly rules: AllocationRules;
}

/** A property of whatever can be asked of them. */
export function whateverIsAsked(two: () => TwoEngines, holds: (asked: Asked) => Promise<void>, runs: number) {
  return fc.assert(
    fc.asyncProperty(anyQuestion, async ({ by, where, months, days: [from, to], ruled, ...more }) => {
      const { snapshots, own, rules } = two();
      const asked = months.flatMap((month) => snapshots[month] ?? []);
      const question: Question = {
        ...more,
        by: by.map((name) => findDimension(name, own)),
        where: where.map(({ name, ...filter }) => ({ dimension: findDimension(name, own), ...filter })),
        periods: asked.map(({ period }) => period),
        from,
        to,
      };
      await holds({ question, snapshots: asked, rules: ruled ? rules : NO_RULES });
    }),
    { numRuns: runs },
  );
}
