import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../test/browser/one-browser.ts';
import type { PageServer } from './server.ts';

export interface Painted {
  /** milliseconds from the navigation until key figures and the ranked table can be read */
  readonly ms: readonly number[];
  /** all that the first load brings besides answers, in bytes as gzip makes them */
  readonly bytes: number;
  readonly fonts: number;
}

/** @returns `null` where there is no Chromium */
export async function firstPaint(server: PageServer, rounds: number): Promise<Painted | null> {
  let executablePath: string;
  try {
    executablePath = findChromium();
  } catch {
    return null;
  }
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const ms: number[] = [];
    // The first one also starts parts of the browser, and is thrown away.
    await paintOnce(browser, server);
    for (let round = 0; round < rounds; round++) ms.push((await paintOnce(browser, server)).ms);
    return { ms, ...(await sizeOf((await paintOnce(browser, server)).files)) };
  } finally {
    await browser.close();
  }
}

/** The time since the navigation, once there is something to read: key figures and a row of the table. */
const PAINTED =
  "document.querySelector('.figure-value') && document.querySelector('td .cost') ? performance.now() : null";

/** With nothing in the browser's cache. */
async function paintOnce(browser: Browser, { url }: PageServer): Promise<{ ms: number; files: readonly string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'commit' });
    const painted = await page.waitForFunction(PAINTED, undefined, { polling: 'raf', timeout: 60_000 });
    const ms = Number(await painted.jsonValue());
    const files = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    return { ms, files: [url, ...files.filter((name) => !name.includes('/api/'))] };
  } finally {
    await context.close();
  }
}

async function sizeOf(files: readonly string[]): Promise<Pick<Painted, 'bytes' | 'fonts'>> {
  let [bytes, fonts] = [0, 0];
  for (const file of new Set(files)) {
    if (!file.startsWith('http')) continue;
    bytes += gzipSync(Buffer.from(await (await fetch(file)).arrayBuffer())).length;
    if (file.endsWith('.woff2')) fonts++;
  }
  return { bytes, fonts };
}
