import fc from 'fast-check';
import type { Answer, AnswerRow, Tokens } from '../domain/answer.ts';
import { DEFAULT_TAG_DIMENSIONS, findDimension } from '../domain/dimension.ts';
import { type Money, parseMoney, subtract, sum, ZERO } from '../domain/money.ts';
import type { Day, Period } from '../domain/period.ts';
import type { Question } from '../domain/question.ts';

const NO_TOKENS: Tokens = { input: 0n, output: 0n, 'cache-read': 0n, 'cache-write': 0n };

/** A row of a test, in the words of people. */
export interface RowText {
  readonly time?: string;
  readonly values: readonly (string | null)[];
  readonly adjustment?: string;
  readonly other?: true;
  readonly cost: string;
  /** input, output, cache read, cache write */
  readonly tokens?: readonly [string, string, string, string];
  /** all of the cost where not said */
  readonly tokenCost?: string;
}

export function rowOf({ time, values, adjustment, other, cost, tokens, tokenCost }: RowText): AnswerRow {
  return {
    time: time ?? null,
    values,
    adjustment: adjustment ?? null,
    other: other ?? false,
    cost: parseMoney(cost),
    tokens: tokens === undefined ? NO_TOKENS : tokensOf(tokens),
    tokenCost: parseMoney(tokens === undefined ? '0' : (tokenCost ?? cost)),
  };
}

export function questionOf(by: readonly string[], more: Partial<Question> = {}): Question {
  return {
    by: by.map((name) => findDimension(name, DEFAULT_TAG_DIMENSIONS)),
    where: [],
    periods: ['2026-10' as Period],
    from: null,
    to: null,
    grain: null,
    top: null,
    cost: 'net',
    ...more,
  };
}

/** An answer whose check holds, whatever the rows. */
export function answerOf(question: Question, rows: readonly AnswerRow[], more: Partial<Answer> = {}): Answer {
  const total = sum(rows.map(({ cost }) => cost));
  const bill = more.check?.bill ?? total;
  return {
    question,
    source: {
      basis: 'actual',
      engine: 'duckdb',
      snapshots: question.periods.map((period) => ({
        period,
        id: '20261101T061500Z-4f2a',
        state: period === '2026-10' ? ('open' as const) : ('invoiced' as const),
      })),
      dataThrough: [
        { seller: 'Anthropic, PBC', through: '2026-10-30T23:00:00Z' },
        { seller: 'AWS', through: '2026-11-01T00:00:00Z' },
      ],
    },
    period: { from: '2026-10-01' as Day, to: '2026-11-01' as Day },
    currency: 'USD',
    costs: question.periods.map((period) => ({
      period,
      payer: '111122223333',
      cost: question.cost,
      why: 'its Bedrock lines carry net values',
    })),
    rows,
    total,
    allocation: null,
    check: { bill, shown: total, filteredOut: subtract(bill, total), difference: ZERO },
    notes: [],
    ...more,
  };
}

/** Teams, usage that nobody owns, and adjustments: all that a month brings. */
export const BY_TEAM: Answer = answerOf(
  questionOf(['team']),
  [
    {
      values: ['backend'],
      cost: '42103.3352184',
      tokens: ['3120458112', '412009377', '8841337204', '310442118'],
      tokenCost: '41960.1',
    },
    { values: ['data'], cost: '12877.904', tokens: ['6204113870', '298114020', '0', '0'] },
    { values: ['frontend'], cost: '4911.0249995', tokens: ['402118443', '88120334', '1204113870', '60211441'] },
    { values: [null], cost: '2204.115', tokens: ['188240112', '40218331', '12044', '0'], tokenCost: '1980.25' },
    { values: ['platform-experiments'], cost: '0.0041', tokens: ['1200', '310', '0', '0'] },
    { values: [null], adjustment: 'Tax', cost: '118.04' },
    { values: [null], adjustment: 'EdpDiscount', cost: '-1090.981' },
    { values: [null], adjustment: 'Credit', cost: '-1000' },
  ].map((row) => rowOf(row as RowText)),
  {
    allocation: {
      dimension: 'team',
      allocated: parseMoney('59892.2683179'),
      shared: ZERO,
      unallocated: parseMoney('2204.115'),
      adjustments: parseMoney('-1972.941'),
    },
  },
);

