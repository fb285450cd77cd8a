import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { type Lake, openLake } from './lake.ts';

const cost = (amount: number, more: Line = {}): Line => ({ ...USAGE, line_item_unblended_cost: amount, ...more });

describe('what can be wrong with the raw table', () => {
  let own: Lake;
  let cur: string;
  beforeAll(async () => {
    own = await openLake('raw_tables');
    cur = join(own.folder, 'cur');
    await writePeriod(cur, '2026-10', [{ lines: [cost(1)] }]);
  });
  afterAll(() => own.remove());

  const TYPES = {
    bill_billing_entity: 'VARCHAR',
    bill_payer_account_id: 'VARCHAR',
    line_item_iam_principal: 'VARCHAR',
    line_item_line_item_type: 'VARCHAR',
    line_item_product_code: 'VARCHAR',
    line_item_unblended_cost: 'DOUBLE',
    line_item_usage_account_id: 'VARCHAR',
    line_item_usage_amount: 'DOUBLE',
    line_item_usage_start_date: 'TIMESTAMP(3)',
    line_item_usage_type: 'VARCHAR',
    tags: 'MAP(VARCHAR, VARCHAR)',
  };
  const without = (column: keyof typeof TYPES): Record<string, string> => {
    const { [column]: _, ...rest } = TYPES;
    return rest;
  };

  test.each([
    ['least', TYPES],
    ['nameless', without('line_item_iam_principal')],
    ['untagged', without('tags')],
  ])('the columns that are needed are enough: %s', async (table, columns) => {
    await own.rawTable(table, cur, columns);
    const { stdout, code } = await own.bursar('ingest', '--cur', table);
    expect(stdout).toContain('2026-10  ingested: 1 line, 1 of Bedrock');
    expect(code).toBe(0);
    await own.sql(`DELETE FROM bursar_v3_snapshot WHERE period = '2026-10'`);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['no cost', without('line_item_unblended_cost'), /CUR_COLUMN_MISSING: .*line_item_unblended_cost/],
    ['another schema: tags as text', { ...TYPES, tags: 'VARCHAR' }, /CUR_COLUMN_MISSING: .*tags holds VARCHAR/],
    [
      'a timestamp that is a number',
      { ...TYPES, line_item_usage_start_date: 'BIGINT' },
      /CUR_COLUMN_MISSING: .*BIGINT/,
    ],
    [
      'a cost that the files hold in another type',
      { ...TYPES, line_item_unblended_cost: 'BIGINT' },
      /CUR_FILE_UNREADABLE/,
    ],
  ])('%s', async (name, columns, message) => {
    const table = name.replaceAll(/[^a-z]+/g, '_');
    await own.rawTable(table, cur, columns);
    const { stdout, stderr, code } = await own.bursar('ingest', '--cur', table);
    expect(stdout + stderr).toMatch(message);
    expect([2, 3]).toContain(code);
  });

  test('no such table', async () => {
    const { stderr, code } = await own.bursar('ingest', '--cur', 'nope');
    expect(stderr).toMatch(/TABLE_MISSING: .*nope/);
    expect(code).toBe(2);
  });

  test('a view does not tell its files', async () => {
    await own.rawTable('for_view', cur);
    await own.sql('CREATE VIEW seen AS SELECT * FROM for_view');
    const { stderr, code } = await own.bursar('ingest', '--cur', 'seen');
    expect(stderr).toMatch(/TABLE_UNSUITABLE: hive\.raw_tables\.seen does not tell its files: .*partitions/);
    expect(code).toBe(2);
  });

  test('a table that is not partitioned by billing_period', async () => {
    await own.sql('CREATE TABLE flat AS SELECT 1 AS one');
    const { stderr, code } = await own.bursar('ingest', '--cur', 'flat');
    expect(stderr).toMatch(/TABLE_UNSUITABLE: .*no text column billing_period/);
    expect(code).toBe(2);
  });

  test('a partition that is no month is not passed over', async () => {
    await own.sql(
      `CREATE TABLE strange (${Object.entries(TYPES).map(([n, t]) => `${n} ${t}`)}, billing_period VARCHAR) WITH (partitioned_by = ARRAY['billing_period'])`,
      `INSERT INTO strange (line_item_unblended_cost, billing_period) VALUES (1, '2026-13')`,
    );
    const { stderr, code } = await own.bursar('ingest', '--cur', 'strange');
    expect(stderr).toMatch(/TABLE_UNSUITABLE: .*whose billing_period is no month: 2026-13/);
    expect(code).toBe(2);
  });

  test('a damaged file is named, and the earlier snapshot stays', async () => {
    const damaged = join(own.folder, 'damaged');
    const [file = ''] = await writePeriod(damaged, '2026-10', [{ lines: [cost(2)] }]);
    await own.rawTable('damaged', damaged);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0, 4, bytes.length - 200));
    const { stdout, stderr, code } = await own.bursar('ingest', '--cur', 'damaged');
    expect(stdout + stderr).toMatch(/2026-10 {2}FAILED: CUR_FILE_UNREADABLE: .*cur-00001\.snappy\.parquet/);
    expect(code).toBe(2);
  });

  test('an absurd cost is named with its file', async () => {
    const absurd = join(own.folder, 'absurd');
    await writePeriod(absurd, '2026-10', [{ lines: [cost(1), cost(1e8)] }]);
    await own.rawTable('absurd', absurd);
    const { stdout } = await own.bursar('ingest', '--cur', 'absurd');
    expect(stdout).toMatch(/CUR_COST_UNREADABLE: .*\n.*cur-00001\.snappy\.parquet.*unblended 1\.0E8/);
  });
});

describe('timestamps of every kind', () => {
  test.concurrent.each([
    ['TIMESTAMP_NS', 'TIMESTAMP(3)', '2026-10-05 23:30:00'],
    ['VARCHAR', 'VARCHAR', '2026-10-05T23:30:00.000Z'],
    ['VARCHAR', 'VARCHAR', '2026-10-05 23:30:00'],
    ['VARCHAR', 'VARCHAR', '2026-10-06T01:30:00+02:00'],
    ['DATE', 'DATE', '2026-10-05'],
  ])('%s in the files, %s in the table: %s', async (stored, declared, time) => {
    const own = await openLake(`timestamps_${stored}_${time.length}`.toLowerCase());
    const cur = join(own.folder, 'cur');
    const types = { line_item_usage_start_date: stored, line_item_usage_end_date: stored };
    const line = cost(1, { line_item_usage_start_date: time, line_item_usage_end_date: time });
    await writePeriod(cur, '2026-10', [{ lines: [line], types }]);
    const raw = {
      bill_billing_entity: 'VARCHAR',
      bill_payer_account_id: 'VARCHAR',
      line_item_iam_principal: 'VARCHAR',
    };
    const rest = {
      line_item_line_item_type: 'VARCHAR',
      line_item_product_code: 'VARCHAR',
      line_item_usage_type: 'VARCHAR',
    };
    const numbers = { line_item_unblended_cost: 'DOUBLE', line_item_usage_amount: 'DOUBLE' };
    const times = { line_item_usage_start_date: declared, line_item_usage_end_date: declared };
    const maps = { line_item_usage_account_id: 'VARCHAR', tags: 'MAP(VARCHAR, VARCHAR)' };
    await own.rawTable('cur', cur, { ...raw, ...rest, ...numbers, ...times, ...maps });
    const { stdout } = await own.bursar('report', '--by', 'team', '--grain', 'day', '--format', 'json');
    expect(JSON.parse(stdout).rows[0].day).toBe('2026-10-05');
    await own.remove();
  });
});
