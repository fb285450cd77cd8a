import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Download, Locator, Page } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import { formatRounded, parseMoney } from '../../src/domain/money.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { runBursar } from '../fixtures/run.ts';
import { axeComplaints, sampleOrganisation, settled, useBrowserPage } from './page.fixture.ts';

let cur = '';
const browserPage = useBrowserPage(async (folder) => {
  cur = await sampleOrganisation(folder);
  return cur;
});

const truth = (name: string): string => join(cur, '../../truth', name);

const dollars = (decimal: string): string => `$${formatRounded(parseMoney(decimal), 2)}`.replace('$-', '−$');

/** The cells of the table that tells who spends what: a row of texts a row. */
async function tableRows(page: Page): Promise<string[][]> {
  const rows = page.getByRole('table', { name: 'Who spends what' }).getByRole('row');
  const all = await rows.evaluateAll((found) =>
    found.map((row) => [...row.querySelectorAll('td, th')].map((cell) => cell.textContent?.trim() ?? '')),
  );
  return all.filter((cells) => cells.some((cell) => cell.includes('$')) && !cells.includes('$ / 1M'));
}

async function textOf(download: Download): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

describe('what it shows', () => {
  test('the figures are the truth of the sample organisation', async () => {
    const page = await browserPage.open();
    const engine = await openDuckDB();
    const teams = await engine.rows(
      `SELECT team, CAST(sum(CAST(net AS DECIMAL(28, 10))) AS VARCHAR) AS cost
       FROM read_parquet('${truth('usage/2026-10.parquet')}') GROUP BY team ORDER BY sum(net) DESC`,
    );
    await engine.close();
    const totals: { period: string; part: string; net: string }[] = parse(readFileSync(truth('totals.csv')), {
      columns: true,
    });
    const bedrock = totals.filter(({ period, part }) => period === '2026-10' && part.startsWith('bedrock'));
    const bill = bedrock.reduce((sum, { net }) => sum + parseMoney(net), 0n);
    const rows = await tableRows(page);
    const named = rows.slice(0, teams.length);
    expect(named.map(([name]) => name)).toEqual(teams.map(({ team }) => team ?? '(no team)'));
    for (const [index, { cost }] of teams.entries()) {
      // Rounded together, so that they add up: at most a cent from rounding each alone.
      const cents = Number(named[index]?.[1]?.replaceAll(/[$,]/g, ''));
      expect(Math.abs(cents - Number(cost))).toBeLessThan(0.0101);
    }
    const total = `$${formatRounded(bill, 2)}`;
    expect(rows.at(-1)?.slice(0, 2)).toEqual(['Total', total]);
    await expect(page.getByLabel('Key figures').getByText(total, { exact: true }).count()).resolves.toBe(1);
    await expect(page.getByText('Billed by AWS, reconciled to the cent').count()).resolves.toBe(1);
  });

  test('the printed cents of the rows add up to the total', async () => {
    const page = await browserPage.open('?by=session');
    const rows = await tableRows(page);
    const cents = (text = ''): number => Math.round(Number(text.replaceAll(/[$,]/g, '').replace('−', '-')) * 100);
    const csv = await (await fetch(new URL('api/table.csv?by=session', browserPage.served.url))).text();
    const all: { cost: string }[] = parse(csv, { columns: true });
    const sum = all.reduce((total, { cost }) => total + Math.round(Number(cost) * 100), 0);
    expect(sum).toBe(cents(rows.at(-1)?.[1]));
  });

  test('a chart has its table, with the same total', async () => {
    const page = await browserPage.open();
    await page.getByText('The same as a table').click();
    const foot = page.getByRole('table', { name: 'Cost per day' }).getByRole('row').last();
    const [, total] = await foot.locator('th, td').allTextContents();
    expect(total).toBe((await tableRows(page)).at(-1)?.[1]);
  });
});

