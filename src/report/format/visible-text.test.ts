import { expect, test } from 'vitest';
import { harmless, jsonString, visible } from './visible-text.ts';

test.each([
  ['\x1b[31mred', '\\x1b[31mred', '\\x1b[31mred'],
  ['a\tb\r\n', '\\x09b\\x0d\\x0a'.replace(/^/, 'a'), 'a\tb\r\n'],
  ['\x9b2J', '\\x9b2J', '\\x9b2J'],
  ['\u202egpj.exe', '\\u202egpj.exe', '\\u202egpj.exe'],
  ['\u200b\ufeff', '\\u200b\\ufeff', '\u200b\ufeff'],
  ['\u{e0041}', '\\u{e0041}', '\u{e0041}'],
  ['\ud800', '\\ud800', '\\ud800'],
  ['\u2028', '\\u2028', '\u2028'],
  ['日本 é 👩‍👧 ok', '日本 é 👩‍👧 ok', '日本 é 👩‍👧 ok'],
])('%j on a terminal and in a file', (text, onTerminal, inFile) => {
  expect(visible(text)).toBe(onTerminal);
  expect(harmless(text)).toBe(inFile);
});

test.each(['\x1b', '\x9b', '\u202e', '\u2028', '\u{e0041}', '\ud800', '"\\', '__proto__', '日本'])(
  'JSON of %j is the same string and shows nothing unseen',
  (text) => {
    const json = jsonString(text);
    expect(JSON.parse(json)).toBe(text);
    expect(visible(json)).toBe(json);
  },
);
