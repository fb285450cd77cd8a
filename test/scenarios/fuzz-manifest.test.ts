import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';

const SEED = 20_261_102;
const PERIOD = '2026-10';
const work = temporaryFolder();
const folders = { cur: join(work.path, 'cur'), ledger: join(work.path, 'ledger') };
const metadata = join(folders.cur, 'metadata', `BILLING_PERIOD=${PERIOD}`);
const data = `data/BILLING_PERIOD=${PERIOD}`;
const NAMES = ['cur-00001.snappy.parquet', 'cur-00002.snappy.parquet'];

beforeAll(async () => {
  await writePeriod(folders.cur, PERIOD, [{ lines: [USAGE] }, { lines: [USAGE] }], null);
  mkdirSync(metadata, { recursive: true });
});

afterAll(() => work.remove());

/** The numbers of the files that make the month, or the code of an error that names the manifest or the file. */
async function listedWith(manifest: Buffer | string): Promise<string> {
  writeFileSync(join(metadata, 'cur-Manifest.json'), manifest);
  const [outcome] = await (await openExportFolder(folders.cur)).deliveries();
  if (outcome?.kind !== 'failed') return numbers(outcome?.delivery.files.map(({ path }) => basename(path)) ?? []);
  expect(outcome.error.message).toContain(folders.cur);
  return outcome.error.code;
}

const numbers = (names: readonly string[]): string =>
  names
    .map((name) => NAMES.indexOf(name) + 1)
    .sort()
    .join();

const UNREADABLE = 'CUR_MANIFEST_UNREADABLE';
const MISSING = 'CUR_FILE_MISSING';
/** The number of each file. */
const BOTH = '1,2';

/** How a manifest may name a file, and which it then is: its index, or why none. */
const entry = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 1), fc.constantFrom('', `${data}/`, `s3://b/p/cur/${data}/`, `/p//cur/${data}/./`))
    .map(([index, before]) => ({ named: before + NAMES[index], is: index as 0 | 1 })),
  fc
    .constantFrom('cur-00003.snappy.parquet', `s3://b/p/cur/${data}/gone/x.parquet`, 'x', '\u0000', 'ä'.repeat(5_000))
    .map((named) => ({ named, is: 'missing' as const })),
  fc
    .constantFrom(
      `${data}/../BILLING_PERIOD=2026-09/x.parquet`,
      `${data}/../../../../etc/passwd`,
      `s3://b/${data}/../../x/../../../x.parquet`,
      `data/BILLING_PERIOD=2026-09/x.parquet`,
      '..',
      '',
    )
    .map((named) => ({ named, is: 'outside' as const })),
  fc
    .constantFrom<unknown[]>(null, 7, true, [], {}, { size: 1 }, { key: 7 }, [NAMES[0]])
    .map((named) => ({ named, is: 'nothing' as const })),
);
const form = fc.constantFrom<((named: unknown) => unknown)[]>(
  (named) => named,
  (named) => (typeof named === 'string' ? { key: named, size: 1 } : named),
);

describe('whatever a manifest says, the month is what it lists, or refused', () => {
  test('lists of files that are there, missing, elsewhere, or nothing at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 5 }),
        form,
        fc.constantFrom('dataFiles', 'reportKeys'),
        async (entries, make, key) => {
          const outcome = await listedWith(JSON.stringify({ [key]: entries.map(({ named }) => make(named)) }));
          const kinds = new Set<unknown>(entries.map(({ is }) => is));
          if (kinds.has('nothing')) expect(outcome).toBe(UNREADABLE);
          else if (kinds.has('outside')) expect([UNREADABLE, MISSING]).toContain(outcome);
          else if (kinds.has('missing')) expect(outcome).toBe(MISSING);
          else expect(outcome).toBe(numbers(NAMES.filter((_, index) => kinds.has(index))));
        },
      ),
      { seed: SEED, numRuns: 400 },
    );
  });

  test('JSON of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.boolean(), async (json, asList) => {
        const outcome = await listedWith(asList ? `{"dataFiles": ${json}}` : json);
        // Without a list the folder is listed.
        expect([BOTH, UNREADABLE, MISSING]).toContain(outcome);
      }),
      { seed: SEED, numRuns: 400 },
    );
  });

  const whole = JSON.stringify({ executionId: 'e', dataFiles: NAMES.map((name) => `s3://b/p/cur/${data}/${name}`) });

  test('cut off, anywhere', async () => {
    for (let length = 0; length < whole.length; length += 3) {
      expect(await listedWith(whole.slice(0, length))).toBe(UNREADABLE);
    }
  });

  test('bytes that are no text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(whole.length), async (bytes, at) => {
        const alone = await listedWith(Buffer.from(bytes));
        expect([UNREADABLE, BOTH]).toContain(alone);
        const within = Buffer.concat([
          Buffer.from(whole.slice(0, at)),
          Buffer.from(bytes),
          Buffer.from(whole.slice(at)),
        ]);
        expect([UNREADABLE, MISSING, BOTH]).toContain(await listedWith(within));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test.each<[string, Buffer, string]>([
    ['with a byte order mark', Buffer.from(`\ufeff${whole}`), BOTH],
    ['in UTF-16', Buffer.from(`\ufeff${whole}`, 'utf16le'), UNREADABLE],
    ['in Latin-1', Buffer.from(`{"name": "Prüfung", "dataFiles": ["${NAMES[0]}"]}`, 'latin1'), '1'],
    [
      'of a hundred thousand entries for one file',
      Buffer.from(JSON.stringify({ dataFiles: Array(100_000).fill(NAMES[1]) })),
      '2',
    ],
    [
      'of a hundred thousand files that are not there',
      Buffer.from(JSON.stringify({ dataFiles: Array.from({ length: 100_000 }, (_, n) => `x-${n}.parquet`) })),
      MISSING,
    ],
    ['nested a hundred thousand deep', Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), UNREADABLE],
    ['that names __proto__', Buffer.from(`{"__proto__": {"dataFiles": ["x"]}}`), BOTH],
    ['of numbers that are too large', Buffer.from(`{"dataFiles": 1e999}`), UNREADABLE],
  ])('%s', async (_, manifest, outcome) => {
    expect(await listedWith(manifest)).toBe(outcome);
  });

  test('some of them through the command line: words, and no exit as for a bug', async () => {
    for (const manifest of [
      '',
      '{',
      '[]',
      '{"dataFiles": 1}',
      '{"dataFiles": ["../../../x"]}',
      '{"dataFiles": ["\\u0000"]}',
    ]) {
      writeFileSync(join(metadata, 'cur-Manifest.json'), manifest);
      const run = await runBursar(['report', '--cur', folders.cur, '--ledger', folders.ledger]);
      expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error CUR_[A-Z_]+: /) });
      expect(run.stderr).not.toMatch(/\n\s+at /);
    }
  });
});
