import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../../src/demo/write.ts';
import type { Period } from '../../../src/domain/period.ts';
import { openDuckDB } from '../../../src/engine/duckdb.ts';
import type { FileEngine } from '../../../src/engine/engine.ts';
import { openFolderLedger } from '../../../src/ledger/folder-ledger.ts';
import { answersOf } from '../../fixtures/folder-run.ts';
import { runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

const PERIOD = '2026-10' as Period;
const work = temporaryFolder();
const cur = join(work.path, 'cur');
let disk: SmallDisk;
let engine: FileEngine;
const samples: string[] = [];
let deliveries = 0;

beforeAll(async () => {
  const writer = await openDuckDB({ keepOrder: true });
  for (const seed of [1, 2]) {
    const dir = join(work.path, `sample-${seed}`);
    const parameters = { dir, seed, lines: 20_000, months: 1, sessions: 2_000, truth: false, engine: writer };
    samples.push((await writeSampleOrganisation(parameters)).exportDir);
  }
  await writer.close();
  disk = mountSmallDisk(join(work.path, 'disk'), 2_000);
  engine = await openDuckDB();
});

afterAll(async () => {
  await engine.close();
  disk.unmount();
  work.remove();
});

/** The next of some deliveries of the month, each with other callers. */
function deliver(): void {
  rmSync(cur, { recursive: true, force: true });
  cpSync(samples[deliveries++ % samples.length] as string, cur, { recursive: true, preserveTimestamps: true });
}

describe('a disk that is full', () => {
  test('while the ledger is written: says so, keeps the earlier snapshot, and the next run completes', async () => {
    const ledger = join(disk.path, 'ledger');
    const answers = async () => answersOf(engine, await openFolderLedger(ledger, cur), [PERIOD], ['principal']);
    const ingest = () => runBursar(['ingest', '--cur', cur, '--ledger', ledger]);
    deliver();
    expect((await ingest()).code).toBe(0);
    let refused = 0;
    for (const kilobytes of [0, 4, 12, 32, 64, 96, 128, 192]) {
      const before = await answers();
      deliver();
      disk.fill(kilobytes * 1024);
      const run = await ingest();
      if (run.code !== 0) {
        refused++;
        expect(run.code).toBe(2);
        expect(run.stdout + run.stderr).toMatch(/FOLDER_NOT_WRITABLE/);
        expect(run.stdout + run.stderr).toMatch(/no space left on device/i);
        expect(run.stdout + run.stderr).toContain(ledger);
        expect(run.stdout + run.stderr).toMatch(/free space|free some space/);
        expect(run.stdout + run.stderr).not.toMatch(/\n\s+at /);
        expect(await answers()).toEqual(before);
      }
      disk.free();
      expect(await ingest()).toMatchObject({ code: 0, stderr: '' });
      expect(await answers()).not.toEqual(before);
    }
    expect(refused).toBeGreaterThan(4);
  });

  test('before there is a ledger', async () => {
    disk.fill(0);
    const run = await runBursar(['report', '--cur', cur, '--ledger', join(disk.path, 'new')]);
    disk.free();
    expect(run).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error FOLDER_NOT_WRITABLE: .*new.*space/),
    });
  });

  test('while a question spills what does not fit into memory', async () => {
    const spilling = await openDuckDB({ temporaryFolder: join(disk.path, 'tmp'), memoryLimit: '40MB' });
    const sorted = spilling.rows(
      'SELECT md5(CAST(range AS VARCHAR)) AS name FROM range(3000000) ORDER BY 1 LIMIT 5 OFFSET 2000000',
    );
    await expect(sorted).rejects.toMatchObject({
      code: 'ENGINE_OUT_OF_MEMORY',
      message: expect.stringContaining(join(disk.path, 'tmp')),
      hint: expect.stringMatching(/free disk space/),
    });
    await spilling.close();
  });
});
