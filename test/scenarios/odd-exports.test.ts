import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatMoney, sum } from '../../src/domain/money.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { openFolderLedger } from '../../src/ledger/folder-ledger.ts';
import { type IngestOutcome, ingest, type OnStep } from '../../src/ledger/ingest.ts';
import { openExportFolder } from '../../src/source/cur/folder.ts';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar } from '../fixtures/run.ts';
import { useWorkspace } from '../fixtures/workspace.ts';

const workspace = useWorkspace();

const cost = (amount: number, more: Line = {}): Line => ({ ...USAGE, line_item_unblended_cost: amount, ...more });

/** `2026-10 ingested 3` or `2026-10 failed CUR_…`, through the real ingest. */
async function ingested(onStep?: OnStep): Promise<string[]> {
  const source = await openExportFolder(workspace.cur);
  const ledger = await openFolderLedger(workspace.ledger, source.place);
  const outcomes = await ingest(openDuckDB, source, ledger, await source.deliveries(), onStep);
  return outcomes.map((outcome) => `${outcome.period} ${outcome.kind} ${result(outcome)}`);
}

function result(outcome: IngestOutcome): string {
  if (outcome.kind === 'failed') return outcome.error.code;
  const bedrock = outcome.snapshot.control.filter((total) => total.bedrock);
  return String(Number(formatMoney(sum(bedrock.map(({ unblended }) => unblended)))));
}

const dataFolder = (period = '2026-10'): string => join(workspace.cur, 'data', `BILLING_PERIOD=${period}`);
const metadataFolder = (period = '2026-10'): string => join(workspace.cur, 'metadata', `BILLING_PERIOD=${period}`);

