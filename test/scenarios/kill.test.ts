import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { findDimension } from '../../src/domain/dimension.ts';
import { formatMoney } from '../../src/domain/money.ts';
import type { Period } from '../../src/domain/period.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { ask } from '../../src/query/ask.ts';
import { type Run, runBursar, temporaryFolder } from '../fixtures/run.ts';

const PERIOD = '2026-10' as Period;
const KILLS = 12;

const folder = temporaryFolder();
const export_ = join(folder.path, 'cur');
const ledgerPath = join(folder.path, 'ledger');

/** Two deliveries of the month, in turn at the same place, as AWS overwrites them. */
const deliveries = ['first', 'second'].map((name) => join(folder.path, name));
let inPlace: number | null = null;

beforeAll(async () => {
  const engine = await openDuckDB({ keepOrder: true });
  for (const [index, dir] of deliveries.entries()) {
    const sample = join(folder.path, `sample-${index}`);
    const parameters = { dir: sample, seed: index + 1, lines: 150_000, months: 1, truth: false, engine };
    renameSync((await writeSampleOrganisation(parameters)).exportDir, dir);
  }
  await engine.close();
});

afterAll(() => folder.remove());

function deliver(index: number): void {
  if (inPlace !== null) renameSync(export_, deliveries[inPlace] as string);
  renameSync(deliveries[index] as string, export_);
  inPlace = index;
}

function ingest(killAfter?: number): Promise<Run> {
  return runBursar(['ingest', '--cur', export_, '--ledger', ledgerPath], killAfter === undefined ? {} : { killAfter });
}

/** The total that the ledger answers with, whatever lies beside the current snapshot. */
async function answered(): Promise<string> {
  const ledger = await openFolderLedger(ledgerPath, export_);
  const snapshot = (await ledger.current([PERIOD])).get(PERIOD);
  if (snapshot === undefined) return 'nothing';
  const engine = await openDuckDB();
  const by = [findDimension('model', {}), findDimension('session', {})];
  const question = {
    by,
    where: [],
    periods: [PERIOD],
    from: null,
    to: null,
    grain: null,
    top: null,
    cost: 'net' as const,
  };
  const answer = await ask(engine, ledger, [snapshot], question);
  await engine.close();
  expect(answer.check.difference).toBe(0n);
  return formatMoney(answer.total);
}

test('a SIGKILL at any point of an ingest leaves the earlier snapshot whole, and the next run completes', async () => {
  deliver(0);
  const started = performance.now();
  expect((await ingest()).code).toBe(0);
  const duration = performance.now() - started;
  const totals = [await answered(), ''];
  deliver(1);
  await ingest();
  totals[1] = await answered();
  expect(totals[0]).not.toBe(totals[1]);
  let killed = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    const next = kill % 2 === 1 ? 0 : 1;
    const [before, after] = [totals[1 - next], totals[next]];
    deliver(next);
    const run = await ingest((duration * kill) / KILLS);
    if (run.code === null) killed++;
    const now = await answered();
    expect([before, after]).toContain(now);
    if (run.code === 0) expect(now).toBe(after);
    const completed = await ingest();
    expect(completed.stderr).toBe('');
    expect(completed.code).toBe(0);
    expect(await answered()).toBe(after);
  }
  expect(killed).toBeGreaterThan(KILLS / 2);
  // What the kills left behind is gone: the current snapshot and the one before it.
  const left = readdirSync(join(ledgerPath, `period=${PERIOD}`)).filter((name) => name.startsWith('snapshot='));
  expect(left).toHaveLength(2);
});
