import { createReadStream, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { type Line, OTHER_SERVICE, USAGE, writePeriod } from '../fixtures/export.ts';
import { useWorkspace } from '../fixtures/workspace.ts';

const workspace = useWorkspace();

const json = async (...args: string[]) => {
  const { stdout, stderr, code } = await workspace.bursar(...args, '--format', 'json');
  expect({ stderr: stderr.includes('error'), code }).toEqual({ stderr: false, code: 0 });
  return JSON.parse(stdout);
};

const costs = (rows: readonly Record<string, string>[], name: string) =>
  Object.fromEntries(rows.map((row) => [row[name] ?? 'none', row.cost]));

describe('months of before principals were recorded', () => {
  test.each([
    ['no part has the column', ['line_item_iam_principal'], ['line_item_iam_principal'], '6.0000000000', undefined],
    ['an older part has none', ['line_item_iam_principal'], [], '3.0000000000', '3.0000000000'],
    ['no tags', ['tags'], ['tags'], undefined, '6.0000000000'],
  ] as const)('%s', async (_, first, second, nobody, alice) => {
    await writePeriod(workspace.cur, '2026-10', [
      { lines: [USAGE], without: first },
      { lines: [USAGE, OTHER_SERVICE], without: second },
    ]);
    const { rows, check } = await json('report', '--cur', 'cur', '--by', 'principal');
    expect(check).toMatchObject({ difference: '0', bill: '6.0000000000' });
    const found = costs(rows, 'principal');
    expect(found.none).toBe(nobody);
    expect(found['arn:aws:iam::000000000002:user/alice']).toBe(alice);
    expect((await workspace.bursar('verify', '--cur', 'cur')).code).toBe(0);
  });

  test('the answer says that nobody can be named', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE], without: ['line_item_iam_principal'] }]);
    const { notes } = await json('report', '--cur', 'cur', '--by', 'principal');
    expect(notes).toContainEqual(expect.stringMatching(/2026-10 has no column of principals/));
  });
});

describe('CSV', () => {
  /** The files of a period as AWS writes CSV: gzip, a byte order mark, maps as JSON text. */
  async function asCsv(files: readonly string[]): Promise<void> {
    const engine = await openDuckDB({ keepOrder: true });
    for (const file of files) {
      const csv = file.replace('.snappy.parquet', '.csv');
      await engine.run(`COPY (SELECT * REPLACE (CAST(to_json(tags) AS VARCHAR) AS tags, CAST(to_json(product) AS VARCHAR) AS product)
        FROM ${engine.parquet([file])}) TO '${csv}' (FORMAT csv, HEADER)`);
      await writeFile(`${csv}.gz`, gzipSync(`\ufeff${await readFile(csv, 'utf8')}`));
      await rm(csv);
      await rm(file);
      const metadata = join(workspace.cur, 'metadata', basename(join(file, '..')), 'cur-Manifest.json');
      await writeFile(metadata, (await readFile(metadata, 'utf8')).replace('.snappy.parquet', '.csv.gz'));
    }
    await engine.close();
  }

  const LINES: readonly Line[] = [
    { ...USAGE, line_item_unblended_cost: 0.00000012345, tags: { 'iamPrincipal/team': 'a "b", c' } },
    { ...USAGE, line_item_unblended_cost: 262347.59, line_item_usage_amount: 1e-7 },
    { ...USAGE, line_item_line_item_description: 'two\nlines, "quoted"', tags: {} },
    { ...USAGE, line_item_iam_principal: null, line_item_usage_account_id: '000000000009' },
    OTHER_SERVICE,
  ];
  const asked = ['report', '--cur', 'cur', '--by', 'tag:iamPrincipal/team,account,principal'];

  test('gives what Parquet gives', async () => {
    const files = await writePeriod(workspace.cur, '2026-10', [{ lines: LINES }, { lines: [USAGE] }]);
    const fromParquet = await json(...asked);
    await asCsv(files);
    const fromCsv = await json(...asked);
    expect(fromCsv.source.snapshot).not.toBe(fromParquet.source.snapshot);
    expect({ ...fromCsv, source: null }).toEqual({ ...fromParquet, source: null });
    expect((await workspace.bursar('verify', '--cur', 'cur')).code).toBe(0);
  });

  test('a file that is cut short is no smaller bill', async () => {
    const [file = ''] = await writePeriod(workspace.cur, '2026-10', [{ lines: LINES }]);
    await asCsv([file]);
    const csv = file.replace('.snappy.parquet', '.csv.gz');
    const whole = await readFile(csv);
    await new Promise<void>((done) =>
      createReadStream(csv, { end: whole.length - 20 })
        .pipe(createWriteStream(`${csv}.x`))
        .on('close', done),
    );
    writeFileSync(csv, await readFile(`${csv}.x`));
    const { stderr, code } = await workspace.bursar('report', '--cur', 'cur');
    expect(stderr).toMatch(/CUR_FILE_UNREADABLE: .*cur-00001\.csv\.gz is cut short/);
    expect(code).toBe(2);
  });
});