describe('exactly the files of the newest delivery', () => {
  test('a bracket in a folder name is no pattern', async () => {
    const bracketed = join(workspace.path, 'cur [1]');
    await writePeriod(bracketed, '2026-10', [{ lines: [cost(3)] }], null);
    await writePeriod(join(workspace.path, 'cur 1'), '2026-10', [{ lines: [cost(777)] }], null);
    const { stdout } = await workspace.bursar('report', '--cur', bracketed, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ total: '3.0000000000' });
    expect((await workspace.bursar('verify', '--cur', bracketed)).code).toBe(0);
  });

  test('a data file whose name is a pattern is one file', async () => {
    const [first = '', second = ''] = await writePeriod(
      workspace.cur,
      '2026-10',
      [{ lines: [cost(3)] }, { lines: [cost(100)] }],
      () => ({
        dataFiles: ['data/BILLING_PERIOD=2026-10/cur-*.parquet'],
      }),
    );
    renameSync(first, join(dataFolder(), 'cur-*.parquet'));
    expect(second).not.toBe('');
    expect(await ingested()).toEqual(['2026-10 ingested 3']);
  });

  test('a manifest without its data folder is a missing file, not a missing month', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    await writePeriod(workspace.cur, '2026-11', [{ lines: [USAGE] }]);
    rmSync(dataFolder('2026-11'), { recursive: true });
    expect(await ingested()).toEqual(['2026-10 ingested 3', '2026-11 failed CUR_FILE_MISSING']);
    expect((await workspace.bursar('report', '--cur', workspace.cur)).stderr).toMatch(/CUR_FILE_MISSING/);
  });

  test('several executions without a manifest: the newest alone', async () => {
    const [file = ''] = await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }], null);
    for (const execution of ['2026-10-02T08:00:00Z-a', '2026-10-03T08:00:00Z-b'])
      cpSync(file, join(dataFolder(), execution, 'cur.parquet'));
    rmSync(file);
    expect(await ingested()).toEqual(['2026-10 ingested 3']);
  });

  test('an export that changed from "create new" to "overwrite": the newer manifest', async () => {
    const [file = ''] = await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(3)] }]);
    const execution = '2026-10-02T08:00:00Z-a';
    cpSync(file, join(dataFolder(), execution, 'cur.parquet'));
    const old = join(metadataFolder(), execution, 'cur-Manifest.json');
    mkdirSync(join(metadataFolder(), execution));
    writeFileSync(old, JSON.stringify({ dataFiles: [`data/BILLING_PERIOD=2026-10/${execution}/cur.parquet`] }));
    utimesSync(old, new Date('2026-10-02'), new Date('2026-10-02'));
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(50)] }]);
    expect(await ingested()).toEqual(['2026-10 ingested 50']);
  });

  test('one month under two spellings is refused', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }], null);
    cpSync(dataFolder(), join(workspace.cur, 'data', 'billing_period=2026-10'), { recursive: true });
    expect(await ingested()).toEqual(['2026-10 failed CUR_SEVERAL_EXPORTS']);
  });

  test('one file under two names counts once; side files of other systems do not count', async () => {
    const [file = ''] = await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }], null);
    symlinkSync(file, join(dataFolder(), 'again.parquet'));
    writeFileSync(join(dataFolder(), '._cur-00001.snappy.parquet'), 'side file');
    expect(await ingested()).toEqual(['2026-10 ingested 3']);
  });

  test('an export that is reached by a link and by its path is one', async () => {
    await writePeriod(join(workspace.cur, 'exp'), '2026-10', [{ lines: [USAGE] }]);
    symlinkSync(join(workspace.cur, 'exp'), join(workspace.cur, 'latest'));
    for (const path of ['cur', 'cur/latest', 'cur/exp'])
      expect((await workspace.bursar('report', '--cur', path)).code).toBe(0);
  });

  test('files that are rewritten while they are read: the earlier snapshot stays', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(3)] }]);
    await ingested();
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(4)] }]);
    const next = join(workspace.path, 'next');
    await writePeriod(next, '2026-10', [{ lines: [cost(9), cost(9)] }]);
    const outcomes = await ingested(({ what }) => {
      if (what.endsWith('usage types')) cpSync(join(next, 'data'), join(workspace.cur, 'data'), { recursive: true });
    });
    expect(outcomes).toEqual(['2026-10 failed CUR_FILES_CHANGED']);
    const period = join(workspace.ledger, 'period=2026-10');
    expect(readdirSync(period).filter((name) => name.startsWith('snapshot='))).toHaveLength(1);
    expect(await ingested()).toEqual(['2026-10 ingested 18']);
  });

  test.each<[string, () => void]>([
    ['a folder called x.parquet in its place', () => mkdirSync(join(dataFolder(), 'cur-00001.snappy.parquet'))],
    ['a manifest that is a folder', () => mkdirSync(join(metadataFolder(), 'a-Manifest.json'), { recursive: true })],
    ['a manifest that is a broken link', () => symlinkSync('/nowhere', join(metadataFolder(), 'a-Manifest.json'))],
  ])('%s fails its month, not the others', async (_, damage) => {
    await writePeriod(workspace.cur, '2026-09', [{ lines: [USAGE] }]);
    const [file = ''] = await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    rmSync(file);
    rmSync(join(metadataFolder(), 'cur-Manifest.json'));
    damage();
    const [september, october] = await ingested();
    expect(september).toBe('2026-09 ingested 3');
    expect(october).toMatch(/^2026-10 failed CUR_/);
  });
});

