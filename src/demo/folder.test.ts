import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDuckDB } from '../engine/duckdb.ts';
import type { FileEngine } from '../engine/engine.ts';
import { type Sample, type SampleOptions, writeSampleOrganisation } from './write.ts';

let root: string;
let dir: string;
let engine: FileEngine;
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bursar-folder-'));
  engine = await openDuckDB({ keepOrder: true });
});
afterAll(async () => {
  await engine.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(() => {
  count += 1;
  dir = join(root, String(count));
});

const write = (options: Partial<SampleOptions> = {}): Promise<Sample> =>
  writeSampleOrganisation({ dir, engine, lines: 2_000, months: 1, ...options });
const totals = (): Promise<string> => readFile(join(dir, 'truth/totals.csv'), 'utf8');

test('a whole sample with the same parameters is kept', async () => {
  expect(await write()).toMatchObject({ kept: false, periods: ['2026-10'], lines: 2_000 });
  expect(await write()).toMatchObject({ kept: true, periods: ['2026-10'], lines: 2_000 });
});

test('a sample with other parameters takes its place, and what else lies there stays', async () => {
  await write({ months: 2 });
  await mkdir(join(dir, 'ledger'));
  expect(await write({ months: 1 })).toMatchObject({ kept: false });
  expect((await readdir(dir)).sort()).toEqual([
    'bursar.yaml',
    'export',
    'ledger',
    'people.csv',
    'sample.json',
    'truth',
  ]);
  expect(await readdir(join(dir, 'export/bursar-sample/data'))).toEqual(['BILLING_PERIOD=2026-10']);
});

test('a run that was cut off in the middle is recognised and written anew', async () => {
  await write();
  const whole = await totals();
  await rm(dir, { recursive: true });

  const cut = new Error('cut off');
  const cutOff = write({
    onProgress: (done) => {
      if (done > 0) throw cut;
    },
  });
  await expect(cutOff).rejects.toBe(cut);
  expect(await readdir(join(dir, 'export/bursar-sample'))).toEqual(['data']);

  expect(await write()).toMatchObject({ kept: false });
  expect(await totals()).toBe(whole);
});

test('a run that was cut off before it marked the folder leaves a folder that counts as empty', async () => {
  await mkdir(dir);
  await writeFile(join(dir, 'sample.json.tmp'), '{"madeBy":');
  expect(await write()).toMatchObject({ kept: false });
});

test.each([
  ['other files', 'notes.txt', 'mine'],
  ['a sample.json of somebody else', 'sample.json', '{"madeBy":"somebody"}'],
  ['a sample.json that is no JSON', 'sample.json', 'sample'],
])('a folder with %s is not touched', async (_, name, text) => {
  await mkdir(dir);
  await writeFile(join(dir, name), text);
  await expect(write()).rejects.toMatchObject({ code: 'FOLDER_TAKEN' });
  expect(await readdir(dir)).toEqual([name]);
  expect(await readFile(join(dir, name), 'utf8')).toBe(text);
});

test('a file is no folder', async () => {
  await writeFile(dir, '');
  await expect(write()).rejects.toMatchObject({ code: 'FOLDER_TAKEN' });
});

test('a folder that cannot be written is named', async () => {
  dir = join(root, 'a'.repeat(300));
  await expect(write()).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE', message: expect.stringContaining(dir) });
});

test.each([
  { lines: 999 },
  { lines: 50_000_001 },
  { lines: 2_500.5 },
  { months: 0 },
  { months: 25 },
  { months: 3, lines: 2_999 },
  { seed: -1 },
  { callers: 29 },
  { sessions: -1 },
  { lastMonth: '2026-13' },
  { lastMonth: 'October' },
])('%o is refused before the folder is touched', async (options) => {
  await expect(write(options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  await expect(readdir(dir)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('progress grows to 1', async () => {
  const seen: number[] = [];
  await write({ months: 2, onProgress: (done) => seen.push(done) });
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});
