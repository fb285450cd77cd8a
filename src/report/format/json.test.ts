import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMoney, parseMoney, sum } from '../../domain/money.ts';
import type { Period } from '../../domain/period.ts';
import { answerOf, anyAnswer, BY_DAY, BY_PRINCIPAL, BY_TEAM, questionOf, rowOf } from '../answer.fixture.ts';
import { jsonLines } from './json.ts';

const textOf = (answer: Parameters<typeof jsonLines>[0]) => [...jsonLines(answer)].join('');

test.each([
  ['by-team', BY_TEAM],
  ['by-day', BY_DAY],
  ['by-principal', BY_PRINCIPAL],
])('the contract, %s', async (name, answer) => {
  const text = textOf(answer);
  JSON.parse(text);
  await expect(text).toMatchFileSnapshot(`./${name}.golden.json`);
});

test('several periods are one snapshot text; without usage nothing says how far the data go', () => {
  const periods = ['2026-09', '2026-10'] as Period[];
  const answer = answerOf(questionOf(['team'], { periods }), []);
  const { source, rows } = JSON.parse(textOf({ ...answer, source: { ...answer.source, dataThrough: [] } }));
  expect(source.snapshot).toBe('2026-09@20261101T061500Z-4f2a,2026-10@20261101T061500Z-4f2a');
  expect(source.dataThrough).toBeNull();
  expect(rows).toEqual([]);
});

test('a dimension called like a part of every object is a field like others', () => {
  const answer = answerOf(questionOf(['tag:__proto__', 'team']), [rowOf({ values: ['x', 'y'], cost: '1' })]);
  const proto = { ...answer.question.by[0], name: '__proto__' } as (typeof answer.question.by)[number];
  const [row] = JSON.parse(textOf({ ...answer, question: { ...answer.question, by: [proto] } })).rows;
  expect(Object.entries(row)[0]).toEqual(['__proto__', 'x']);
  expect(JSON.parse(textOf(answer)).rows[0]).toMatchObject({ 'tag:__proto__': 'x', team: 'y' });
});

test('property: it parses back to the same values and sums, one row a line, and never commands a terminal', () => {
  fc.assert(
    fc.property(anyAnswer, (answer) => {
      const text = textOf(answer);
      const parsed = JSON.parse(text);
      expect(parsed.rows.map((row: Record<string, string>) => [row.team, row['tag:__proto__']])).toEqual(
        answer.rows.map(({ values }) => values),
      );
      const costs = parsed.rows.map(({ cost }: { cost: string }) => parseMoney(cost));
      expect(formatMoney(sum(costs))).toBe(parsed.total);
      // As printed: shares of a total near 0 have more digits than a JavaScript number.
      const shares = [...text.matchAll(/^\{.*"share":(-?[\d.]+),/gm)].map(([, share = '']) => parseMoney(share));
      if (answer.total !== 0n) expect(sum(shares)).toBe(parseMoney('1'));
      expect(text.match(/^\{"team":/gm) ?? []).toHaveLength(answer.rows.length);
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});

test('many rows come in chunks', () => {
  const row = rowOf({ values: ['backend'], cost: '1' });
  const chunks = [...jsonLines(answerOf(questionOf(['team']), Array(10_000).fill(row)))];
  expect(chunks.length).toBeGreaterThan(10);
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(100_000);
  expect(JSON.parse(chunks.join('')).rows).toHaveLength(10_000);
});
