import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CLASSIFIER_VERSION } from '../../src/domain/classify-usage.ts';
import { formatMoney, type Money, sum } from '../../src/domain/money.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { type IngestOutcome, ingest } from '../../src/ledger/ingest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Snapshot } from '../../src/ledger/snapshot.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { type Line, OTHER_SERVICE, USAGE, writePeriod } from '../fixtures/export.ts';
import { temporaryFolder } from '../fixtures/run.ts';

let folder: ReturnType<typeof temporaryFolder>;
let cur: string;
let ledger: Ledger;

beforeEach(async () => {
  folder = temporaryFolder();
  cur = join(folder.path, 'cur');
  mkdirSync(cur);
  ledger = await openFolderLedger(join(folder.path, 'ledger'), cur);
});

afterEach(() => folder.remove());

async function ingestAll(): Promise<{ outcomes: IngestOutcome[]; enginesOpened: number }> {
  let enginesOpened = 0;
  const openEngine = (): ReturnType<typeof openDuckDB> => {
    enginesOpened++;
    return openDuckDB();
  };
  const source = await openExportFolder(cur);
  const outcomes = await ingest(openEngine, source, ledger, await source.deliveries());
  return { outcomes, enginesOpened };
}

async function ingestOne(): Promise<Snapshot> {
  const { outcomes } = await ingestAll();
  const outcome = outcomes[0];
  if (outcome?.kind === 'failed') throw outcome.error;
  if (outcome === undefined) throw new Error('no period');
  return outcome.snapshot;
}

const bedrock = (snapshot: Snapshot, cost: 'unblended' | 'net' | 'list' = 'unblended'): string =>
  formatMoney(sum(snapshot.control.filter((total) => total.bedrock).map((total): Money => total[cost])));

const kinds = (outcomes: readonly IngestOutcome[]): string[] => outcomes.map(({ period, kind }) => `${period} ${kind}`);

describe('a manifest decides which files count', () => {
  const leftOver: Line = { ...USAGE, line_item_unblended_cost: 100 };

  test.each<[string, (files: string[]) => unknown]>([
    ['dataFiles as s3:// URIs', (files) => ({ dataFiles: files.slice(0, 1) })],
    ['reportKeys as keys', (files) => ({ reportKeys: files.slice(0, 1).map((f) => f.replace('s3://bucket/', '')) })],
    ['a file listed twice', (files) => ({ dataFiles: [files[0], files[0]] })],
    ['file names alone', (files) => ({ dataFiles: files.slice(0, 1).map((f) => f.split('/').at(-1)) })],
    ['objects that hold the key', (files) => ({ dataFiles: files.slice(0, 1).map((key) => ({ key, size: 1 })) })],
  ])('%s', async (_, manifest) => {
    await writePeriod(cur, '2026-10', [{ lines: [USAGE] }, { lines: [leftOver] }], manifest);
    const snapshot = await ingestOne();
    expect(bedrock(snapshot)).toBe('3.0000000000');
    expect(snapshot.listedBy).toMatch(/cur-Manifest\.json$/);
  });

  test('without a list in it, the folder is listed and the snapshot says so', async () => {
    await writePeriod(cur, '2026-10', [{ lines: [USAGE] }, { lines: [leftOver] }], () => ({ executionId: 'e' }));
    const snapshot = await ingestOne();
    expect(bedrock(snapshot)).toBe('103.0000000000');
    expect(snapshot.listedBy).toBeNull();
  });

  test('without a manifest, the folder is listed and the snapshot says so', async () => {
    await writePeriod(cur, '2026-10', [{ lines: [USAGE] }], null);
    expect((await ingestOne()).listedBy).toBeNull();
  });

  test('of several executions ("create new") the newest is the month', async () => {
    await writePeriod(cur, '2026-10', [{ lines: [USAGE] }]);
    const [data, metadata] = ['data', 'metadata'].map((kind) => join(cur, kind, 'BILLING_PERIOD=2026-10')) as [
      string,
      string,
    ];
    for (const [execution, parts] of [
      ['2026-10-02T08:00:00.000Z-aaaa', 1],
      ['2026-10-09T08:00:00.000Z-bbbb', 2],
    ] as const) {
      mkdirSync(join(data, execution));
      mkdirSync(join(metadata, execution));
      const names = [...Array(parts).keys()].map((n) => `cur-0000${n + 1}.snappy.parquet`);
      for (const name of names) cpSync(join(data, 'cur-00001.snappy.parquet'), join(data, execution, name));
      const dataFiles = names.map((name) => `s3://b/p/cur/data/BILLING_PERIOD=2026-10/${execution}/${name}`);
      writeFileSync(join(metadata, execution, 'cur-Manifest.json'), JSON.stringify({ dataFiles }));
    }
    rmSync(join(data, 'cur-00001.snappy.parquet'));
    rmSync(join(metadata, 'cur-Manifest.json'));
    expect(bedrock(await ingestOne())).toBe('6.0000000000');
  });
});