describe('the way down and back', () => {
  test('a name leads to what is behind it, the back button back, and the path up', async () => {
    const page = await browserPage.open();
    const first = await tableRows(page);
    await page.getByRole('table', { name: 'Who spends what' }).getByRole('link', { name: 'data' }).click();
    await settled(page);
    expect(new URL(page.url()).search).toBe('?by=person&where=team%3Ddata');
    await expect(page.getByRole('heading', { name: /^By person/ }).count()).resolves.toBe(1);
    const below = await tableRows(page);
    expect(below.at(-1)?.[1]).toBe(first.find(([name]) => name === 'data')?.[1]);
    await page.goBack();
    await settled(page);
    expect(await tableRows(page)).toEqual(first);
    await page.goForward();
    await settled(page);
    await page.getByRole('link', { name: 'All spend' }).click();
    await settled(page);
    expect(new URL(page.url()).search).toBe('?by=team');
  });

  test('with Alt a name is left out', async () => {
    const page = await browserPage.open();
    const link = page.getByRole('table', { name: 'Who spends what' }).getByRole('link', { name: 'data' });
    await link.click({ modifiers: ['Alt'] });
    await settled(page);
    expect(new URL(page.url()).searchParams.getAll('where')).toEqual(['team!=data']);
    expect((await tableRows(page)).map(([name]) => name)).not.toContain('data');
  });

  test('everything chosen is in the address: another browser shows the same', async () => {
    const page = await browserPage.open();
    await page.getByRole('button', { name: /^Group by/ }).click();
    await page.getByRole('option', { name: /^By model/ }).click();
    await settled(page);
    await page.getByRole('button', { name: 'Cumulative' }).click();
    await page.getByRole('button', { name: /^Tokens/ }).click();
    await settled(page);
    const other = await browserPage.open(new URL(page.url()).search);
    expect(await tableRows(other)).toEqual(await tableRows(page));
    expect(new URL(page.url()).searchParams.get('sort')).toBe('tokens');
  });

  test('two groups may be written as the command line takes them', async () => {
    const [page, other] = [await browserPage.open('?by=team,model'), await browserPage.open('?by=team&second=model')];
    expect(await tableRows(page)).toEqual(await tableRows(other));
    await page.getByRole('button', { name: /^Tokens/ }).click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('second')).toBe('model');
  });

  test('a filter by the property filter', async () => {
    const page = await browserPage.open();
    const field = page.getByRole('combobox', { name: 'Filter by any dimension' });
    await field.click();
    await field.pressSequentially('Prov');
    // By what is seen: Cloudscape uses the rows again, and one the pointer was over keeps the name it was last read out by.
    const seen = (text: RegExp): Locator => page.getByRole('option').filter({ hasText: text });
    await seen(/^Provider(?! [!=])/).click();
    await seen(/^Provider =/).click();
    await seen(/^Amazon/).click();
    await page.getByRole('button', { name: 'Apply' }).click();
    await settled(page);
    expect(new URL(page.url()).searchParams.getAll('where')).toEqual(['provider=Amazon']);
    const answer = await (
      await fetch(new URL('api/answer?by=team&where=provider=Amazon', browserPage.served.url))
    ).json();
    expect((await tableRows(page)).at(-1)?.[1]).toBe(dollars(answer.total));
  });
});