function tokensOf([input, output, read, write]: readonly [string, string, string, string]): Tokens {
  return {
    input: parseMoney(input),
    output: parseMoney(output),
    'cache-read': parseMoney(read),
    'cache-write': parseMoney(write),
  };
}

/** A day by day answer with limits in time. */
export const BY_DAY: Answer = answerOf(
  questionOf(['team'], { grain: 'day', from: '2026-10-01' as Day, to: '2026-10-03' as Day }),
  ['2026-10-01', '2026-10-02'].flatMap((time) =>
    [
      { time, values: ['backend'], cost: '12.345', tokens: ['1204581', '120093', '3413372', '104421'] },
      { time, values: ['data'], cost: '2.345', tokens: ['1000000.5', '0', '0', '0'] },
      { time, values: [null], adjustment: 'Credit', cost: '-2.345' },
    ].map((row) => rowOf(row as RowText)),
  ),
);

/** Long and hostile names, a filter, a remainder and notes. */
export const BY_PRINCIPAL: Answer = answerOf(
  questionOf(['principal', 'model'], {
    top: 3,
    where: [{ dimension: findDimension('provider', {}), negated: true, values: ['Cohere', null] }],
  }),
  [
    {
      values: [
        'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_BedrockDeveloper_0123456789abcdef/alice.longname@engineering.acme.example',
        'claude-sonnet-4.6',
      ],
      cost: '1204.5',
      tokens: ['120458112', '12009377', '341337204', '10442118'],
    },
    {
      values: ['arn:aws:iam::111122223333:user/BedrockAPIKey-234s', 'nova-micro'],
      cost: '3.5',
      tokens: ['93000000', '1200000', '0', '0'],
    },
    {
      values: ['role/日本語ロール/\x1b[31mred\x1b[0m\u202eevil', 'titan-embed'],
      cost: '1.5',
      tokens: ['61204000', '0', '0', '0'],
    },
    { values: [null, null], other: true, cost: '33.5', tokens: ['4120431', '320114', '0', '0'] },
    { values: [null, null], adjustment: 'Tax', cost: '33.5' },
  ].map((row) => rowOf(row as RowText)),
  {
    check: {
      bill: parseMoney('5000.123'),
      shown: parseMoney('1276.5'),
      filteredOut: parseMoney('3723.623'),
      difference: ZERO,
    },
    notes: [
      'team: no Bedrock line carries the tag iamPrincipal/team. The nearest tag seen is iamPrincipal/\x1b]0;team.',
    ],
  },
);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('=1+1', "'", '"', 'a,b', 'a\r\nb', '\x1b[2J', '\u202e', '\ud800', '__proto__', '-', '日本', '👩‍👩‍👧'),
);

const anyTokens = fc.bigInt({ min: 0n, max: 10n ** 21n });

const anyRow = fc
  .record({
    values: fc.tuple(fc.option(anyText), fc.option(anyText)),
    adjustment: fc.option(anyText, { freq: 4 }),
    cost: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
    tokens: fc.record({ input: anyTokens, output: anyTokens, 'cache-read': anyTokens, 'cache-write': anyTokens }),
  })
  .map(
    (row): AnswerRow => ({ ...row, time: null, other: false, cost: row.cost as Money, tokenCost: row.cost as Money }),
  );

/** Answers by `team` and `tag:__proto__` with whatever a bill may hold. */
export const anyAnswer: fc.Arbitrary<Answer> = fc
  .array(anyRow, { maxLength: 30 })
  .map((rows) => answerOf(questionOf(['team', 'tag:__proto__']), rows));
