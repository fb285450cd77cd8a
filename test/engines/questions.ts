import { DEFAULT_TAG_DIMENSIONS, DIMENSIONS, findDimension } from '../../src/domain/dimension.ts';
import type { Day, Period } from '../../src/domain/period.ts';
import { COST_BASES, type Filter, type Question } from '../../src/domain/question.ts';

type Asked = Partial<Omit<Question, 'by' | 'where' | 'periods'>> & {
  readonly by?: readonly string[];
  /** dimension, then values; `!` before the dimension leaves them out */
  readonly where?: readonly (readonly [dimension: string, ...values: (string | null)[]])[];
};

const QUESTIONS: Readonly<Record<string, Asked>> = {
  'what a team spends': { by: ['team'] },
  'what it costs without discounts': { by: ['business-unit', 'model'], cost: 'list' },
  'models and token kinds, unblended': { by: ['model', 'token-kind'], cost: 'unblended' },
  'callers, models and tags at once': { by: ['principal', 'model', 'tag:iamPrincipal/team'] },
  'the three greatest sessions, the rest as one': { by: ['session'], top: 3 },
  'the five greatest models of each day': { by: ['model'], top: 5, grain: 'day' },
  'months side by side': { by: ['team'], grain: 'month' },
  'a few days': { by: ['team', 'model'], grain: 'day', from: '2026-10-05' as Day, to: '2026-10-12' as Day },
  'batch and all else': { by: ['batch', 'tier'] },
  'two teams': { by: ['model'], where: [['team', 'backend', 'data']] },
  'nobody in particular': { by: ['session', 'role'], where: [['team', null]] },
  'all but a model and what has none': { by: ['team'], where: [['!model', 'Claude Sonnet 4.6', null]] },
  'filters on each table': {
    by: ['account'],
    where: [
      ['team', 'backend', null],
      ['!principal-kind', 'iam-user'],
      ['line-item-type', 'Usage'],
    ],
    from: '2026-10-02' as Day,
  },
  'a value with every mark': { by: ['team'], where: [['team', `it's "50%" \\ a/b _ 🦊`]] },
  'a tag key with every mark': { by: [`tag:it's "50%" \\ a/b _ 🦊`] },
  'the invoice of each payer': { by: ['payer-account', 'invoice', 'seller'] },
};

function question(asked: Asked, periods: readonly Period[]): Question {
  const dimension = (name: string) => findDimension(name, DEFAULT_TAG_DIMENSIONS);
  return {
    from: null,
    to: null,
    grain: null,
    top: null,
    cost: 'net',
    ...asked,
    by: (asked.by ?? []).map(dimension),
    where: (asked.where ?? []).map(
      ([name, ...values]): Filter => ({
        dimension: dimension(name.replace(/^!/, '')),
        negated: name.startsWith('!'),
        values,
      }),
    ),
    periods,
  };
}

/** Questions of every shape, by what they ask: of the newest period, those by month of all. */
export function questions(periods: readonly Period[]): [name: string, question: Question][] {
  return Object.entries(QUESTIONS).map(([name, asked]) => [
    name,
    question(asked, asked.grain === 'month' ? periods : periods.slice(-1)),
  ]);
}

/** Every dimension alone, by day, in every cost. */
export function everyDimension(periods: readonly Period[]): [name: string, question: Question][] {
  return [...Object.keys(DEFAULT_TAG_DIMENSIONS), ...Object.keys(DIMENSIONS)].flatMap((name) =>
    COST_BASES.map((cost): [string, Question] => [
      `${name}, ${cost}`,
      question({ by: [name], grain: 'day', cost }, periods),
    ]),
  );
}