describe('Marketplace products over months and deliveries', () => {
  const product: Line = {
    ...USAGE,
    bill_billing_entity: 'AWS Marketplace',
    line_item_legal_entity: 'Anthropic, PBC',
    line_item_product_code: '7zgyu5r4opaqueopaqueopaque',
    product: { product_name: 'Claude Sonnet 4.6 (Amazon Bedrock Edition)' },
    product_product_family: '',
    line_item_iam_principal: '',
  };
  const tax: Line = { ...product, line_item_line_item_type: 'Tax', line_item_unblended_cost: 0.25, product: {} };

  test('a product that a redelivery no longer shows takes its tax along, in every month', async () => {
    await writePeriod(workspace.cur, '2026-09', [{ lines: [USAGE, tax] }]);
    await writePeriod(workspace.cur, '2026-10', [{ lines: [product] }]);
    expect(await ingested()).toEqual(['2026-09 ingested 3.25', '2026-10 ingested 3']);
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(1)] }], (files) => ({ dataFiles: files, again: true }));
    expect(await ingested()).toEqual(['2026-09 ingested 3', '2026-10 ingested 1']);
    expect((await workspace.bursar('verify', '--cur', workspace.cur)).code).toBe(0);
  });

  test('a month that cannot be read now is remembered for what it showed', async () => {
    await writePeriod(workspace.cur, '2026-09', [{ lines: [USAGE, tax] }]);
    await writePeriod(workspace.cur, '2026-10', [{ lines: [product] }]);
    await ingested();
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(Number.NaN, { line_item_unblended_cost: 'NaN' })] }]);
    await writePeriod(workspace.cur, '2026-09', [{ lines: [cost(5), tax] }], (files) => ({
      dataFiles: files,
      again: true,
    }));
    expect(await ingested()).toEqual(['2026-09 ingested 5.25', '2026-10 failed CUR_COST_UNREADABLE']);
    expect((await workspace.bursar('verify', '--cur', workspace.cur, '--period', '2026-09')).code).toBe(0);
  });

  test('tax under another legal entity goes with the product code', async () => {
    const vat = { ...tax, line_item_legal_entity: 'Amazon Web Services EMEA SARL' };
    await writePeriod(workspace.cur, '2026-10', [{ lines: [product, vat] }]);
    expect(await ingested()).toEqual(['2026-10 ingested 3.25']);
    expect((await workspace.bursar('verify', '--cur', workspace.cur)).code).toBe(0);
  });
});

describe('what an answer may not leave out or add', () => {
  test('two months in two currencies are not added', async () => {
    await writePeriod(workspace.cur, '2026-09', [{ lines: [cost(1, { line_item_currency_code: 'CNY' })] }]);
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(2)] }]);
    expect((await workspace.bursar('report', '--cur', workspace.cur)).code).toBe(0);
    const both = await workspace.bursar('report', '--cur', workspace.cur, '--period', '2026-09..2026-10');
    expect(both.stderr).toMatch(/CUR_SEVERAL_CURRENCIES/);
    expect(both.code).toBe(2);
  });

  test('usage days wait for a later month that cannot be read: it may bill them', async () => {
    await writePeriod(workspace.cur, '2026-09', [
      { lines: [cost(3, { line_item_usage_start_date: '2026-09-30 10:00:00' })] },
    ]);
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(1, { line_item_unblended_cost: 'NaN' })] }]);
    const days = ['--from', '2026-09-30', '--to', '2026-09-30'];
    expect((await workspace.bursar('report', '--cur', workspace.cur, ...days)).stderr).toMatch(/CUR_COST_UNREADABLE/);
    const month = await workspace.bursar('report', '--cur', workspace.cur, '--period', '2026-09');
    expect(month.code).toBe(0);
    expect(month.stdout).toMatch(/Note: 2026-10 could not be brought up to date \(CUR_COST_UNREADABLE\)/);
    expect((await workspace.bursar('verify', '--cur', workspace.cur, '--period', '2026-09')).code).toBe(0);
    expect((await workspace.bursar('verify', '--cur', workspace.cur)).code).toBe(2);
  });

  test('a line without a usage day is in the month and on no day', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(3), cost(1, { line_item_usage_start_date: null })] }]);
    const run = await workspace.bursar('report', '--cur', workspace.cur, '--from', '2026-10-01', '--format', 'json');
    expect(JSON.parse(run.stdout)).toMatchObject({
      total: '3.0000000000',
      check: { filteredOut: '1.0000000000', difference: '0' },
    });
    expect(run.code).toBe(0);
  });

  test('the price of a token leaves out what paid for tokens that cannot be counted', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(3), cost(3, { line_item_usage_amount: 'NaN' })] }]);
    const { stdout } = await workspace.bursar('report', '--cur', workspace.cur, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      rows: [{ cost: '6.0000000000', costPerMillionTokens: '3.0000000000' }],
    });
  });

  test('many months without data are one note', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    const { stdout, code } = await workspace.bursar(
      'report',
      '--cur',
      workspace.cur,
      '--period',
      '2000-01..2999-12',
      '--format',
      'json',
    );
    expect((JSON.parse(stdout) as { notes: string[] }).notes[0]).toBe(
      'The export has no Bedrock lines for 2000-01 to 2026-09, 2026-11 to 2999-12.',
    );
    expect(code).toBe(0);
  });
});

