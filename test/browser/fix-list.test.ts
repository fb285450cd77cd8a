import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DATA_CHECKS } from '../../src/report/findings/checks.ts';
import { temporaryFolder } from '../fixtures/run.ts';
import { axeComplaints, sampleOrganisation, settled, useBrowserPage } from './page.fixture.ts';

const browserPage = useBrowserPage(sampleOrganisation);

// biome-ignore lint/suspicious/noExplicitAny: each test says what it looks for
const json = async (path: string): Promise<any> => (await fetch(new URL(path, browserPage.served.url))).json();

describe('the fix list', () => {
  test('ranks the dollars of nobody, to the cent of the API, and copies what settles them', async () => {
    const page = await browserPage.open('', { permissions: ['clipboard-read', 'clipboard-write'] });
    const { groups, dimension } = await json('/api/unowned?by=team');
    const rows = page.getByRole('table', { name: `Usage without ${dimension}` }).getByRole('row');
    await expect(rows.count()).resolves.toBe(groups.length + 1);
    const [first] = groups;
    const text = await rows.nth(1).textContent();
    expect(text).toContain(first.name);
    expect(text).toContain(
      Number(first.cost).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    );
    await rows.nth(1).getByRole('button').first().click();
    await page.getByText(/^Copied, to paste into/).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(`${first.remedies[0].paste.join('\n')}\n`);
  });

  test('has every finding that is bad, failures first, with evidence and remedies; and counts the others', async () => {
    const page = await browserPage.open();
    const { findings, counts } = await json('/api/findings');
    const card = page.getByRole('region', { name: 'Findings' });
    const shown = await card.locator('.findings > li > :first-child').allTextContents();
    const of = (verdict: string) => findings.filter((one: { verdict: string }) => one.verdict === verdict);
    const bad = [...of('fail'), ...of('warn')];
    expect(bad.length).toBeGreaterThan(0);
    expect(shown).toEqual(bad.map(({ check }) => check));
    for (const { summary, remedies } of bad) {
      await expect(card.getByText(summary).count()).resolves.toBeGreaterThan(0);
      for (const { what } of remedies) await expect(card.getByText(what).count()).resolves.toBeGreaterThan(0);
    }
    await card.getByText(`${counts.ok} are well`).click();
    await card.getByText(of('ok')[0].summary).waitFor();
    // All that bursar doctor checks is here, or named as what it alone can.
    const { doctorAlone } = await json('/api/findings');
    await card.getByText(`${doctorAlone.length} more need the export’s lines`).click();
    await card.getByText(doctorAlone[0].asks).waitFor();
    const named = [...findings, ...doctorAlone].map(({ check }: { check: string }) => check);
    expect(named.toSorted()).toEqual(DATA_CHECKS.map(({ name }) => name).toSorted());
  });

  test.each([
    ['dark', 1280],
    ['light', 400],
  ] as const)(
    '%s at %i pixels, with everything open: axe finds nothing, and nothing is too wide',
    async (colorScheme, width) => {
      const page = await browserPage.open('', { colorScheme, viewport: { width, height: 900 } });
      for (const head of await page.getByRole('button', { name: /^Evidence of / }).all()) await head.click();
      await page.getByText(/are well$/).click();
      expect(await axeComplaints(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    },
  );
});

describe('lines', () => {
  test.each([
    ['light', 1280],
    ['dark', 400],
  ] as const)('behind a usage type, as bursar explain tells them: %s at %i pixels', async (colorScheme, width) => {
    const page = await browserPage.open('?by=usage-type&where=team%3Ddata', {
      colorScheme,
      viewport: { width, height: 900 },
    });
    await page.getByRole('table', { name: 'Who spends what' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: /^Lines/ }).waitFor();
    await settled(page);
    const [, usageType] = new URL(page.url()).searchParams.getAll('where');
    const query = new URLSearchParams([
      ['by', 'team'],
      ['where', 'team=data'],
      ['where', usageType ?? ''],
    ]);
    const { charges, callers, sources } = await json(`/api/lines?${query}`);
    const rows = (name: string) => page.getByRole('table', { name }).getByRole('row');
    await expect(rows('Lines of the bill').count()).resolves.toBe(charges.length + 1);
    await expect(rows('Who called').count()).resolves.toBe(callers.length + 1);
    expect(await rows('Lines of the bill').nth(1).textContent()).toContain(charges[0].usageType);
    await page.getByText('tag iamPrincipal/team').first().waitFor();
    await page.getByText(sources[0].files[0].path).waitFor();
    expect(await axeComplaints(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});

test('bursar demo serves the page of the sample with its own rules, until Ctrl-C', async () => {
  const folder = temporaryFolder();
  const { PATH = '' } = process.env;
  const demo = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../bin/bursar.mjs'), 'demo', '--dir', 'sample', '--lines', '4000'],
    {
      cwd: folder.path,
      env: { PATH, XDG_DATA_HOME: join(folder.path, 'data'), BURSAR_CUR: '/nowhere' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = once(demo, 'exit');
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    demo.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /Bursar serves (http:\S+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    demo.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    void ended.then(() => reject(new Error(printed)));
  });
  const status = await (await fetch(new URL('api/status', url))).json();
  expect(status.dimensions.map(({ name }: { name: string }) => name)).toContain('cost-center');
  expect((await fetch(url)).status).toBe(200);
  expect(printed).toContain('Bedrock spend by team');
  demo.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  folder.remove();
});
