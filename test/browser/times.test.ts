import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { TableBody } from '../../src/dashboard/api/table.ts';
import { formatRounded, parseMoney } from '../../src/domain/money.ts';
import { writeGrowingMonths } from '../fixtures/months.ts';
import { axeComplaints, settled, useBrowserPage } from './page.fixture.ts';

/** July to September, and October up to the 19th. */
const browserPage = useBrowserPage(async (folder) => {
  const cur = join(folder, 'cur');
  await writeGrowingMonths(cur);
  return cur;
});

const dollars = (decimal: string): string => `$${formatRounded(parseMoney(decimal), 2)}`.replace('$-', '−$');

async function choose(page: Page, label: string, option: RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${label}`) }).click();
  await page.getByRole('option', { name: option }).click();
}

/** What the page shows is what the API says to these words. */
async function expectTotals(page: Page, query: string): Promise<void> {
  const answer = await fetch(new URL(`/api/table?by=team&${query}`, browserPage.served.url));
  const { total, before, sums } = (await answer.json()) as TableBody;
  const [name, cost, , change] = await page
    .getByRole('table', { name: 'Who spends what' })
    .getByRole('row')
    .last()
    .locator('th, td')
    .allTextContents();
  expect([name, cost]).toEqual(['Total', dollars(total)]);
  if (before.kind === 'time') expect(change?.replace('+', '')).toBe(dollars(sums.change?.amount ?? ''));
}

describe('any time, against any other', () => {
  test.each([
    ['the month before, closed', /^September 2026/, '?period=2026-09', 'period=2026-09'],
    ['three months', /^Last 3 months/, '?period=2026-08..2026-10', 'period=2026-08..2026-10'],
    ['thirty days', /^Last 30 days/, '?from=2026-09-20&to=2026-10-19', 'from=2026-09-20&to=2026-10-19'],
  ])('%s', async (_, option, search, query) => {
    const page = await browserPage.open();
    await choose(page, 'Time', option);
    await settled(page);
    expect(decodeURIComponent(new URL(page.url()).search)).toBe(search);
    await expectTotals(page, query);
    await choose(page, 'Time', /^October 2026/);
    await settled(page);
    expect(new URL(page.url()).search).toBe('');
  });

  test('a month against another than the one before', async () => {
    const page = await browserPage.open('?period=2026-09');
    await choose(page, 'Compare with', /^vs July 2026/);
    await settled(page);
    expect(new URL(page.url()).searchParams.get('compare')).toBe('2026-07');
    await expectTotals(page, 'period=2026-09&compare=2026-07');
  });

  test('days of one’s own, against others, by keyboard', async () => {
    const page = await browserPage.open();
    await page.getByRole('button', { name: /^Time/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: /^Choose days/ }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Choose days' });
    const field = (name: string) => dialog.getByRole('textbox', { name });
    await dialog.waitFor();
    expect(await field('First day').inputValue()).toBe('2026-10-01');
    expect(await axeComplaints(page)).toEqual([]);
    await field('First day').fill('2026-10-12');
    await field('Last day').fill('2026-10-08');
    await dialog.getByText('The first day is after the last.').waitFor();
    await field('Last day').fill('2026-10-18');
    await field('Compare from').fill('2026-08-03');
    await field('Compare to').fill('2026-08-09');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await settled(page);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      from: '2026-10-12',
      to: '2026-10-18',
      compare: '2026-08-03..2026-08-09',
    });
    await page.getByText('vs 3–9 Aug').first().waitFor();
    await expectTotals(page, 'from=2026-10-12&to=2026-10-18&compare=2026-08-03..2026-08-09');
  });
});
