import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { DEFAULT_TAG_DIMENSIONS, DIMENSIONS } from '../../src/domain/dimension.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { type Run, runBursar, temporaryFolder } from '../fixtures/run.ts';

const folder = temporaryFolder();
const pristine = join(folder.path, 'pristine');
let exportDir: string;
let copies = 0;

beforeAll(async () => {
  const engine = await openDuckDB({ keepOrder: true });
  const parameters = { dir: join(folder.path, 'sample'), lines: 12_000, months: 2, truth: false, engine };
  ({ exportDir } = await writeSampleOrganisation(parameters));
  await engine.close();
  expect((await runBursar(['ingest', '--cur', exportDir, '--ledger', pristine])).code).toBe(0);
});

afterAll(() => folder.remove());

interface VerifyJson {
  readonly holds: boolean;
  readonly proofs: readonly {
    readonly period: string;
    readonly cost: string;
    readonly dimensions: number;
    readonly exported: string;
    readonly bedrock: string;
    readonly rest: string;
    readonly differences: readonly { readonly what: string; readonly expected: string; readonly found: string }[];
  }[];
}

function verify(ledger: string, ...args: string[]): Promise<Run> {
  return runBursar(['verify', '--cur', exportDir, '--ledger', ledger, ...args]);
}

/** A copy of the ledger, changed in its newest snapshot. */
async function changedLedger(change: (snapshotFolder: string) => Promise<void> | void): Promise<string> {
  const ledger = join(folder.path, `ledger-${copies++}`);
  cpSync(pristine, ledger, { recursive: true });
  const period = join(ledger, 'period=2026-10');
  const name = readdirSync(period).find((entry) => entry.startsWith('snapshot='));
  await change(join(period, `${name}`));
  return ledger;
}

async function rewrite(file: string, select: string): Promise<void> {
  const engine = await openDuckDB();
  await engine.writeParquet(`SELECT * REPLACE (${select}) FROM ${engine.parquet([file])}`, `${file}.new`);
  await engine.close();
  renameSync(`${file}.new`, file);
}

test('the sample adds up: every period, payer, invoice and seller, every basis, every dimension', async () => {
  const { stdout, code } = await verify(pristine, '--format', 'json');
  const { holds, proofs } = JSON.parse(stdout) as VerifyJson;
  expect({ holds, code }).toEqual({ holds: true, code: 0 });
  expect(new Set(proofs.map(({ period, cost }) => `${period} ${cost}`)).size).toBe(6);
  expect(proofs.length).toBeGreaterThan(20);
  const dimensions = Object.keys(DIMENSIONS).length + Object.keys(DEFAULT_TAG_DIMENSIONS).length;
  expect(new Set(proofs.map((proof) => proof.dimensions))).toEqual(new Set([dimensions]));
  const table = await verify(pristine);
  expect(table.stdout).toMatch(/add up, difference 0: .* ✓\n$/);
  expect(table.code).toBe(0);
});

test.each<[string, string, string, RegExp]>([
  [
    'a fact of the day table off by 1e-10',
    'fact_day.parquet',
    'CASE WHEN row_number() OVER () = 7 THEN net + 0.0000000001 ELSE net END AS net',
    /ledger, by day is .* off by 0\.0000000001/,
  ],
  [
    'a fact off by a cent',
    'fact.parquet',
    'CASE WHEN row_number() OVER () = 7 THEN list + 0.01 ELSE list END AS list',
    /list cost.*ledger, by line is .* off by 0\.0100000000/,
  ],
  [
    'a usage under another seller',
    'usage.parquet',
    `CASE WHEN usage_id = 3 THEN 'Somebody Else' ELSE seller END AS seller`,
    /Somebody Else: ledger, by line/,
  ],
])('%s is found, named, and exits 1', async (_, file, select, words) => {
  const ledger = await changedLedger((snapshot) => rewrite(join(snapshot, file), select));
  const { stdout, code } = await verify(ledger);
  expect(code).toBe(1);
  expect(stdout).toMatch(words);
  expect(stdout).toMatch(/do NOT add up/);
});

test('control totals that are off are found by verify and refused by every report', async () => {
  const ledger = await changedLedger((snapshot) => {
    const file = join(snapshot, 'snapshot.json');
    const json = JSON.parse(readFileSync(file, 'utf8')) as { control: { bedrock: boolean; net: string }[] };
    const total = json.control.find(({ bedrock }) => bedrock);
    if (total !== undefined) total.net = '1.0000000000';
    writeFileSync(file, JSON.stringify(json));
  });
  const run = await verify(ledger);
  expect(run.stdout).toMatch(/control totals of Bedrock is/);
  expect(run.code).toBe(1);
  const report = await runBursar(['report', '--cur', exportDir, '--ledger', ledger]);
  expect(report.stdout).toMatch(/Check: DIFFERENCE/);
  expect(report.code).toBe(1);
});

test('a ledger with a missing file says which, and what to do', async () => {
  const ledger = await changedLedger((snapshot) =>
    renameSync(join(snapshot, 'caller.parquet'), join(snapshot, 'gone')),
  );
  const { stderr, code } = await runBursar(['report', '--cur', exportDir, '--ledger', ledger, '--by', 'session']);
  expect(stderr).toMatch(/error LEDGER_DAMAGED: .*caller\.parquet/);
  expect(code).toBe(2);
});

test('one period alone, and one that is not there', async () => {
  const { stdout } = await verify(pristine, '--period', '2026-09', '--format', 'json');
  expect(new Set((JSON.parse(stdout) as VerifyJson).proofs.map(({ period }) => period))).toEqual(new Set(['2026-09']));
  expect((await verify(pristine, '--period', '2025-09')).stderr).toMatch(/PERIOD_WITHOUT_DATA/);
});

test('a ledger folder that cannot be written says so', async () => {
  mkdirSync(join(folder.path, 'blocked'));
  writeFileSync(join(folder.path, 'blocked', 'file'), '');
  const { stderr, code } = await verify(join(folder.path, 'blocked', 'file', 'ledger'));
  expect(stderr).toMatch(/error FOLDER_NOT_WRITABLE/);
  expect(code).toBe(2);
});
