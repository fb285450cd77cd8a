import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { ingest } from '../../src/ledger/ingest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Snapshot } from '../../src/ledger/snapshot.ts';
import { ask } from '../../src/query/ask.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { writePeriod } from '../fixtures/export.ts';
import { temporaryFolder } from '../fixtures/run.ts';
import { nastyCases, nastyLines, rowsOf } from './strings.ts';

// test/integration/strings.test.ts asks the same of Trino.

const folder = temporaryFolder();
const lines = nastyLines();
let engine: Engine;
let ledger: Ledger;
let snapshots: Snapshot[];

beforeAll(async () => {
  const cur = join(folder.path, 'cur');
  mkdirSync(cur);
  await writePeriod(cur, '2026-10', [{ lines }]);
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

test.each(nastyCases(lines))('$name', async ({ question, expected }) => {
  const answer = await ask(engine, ledger, snapshots, question);
  expect(rowsOf(answer)).toEqual(expected);
  expect(answer.check.difference).toBe(0n);
});
