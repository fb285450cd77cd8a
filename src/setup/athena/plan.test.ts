import { describe, expect, it } from 'vitest';
import type { CatalogTable } from '../../aws/read/glue.ts';
import { WORKGROUP_DESCRIPTION } from '../../change/kind/create-workgroup.ts';
import type { PlanPart } from '../../domain/plan.ts';
import type { AthenaWish } from '../../domain/setup.ts';
import { tableColumns } from './columns.ts';
import { type AthenaFacts, planAthena } from './plan.ts';
import { rawTable } from './table.ts';

const WISH: AthenaWish = {
  database: 'bursar',
  table: 'cur',
  workgroup: 'bursar',
  results: 's3://acme-billing/athena-results/',
  scanBytes: 100_000_000_000,
};
const FOLDER = 's3://acme-billing/cur/bursar/';
const COLUMNS = { line_item_usage_type: 'string', line_item_unblended_cost: 'double', tags: 'map<string,string>' };
const TABLE = rawTable(FOLDER, COLUMNS);
const GROUP = { results: WISH.results, encryption: 'SSE_S3', enforced: true, scanBytes: WISH.scanBytes };

const NOTHING: AthenaFacts = {
  account: '111111111111',
  region: 'eu-central-1',
  folder: FOLDER,
  columns: COLUMNS,
  hasDatabase: false,
  table: null,
  workgroup: null,
  resultsBucket: { name: 'acme-billing', is: 'there' },
};
const DONE: AthenaFacts = {
  ...NOTHING,
  hasDatabase: true,
  table: TABLE,
  workgroup: { ...GROUP, description: WORKGROUP_DESCRIPTION },
};

/** As a crawler makes one: no projection, and columns of its own kind. */
const CRAWLED: CatalogTable = {
  location: FOLDER,
  columns: { ...COLUMNS, extra: 'string' },
  partitions: { data: 'string', billing_period: 'string' },
  parameters: { classification: 'parquet' },
};

const kinds = ({ changes }: PlanPart): string => changes.map(({ kind }) => kind).join(' ');
const plan = (differs: Partial<AthenaFacts>): PlanPart => planAthena(WISH, { ...DONE, ...differs });

describe('what is planned', () => {
  const cases: readonly [string, Partial<AthenaFacts>, string, RegExp | null][] = [
    ['nothing there', NOTHING, 'create-database create-table create-workgroup', null],
    ['all there', {}, '', null],
    ['the table has more columns', { table: { ...TABLE, columns: { ...COLUMNS, more: 'string' } } }, '', null],
    [
      'Athena has written more into the table',
      { table: { ...TABLE, parameters: { ...TABLE.parameters, transient_lastDdlTime: '1' } } },
      '',
      null,
    ],
    [
      'the export has a new column',
      { columns: { ...COLUMNS, line_item_iam_principal: 'string' } },
      'create-table',
      null,
    ],
    ['the export lies elsewhere now', { folder: 's3://acme-billing/cur/bursar-2/' }, 'create-table', null],
    ['a table of a crawler over the export', { table: CRAWLED }, '', null],
    [
      'a table of somebody over other files',
      { table: { ...CRAWLED, location: 's3://other/' } },
      '',
      /table bursar\.cur is not Bursar's, and reads s3:\/\/other\/ instead/,
    ],
    [
      'another limit',
      { workgroup: { ...GROUP, scanBytes: 10_000_000, description: WORKGROUP_DESCRIPTION } },
      'create-workgroup',
      null,
    ],
    ['a workgroup of somebody with these settings', { workgroup: { ...GROUP, description: 'ours' } }, '', null],
    [
      'a workgroup of somebody with others',
      { workgroup: { ...GROUP, enforced: false, description: 'ours' } },
      '',
      /workgroup bursar is not Bursar's/,
    ],
    [
      'answers go where no bucket is',
      { resultsBucket: { name: 'nowhere', is: 'missing' } },
      '',
      /bucket nowhere, .* does not exist/,
    ],
  ];
  it.each(cases)('%s', (_, facts, expected, note) => {
    const part = plan(facts);
    expect(kinds(part)).toBe(expected);
    expect(part.notes).toHaveLength(note === null ? 0 : 1);
    if (note !== null) expect(part.notes[0]?.what).toMatch(note);
  });

  it('each waits for what it needs', () => {
    const { changes } = plan({ ...NOTHING, resultsBucket: { name: 'acme-billing', is: 'made' } });
    expect(changes.map(({ dependsOn }) => dependsOn)).toEqual([
      [],
      ['create-database/111111111111/eu-central-1/bursar'],
      ['create-bucket/111111111111/acme-billing'],
    ]);
  });

  it('finds months by the folders of the export', () => {
    expect(TABLE.parameters).toMatchObject({
      'projection.billing_period.format': 'yyyy-MM',
      'projection.billing_period.range': '2023-11,NOW',
      'storage.location.template': `s3://acme-billing/cur/bursar/data/BILLING_PERIOD=\${billing_period}/`,
    });
  });
});

describe('columns', () => {
  const types: readonly [string, string, string][] = [
    ['line_item_usage_type', 'string', 'string'],
    ['line_item_unblended_cost', 'double', 'double'],
    ['line_item_usage_amount', 'decimal(38,10)', 'double'],
    ['line_item_usage_start_date', 'timestamp', 'timestamp'],
    ['line_item_usage_end_date', 'TIMESTAMP(3)', 'timestamp'],
    ['reservation_end_time', 'string', 'string'],
    ['product', 'map<string,string>', 'map<string,string>'],
    ['tags', 'MAP(VARCHAR, VARCHAR)', 'map<string,string>'],
    ['discount', 'map<string,double>', 'map<string,double>'],
    ['discount', 'map', 'map<string,double>'],
    ['line_item_usage_account_id', 'varchar', 'string'],
  ];
  it.each(types)('%s: %s', (name, type, expected) => {
    expect(tableColumns([{ name, type }], null)[name]).toBe(expected);
  });

  it('are those that the export selects, and the caller', () => {
    const schema = ['a', 'b', 'c'].map((name) => ({ name, type: 'string' }));
    expect(Object.keys(tableColumns(schema, ['b', 'a']))).toEqual(['a', 'b', 'line_item_iam_principal']);
  });
});