describe('physical types', () => {
  test('costs as text decide the net basis like numbers; empty text is no cost', async () => {
    const types = {
      line_item_net_unblended_cost: 'VARCHAR',
      line_item_unblended_cost: 'VARCHAR',
      line_item_usage_amount: 'VARCHAR',
    };
    const lines = [cost(1, { line_item_net_unblended_cost: '0.4' }), cost(1, { line_item_net_unblended_cost: '4e-1' })];
    await writePeriod(workspace.cur, '2026-10', [{ lines, types }]);
    const { stdout } = await workspace.bursar('report', '--cur', workspace.cur, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ cost: 'net', total: '0.8000000000' });
    expect((await workspace.bursar('verify', '--cur', workspace.cur)).code).toBe(0);
  });

  test('text timestamps with an offset lie on their UTC day; unreadable ones on none', async () => {
    const types = { line_item_usage_start_date: 'VARCHAR', line_item_usage_end_date: 'VARCHAR' };
    const at = (start: string): Line => cost(1, { line_item_usage_start_date: start, line_item_usage_end_date: start });
    await writePeriod(workspace.cur, '2026-10', [
      { lines: [at('2026-10-02T01:00:00+02:00'), at('2026-10-03T00:00:00Z'), at('')], types },
    ]);
    const { stdout } = await workspace.bursar('report', '--cur', workspace.cur, '--grain', 'day', '--format', 'csv');
    expect(stdout.split('\r\n').map((row) => row.split(',')[0])).toEqual(['day', '2026-10-01', '2026-10-03', '', '']);
  });

  test('a time column that holds no times is named', async () => {
    await writePeriod(workspace.cur, '2026-10', [
      { lines: [cost(1, { line_item_usage_start_date: 5 })], types: { line_item_usage_start_date: 'BIGINT' } },
    ]);
    expect((await workspace.bursar('report', '--cur', workspace.cur)).stderr).toMatch(
      /CUR_COLUMN_MISSING: .*line_item_usage_start_date holds BIGINT/,
    );
  });
});

describe('a damaged ledger', () => {
  test('with an old classifier is made anew from the export', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    await ingested();
    const period = join(workspace.ledger, 'period=2026-10');
    const snapshot = join(period, `snapshot=${readFileSync(join(period, 'current'), 'utf8')}`);
    const json = join(snapshot, 'snapshot.json');
    writeFileSync(json, readFileSync(json, 'utf8').replace(/"classifierVersion": \d+/, '"classifierVersion": 0'));
    truncateSync(join(snapshot, 'usage.parquet'), 50);
    expect(await ingested()).toEqual(['2026-10 ingested 3']);
  });

  test('a ledger.json that is not JSON says to delete the ledger', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    mkdirSync(workspace.ledger);
    writeFileSync(join(workspace.ledger, 'ledger.json'), '{');
    expect((await workspace.bursar('report', '--cur', workspace.cur)).stderr).toMatch(
      /LEDGER_DAMAGED: .*\n {2}Delete the ledger folder/,
    );
  });
});

