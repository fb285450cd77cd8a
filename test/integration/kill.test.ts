import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import type { Period } from '../../src/domain/period.ts';
import { trinoTables } from '../../src/engine/dialect/trino.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { openSchemaLedger } from '../../src/ledger/schema-ledger.ts';
import { times } from '../fixtures/effort.ts';
import { answersOf } from '../fixtures/folder-run.ts';
import { seeded } from '../fixtures/random.ts';
import { type Run, runBursar } from '../fixtures/run.ts';
import { type Lake, openLake } from './lake.ts';

const PERIODS = ['2026-10'] as Period[];
const KILLS = times(2, 9);
/** A kill that comes after the end does not count, and those that follow come sooner. */
const TRIES = 5 * KILLS;
const random = seeded(4);

let lake: Lake;
let cur: string;
/** Two deliveries of the months, in turn at the same place. */
let deliveries: string[];
let inPlace: number | null = null;

beforeAll(async () => {
  lake = await openLake('kills');
  cur = join(lake.folder, 'cur');
  deliveries = ['first', 'second'].map((name) => join(lake.folder, name));
  const engine = await openDuckDB({ keepOrder: true });
  for (const [index, dir] of deliveries.entries()) {
    const sample = join(lake.folder, `sample-${index}`);
    const parameters = { dir: sample, seed: index + 1, lines: 2_000, months: 1, truth: false, engine };
    renameSync((await writeSampleOrganisation(parameters)).exportDir, dir);
  }
  await engine.close();
  deliver(0);
  await lake.rawTable('cur', cur);
});

afterAll(() => lake.remove());

function deliver(index: number): void {
  if (inPlace !== null) renameSync(cur, deliveries[inPlace] as string);
  renameSync(deliveries[index] as string, cur);
  inPlace = index;
}

function ingest(killAfter?: number): Promise<Run> {
  const env = { BURSAR_CONFIG: join(lake.folder, 'bursar.yaml') };
  return runBursar(['ingest'], { cwd: lake.folder, env, ...(killAfter === undefined ? {} : { killAfter }) });
}

async function answers(): Promise<Map<Period, string>> {
  const engine = await lake.open();
  try {
    const ledger = await openSchemaLedger(engine, trinoTables, `hive.${lake.schema}`, `hive.${lake.schema}.cur`);
    return await answersOf(engine, ledger, PERIODS);
  } finally {
    await engine.close();
  }
}

async function workTables(): Promise<string[]> {
  const engine = await lake.open();
  const rows = await engine.rows(`SHOW TABLES LIKE 'bursar!_work!_%' ESCAPE '!'`);
  await engine.close();
  return rows.map((row) => String(Object.values(row)[0]));
}

test('a SIGKILL of an ingest on Trino: the earlier snapshot counts, the next run completes, work tables go', async () => {
  const wanted: Map<Period, string>[] = [];
  let duration = Number.POSITIVE_INFINITY;
  for (const index of [0, 1]) {
    deliver(index);
    const began = performance.now();
    expect((await ingest()).code).toBe(0);
    duration = Math.min(duration, performance.now() - began);
    wanted.push(await answers());
  }
  expect(await workTables()).toEqual([]);
  let killed = 0;
  for (let tries = 0; killed < KILLS || (await workTables()).length === 0; tries++) {
    expect(tries).toBeLessThan(TRIES);
    const next = inPlace === 0 ? 1 : 0;
    const [before, after] = [wanted[1 - next], wanted[next]] as [Map<Period, string>, Map<Period, string>];
    deliver(next);
    const run = await ingest((duration * ((killed % KILLS) + 0.5 + random() / 2)) / KILLS);
    if (run.code === null) killed++;
    else duration *= 0.8;
    expect(run.stderr).toBe('');
    const now = await answers();
    for (const period of PERIODS) expect([before.get(period), after.get(period)]).toContain(now.get(period));
    // What the killed process asked last may still be running on the server.
    await wait(500);
    expect(await ingest()).toMatchObject({ code: 0, stderr: '' });
    expect(await answers()).toEqual(after);
  }

  const left = await workTables();
  // As if the kills were two days ago: the time is in the name.
  const aged = left.map((name) => name.replace(/\d{8}t\d{6}/i, '20200101t000000'));
  expect(aged).not.toEqual(left);
  for (const [index, name] of left.entries()) await lake.sql(`ALTER TABLE "${name}" RENAME TO "${aged[index]}"`);
  deliver(inPlace === 0 ? 1 : 0);
  expect((await ingest()).code).toBe(0);
  expect(await workTables()).toEqual([]);
}, 900_000);
