import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../../src/query/ask.ts';
import { nastyCases, nastyLines, rowsOf } from '../engines/strings.ts';
import { writePeriod } from '../fixtures/export.ts';
import { type Ingested, ingestTable, type Lake, openLake } from './lake.ts';

const lines = nastyLines();
let lake: Lake;
let trino: Ingested;

beforeAll(async () => {
  lake = await openLake('strings');
  const cur = join(lake.folder, 'cur');
  mkdirSync(cur);
  await writePeriod(cur, '2026-10', [{ lines }]);
  await lake.rawTable('cur', cur);
  trino = await ingestTable(lake, 'cur');
});

afterAll(async () => {
  await trino.engine.close();
  await lake.remove();
});

// One question leaves the server idle half of the time.
test.concurrent.each(nastyCases(lines))('$name', async ({ question, expected }) => {
  const answer = await ask(trino.engine, trino.ledger, trino.snapshots, question);
  expect(rowsOf(answer)).toEqual(expected);
  expect(answer.check.difference).toBe(0n);
});
