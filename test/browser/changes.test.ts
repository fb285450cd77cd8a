import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { ChangesBody } from '../../src/dashboard/api/changes.ts';
import type { ForecastBody } from '../../src/dashboard/api/forecast.ts';
import { formatRounded, parseMoney } from '../../src/domain/money.ts';
import { writeGrowingMonths } from '../fixtures/months.ts';
import { axeComplaints, sampleOrganisation, settled, useBrowserPage } from './page.fixture.ts';

const browserPage = useBrowserPage(sampleOrganisation);

const answer = async <T>(path: string, { served } = browserPage): Promise<T> =>
  (await (await fetch(new URL(path, served.url))).json()) as T;

const dollars = (decimal: string): string => `$${formatRounded(parseMoney(decimal), 2)}`.replace('$-', '−$');

/** What stands in the table of what changed: a row of texts a row, the head first. */
async function changedRows(page: Page): Promise<string[][]> {
  const rows = page.getByRole('table', { name: 'What changed' }).getByRole('row');
  return rows.evaluateAll((found) =>
    found.map((row) => [...row.querySelectorAll('td, th')].map((cell) => cell.textContent?.trim() ?? '')),
  );
}

describe('what changed', () => {
  test('the rows and sentences are those of the API, and the parts on the screen add up', async () => {
    const page = await browserPage.open();
    const body = await answer<ChangesBody>('/api/changes?by=team');
    const [head = [], ...rows] = await changedRows(page);
    expect(head.slice(0, 4)).toEqual(['Team', 'Before', 'Now', 'Change']);
    expect(rows.map(([name]) => name)).toEqual([...body.rows.map(nameOf), 'Total']);
    const cents = (text = ''): number => Math.round(Number(text.replaceAll(/[$,+]/g, '').replace('−', '-')) * 100);
    for (const [, before, now, change, ...parts] of rows) {
      expect(cents(now) - cents(before)).toBe(cents(change));
      expect(parts.reduce((sum, part) => sum + cents(part), 0)).toBe(cents(change));
    }
    const sentences = await page.getByLabel('Why it changed').getByRole('listitem').allTextContents();
    expect(body.sums?.because).toMatch(/^Total [-+]/);
    expect(sentences.map((text) => text.replaceAll('−\u2060', '-'))).toEqual([
      body.sums?.because,
      ...body.rows.slice(0, 5).map(({ because }) => because),
    ]);
  });

  test('a name leads to what is behind it, and the card follows', async () => {
    const page = await browserPage.open();
    const link = page.getByRole('table', { name: 'What changed' }).getByRole('link', { name: 'data' });
    await link.click();
    await settled(page);
    expect(new URL(page.url()).search).toBe('?by=person&where=team%3Ddata');
    const body = await answer<ChangesBody>('/api/changes?by=person&where=team%3Ddata');
    const total = (await changedRows(page)).at(-1);
    expect(total?.slice(0, 3)).toEqual(['Total', dollars(body.sums?.before ?? ''), dollars(body.sums?.now ?? '')]);
  });

  test.each([
    ['?period=2026-08', /^Nothing to compare with: .*2026-07/],
    ['?compare=none', /Nothing is compared\./],
  ])('%s says that there is nothing to compare with', async (search, why) => {
    const page = await browserPage.open(search);
    await page.getByText(why).waitFor();
    expect(await page.getByRole('table', { name: 'What changed' }).count()).toBe(0);
    expect(await axeComplaints(page)).toEqual([]);
  });

  test('it is asked last, once, and not while the others are under way', async () => {
    const page = await browserPage.open();
    await page.evaluate(() => performance.clearResourceTimings());
    await page.getByRole('button', { name: /^Group by/ }).click();
    await page.getByRole('option', { name: /^By model/ }).click();
    await settled(page);
    const asked = await page.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => {
        const { name, startTime, responseEnd } = entry as PerformanceResourceTiming;
        return { route: new URL(name).pathname.replace('/api/', ''), startTime, responseEnd };
      }),
    );
    const of = (route: string) => asked.filter((request) => request.route === route);
    const [changes, ...again] = of('changes');
    expect(again).toEqual([]);
    for (const other of ['columns', 'table']) {
      expect(of(other)).toHaveLength(1);
      expect(of(other)[0]?.responseEnd).toBeLessThanOrEqual(changes?.startTime ?? 0);
    }
  });
});

describe('the forecast', () => {
  const monthsPage = useBrowserPage(async (folder) => {
    const cur = join(folder, 'cur');
    await writeGrowingMonths(cur);
    return cur;
  });

  test('is a key figure of the open month, which its explanation adds up', async () => {
    const page = await monthsPage.open();
    const { forecast } = await answer<ForecastBody>('/api/forecast', monthsPage);
    if (forecast.kind !== 'estimate') throw new Error(`there is a forecast, not: ${forecast.why}`);
    const figures = page.getByLabel('Key figures').locator('.figure');
    expect(await figures.count()).toBe(5);
    expect(await figures.nth(1).locator('.figure-value').textContent()).toBe(`~${dollars(forecast.total)}`);
    await page.getByRole('button', { name: 'Forecast of month end' }).click();
    await page.getByText('Billed to date').waitFor();
    const sums = await page.getByRole('dialog').locator('dd').allTextContents();
    expect(sums).toEqual([dollars(forecast.billed), `~${dollars(forecast.rest)}`, `~${dollars(forecast.total)}`]);
    expect(await axeComplaints(page)).toEqual([]);
  });

  test.each(['?period=2026-09', '?from=2026-10-02&to=2026-10-04'])('%s has none', async (search) => {
    const page = await monthsPage.open(search);
    expect(await page.getByLabel('Key figures').locator('.figure').count()).toBe(4);
    expect(await page.getByText('Forecast').count()).toBe(0);
  });
});

test.each([
  ['light', 1280],
  ['dark', 400],
] as const)('%s at %i pixels: both fit, for everybody', async (colorScheme, width) => {
  const page = await browserPage.open('?by=team&second=model', { colorScheme, viewport: { width, height: 900 } });
  expect(await page.getByRole('table', { name: 'What changed' }).count()).toBe(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  expect(await axeComplaints(page)).toEqual([]);
});

function nameOf({ values, adjustment, other }: ChangesBody['rows'][number]): string {
  if (other) return 'Other';
  const [value] = values;
  if (adjustment === null) return value ?? '(no team)';
  return value === null || value === undefined || value === adjustment ? adjustment : `${adjustment} · ${value}`;
}
