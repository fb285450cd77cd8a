import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMoney, sum } from '../../domain/money.ts';
import { answerOf, anyAnswer, BY_DAY, BY_PRINCIPAL, BY_TEAM, questionOf, rowOf } from '../answer.fixture.ts';
import { csvLines } from './csv.ts';

const textOf = (answer: Parameters<typeof csvLines>[0]) => [...csvLines(answer)].join('');

/** RFC 4180, as strictly as it is written: CRLF between records, quotes doubled. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') records.push([]);
  }
  return records.slice(0, -1);
}

const firstCellOf = (value: string) =>
  parseCsv(textOf(answerOf(questionOf(['team']), [rowOf({ values: [value], cost: '-1' })])))[1]?.[0];

test.each([
  ['by-team', BY_TEAM],
  ['by-day', BY_DAY],
  ['by-principal', BY_PRINCIPAL],
])('the file, %s', async (name, answer) => {
  await expect(textOf(answer)).toMatchFileSnapshot(`./${name}.golden.csv`);
});

test.each(['=1+1', '+1', '-1', '@sum(a1)', '\t=1', '\r=1', '\n=1', '＝1', '=cmd|" /C calc"!A0'])(
  'a spreadsheet does not run %j',
  (value) => {
    expect(firstCellOf(value)).toBe(`'${value}`);
  },
);

test.each(['backend', "o'neil", 'a=b', 'say "hi"', 'a,b', 'line\nline', ' lead', '日本', ''])('%j stays', (value) => {
  expect(firstCellOf(value)).toBe(value);
});

test('escape sequences are seen, not obeyed', () => {
  expect(firstCellOf('\x1b[2Jx\u202e')).toBe('\\x1b[2Jx\\u202e');
});

test('a dimension is no formula either, and a negative cost is a number', () => {
  const answer = answerOf(questionOf(['team']), [rowOf({ values: ['a'], cost: '-1' })]);
  const dimension = { ...answer.question.by[0], name: '=team' } as (typeof answer.question.by)[number];
  const [head, row] = parseCsv(textOf({ ...answer, question: { ...answer.question, by: [dimension] } }));
  expect(head?.[0]).toBe("'=team");
  expect(row).toContain('-1.0000000000');
});

test('property: it parses back to the same rows and sums', () => {
  fc.assert(
    fc.property(anyAnswer, (answer) => {
      const [head, ...rows] = parseCsv(textOf(answer));
      expect(head?.slice(0, 6)).toEqual(['team', 'tag:__proto__', 'adjustment', 'other', 'cost', 'currency']);
      expect(rows).toHaveLength(answer.rows.length);
      for (const row of rows) expect(row).toHaveLength(head?.length ?? 0);
      expect(sum(rows.map((row) => parseMoney(row[4] ?? '')))).toBe(answer.total);
      for (const [index, row] of rows.entries()) {
        const value = answer.rows[index]?.values[0] ?? '';
        if (/^[\w ]*$/.test(value)) expect(row[0]).toBe(value);
        expect(row[0]).not.toMatch(/^[=+\-@\t\r\n]/);
      }
    }),
  );
});
