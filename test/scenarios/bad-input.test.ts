import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Line, type Part, USAGE, writePeriod } from '../fixtures/export.ts';
import type { Run } from '../fixtures/run.ts';
import { useWorkspace } from '../fixtures/workspace.ts';

const workspace = useWorkspace();

/** Every error says what failed and why on its first line and what to do on the next; a stack trace is a bug. */
function expectError(run: Run, code: string, exitCode: number, ...words: (string | RegExp)[]): void {
  expect(run.stderr).toContain(`error ${code}: `);
  expect(run.stderr).not.toMatch(/\n\s+at /);
  expect(run.stderr.trimEnd().split('\n').at(-1)).toMatch(/^ {2}\S/);
  for (const word of words) expect(run.stderr).toMatch(word);
  expect(run.stdout).toBe('');
  expect(run.code).toBe(exitCode);
}

const money = (column: 'line_item_unblended_cost' | 'line_item_net_unblended_cost', value: string): Part => ({
  lines: [USAGE, { ...USAGE, [column]: value }],
});

test.each<[string, () => Promise<unknown>, string, number, RegExp]>([
  [
    'a folder that does not exist',
    async () => rmSync(workspace.cur, { recursive: true }),
    'CUR_FOLDER_MISSING',
    2,
    /cur does not exist/,
  ],
  [
    'a folder without an export',
    async () => mkdirSync(join(workspace.cur, 'x')),
    'CUR_FOLDER_MISSING',
    2,
    /no data\/BILLING_PERIOD=YYYY-MM/,
  ],
  [
    'two exports below the folder',
    async () => {
      await writePeriod(join(workspace.cur, 'one'), '2026-10', [{ lines: [USAGE] }]);
      await writePeriod(join(workspace.cur, 'two'), '2026-10', [{ lines: [USAGE] }]);
    },
    'CUR_SEVERAL_EXPORTS',
    2,
    /cur\/one\n.*cur\/two/,
  ],
  [
    'a file that the manifest lists is missing',
    async () => {
      const [, second = ''] = await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }, { lines: [USAGE] }]);
      rmSync(second);
    },
    'CUR_FILE_MISSING',
    2,
    /cur-00002\.snappy\.parquet is listed in .*Manifest\.json/,
  ],
  [
    'a manifest that is no JSON',
    () => writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }], null).then(() => manifest('{"dataFiles": [')),
    'CUR_MANIFEST_UNREADABLE',
    2,
    /is not JSON/,
  ],
  [
    'a manifest that lists a file outside',
    () =>
      writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }], () => ({
        dataFiles: ['data/BILLING_PERIOD=2026-10/../../../../etc/passwd'],
      })),
    'CUR_MANIFEST_UNREADABLE',
    2,
    /outside/,
  ],
  [
    'a file cut short',
    async () => {
      const [file = ''] = await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
      truncateSync(file, readFileSync(file).length - 100);
    },
    'CUR_FILE_UNREADABLE',
    2,
    /cut short/,
  ],
  [
    'a file of zeros in the middle',
    async () => {
      const [, file = ''] = await writePeriod(workspace.cur, '2026-10', [
        { lines: [USAGE] },
        { lines: Array<Line>(500).fill(USAGE) },
      ]);
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0x7f, 4, 900));
    },
    'CUR_FILE_UNREADABLE',
    2,
    /cur-00002\.snappy\.parquet cannot be read/,
  ],
  [
    'a file that is no Parquet',
    async () => {
      const [file = ''] = await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
      writeFileSync(file, 'bill_invoice_id,line_item_unblended_cost\n');
    },
    'CUR_FILE_UNREADABLE',
    2,
    /is no Parquet file/,
  ],
  [
    'a legacy Cost and Usage Report',
    () =>
      writePeriod(workspace.cur, '2026-10', [
        { lines: [USAGE], without: ['tags', 'product'], added: { product_product_name: 'Amazon Bedrock' } },
      ]),
    'CUR_OTHER_FORMAT',
    2,
    /own-export\.md/,
  ],
  [
    'a FOCUS export',
    () => writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE], added: { BilledCost: '3' } }]),
    'CUR_OTHER_FORMAT',
    2,
    /FOCUS/,
  ],
  [
    'no cost column',
    () => writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE], without: ['line_item_unblended_cost'] }]),
    'CUR_COLUMN_MISSING',
    2,
    /line_item_unblended_cost/,
  ],
  [
    'a cost of NaN',
    () => writePeriod(workspace.cur, '2026-10', [money('line_item_unblended_cost', 'NaN')]),
    'CUR_COST_UNREADABLE',
    2,
    /cur-00001\.snappy\.parquet, line 2: unblended nan/,
  ],
  [
    'an infinite cost',
    () => writePeriod(workspace.cur, '2026-10', [money('line_item_net_unblended_cost', '-Infinity')]),
    'CUR_COST_UNREADABLE',
    2,
    /line 2: .*net -inf/,
  ],
  [
    'a cost of 100 million',
    () => writePeriod(workspace.cur, '2026-10', [money('line_item_unblended_cost', '1e8')]),
    'CUR_COST_UNREADABLE',
    2,
    /unblended 100000000/,
  ],
  [
    'two currencies',
    () => writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE, { ...USAGE, line_item_currency_code: 'CNY' }] }]),
    'CUR_SEVERAL_CURRENCIES',
    2,
    /CNY and USD \(CNY: payer 000000000001; USD: payer 000000000001\)/,
  ],
  [
    'two payers in two currencies',
    () =>
      writePeriod(workspace.cur, '2026-10', [
        { lines: [USAGE] },
        { lines: [{ ...USAGE, line_item_currency_code: 'CNY', bill_payer_account_id: '000000000009' }] },
      ]),
    'CUR_SEVERAL_CURRENCIES',
    2,
    /CNY and USD \(CNY: payer 000000000009; USD: payer 000000000001\)/,
  ],
  [
    'one part without the cost column',
    () =>
      writePeriod(workspace.cur, '2026-10', [
        { lines: [USAGE] },
        { lines: [USAGE], without: ['line_item_unblended_cost'] },
      ]),
    'CUR_COLUMN_MISSING',
    2,
    /cur-00002\.snappy\.parquet has no column line_item_unblended_cost/,
  ],
])('%s', async (_, prepare, code, exitCode, words) => {
  await prepare();
  expectError(await workspace.bursar('report', '--cur', workspace.cur), code, exitCode, words);
});