describe('the command line', () => {
  test('no escape of the export reaches the terminal', async () => {
    await writePeriod(workspace.cur, '2026-10', [
      { lines: [USAGE, cost(1, { line_item_currency_code: '\u001b[31mEUR' })] },
    ]);
    expect((await workspace.bursar('ingest', '--cur', workspace.cur)).stdout).not.toContain('\u001b');
    await writePeriod(workspace.cur, '2026-10', [{ lines: [cost(1, { line_item_legal_entity: '\u202e\u009b31m' })] }]);
    for (const format of ['json', 'table']) {
      expect((await workspace.bursar('verify', '--cur', workspace.cur, '--format', format)).stdout).not.toMatch(
        /[\u202e\u009b]/,
      );
    }
  });

  test('ingest says what has no manifest and what one sign alone found', async () => {
    await writePeriod(
      workspace.cur,
      '2026-10',
      [{ lines: [USAGE, { ...USAGE, product_product_family: '', line_item_iam_principal: null }] }],
      null,
    );
    const { stdout } = await workspace.bursar('ingest', '--cur', workspace.cur);
    expect(stdout).toMatch(/no manifest: every data file in its folder was taken/);
    expect(stdout).toMatch(/found to be Bedrock by one sign alone: 1 line by product code/);
  });

  test.each<[string[], string, RegExp]>([
    [['report', '--to', '9999-12-31'], 'OPTION_INVALID', /UTC day/],
    [['report', '--by', ''], 'OPTION_INVALID', /one to three dimensions/],
    [['report', '--by', 'team,'], 'OPTION_INVALID', /one to three dimensions/],
    [['report', '--where', 'team='], 'OPTION_INVALID', /\(none\) stands for no value/],
    [['report', '--config', 'missing.yaml'], 'CONFIG_INVALID', /Check the path/],
    [['help', 'nonsense'], 'OPTION_INVALID', /there is no command "nonsense"/],
    [['report', '--cur', ''], 'OPTION_INVALID', /nothing says where/],
  ])('%j says what is wrong', async (args, code, words) => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    const named = args[0] === 'report' && !args.includes('--cur') ? [...args, '--cur', workspace.cur] : args;
    const run = await workspace.bursar(...named);
    expect(run.stderr).toContain(`error ${code}: `);
    expect(run.stderr).toMatch(words);
    expect(run.code).toBe(2);
  });

  test('a configuration with an alias to nothing is explained', async () => {
    writeFileSync(join(workspace.path, 'bursar.yaml'), 'cur: *nothing\n');
    expect((await workspace.bursar('report')).stderr).toMatch(/CONFIG_INVALID/);
  });

  test('a configuration whose dimensions are left empty names none', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    writeFileSync(join(workspace.path, 'bursar.yaml'), 'cur: cur\ndimensions:\n');
    expect((await workspace.bursar('report')).stdout).toMatch(/by team/);
  });

  test('with dimensions of one’s own, the first is asked for', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    writeFileSync(join(workspace.path, 'bursar.yaml'), 'cur: cur\ndimensions:\n  squad: iamPrincipal/team\n');
    const { stdout } = await workspace.bursar('report', '--format', 'csv');
    expect(
      stdout
        .split('\r\n')
        .slice(0, 2)
        .map((row) => row.split(',')[0]),
    ).toEqual(['squad', 'backend']);
  });

  test('an output that cannot be written is an error with words', async () => {
    await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
    const run = await runBursar(['report', '--cur', workspace.cur], {
      env: { BURSAR_LEDGER: workspace.ledger },
      stdout: '/dev/full',
    });
    expect(run.stderr).toMatch(/FOLDER_NOT_WRITABLE: the output cannot be written/);
    expect(run.code).toBe(2);
  });
});

test('nothing is asked after an interrupt, also when it came between two statements', async () => {
  const interrupt = new AbortController();
  const engine = await openDuckDB({ signal: interrupt.signal });
  await engine.run('SELECT 1');
  interrupt.abort();
  await expect(engine.run('SELECT 1')).rejects.toMatchObject({ why: 'interrupted' });
  await engine.close();
});
