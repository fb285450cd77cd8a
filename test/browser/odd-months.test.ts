import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { OTHER_SERVICE, writePeriod } from '../fixtures/export.ts';
import { MANY, writeOddMonths } from '../fixtures/odd-months.ts';
import { axeComplaints, settled, useBrowserPage } from './page.fixture.ts';

const browserPage = useBrowserPage(async (folder) => {
  const cur = join(folder, 'cur');
  await writeOddMonths(cur);
  return cur;
});

const ranked = (page: Page) => page.getByRole('table', { name: 'Who spends what' }).getByRole('row');

const cellsOf = async (page: Page, row: number): Promise<string[]> =>
  (await ranked(page).nth(row).locator('th, td').allTextContents()).map((text) => text.trim());

const look = (colorScheme: 'light' | 'dark', width: number) => ({ colorScheme, viewport: { width, height: 900 } });

describe('months of odd shape', () => {
  test('one team on one day: no course of one day, nothing to compare with', async () => {
    const page = await browserPage.open('?period=2026-06', look('light', 1280));
    expect(await ranked(page).count()).toBe(3);
    expect((await cellsOf(page, 1)).slice(0, 2)).toEqual(['alone', '$12.34']);
    expect(await page.getByRole('columnheader', { name: '1 day' }).count()).toBe(0);
    expect(await page.locator('.chart-column').count()).toBe(1);
    await page.getByText('No cache is used here.').waitFor();
    expect(await axeComplaints(page)).toEqual([]);
  });

  test('300 teams: seven have a colour, the rest is one, and every page has the total of all', async () => {
    const page = await browserPage.open('?period=2026-07&compare=none', look('dark', 400));
    const legend = page.getByRole('list', { name: 'Colours' }).getByRole('listitem');
    expect(await legend.allTextContents()).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `team ${n}`).concat('Other'));
    const total = (await ranked(page).last().textContent()) ?? '';
    expect(total).toContain(`Total of all ${MANY} rows$45,151.50`);
    await page.getByRole('button', { name: /^Next page/ }).click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('page')).toBe('2');
    expect((await cellsOf(page, 1))[0]).toBe('team 26');
    expect(await ranked(page).last().textContent()).toBe(total);
    expect(await axeComplaints(page)).toEqual([]);
  });

  test.each([
    ['light', 400],
    ['dark', 1280],
  ] as const)('%s at %i pixels: more given back than used, which has no shares', async (colorScheme, width) => {
    const page = await browserPage.open('?compare=none', look(colorScheme, width));
    const rows = await Promise.all([1, 2, 3, 4, 5].map((row) => cellsOf(page, row)));
    const cost = (text = ''): string => text.replace('–', '');
    expect(rows.map(([name, text]) => [name, cost(text)])).toEqual([
      ['paid', '$20.00'],
      ['free', '$0.00'],
      ['refunded', '−$35.50'],
      ['Credit', '−$100.00'],
      ['Total', '−$115.50'],
    ]);
    await page.getByText('Billed by AWS, reconciled to the cent').waitFor();
    await page.getByLabel(/^2 August 2026: −\$35\.50\./).focus();
    await page.getByText('−$35.50').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await axeComplaints(page)).toEqual([]);
  });
});

describe('a ledger without Bedrock', () => {
  const emptyPage = useBrowserPage(async (folder) => {
    const cur = join(folder, 'cur');
    await writePeriod(cur, '2026-10', [{ lines: [OTHER_SERVICE] }]);
    return cur;
  });

  test('says so, and what to look at', async () => {
    const page = await emptyPage.open('', {}, { refused: true });
    await page.getByText('There are no Bedrock lines for any billing period.').waitFor();
    await page.getByText(/check that Bedrock is used/).waitFor();
    expect(await axeComplaints(page)).toEqual([]);
  });
});