function manifest(text: string): void {
  mkdirSync(join(workspace.cur, 'metadata', 'BILLING_PERIOD=2026-10'), { recursive: true });
  writeFileSync(join(workspace.cur, 'metadata', 'BILLING_PERIOD=2026-10', 'cur-Manifest.json'), text);
}

test.each<[string, string[], string, RegExp]>([
  ['an unknown dimension', ['--by', 'temas'], 'DIMENSION_UNKNOWN', /Did you mean team\?/],
  ['a dimension twice', ['--by', 'team,team'], 'OPTION_INVALID', /team stands twice/],
  ['four dimensions', ['--by', 'team,model,role,session'], 'OPTION_INVALID', /at most 3/],
  ['a period that is no month', ['--period', '2026-13'], 'OPTION_INVALID', /2026-10/],
  ['a period without data', ['--period', '2025-01'], 'PERIOD_WITHOUT_DATA', /There are: 2026-10/],
  ['days without data', ['--from', '2025-01-01', '--to', '2025-01-02'], 'PERIOD_WITHOUT_DATA', /There are: 2026-10/],
  ['a day that does not exist', ['--from', '2026-02-30'], 'OPTION_INVALID', /UTC day/],
  ['from after to', ['--from', '2026-10-02', '--to', '2026-10-01'], 'OPTION_INVALID', /on or before/],
  ['a filter without a value', ['--where', 'team'], 'OPTION_INVALID', /DIM=VALUE/],
  ['a filter on an unknown dimension', ['--where', 'modle=x'], 'DIMENSION_UNKNOWN', /Did you mean model\?/],
  ['top 0', ['--top', '0'], 'OPTION_INVALID', /whole number from 1/],
])('%s', async (_, args, code, words) => {
  await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
  const run = await workspace.bursar('report', '--cur', workspace.cur, ...args);
  expectError({ ...run, stderr: run.stderr.replace(/^2026-10 {2}ingested.*\nLedger.*\n/, '') }, code, 2, words);
});