describe('what is ingested again', () => {
  test('nothing, when nothing was delivered: not even an engine is opened', async () => {
    await writePeriod(cur, '2026-10', [{ lines: [USAGE] }]);
    const first = await ingestAll();
    const again = await ingestAll();
    expect([first.enginesOpened, again.enginesOpened]).toEqual([1, 0]);
    expect(kinds(again.outcomes)).toEqual(['2026-10 unchanged']);
  });

  test('only the month that was delivered anew, as a whole; the snapshot before stays, the one before that goes', async () => {
    await writePeriod(cur, '2026-09', [{ lines: [USAGE] }]);
    await writePeriod(cur, '2026-10', [{ lines: [USAGE, USAGE] }]);
    await ingestAll();
    for (const cost of [5, 7]) {
      await writePeriod(cur, '2026-10', [{ lines: [{ ...USAGE, line_item_unblended_cost: cost }] }], (files) => ({
        dataFiles: files,
        cost,
      }));
      const { outcomes } = await ingestAll();
      expect(kinds(outcomes)).toEqual(['2026-09 unchanged', '2026-10 ingested']);
      const newest = outcomes[1];
      expect(newest?.kind === 'failed' ? '' : newest && bedrock(newest.snapshot)).toBe(`${cost}.0000000000`);
    }
    const folders = readdirSync(join(ledger.place, 'period=2026-10')).filter((name) => name.startsWith('snapshot='));
    expect(folders).toHaveLength(2);
  });

  test('a part that was replaced under the same manifest', async () => {
    const [file = ''] = await writePeriod(cur, '2026-10', [{ lines: [USAGE] }]);
    await ingestAll();
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    expect(kinds((await ingestAll()).outcomes)).toEqual(['2026-10 ingested']);
  });

  test('usage types and principals only, when the classifier is newer: the bill is not opened', async () => {
    const [file = ''] = await writePeriod(cur, '2026-10', [{ lines: [USAGE] }]);
    const delivered = new Date('2026-11-03T08:15:00Z');
    utimesSync(file, delivered, delivered);
    const before = await ingestOne();
    const path = join(ledger.place, 'period=2026-10', `snapshot=${before.id}`, 'snapshot.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"classifierVersion": \d+/, '"classifierVersion": 0'));
    writeFileSync(file, Buffer.alloc(readFileSync(file).length));
    utimesSync(file, delivered, delivered);
    const { outcomes } = await ingestAll();
    expect(kinds(outcomes)).toEqual(['2026-10 reclassified']);
    const after = await ingestOne();
    expect(after.classifierVersion).toBe(CLASSIFIER_VERSION);
    expect(after.id).not.toBe(before.id);
    expect(bedrock(after)).toBe(bedrock(before));
    const usage = join(ledger.place, 'period=2026-10', `snapshot=${after.id}`, 'usage.parquet');
    const engine = await openDuckDB();
    const rows = await engine.rows(`SELECT model, token_kind FROM ${engine.parquet([usage])}`);
    await engine.close();
    expect(rows).toEqual([{ model: 'Claude Sonnet 4.6', token_kind: 'input' }]);
  });
});

describe('which lines are Bedrock', () => {
  const marketplace: Line = {
    ...USAGE,
    bill_billing_entity: 'AWS Marketplace',
    line_item_legal_entity: 'Anthropic, PBC',
    line_item_product_code: '7zgyu5r4opaqueopaqueopaque',
    line_item_usage_type: 'USE1-MP:USE1_InputTokenCount-Units',
    pricing_unit: 'Units',
    product: { product_name: 'Claude Sonnet 4.6 (Amazon Bedrock Edition)' },
    product_product_family: '',
    line_item_iam_principal: '',
  };
  const namelessTax: Line = {
    ...marketplace,
    line_item_line_item_type: 'Tax',
    line_item_usage_type: '',
    line_item_unblended_cost: 0.25,
    product: {},
  };

  test.each<[string, Line, boolean]>([
    ['by product family', { ...OTHER_SERVICE, product_product_family: 'Amazon Bedrock' }, true],
    ['by product code', { ...OTHER_SERVICE, line_item_product_code: 'AmazonBedrockAgentCore' }, true],
    ['by the Marketplace product name', marketplace, true],
    ['by the principal', { ...OTHER_SERVICE, line_item_iam_principal: 'arn:aws:iam::1:user/a' }, true],
    ['another service is not', OTHER_SERVICE, false],
    ['another Marketplace product is not', { ...marketplace, product: { product_name: 'Bedrock Linux' } }, false],
    ['a tax line of an unknown Marketplace product is not', namelessTax, false],
  ])('%s', async (_, line, expected) => {
    await writePeriod(cur, '2026-10', [{ lines: [line] }]);
    expect((await ingestOne()).control.map((total) => total.bedrock)).toEqual([expected]);
  });

  test('one product code on lines of both kinds: each line by its own nets', async () => {
    const shared: Line = { ...OTHER_SERVICE, line_item_product_code: 'shared' };
    await writePeriod(cur, '2026-10', [
      { lines: [shared, { ...shared, line_item_iam_principal: 'arn:aws:iam::1:user/a' }] },
    ]);
    const snapshot = await ingestOne();
    expect(bedrock(snapshot)).toBe('3.0000000000');
    expect(await factLines(snapshot)).toBe(1);
  });

  test('tax without a product name goes with its seller and code', async () => {
    await writePeriod(cur, '2026-10', [{ lines: [marketplace, namelessTax] }]);
    const snapshot = await ingestOne();
    expect(bedrock(snapshot)).toBe('3.2500000000');
    expect(await factLines(snapshot)).toBe(2);
  });

  test('a product known only from a later month is counted in the earlier one too', async () => {
    await writePeriod(cur, '2026-09', [{ lines: [namelessTax] }]);
    expect(bedrock(await ingestOne())).toBe('0.0000000000');
    await writePeriod(cur, '2026-10', [{ lines: [marketplace] }]);
    const { outcomes } = await ingestAll();
    expect(kinds(outcomes)).toEqual(['2026-09 ingested', '2026-10 ingested']);
    expect(bedrock(await ingestOne())).toBe('0.2500000000');
    expect(kinds((await ingestAll()).outcomes)).toEqual(['2026-09 unchanged', '2026-10 unchanged']);
  });

  async function factLines(snapshot: Snapshot): Promise<number> {
    const fact = join(ledger.place, `period=${snapshot.period}`, `snapshot=${snapshot.id}`, 'fact.parquet');
    const engine = await openDuckDB();
    const [row] = await engine.rows(`SELECT count(*) AS lines FROM ${engine.parquet([fact])}`);
    await engine.close();
    return Number(row?.lines);
  }
});

describe('net or unblended is decided once for a payer and period', () => {
  const net = (value: number | null, line: Line = USAGE): Line => ({ ...line, line_item_net_unblended_cost: value });
  const discount: Line = { ...USAGE, line_item_line_item_type: 'EdpDiscount', line_item_unblended_cost: -1 };

  test.each<[string, Line[], 'net' | 'unblended', string]>([
    ['all lines carry net', [net(2), net(1)], 'net', '3.0000000000'],
    ['a fully discounted line is 0, not its unblended cost', [net(2), net(0)], 'net', '2.0000000000'],
    ['no line carries net', [net(null), net(null)], 'unblended', '6.0000000000'],
    ['net is 0 on all usage: the account has no discounts', [net(0), net(0)], 'unblended', '6.0000000000'],
    ['a line without net would be lost: unblended for all', [net(2), net(null)], 'unblended', '6.0000000000'],
    ['a discount line without net is in the others already', [net(2), net(null, discount)], 'net', '2.0000000000'],
  ])('%s', async (_, lines, cost, total) => {
    await writePeriod(cur, '2026-10', [{ lines }]);
    const snapshot = await ingestOne();
    expect(snapshot.netBasis.map((basis) => basis.cost)).toEqual([cost]);
    expect(bedrock(snapshot, 'net')).toBe(total);
  });

  test('two payers decide apart', async () => {
    const other = { ...net(null), bill_payer_account_id: '000000000009' };
    await writePeriod(cur, '2026-10', [{ lines: [net(2), other] }]);
    const snapshot = await ingestOne();
    expect(snapshot.netBasis.map(({ payer, cost }) => [payer, cost])).toEqual([
      ['000000000001', 'net'],
      ['000000000009', 'unblended'],
    ]);
    expect(bedrock(snapshot, 'net')).toBe('5.0000000000');
  });
});

test.each([
  ['TIMESTAMP', 'TIMESTAMP'],
  ['TIMESTAMP_MS', 'milliseconds'],
  ['TIMESTAMP WITH TIME ZONE', 'UTC-adjusted'],
  ['VARCHAR', 'text'],
])('timestamps as %s (%s) give the same day', async (type) => {
  const types = { line_item_usage_start_date: type, line_item_usage_end_date: type };
  await writePeriod(cur, '2026-10', [
    {
      lines: [
        {
          ...USAGE,
          line_item_usage_start_date: '2026-10-31 23:00:00',
          line_item_usage_end_date: '2026-11-01 00:00:00',
        },
      ],
      types,
    },
  ]);
  const snapshot = await ingestOne();
  expect([snapshot.firstDay, snapshot.lastDay]).toEqual(['2026-10-31', '2026-10-31']);
  expect(snapshot.dataThrough).toEqual([{ seller: 'Amazon Web Services, Inc.', through: '2026-11-01T00:00:00Z' }]);
});

test.each(['DECIMAL(18,10)', 'VARCHAR'])('costs as %s are the same money', async (type) => {
  await writePeriod(cur, '2026-10', [
    { lines: [{ ...USAGE, line_item_unblended_cost: 0.1234567891 }], types: { line_item_unblended_cost: type } },
  ]);
  expect(bedrock(await ingestOne())).toBe('0.1234567891');
});

test('two ingests at once: one writes, the other is told to wait; a dead one does not block', async () => {
  await writePeriod(cur, '2026-10', [{ lines: [USAGE] }]);
  const lock = join(ledger.place, 'ingest.lock');
  const held = (pid: number): void =>
    writeFileSync(lock, JSON.stringify({ pid, host: hostname(), token: 'of another' }));
  held(process.ppid);
  expect((await ingestAll()).outcomes).toMatchObject([{ kind: 'failed', error: { code: 'LEDGER_BUSY' } }]);
  expect(existsSync(lock)).toBe(true);
  // A process that is gone, and one that had our process id before us (as in containers, where it is always 1).
  for (const pid of [2 ** 22 + 1, process.pid]) {
    held(pid);
    rmSync(join(ledger.place, 'period=2026-10'), { recursive: true, force: true });
    expect(kinds((await ingestAll()).outcomes)).toEqual(['2026-10 ingested']);
    expect(existsSync(lock)).toBe(false);
  }
});

test('a month without a single Bedrock line is ingested too', async () => {
  await writePeriod(cur, '2026-10', [{ lines: [OTHER_SERVICE] }]);
  const snapshot = await ingestOne();
  expect([bedrock(snapshot), snapshot.firstDay, snapshot.netBasis]).toEqual(['0.0000000000', null, []]);
});

test('names with NUL bytes and 100 tags go in and come out', async () => {
  const tags = Object.fromEntries(
    Array.from({ length: 100 }, (_, n) => [`iamPrincipal/key-${n}\u0000`, `v\u0000${n}`]),
  );
  await writePeriod(cur, '2026-10', [{ lines: [{ ...USAGE, tags, line_item_iam_principal: 'a\u0000b' }] }]);
  const snapshot = await ingestOne();
  expect(snapshot.tagKeys).toEqual(Object.keys(tags).sort());
});

test('a ledger belongs to one export', async () => {
  await expect(openFolderLedger(ledger.place, '/another/export')).rejects.toMatchObject({
    code: 'LEDGER_OF_ANOTHER_EXPORT',
  });
});