describe('taking it along', () => {
  test('CSV is the screen, to the cent', async () => {
    const page = await browserPage.open('?by=team&second=model&sort=change');
    const rows = await tableRows(page);
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV' }).click();
    const download = await waiting;
    const all: Record<string, string>[] = parse(await textOf(download), { columns: true });
    // On the screen a sentence stands for corrections of 0.
    const isSilent = ({ adjustment, cost, change }: Record<string, string>): boolean =>
      adjustment !== '' && Number(cost) === 0 && Number(change) === 0;
    const records = all.filter((record) => !isSilent(record));
    const name = (record: Record<string, string>): string =>
      record.team || (record.adjustment ? '' : '(no team)') || record.adjustment || '';
    expect(records.length).toBeGreaterThanOrEqual(rows.length - 1);
    for (const [index, cells] of rows.slice(0, -1).entries()) {
      const record = records[index] ?? {};
      expect([name(record), dollars(record.cost ?? '')]).toEqual([cells[0], cells[2]]);
      expect(dollars(record.change ?? '')).toBe(cells[4]?.replace('+', ''));
    }
  });

  test('corrections of 0 are a sentence on the screen, and rows of the CSV', async () => {
    const page = await browserPage.open();
    const csv = await (await fetch(new URL('api/table.csv?by=team', browserPage.served.url))).text();
    const records: Record<string, string>[] = parse(csv, { columns: true });
    const silent = records.filter(({ adjustment, cost, change }) => adjustment && !Number(cost) && !Number(change));
    expect(silent.length).toBeGreaterThan(1);
    expect(await tableRows(page)).toHaveLength(records.length - silent.length + 1);
    await page.getByText(`${silent.length} rows of 0 left out here, not from the CSV`).waitFor();
  });

  test('link, command and SQL say the same', async () => {
    const page = await browserPage.open('?by=session&where=team%3Dbackend', {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const copied = async (what: string, notice: string): Promise<string> => {
      await page.getByRole('button', { name: 'Copy as' }).click();
      await page.getByRole('menuitem', { name: what }).click();
      await page.getByText(`${notice} is on the clipboard`).waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied('Link', 'The link')).toBe(page.url());
    const command = await copied('Command line', 'The command');
    const total = (await tableRows(page)).at(-1)?.[1];
    const words = command.split(' ').slice(1);
    expect(command).toMatch(/^bursar report --cur \S+ --by session --where team=backend$/);
    const run = await runBursar([...words, '--format', 'json'], {
      env: { BURSAR_LEDGER: join(cur, '../../../ledger') },
    });
    expect(dollars(JSON.parse(run.stdout).total)).toBe(total);
    const engine = await openDuckDB();
    const [row] = await engine.rows(
      `SELECT CAST(sum(cost) AS VARCHAR) AS total FROM (${await copied('SQL', 'The statement')}) AS copied`,
    );
    await engine.close();
    expect(dollars(String(row?.total))).toBe(total);
  });
});

describe('for everybody', () => {
  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 400],
    ['dark', 400],
  ] as const)('%s at %i pixels: axe finds nothing, and nothing is wider than the page', async (colorScheme, width) => {
    const page = await browserPage.open('', { colorScheme, viewport: { width, height: 900 } });
    expect(await axeComplaints(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.getByText('The same as a table').click();
    expect(await axeComplaints(page)).toEqual([]);
  });

  test('by keyboard alone: into the chart, from day to day, and to one day', async () => {
    const page = await browserPage.open();
    const column = page.locator('.chart-column[tabindex="0"]');
    for (let tabs = 0; tabs < 60; tabs++) {
      await page.keyboard.press('Tab');
      if (await column.evaluate((element) => element === document.activeElement)) break;
    }
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(label).toMatch(/^2 October 2026: \$/);
    await page.keyboard.press('Enter');
    await settled(page);
    expect(new URL(page.url()).search).toBe('?from=2026-10-02&to=2026-10-02');
  });

  test.each(['light', 'dark'] as const)('%s: what opens on a word is in order, too', async (colorScheme) => {
    const page = await browserPage.open('', { colorScheme });
    const words = page.locator('section').filter({ has: page.locator('button[aria-haspopup="dialog"]') });
    const openers = await words.locator('button[aria-haspopup="dialog"]').all();
    expect(openers.length).toBeGreaterThanOrEqual(6);
    for (const opener of openers) {
      await opener.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await axeComplaints(page, '[role="dialog"]')).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });

  test.each([
    ['?by=principal', 1280],
    ['?by=team&second=principal', 1280],
    ['?by=principal&second=usage-type', 1280],
    ['?by=team&second=principal', 400],
  ])('%s at %i pixels: no table is wider than its card', async (search, width) => {
    const page = await browserPage.open(search, { viewport: { width, height: 900 } });
    const cut = await page.getByRole('table').evaluateAll((tables) =>
      tables.flatMap((table) => {
        const card = table.parentElement;
        const tooWide = card !== null && card.scrollWidth > card.clientWidth + 1;
        return tooWide ? [`${table.getAttribute('aria-label')}: ${card.scrollWidth} in ${card.clientWidth}`] : [];
      }),
    );
    expect(cut).toEqual([]);
  });

  test('a name that is cut is shown whole to who comes to it, and copied whole', async () => {
    const page = await browserPage.open('?by=principal', { permissions: ['clipboard-read', 'clipboard-write'] });
    const table = page.getByRole('table', { name: 'Who spends what' });
    const link = table.locator('a', { has: page.locator('[data-full^="arn:"]') }).first();
    await link.focus();
    const whole = await page.getByRole('tooltip').locator('bdi').textContent();
    expect(whole).toMatch(/^arn:aws:/);
    await page.keyboard.press('ControlOrMeta+C');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(whole);
    expect(await axeComplaints(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    await link.hover();
    await page
      .getByRole('tooltip')
      .getByText(whole ?? '')
      .waitFor();
  });

  test('by keyboard alone: a name of the table', async () => {
    const page = await browserPage.open();
    await page.getByRole('table', { name: 'Who spends what' }).getByRole('link', { name: 'data' }).focus();
    await page.keyboard.press('Enter');
    await settled(page);
    expect(new URL(page.url()).searchParams.getAll('where')).toEqual(['team=data']);
  });

  test.each([
    [
      '?period=2020-01',
      /There are no Bedrock lines for billing period 2020-01/,
      /There are: 2026-08, 2026-09, 2026-10/,
    ],
    ['?by=tema', /There is no dimension "tema"/, /Did you mean team\?/],
    ['?where=team', /--where team is not understood/, /DIM=VALUE/],
    ['?where=team%3Dnobody', /No lines of the bill match the filters/, /Take a filter away/],
  ])('%s says why there is nothing to see, and what to do', async (search, why, what) => {
    const page = await browserPage.open(search, {}, { refused: true });
    await page.getByText(why).first().waitFor();
    await page.getByText(what).first().waitFor();
    expect(await axeComplaints(page)).toEqual([]);
  });

  test('the first load is small, and its fonts are files', async () => {
    const page = await browserPage.open();
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    const assets = join(inject('builtPage'), 'assets');
    const names = loaded.flatMap((url) => /\/assets\/([^/?]+)$/.exec(url)?.[1] ?? []);
    expect(names.filter((name) => name.endsWith('.woff2')).length).toBeGreaterThan(0);
    const sizes = [...new Set(names)].map((name) => {
      const bytes = readFileSync(join(assets, name));
      return name.endsWith('.woff2') ? bytes.length : gzipSync(bytes).length;
    });
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(600_000);
    const styles = readdirSync(assets).filter((name) => name.endsWith('.css'));
    for (const name of styles) expect(readFileSync(join(assets, name), 'utf8')).not.toContain('data:font');
  });
});
