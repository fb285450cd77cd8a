import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import type { Answer } from '../../domain/answer.ts';
import { formatRounded, parseMoney, ZERO } from '../../domain/money.ts';
import { answerOf, anyAnswer, BY_DAY, BY_PRINCIPAL, BY_TEAM, questionOf, rowOf } from '../answer.fixture.ts';
import { spend } from '../spend.ts';
import { MEASURES } from './measures.ts';
import { tableText } from './table.ts';

const plain = (answer: Answer, width: number | null) => tableText(answer, { width, colour: false });

const linesOf = (answer: Answer, width: number | null) => plain(answer, width).split('\n');

const ANSWERS = { 'by-team': BY_TEAM, 'by-day': BY_DAY, 'by-principal': BY_PRINCIPAL };

const CASES = Object.entries(ANSWERS).flatMap(([name, answer]) =>
  [160, 120, 80, null].map((width) => ({ name, answer, width })),
);

test.each(CASES)('$name on a terminal of $width columns', async ({ name, answer, width }) => {
  await expect(plain(answer, width)).toMatchFileSnapshot(`./${name}-${width ?? 'piped'}.golden.txt`);
});

test('colour is bold for heads, dim for what is beside, and nothing else', async () => {
  const text = tableText({ ...BY_DAY, notes: ['one'] }, { width: 80, colour: true }).replaceAll('\x1b', '\\e');
  await expect(text).toMatchFileSnapshot('./by-day-colour.golden.txt');
});

test('a difference is loud, exact and red', () => {
  const check = {
    bill: parseMoney('6.0100000001'),
    shown: parseMoney('6'),
    filteredOut: ZERO,
    difference: parseMoney('0.0100000001'),
  };
  const answer = { ...answerOf(questionOf(['team']), [rowOf({ values: ['a'], cost: '6' })]), check };
  expect(plain(answer, null)).toContain('DIFFERENCE 0.0100000001 · bill 6.0100000001 ≠ shown 6.00 + filtered out 0.00');
  expect(tableText(answer, { width: null, colour: true })).toContain('\x1b[31mCheck: DIFFERENCE');
});

test('an answer without rows says so', () => {
  expect(linesOf(answerOf(questionOf(['team']), []), 80)).toContain('No line of the bill matches.');
});

test('without dimensions a row is usage or an adjustment', () => {
  const rows = [rowOf({ values: [], cost: '5' }), rowOf({ values: [], adjustment: 'Tax', cost: '1' })];
  const text = plain(answerOf(questionOf([]), rows), null);
  expect(text).toMatch(/^Charge +Cost/m);
  expect(text).toMatch(/^Usage +5\.00/m);
  expect(text).toMatch(/^Tax +1\.00/m);
});

test('an adjustment that is its own value is told once', () => {
  const rows = [rowOf({ values: ['Tax'], adjustment: 'Tax', cost: '1' })];
  expect(plain(answerOf(questionOf(['line-item-type']), rows), null)).toMatch(/^Tax +1\.00/m);
});

test('by token kind, one column of tokens is enough', () => {
  const rows = [rowOf({ values: ['input'], cost: '5', tokens: ['1', '0', '0', '0'] })];
  const [head] = linesOf(answerOf(questionOf(['token-kind']), rows), null).filter((line) => line.startsWith('Token'));
  expect(head).toMatch(/^Token kind +Cost +Share +Tokens +\$\/1M tokens$/);
});

test('another currency is no dollar', () => {
  expect(plain({ ...BY_TEAM, currency: 'CNY' }, null)).toContain('CNY/1M tokens');
});

test('property: printed cents, shares and tokens add up to the printed total', () => {
  const addUp = (cells: readonly string[], digits: number) =>
    formatRounded(
      cells.reduce((all, cell) => all + parseMoney(cell.replaceAll(/[, %]/g, '') || '0'), 0n),
      digits,
    );
  fc.assert(
    fc.property(anyAnswer, (answer) => {
      const report = spend(answer);
      for (const [measure, digits] of [
        ['cost', 2],
        ['share', 1],
        ['input', 0],
        ['tokens', 0],
      ] as const) {
        const { cells, foot } = MEASURES[measure](report);
        if (foot !== '') expect(addUp(cells, digits)).toBe(foot.replace(' %', ''));
      }
    }),
  );
});

test('property: on a terminal no line of the table is wider, and no value commands it', () => {
  fc.assert(
    fc.property(anyAnswer, fc.integer({ min: 60, max: 220 }), (answer, width) => {
      const text = plain(answer, width);
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/);
      for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