test.each<[string, string, string, RegExp]>([
  ['yaml that does not parse', 'dimensions: [', 'CONFIG_INVALID', /bursar\.yaml, line 1/],
  [
    'a key that Bursar does not know',
    'cur: cur\nledgre: x\n',
    'CONFIG_INVALID',
    /bursar\.yaml, line 2, column 1: ledgre/,
  ],
  ['a dimension with capital letters', 'dimensions:\n  Team: iamPrincipal/team\n', 'CONFIG_INVALID', /Team/],
  [
    'a dimension named like a built-in one',
    'cur: cur\ndimensions:\n  model: iamPrincipal/model\n',
    'DIMENSION_NAME_TAKEN',
    /model is built in/,
  ],
  [
    'a dimension named like a field of the answer',
    'cur: cur\ndimensions:\n  cost: iamPrincipal/cost\n',
    'DIMENSION_NAME_TAKEN',
    /field of the answer/,
  ],
])('%s', async (_, yaml, code, words) => {
  await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
  writeFileSync(join(workspace.path, 'bursar.yaml'), yaml);
  expectError(await workspace.bursar('report'), code, 2, words);
});

test('no command, an unknown command, an unknown option', async () => {
  expect((await workspace.bursar()).code).toBe(2);
  expectError(await workspace.bursar('reprot'), 'OPTION_INVALID', 2, /Did you mean report\?/);
  const run = await workspace.bursar('report', '--bye');
  expect(run.stderr).toMatch(/unknown option '--bye'/);
  expect(run.code).toBe(2);
});

test('nothing says where the export is', async () => {
  expectError(await workspace.bursar('report'), 'OPTION_INVALID', 2, /--cur DIR/);
});

test('one bad month does not hide the others, and an answer over it is refused', async () => {
  await writePeriod(workspace.cur, '2026-09', [money('line_item_unblended_cost', 'NaN')]);
  await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
  const ingest = await workspace.bursar('ingest', '--cur', workspace.cur);
  expect(ingest.stdout).toMatch(/2026-09 {2}FAILED: CUR_COST_UNREADABLE[\s\S]*2026-10 {2}ingested/);
  expect(ingest.code).toBe(2);
  const newest = await workspace.bursar('report', '--cur', workspace.cur, '--format', 'json');
  expect(JSON.parse(newest.stdout)).toMatchObject({ total: '3.0000000000' });
  expect(newest.code).toBe(0);
  expectError(
    await workspace.bursar('report', '--cur', workspace.cur, '--period', '2026-09..2026-10'),
    'CUR_COST_UNREADABLE',
    2,
  );
});

test('a delivery that cannot be read leaves the earlier snapshot in the ledger', async () => {
  await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE] }]);
  await workspace.bursar('ingest', '--cur', workspace.cur);
  const pointer = join(workspace.ledger, 'period=2026-10', 'current');
  const before = readFileSync(pointer, 'utf8');
  await writePeriod(workspace.cur, '2026-10', [money('line_item_unblended_cost', 'Infinity')]);
  expectError(await workspace.bursar('report', '--cur', workspace.cur), 'CUR_COST_UNREADABLE', 2);
  expect(readFileSync(pointer, 'utf8')).toBe(before);
});

test('a missing manifest and names Bursar does not know are said, and cost nothing', async () => {
  const odd: Line[] = [
    { ...USAGE, line_item_usage_type: 'USE1-Mystery-thing' },
    { ...USAGE, pricing_unit: 'parsecs' },
    { ...USAGE, line_item_usage_amount: 'NaN' },
  ];
  await writePeriod(workspace.cur, '2026-10', [{ lines: [USAGE, ...odd] }], null);
  const { stdout, code } = await workspace.bursar('report', '--cur', workspace.cur, '--format', 'json');
  const answer = JSON.parse(stdout) as { total: string; rows: { tokens: { input: string } }[]; notes: string[] };
  expect(answer.total).toBe('12.0000000000');
  expect(answer.rows[0]?.tokens.input).toBe('1000000');
  expect(answer.notes.join('\n')).toMatch(/Mystery/);
  expect(answer.notes.join('\n')).toMatch(/parsecs/);
  expect(answer.notes.join('\n')).toMatch(/without a readable usage amount/);
  expect(answer.notes.join('\n')).toMatch(/no manifest/);
  expect(code).toBe(0);
});
