import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { cutMiddle, narrow, tableWidth, textColumn, wrap } from './text-table.ts';

const columnOf = (cell: string) => textColumn({ head: '', align: 'left', cells: [cell], foot: '' });

test.each([
  ['backend', 7, 'backend'],
  ['backend', 6, 'bac…nd'],
  ['backend', 1, '…'],
  ['日本語ロール', 8, '日本…ル'],
  ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5, '👩‍👩‍👧…👩‍👩‍👧'],
])('%j cut to %i is %j', (text, width, cut) => {
  expect(cutMiddle(text, width)).toBe(cut);
});

test('property: what is cut fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
      expect(stringWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});

test.each([
  [[10, 30, 20], 50, [10, 18, 18]],
  [[10, 30, 20], 64, [10, 30, 20]],
  [[10, 30, 20], 0, [6, 6, 6]],
  [[3, 30], 10, [3, 6]],
])('columns of %j in %i become %j', (widths, available, narrowed) => {
  const columns = narrow(
    widths.map((width) => columnOf('x'.repeat(width))),
    available,
    6,
  );
  expect(columns.map(({ width }) => width)).toEqual(narrowed);
});

test('gaps count', () => {
  expect(tableWidth(['ab', 'c'].map(columnOf))).toBe(5);
  expect(tableWidth([])).toBe(0);
});

test.each([
  ['one two three', 8, ['one two', '  three']],
  ['one two three', 80, ['one two three']],
  ['unbreakable word', 5, ['unbreakable', '  word']],
])('%j wrapped at %i', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});
