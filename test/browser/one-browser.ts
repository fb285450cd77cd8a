import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { builtPage } from '../../src/cli/built-page.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** where the tests reach the browser that was started for all of them */
    readonly browser: string;
    /** the built page */
    readonly builtPage: string;
  }
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Builds the page where it is older than its sources, and starts one Chromium for the run; nothing is skipped when there is none. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const executablePath = findChromium();
  const page = await builtPage(process);
  const server = await chromium.launchServer({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  project.provide('browser', server.wsEndpoint());
  project.provide('builtPage', page);
  return () => server.close();
}

/** @throws Error that says how to get one */
export function findChromium(): string {
  const { CHROMIUM, PATH = '' } = process.env;
  const candidates = [
    ...(CHROMIUM === undefined ? [] : [CHROMIUM]),
    ...PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ];
  const found = candidates.find(isProgram);
  if (found !== undefined) return found;
  throw new Error(
    'The browser tests need Chromium: apt-get install chromium, or set CHROMIUM to the path of a Chromium or Chrome.',
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
