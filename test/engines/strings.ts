import { findDimension } from '../../src/domain/dimension.ts';
import type { Period } from '../../src/domain/period.ts';
import type { Question } from '../../src/domain/question.ts';
import { type Line, USAGE } from '../fixtures/export.ts';

/** Names that break what quotes, escapes, splits, trims, folds or encodes badly. */
export const STRINGS: readonly string[] = [
  'plain',
  'Plain',
  "it's",
  "''",
  `"quoted"`,
  'back\\slash',
  '\\',
  'percent%and_underscore',
  'a/b//c',
  '{"json": "in, a value"}',
  "'; DROP TABLE bursar_v3_fact; --",
  '/* comment */ -- 1',
  '$1 $ {x} :name ?',
  ' spaces around ',
  'tab\tnewline\nreturn\r',
  'nul\0inside',
  '\u0001\u001f\u007f\u0085',
  '\u2028\u2029\u00a0\ufeff',
  'é',
  'e\u0301',
  'ß ẞ İ ı',
  '🦊👩‍👩‍👧‍👦',
  '日本語 עברית',
  '(none)',
  'null',
  'NULL',
  'x'.repeat(10_000),
];

const TAG = 'iamPrincipal/team';
const PERIOD = '2026-10' as Period;

/**
 * One line for each string, each of another cost, so that no two sums are equal: the string is the value of a tag, the
 * key of another, and stands in the session's ARN. Then a line whose value is empty, and one without tags.
 */
export function nastyLines(): Line[] {
  const lines = STRINGS.map(
    (text, index): Line => ({
      ...USAGE,
      line_item_unblended_cost: 2 ** index / 1024,
      line_item_iam_principal: arnOf(text),
      tags: { [TAG]: text, [text]: 'as a key' },
    }),
  );
  const empty: Line = {
    ...USAGE,
    line_item_unblended_cost: 0.1,
    line_item_iam_principal: arnOf('e'),
    tags: { [TAG]: '' },
  };
  const none: Line = { ...USAGE, line_item_unblended_cost: 0.01, line_item_iam_principal: null, tags: null };
  return [...lines, empty, none];
}

const arnOf = (text: string): string => `arn:aws:sts::000000000002:assumed-role/app/${text}`;

/** `value: cost` of each row, as an answer gives them. */
export type Rows = readonly string[];

interface NastyCase {
  readonly name: string;
  readonly question: Question;
  readonly expected: Rows;
}

/** Questions that the strings go through in every way, and what plain TypeScript makes of the lines. */
export function nastyCases(lines: readonly Line[]): NastyCase[] {
  const short = (text: string): string => JSON.stringify(text).slice(0, 40);
  const ask = (by: string, where: Question['where'] = []): Question => ({
    by: [findDimension(by, {})],
    where,
    periods: [PERIOD],
    from: null,
    to: null,
    grain: null,
    top: null,
    cost: 'unblended',
  });
  const tag = findDimension(`tag:${TAG}`, {});
  const principal = findDimension('principal', {});
  const tagOf = (line: Line, key: string): string | null => (line.tags as Record<string, string> | null)?.[key] || null;
  return [
    { name: 'by value', question: ask(`tag:${TAG}`), expected: modelled(lines, (line) => tagOf(line, TAG)) },
    { name: 'by ARN', question: ask('principal'), expected: modelled(lines, principalOf) },
    ...STRINGS.map((text) => ({
      name: `by the key ${short(text)}`,
      question: ask(`tag:${text}`),
      expected: modelled(lines, (line) => tagOf(line, text)),
    })),
    ...STRINGS.map((text) => ({
      name: `the value ${short(text)}`,
      question: ask('principal', [{ dimension: tag, negated: false, values: [text] }]),
      expected: modelled(
        lines.filter((line) => tagOf(line, TAG) === text),
        principalOf,
      ),
    })),
    ...STRINGS.map((text) => ({
      name: `all but the ARN ${short(text)}`,
      question: ask(`tag:${TAG}`, [{ dimension: principal, negated: true, values: [arnOf(text)] }]),
      expected: modelled(
        lines.filter((line) => line.line_item_iam_principal !== arnOf(text)),
        (line) => tagOf(line, TAG),
      ),
    })),
  ];
}

const principalOf = (line: Line): string | null => (line.line_item_iam_principal as string | null) || null;

/** Sums by value; the costs are sums of powers of two and a few others, exact in units of 1e-10. */
function modelled(lines: readonly Line[], keyOf: (line: Line) => string | null): Rows {
  const units = (line: Line): bigint => BigInt(Math.round(Number(line.line_item_unblended_cost) * 1e10));
  const groups = Map.groupBy(lines, keyOf);
  return [...groups]
    .map(([value, group]) => `${JSON.stringify(value)}: ${group.reduce((sum, line) => sum + units(line), 0n)}`)
    .sort();
}

/** The rows of an answer in the same form. */
export function rowsOf(answer: { rows: readonly { values: readonly (string | null)[]; cost: bigint }[] }): Rows {
  return answer.rows.map(({ values, cost }) => `${JSON.stringify(values[0])}: ${cost}`).sort();
}
