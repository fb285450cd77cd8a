import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Line, OTHER_SERVICE, USAGE, writePeriod } from '../fixtures/export.ts';
import { type Run, runBursar, temporaryFolder } from '../fixtures/run.ts';

const folder = temporaryFolder();
const cur = join(folder.path, 'cur');

/** An invoice of AWS with Bedrock, another service and tax, as a payer with private prices has it. */
const AWS = '1489703563';
/** One of a Marketplace seller. */
const SELLER = '1940908176';

const invoiced = (line: Line, cost: number, more: Line = {}): Line => ({
  ...line,
  bill_invoice_id: AWS,
  line_item_unblended_cost: cost,
  ...more,
});

const MARKETPLACE: Line = {
  bill_billing_entity: 'AWS Marketplace',
  line_item_legal_entity: 'Anthropic, PBC',
  line_item_product_code: '7zgyu5r4example0000000000',
  bill_invoice_id: SELLER,
};

beforeAll(async () => {
  await writePeriod(cur, '2026-10', [
    {
      lines: [
        invoiced(USAGE, 100.004, { line_item_net_unblended_cost: 90.004 }),
        invoiced(USAGE, 0.003, { line_item_net_unblended_cost: 0.003 }),
        invoiced(OTHER_SERVICE, 50, { line_item_net_unblended_cost: 45 }),
        invoiced(OTHER_SERVICE, 19, { line_item_line_item_type: 'Tax', line_item_net_unblended_cost: 19 }),
        invoiced(USAGE, 7, { ...MARKETPLACE, line_item_net_unblended_cost: 7 }),
      ],
    },
  ]);
  await writePeriod(cur, '2026-11', [{ lines: [{ ...USAGE, bill_billing_period_start_date: '2026-11-01 00:00:00' }] }]);
});

afterAll(() => folder.remove());

function verify(...args: string[]): Promise<Run> {
  return runBursar(['verify', '--cur', cur, '--ledger', join(folder.path, 'ledger'), ...args]);
}

async function tied(...args: string[]) {
  const { stdout, code } = await verify('--format', 'json', ...args);
  const { holds, invoices } = JSON.parse(stdout) as { holds: boolean; invoices: Record<string, unknown>[] };
  return { code, holds, ...invoices[0] };
}

test('an invoice is Bedrock, the rest and what AWS rounded', async () => {
  expect(await tied('--invoice', `${AWS}=169.01`)).toMatchObject({
    code: 0,
    holds: true,
    cost: 'unblended',
    currency: 'USD',
    payers: ['000000000001'],
    periods: ['2026-10'],
    bedrock: '100.0070000000',
    rest: '69.0000000000',
    tax: '19.0000000000',
    rounding: '0.0030000000',
    // usage of Bedrock and of the other service, and its tax
    printed: 3,
    tolerance: '0.0150000000',
  });
});

test.each([
  ['an invoice without rounding', `${SELLER}=7`, 'unblended', '0.0000000000', 0],
  ['discounts in the net columns alone', `${AWS}=154.01`, 'net', '0.0030000000', 0],
  ['as much as rounding can be', `${AWS}=169.022`, 'unblended', '0.0150000000', 0],
  ['a ten-billionth more than rounding can be', `${AWS}=169.0220000001`, 'unblended', '0.0150000001', 1],
  ['less than the lines', `${AWS}=168.99`, 'unblended', '-0.0170000000', 1],
  ['a small invoice, of which AWS rounded up an amount below a cent', `${SELLER}=7.01`, 'unblended', '0.0100000000', 0],
])('%s: %s', async (_, invoice, cost, rounding, code) => {
  expect(await tied('--invoice', invoice)).toMatchObject({ code, holds: code === 0, cost, rounding });
});

test('the tolerance can be given', async () => {
  expect(await tied('--invoice', `${AWS}=169.01`, '--tolerance', '0')).toMatchObject({ code: 1, holds: false });
  expect(await tied('--invoice', `${AWS}=180`, '--tolerance', '12.50')).toMatchObject({ code: 0, holds: true });
});

test('the parts are printed with the digits that make them add up', async () => {
  const { stdout, code } = await verify('--invoice', `${AWS}=169.01`, '--invoice', `${SELLER}=7.00`);
  expect(code).toBe(0);
  expect(stdout.slice(stdout.indexOf('Invoice 1489703563'))).toMatchInlineSnapshot(`
    "Invoice 1489703563 · 2026-10 · payer 000000000001 · Amazon Web Services, Inc. · unblended cost, USD
    Bedrock             100.007
    Rest of the export   69.000
    AWS rounding          0.003
    ───────────────────────────
    Invoice             169.010
    The invoice is the sum of its lines and 0.003 that AWS rounded, within ±0.015 for the 3 amounts that it prints. ✓

    Invoice 1940908176 · 2026-10 · payer 000000000001 · Anthropic, PBC · unblended cost, USD
    Bedrock             7.00
    Rest of the export  0.00
    AWS rounding        0.00
    ────────────────────────
    Invoice             7.00
    The invoice is the sum of its lines. ✓
    "
  `);
});

test('what rounding cannot explain is a difference, with the cause where the numbers show it', async () => {
  const withoutTax = await verify('--invoice', `${AWS}=150.01`);
  expect(withoutTax.stdout).toContain(
    'DIFFERENCE: the invoice says 18.997 less than its lines, beyond what rounding explains (±0.015). It ties without its tax lines (19.00): give the total with tax.',
  );
  expect(withoutTax.code).toBe(1);
  const other = await verify('--invoice', `${AWS}=1000`);
  expect(other.stdout).toMatch(/DIFFERENCE: the invoice says 830\.993 more than its lines.* is in USD and with tax/s);
  expect(other.code).toBe(1);
});

test.each([
  [
    'an invoice that is not there',
    ['--invoice', '1489703564=1'],
    /INVOICE_UNKNOWN.*\n.* 1489703563 \(2026-10, 169\.01 un/,
  ],
  ['no invoice yet', ['--invoice', `${AWS}=1`, '--period', '2026-11'], /has not invoiced these periods yet\n/],
  ['separators of thousands', ['--invoice', `${AWS}=1,234.56`], /--invoice 1489703563: 1,234\.56 is not understood/],
  ['a currency', ['--invoice', `${AWS}=$5`], /OPTION_INVALID/],
  ['no amount', ['--invoice', AWS], /It takes ID=AMOUNT/],
  ['a tolerance for nothing', ['--tolerance', '1'], /--tolerance 1 makes no sense here/],
  ['a tolerance below 0', ['--invoice', `${AWS}=1`, '--tolerance', '-1'], /--tolerance -1 makes no sense here/],
  [
    'an invoice of Cost Explorer',
    ['--invoice', `${AWS}=1`, '--against', 'ce'],
    /--invoice does not go with --against ce/,
  ],
])('%s is refused', async (_, args, words) => {
  const { stderr, code } = await verify(...args);
  expect(stderr).toMatch(words);
  expect(code).toBe(2);
});
