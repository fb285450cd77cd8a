import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { times } from '../fixtures/effort.ts';
import { USAGE, writePeriod } from '../fixtures/export.ts';
import { ingestHere, inWords } from '../fixtures/folder-run.ts';
import { temporaryFolder } from '../fixtures/run.ts';

const SEED = 20_261_103;
const work = temporaryFolder();
const folders = { cur: join(work.path, 'cur'), ledger: join(work.path, 'ledger') };
let file: string;
let text: string;
const WHOLE = '2026-10 ingested 60';

beforeAll(async () => {
  const lines = Array.from({ length: 20 }, (_, n) => ({ ...USAGE, line_item_resource_id: `a "quoted", ${n}\nname` }));
  const [parquet = ''] = await writePeriod(folders.cur, '2026-10', [{ lines }], null);
  file = parquet.replace('.snappy.parquet', '.csv');
  const engine = await openDuckDB({ keepOrder: true });
  const maps = ['tags', 'product'].map((name) => `CAST(to_json(${name}) AS VARCHAR) AS ${name}`).join(', ');
  await engine.run(
    `COPY (SELECT * REPLACE (${maps}) FROM ${engine.parquet([parquet])}) TO '${file}' (FORMAT csv, HEADER)`,
  );
  await engine.close();
  rmSync(parquet);
  text = readFileSync(file, 'utf8');
  rmSync(file);
});

afterAll(() => work.remove());

/** What becomes of the month when its one file has these bytes; an error names the file. */
async function ingestedFrom(name: '.csv' | '.csv.gz', bytes: Buffer): Promise<string> {
  const path = file.replace('.csv', name);
  writeFileSync(path, bytes);
  rmSync(folders.ledger, { recursive: true, force: true });
  const outcomes = await ingestHere(folders);
  rmSync(path);
  for (const outcome of outcomes) {
    if (outcome.kind !== 'failed') continue;
    expect(outcome.error.code).toMatch(/^CUR_/);
    if (outcome.error.code !== 'CUR_SEVERAL_CURRENCIES') expect(outcome.error.message).toContain(path);
  }
  return outcomes.map(inWords).join();
}

const share = fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((millionths) => millionths / 1e6);
const damaged = (bytes: Buffer, flips: readonly (readonly [number, number])[]): Buffer => {
  const copy = Buffer.from(bytes);
  for (const [at, bit] of flips) {
    const place = Math.floor(at * copy.length);
    copy[place] = (copy[place] ?? 0) ^ (1 << bit);
  }
  return copy;
};
const flips = fc.array(fc.tuple(share, fc.nat(7)), { minLength: 1, maxLength: 3 });

describe('CSV', () => {
  test('is what it was, whole', async () => {
    expect(await ingestedFrom('.csv', Buffer.from(text))).toBe(WHOLE);
    expect(await ingestedFrom('.csv.gz', gzipSync(text))).toBe(WHOLE);
  });

  test('compressed, with flipped bits: its checksum tells', async () => {
    const bytes = gzipSync(text);
    await fc.assert(
      fc.asyncProperty(flips, async (all) => {
        // A bit that is flipped twice is as it was; the time in the header means nothing.
        expect([WHOLE, '2026-10 failed CUR_FILE_UNREADABLE']).toContain(
          await ingestedFrom('.csv.gz', damaged(bytes, all)),
        );
      }),
      { seed: SEED, numRuns: times(25, 60) },
    );
  });

  test('compressed, cut off anywhere', async () => {
    const bytes = gzipSync(text);
    await fc.assert(
      fc.asyncProperty(share, async (at) => {
        const cut = bytes.subarray(0, Math.floor(at * bytes.length));
        expect(await ingestedFrom('.csv.gz', cut)).toBe('2026-10 failed CUR_FILE_UNREADABLE');
      }),
      { seed: SEED, numRuns: times(20, 40), examples: [[0]] },
    );
  });

  // Whole lines that are missing at the end of a plain file show nowhere: docs/decisions/0016.
  test('plain, cut off within a line', async () => {
    await fc.assert(
      fc.asyncProperty(share, async (at) => {
        const length = Math.floor(at * text.length);
        const outcome = await ingestedFrom('.csv', Buffer.from(text.slice(0, length)));
        if (outcome.includes('ingested')) expect(endsARecord(length)).toBe(true);
      }),
      { seed: SEED, numRuns: times(25, 60), examples: [[0]] },
    );
  });

  test('plain, with flipped bits: never anything but lines or words', async () => {
    await fc.assert(
      fc.asyncProperty(flips, async (all) => {
        expect(await ingestedFrom('.csv', damaged(Buffer.from(text), all))).toMatch(/^2026-10 (ingested|failed CUR_)/);
      }),
      { seed: SEED, numRuns: times(25, 60) },
    );
  });
});

/** Whether the text up to there is whole records: outside quotes, at the end of a line. */
function endsARecord(length: number): boolean {
  const before = text.slice(0, length);
  const quoted = before.split('"').length % 2 === 0;
  return !quoted && (before.endsWith('\n') || text[length] === '\n');
}