describe('several exports', () => {
  const payer = (id: string, line: Line): Line => ({ ...line, bill_payer_account_id: id });
  const export_ = (name: string): string => {
    const path = join(workspace.path, name, 'cur');
    mkdirSync(path, { recursive: true });
    return path;
  };

  test('two payers add up; of an old and a new export of one payer the one with principals counts', async () => {
    await writePeriod(export_('old'), '2026-10', [
      { lines: [payer('1', USAGE), payer('3', USAGE)], without: ['line_item_iam_principal'] },
    ]);
    await writePeriod(export_('new'), '2026-10', [{ lines: [payer('1', USAGE), payer('2', USAGE)] }]);
    for (const order of [
      ['old', 'new'],
      ['new', 'old'],
    ]) {
      const { rows, check } = await json(
        ...['report', '--by', 'payer-account,principal', '--ledger', `ledger-${order[0]}`],
        ...order.flatMap((name) => ['--cur', name]),
      );
      expect(check).toMatchObject({ bill: '9.0000000000', difference: '0' });
      const principals = Object.fromEntries(
        rows.map((row: Record<string, string>) => [row['payer-account'], row.principal]),
      );
      expect(principals).toEqual({ 1: USAGE.line_item_iam_principal, 2: USAGE.line_item_iam_principal, 3: null });
    }
    const { code } = await workspace.bursar('verify', '--cur', 'old', '--cur', 'new', '--ledger', 'ledger-old');
    expect(code).toBe(0);
  });

  test('one that is named twice is refused', async () => {
    await writePeriod(export_('old'), '2026-10', [{ lines: [USAGE] }]);
    const { stderr } = await workspace.bursar('report', '--cur', 'old', '--cur', 'old/cur');
    expect(stderr).toMatch(/OPTION_INVALID: the export .* is named twice/);
  });
});

describe('a period that is delivered again', () => {
  const invoiced = (cost: number): Line => ({ ...USAGE, bill_invoice_id: '77', line_item_unblended_cost: cost });
  const state = async () => (await json('report', '--cur', 'cur', '--by', 'model')).source.periods[0].state;

  test('is open, invoiced, restated; the snapshot before can be read, and what moved listed', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    expect(await state()).toBe('open');
    await writePeriod(workspace.cur, '2026-10', [{ lines: [invoiced(3)] }]);
    expect(await state()).toBe('invoiced');
    await writePeriod(workspace.cur, '2026-10', [
      { lines: [invoiced(3), { ...invoiced(2), line_item_usage_account_id: '7' }] },
    ]);
    expect(await state()).toBe('restated');
    const now = await json('report', '--cur', 'cur', '--by', 'account');
    expect(now.notes).toContainEqual(
      expect.stringMatching(/2026-10 was restated after its invoice: \+2\.00 unblended/),
    );
    const before = await json('report', '--cur', 'cur', '--by', 'account', '--snapshot', 'previous');
    expect([before.total, now.total]).toEqual(['3.0000000000', '5.0000000000']);
    const { snapshot } = before.source;
    expect(snapshot).toMatch(/^2026-10@/);
    const named = await json('report', '--cur', 'cur', '--by', 'account', '--snapshot', snapshot);
    expect(named.total).toBe(before.total);
    const explained = await json('explain', 'provider=Anthropic', '--cur', 'cur', '--snapshot', 'previous');
    expect(explained.usage).toBe('3.0000000000');
    const moved = await json('report', '--cur', 'cur', '--by', 'account', '--changed-since', 'previous');
    const amounts = { before: '0.0000000000', now: '2.0000000000', change: '2.0000000000' };
    expect(moved.rows).toMatchObject([{ account: '7', ...amounts, drivers: { restatement: '2.0000000000' } }]);
    expect(moved.rows).toHaveLength(1);
    expect(moved.change).toBe('2.0000000000');
    const { stdout } = await workspace.bursar(
      'report',
      '--cur',
      'cur',
      '--by',
      'account',
      '--changed-since',
      'previous',
    );
    expect(stdout).toMatch(/7 +0\.00 +2\.00 +\+2\.00 +new/);
    expect(stdout).toContain('Of both sums, 3.00 did not move.');
  });

  test('between two periods', async () => {
    await writePeriod(workspace.cur, '2026-09', [
      { lines: [{ ...USAGE, line_item_usage_start_date: '2026-09-05 10:00:00' }] },
    ]);
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE, USAGE] }]);
    const { rows } = await json('report', '--cur', 'cur', '--by', 'model', '--changed-since', '2026-09');
    expect(rows).toMatchObject([{ before: '3.0000000000', now: '6.0000000000', change: '3.0000000000' }]);
  });

  test('a snapshot that is not there is an error with those that are', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    const previous = await workspace.bursar('report', '--cur', 'cur', '--snapshot', 'previous');
    expect(previous.stderr).toMatch(/SNAPSHOT_MISSING: 2026-10 has one snapshot/);
    const named = await workspace.bursar('report', '--cur', 'cur', '--snapshot', '20200101T000000Z-000000');
    expect(named.stderr).toMatch(/SNAPSHOT_MISSING.*There are: 2026-10@/s);
    const [, kept = ''] = /There are: 2026-10@([^.]+)\./.exec(named.stderr) ?? [];
    const other = await workspace.bursar('report', '--cur', 'cur', '--snapshot', `2026-09@${kept}`);
    expect(other.stderr).toMatch(/SNAPSHOT_MISSING: there is no snapshot 2026-09@/);
  });
});
