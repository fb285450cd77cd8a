import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CUR_COLUMNS } from '../../src/demo/columns.ts';
import { tableColumns } from '../../src/setup/athena/columns.ts';
import { REPORT_COLUMNS } from '../../src/setup/export/query.ts';
import { checkColumns } from '../../src/source/cur/columns.ts';
import { TEXT_COLUMNS } from '../../src/source/cur/normalize.ts';

/** Come with settings of the export, not with its query. */
const BY_SETTING = ['line_item_iam_principal', 'line_item_resource_id'];

test('an export that serves has all columns that lines are read from', () => {
  const read = Object.values(TEXT_COLUMNS).filter((name) => !BY_SETTING.includes(name));
  expect(REPORT_COLUMNS).toEqual(expect.arrayContaining(read));
  const types = new Map(REPORT_COLUMNS.map((name) => [name, CUR_COLUMNS[name] ?? '']));
  expect(() => checkColumns(types, 'the export', false)).not.toThrow();
});

test('the table for Athena has the columns and types of the one that the guide of Trino makes', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/trino.md'), 'utf8');
  const [, list = ''] = /CREATE TABLE hive\.billing\.cur \(\n(.*?)\n {2}billing_period/s.exec(guide) ?? [];
  const columns = [...list.matchAll(/^ {2}(\w+) (.+),$/gm)].map(([, name = '', type = '']) => ({ name, type }));
  expect(columns.length).toBeGreaterThan(20);
  const schema = Object.entries(CUR_COLUMNS).map(([name, type]) => ({ name, type }));
  const ours = tableColumns(schema, null);
  expect(Object.fromEntries(columns.map(({ name }) => [name, ours[name]]))).toEqual(
    Object.fromEntries(columns.map(({ name, type }) => [name, HIVE[type]])),
  );
});

/** Hive's word for a type of Trino. */
const HIVE: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  DOUBLE: 'double',
  'TIMESTAMP(3)': 'timestamp',
  'MAP(VARCHAR, VARCHAR)': 'map<string,string>',
};
