import { existsSync, globSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import type { Period } from '../../src/domain/period.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { FileEngine } from '../../src/engine/engine.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { TABLE_NAMES } from '../../src/ledger/tables.ts';
import { times } from '../fixtures/effort.ts';
import { answersOf, ingestHere, inWords } from '../fixtures/folder-run.ts';
import { seeded } from '../fixtures/random.ts';
import { type Run, runBursar, temporaryFolder } from '../fixtures/run.ts';

const PERIODS = ['2026-08', '2026-09', '2026-10'] as Period[];
/** As many in each phase of the writing: one ends when a month is published. */
const KILLS = times(12, 48);
/** A kill that comes after the last byte does not count, and those that follow come sooner: no machine is equally busy throughout. */
const TRIES = 5 * KILLS;

const folder = temporaryFolder();
const folders = { cur: join(folder.path, 'cur'), ledger: join(folder.path, 'ledger') };
const lock = join(folders.ledger, 'ingest.lock');
const random = seeded(20_261_101);

/** Two deliveries of the months, in turn at the same place, as AWS overwrites them. */
const deliveries = ['first', 'second'].map((name) => join(folder.path, name));
let inPlace: number | null = null;
let engine: FileEngine;

beforeAll(async () => {
  engine = await openDuckDB({ keepOrder: true });
  for (const [index, dir] of deliveries.entries()) {
    const sample = join(folder.path, `sample-${index}`);
    const parameters = { dir: sample, seed: index + 1, lines: 9_000, months: 3, truth: false, engine };
    renameSync((await writeSampleOrganisation(parameters)).exportDir, dir);
  }
});

afterAll(async () => {
  await engine.close();
  folder.remove();
});

function deliver(index: number): void {
  if (inPlace !== null) renameSync(folders.cur, deliveries[inPlace] as string);
  renameSync(deliveries[index] as string, folders.cur);
  inPlace = index;
}

function ingest(killOn?: Promise<void>): Promise<Run> {
  const args = ['ingest', '--cur', folders.cur, '--ledger', folders.ledger];
  return runBursar(args, killOn === undefined ? {} : { killOn });
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

const pointers = (): string[] =>
  PERIODS.map((period) => join(folders.ledger, `period=${period}`, 'current')).map((path) =>
    existsSync(path) ? readFileSync(path, 'utf8') : '',
  );

/** Follows the process that is about to write: resolves when it has begun, and when it has published so many months. */
function follow(): (published: number) => Promise<void> {
  const before = pointers();
  const published = (): number => pointers().filter((pointer, index) => pointer !== before[index]).length;
  return async (wanted) => {
    while (published() < wanted || (wanted === 0 && !existsSync(lock) && published() === 0)) await pause(2);
  };
}

/** How long each phase of an undisturbed ingest takes, in milliseconds. */
async function measure(): Promise<number[]> {
  const reached = follow();
  const run = ingest();
  const marks: number[] = [];
  for (const phase of [0, ...PERIODS.keys().map((index) => index + 1)]) {
    await reached(phase);
    marks.push(performance.now());
  }
  expect((await run).code).toBe(0);
  return marks.slice(1).map((mark, index) => mark - (marks[index] ?? mark));
}

async function answers(): Promise<Map<Period, string>> {
  return answersOf(engine, await openFolderLedger(folders.ledger, folders.cur), PERIODS);
}

function snapshotsOf(period: Period): string[] {
  return globSync(`period=${period}/snapshot=*`, { cwd: folders.ledger });
}

/** All that lies in the ledger but what passes: of that a kill may leave one, which the last test looks after. */
function filesThatLast(): string[] {
  const names = globSync('**', { cwd: folders.ledger, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folders.ledger.length + 1));
  const lasting = names.filter((name) => !/^ingest\.lock|\.tmp$/.test(name));
  return lasting.map((name) => name.replace(/snapshot=[^/]+/, 'snapshot=ID')).sort();
}

/** The files of a ledger that holds this many snapshots of each month. */
function filesOf(snapshots: number): string[] {
  const ofOne = [...TABLE_NAMES.map((table) => `${table}.parquet`), 'snapshot.json'];
  const ofPeriod = (period: Period): string[] => [
    `period=${period}/current`,
    ...Array.from({ length: snapshots }, () => ofOne.map((name) => `period=${period}/snapshot=ID/${name}`)).flat(),
  ];
  return ['ledger.json', ...PERIODS.flatMap(ofPeriod)].sort();
}

describe('a SIGKILL at any point of an ingest', () => {
  test('leaves the earlier snapshots whole, the next run completes, and nothing is left over', async () => {
    const wanted: Map<Period, string>[] = [];
    let phases: number[] = [];
    for (const index of [0, 1]) {
      deliver(index);
      phases = await measure();
      wanted.push(await answers());
    }
    for (const period of PERIODS) expect(wanted[0]?.get(period)).not.toBe(wanted[1]?.get(period));
    const publishedAtKill = new Set<number>();
    const inPhase = KILLS / phases.length;
    let kills = 0;
    for (let tries = 0; kills < KILLS; tries++) {
      expect(tries).toBeLessThan(TRIES);
      const next = inPlace === 0 ? 1 : 0;
      const [before, after] = [wanted[1 - next], wanted[next]] as [Map<Period, string>, Map<Period, string>];
      deliver(next);
      const phase = Math.floor(kills / inPhase);
      const delay = ((phases[phase] ?? 0) * ((kills % inPhase) + random())) / inPhase;
      const kept = PERIODS.map((period) => snapshotsOf(period).length);
      const reached = follow();
      const run = await ingest(reached(phase).then(() => pause(delay)));
      if (run.code === null && existsSync(lock)) kills++;
      else phases = phases.map((duration) => 0.8 * duration);
      expect(run.stderr).toBe('');
      const now = await answers();
      expect([...now.keys()]).toEqual(PERIODS);
      for (const [period, answer] of now) expect([before.get(period), after.get(period)]).toContain(answer);
      publishedAtKill.add(PERIODS.filter((period) => now.get(period) === after.get(period)).length);

      // Each tenth of the next runs in a process of its own.
      if (tries % 10 === 0) expect(await ingest()).toMatchObject({ code: 0, stderr: '' });
      else expect((await ingestHere(folders)).filter(({ kind }) => kind === 'failed').map(inWords)).toEqual([]);
      expect(await answers()).toEqual(after);
      for (const [index, period] of PERIODS.entries()) {
        // A kill just after the publication leaves one snapshot more, until the next.
        const most = now.get(period) === after.get(period) ? (kept[index] ?? 0) + 1 : 2;
        const { length } = snapshotsOf(period);
        expect([period, length >= 2 && length <= most]).toEqual([period, true]);
      }
    }
    deliver(inPlace === 0 ? 1 : 0);
    await ingestHere(folders);
    expect(filesThatLast()).toEqual(filesOf(2));
    // Kills before the first month was published, between two, and so on.
    expect(publishedAtKill.size).toBeGreaterThan(2);
  }, 600_000);

  test('leaves no file for longer than a day, however short the moment of the kill', async () => {
    expect(await leftOf(passingFiles(), 2)).toEqual([]);
    const names = passingFiles();
    expect(await leftOf(names, 0)).toEqual(names);
  });
});

/** What a kill leaves when it comes between two system calls. */
function passingFiles(): string[] {
  const period = `period=${PERIODS[0]}`;
  const current = readFileSync(join(folders.ledger, period, 'current'), 'utf8');
  return [
    'ledger.json.4711.tmp',
    'ingest.lock.d0d1f4f6-0000-4000-8000-000000000000',
    'ingest.lock.d0d1f4f6-0000-4000-8000-000000000000.new',
    `${period}/current.4711.tmp`,
    `${period}/snapshot=${current}/allocation-0123456789abcdef.parquet.4711.tmp`,
    'tmp-4711/duckdb_temp_storage_DEFAULT-0.tmp',
  ];
}

/** Leaves the files so many days ago, ingests, and tells which are still there. */
async function leftOf(names: readonly string[], days: number): Promise<string[]> {
  const then = new Date(Date.now() - days * 86_400_000);
  for (const name of names) {
    const path = join(folders.ledger, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    utimesSync(path, then, then);
    if (name.startsWith('tmp-')) utimesSync(dirname(path), then, then);
  }
  deliver(inPlace === 0 ? 1 : 0);
  await ingestHere(folders);
  return names.filter((name) => existsSync(join(folders.ledger, name)));
}
