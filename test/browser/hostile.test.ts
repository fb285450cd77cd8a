import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { axeComplaints, settled, useBrowserPage } from './page.fixture.ts';

const NAMES = [
  '<script>document.title = "run"</script>',
  '<img src=x onerror="document.title = \'run\'">',
  '"><svg/onload=alert(1)>',
  "'; DROP TABLE fact; --",
  'x'.repeat(2_000),
  'שלום עולם',
  '\u202egnp.exe',
  '👩‍👩‍👧 family',
  '(none)',
  'a,b=c\\d',
  '__proto__',
  'zero\u0000width',
].filter((name) => !name.includes('\0'));

const line = (team: string | null, cost: number, more: Line = {}): Line => ({
  ...USAGE,
  line_item_unblended_cost: cost,
  tags: team === null ? {} : { 'iamPrincipal/team': team },
  ...more,
});

let cur = '';
const lines = NAMES.map((name, index) => line(name, 100 - index));

const browserPage = useBrowserPage(async (folder) => {
  cur = join(folder, 'cur');
  await writePeriod(cur, '2026-10', [{ lines: [...lines, line(null, 5), line('refunded', -20)] }]);
  return cur;
});

test.each([1280, 400])('hostile names are text, and break nothing at %i pixels', async (width) => {
  const page = await browserPage.open('', { viewport: { width, height: 900 } });
  const links = page.getByRole('table', { name: 'Who spends what' }).getByRole('link');
  expect(await links.allTextContents()).toEqual([...NAMES, '(no team)', 'refunded']);
  expect(await page.title()).toBe('Bursar');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  expect(await axeComplaints(page)).toEqual([]);
});

test.each(NAMES.map((name) => [name.slice(0, 30), name]))('one can look behind %s', async (_, name) => {
  const page = await browserPage.open();
  const link = page.getByRole('table', { name: 'Who spends what' }).getByRole('link').nth(NAMES.indexOf(name));
  await link.click();
  await settled(page);
  const total = page.getByRole('table', { name: 'Who spends what' }).getByRole('row').last();
  expect(await total.textContent()).toContain(`$${(100 - NAMES.indexOf(name)).toFixed(2)}`);
  expect(await page.title()).toBe('Bursar');
});

test('a ledger that is replaced under the open page is told, and every card shows it', async () => {
  const page = await browserPage.open();
  const figure = page.getByLabel('Key figures').locator('.figure-value').first();
  const before = await figure.textContent();
  await writePeriod(cur, '2026-10', [{ lines: [...lines, line('late', 1000)] }], (files) => ({
    executionId: 'later',
    dataFiles: files,
  }));
  await browserPage.served.ingestAgain();
  await page.getByRole('button', { name: /^Tokens/ }).click();
  await page.getByText('The bill was brought up to date').waitFor();
  await settled(page);
  expect(await figure.textContent()).not.toBe(before);
  await page.getByRole('link', { name: 'late' }).first().waitFor();
});
