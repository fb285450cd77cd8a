import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { fileText } from './file-text.ts';
import { DENIED, MEMBER, ORGANIZATION, READY } from './found.fixture.ts';
import type { Found } from './found.ts';

const CASES: readonly (readonly [name: string, found: Found])[] = [
  ['organization', ORGANIZATION],
  ['ready', READY],
  ['denied', DENIED],
  ['member', MEMBER],
];

/** As a reader would do it by hand. */
function switchedOn(text: string): string {
  return text.replaceAll(/^#(?! \S)/gm, '');
}

test.each(CASES)('the file: %s', async (name, found) => {
  await expect(fileText(found)).toMatchFileSnapshot(`./${name}.golden.yaml`);
});

test.each(CASES)('it is YAML as it stands, and with everything switched on: %s', (_, found) => {
  const text = fileText(found);
  for (const one of [text, switchedOn(text)]) {
    const { errors } = parseDocument(one);
    expect(errors).toEqual([]);
  }
  expect(Object.keys(parseDocument(switchedOn(text)).toJS())).toEqual([
    'cur',
    'dimensions',
    'rules',
    'people',
    'accounts',
    'setup',
  ]);
});

test('no line is wider than a screen that two files fit on, but for what is to be copied', () => {
  for (const [, found] of CASES) {
    const wide = fileText(found)
      .split('\n')
      .filter((line) => line.length > 120 && !/[{:]/.test(line));
    expect(wide).toEqual([]);
  }
});
