import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { DATA_CHECKS } from '../../src/report/findings/checks.ts';
import { ACCOUNT_CHECKS } from '../../src/setup/checks/checks.ts';

const FILE = join(import.meta.dirname, '../../docs/guides/reading-doctor.md');
const GUIDE = readFileSync(FILE, 'utf8');

test('the guide explains each check once: what it means, why, and what to do', () => {
  const sections = GUIDE.split(/^### /m).slice(1);
  const names = sections.map((section) => section.split('\n')[0]);
  expect(names.toSorted()).toEqual([...ACCOUNT_CHECKS, ...DATA_CHECKS].map(({ name }) => name).toSorted());
  for (const section of sections) expect(section).toMatch(/\*\*Means\*\*[\s\S]*\*\*Why\*\*[\s\S]*\*\*Do\*\*/);
});

test('its links lead somewhere', () => {
  const links = [...GUIDE.matchAll(/\]\((?!https:)([^)#]+)/g)].map(([, path]) => path ?? '');
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((path) => !existsSync(join(dirname(FILE), path)))).toEqual([]);
});
