import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { type ServedPage, servePage } from '../fixtures/dashboard.ts';
import { temporaryFolder } from '../fixtures/run.ts';

/** Whatever takes longer than this on a slow and busy machine does not come. */
const PATIENCE_MS = 60_000;

/** The page of an organisation in a real browser. */
export interface BrowserPage {
  readonly served: ServedPage;
  /**
   * Opens the page and waits until every card shows something.
   * @param expected `refused`: the server says no to what is asked, which the browser writes on its console
   */
  open(search?: string, options?: BrowserContextOptions, expected?: { readonly refused: boolean }): Promise<Page>;
}

/**
 * Serves a page for the tests of a file. After each test: no error on the console, none that the policy of content reports,
 * and no request to anywhere else.
 * @param prepare writes an export into a folder and returns its place
 */
export function useBrowserPage(prepare: (folder: string) => Promise<string>): BrowserPage {
  const folder = temporaryFolder();
  const complaints: string[] = [];
  const opened: Page[] = [];
  let browser: Browser;
  let served: ServedPage;
  beforeAll(async () => {
    served = await servePage(folder.path, await prepare(folder.path), { built: inject('builtPage') });
    browser = await chromium.connect(inject('browser'));
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
    expect(complaints.splice(0)).toEqual([]);
    expect(served.bugs).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    folder.remove();
  });
  return {
    get served() {
      return served;
    },
    open: async (search = '', options = {}, { refused } = { refused: false }) => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        reducedMotion: 'reduce',
        ...options,
      });
      await context.addInitScript(countRequests);
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      page.on('console', (message) => {
        const answer = message.text().startsWith('Failed to load resource');
        if (['error', 'warning'].includes(message.type()) && !(refused && answer)) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('response', (response) => {
        if (response.status() >= 400 && !refused) complaints.push(`${response.status()} ${response.url()}`);
      });
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(served.url) && !url.startsWith('data:')) complaints.push(`asked ${url}`);
      });
      opened.push(page);
      await page.goto(`${served.url}${search}`);
      if (!refused) await settled(page);
      return page;
    },
  };
}

interface Counted extends Window {
  /** requests of the page that are under way */
  underWay: number;
}

/** Runs in the page before it does. */
function countRequests(): void {
  const own = window as unknown as Counted;
  const { fetch } = window;
  own.underWay = 0;
  window.fetch = async (...asked) => {
    own.underWay++;
    try {
      return await fetch(...asked);
    } finally {
      own.underWay--;
    }
  };
}

/** Frames in a row in which nothing happens. */
const QUIET_FRAMES = 3;

/** Every card has the answer to the address: nothing is asked or waits to be asked, over several frames. */
export async function settled(page: Page): Promise<void> {
  const isQuiet = await page.evaluate(
    async ([patience, frames]) => {
      const busy = (): boolean =>
        (window as unknown as Counted).underWay > 0 ||
        document.querySelector('.page') === null ||
        document.querySelector('[aria-busy="true"], .stale') !== null;
      const end = performance.now() + patience;
      for (let quiet = 0; quiet < frames; quiet = busy() ? 0 : quiet + 1) {
        if (performance.now() > end) return false;
        await new Promise(requestAnimationFrame);
      }
      return true;
    },
    [PATIENCE_MS, QUIET_FRAMES] as const,
  );
  if (!isQuiet) throw new Error(`the page still asks after ${PATIENCE_MS / 1000} seconds`);
}

/** The sample organisation, small: three months, of which the last is open. */
export async function sampleOrganisation(folder: string): Promise<string> {
  const engine = await openDuckDB({ keepOrder: true, memoryLimit: '2GB' });
  try {
    const { exportDir } = await writeSampleOrganisation({
      dir: join(folder, 'sample'),
      engine,
      seed: 1,
      lines: 20_000,
      months: 3,
      callers: 60,
      sessions: 0,
    });
    return exportDir;
  } finally {
    await engine.close();
  }
}

/** What axe has to say against the page, each as one line. @param within only the parts that this selects */
export async function axeComplaints(page: Page, within = ':root'): Promise<string[]> {
  // Its text is evaluated, not put into the page: the policy of content allows no inline script.
  await page.evaluate(axe.source);
  // What is still fading in has less contrast.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  return page.evaluate(async (selector) => {
    const { axe } = window as unknown as { axe: { run(within: string): Promise<{ violations: Violation[] }> } };
    interface Violation {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
    }
    const { violations } = await axe.run(selector);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
  }, within);
}
