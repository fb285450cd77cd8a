import { type AllocationRules, END_OF_DAYS, FIRST_DAY, SHARED } from '../../src/domain/allocation.ts';
import { DEFAULT_TAG_DIMENSIONS, DIMENSIONS, findDimension, type OwnDimensions } from '../../src/domain/dimension.ts';
import type { Day, Period } from '../../src/domain/period.ts';
import { COST_BASES, type Filter, type Question } from '../../src/domain/question.ts';
import { times } from '../fixtures/effort.ts';

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

/** Dimensions of a configuration that says more than tags do. */
export const OWN_DIMENSIONS: OwnDimensions = {
  team: {
    tagKeys: ['resourceTags/Team', 'iamPrincipal/team'],
    spellings: { frontend: `it's "50%" \\ a/b _ 🦊` },
    byCaller: true,
  },
  'cost-center': { tagKeys: [], spellings: {}, byCaller: true },
  unit: { tagKeys: [], spellings: {}, byCaller: false },
};

/** Rules on the sample organisation, with days within October and values that hold every mark. */
export const RULES: AllocationRules = {
  dimensions: Object.keys(OWN_DIMENSIONS),
  rules: [
    {
      place: 'rule gateway (bursar.yaml line 1)',
      match: { role: '*gateway*' },
      from: FIRST_DAY,
      to: END_OF_DAYS,
      outcome: new Map(Object.keys(OWN_DIMENSIONS).map((name) => [name, SHARED])),
    },
    {
      place: 'rule (bursar.yaml line 2)',
      match: { 'permission-set': 'DataScience_*' },
      from: '2026-09-20' as Day,
      to: '2026-10-15' as Day,
      outcome: new Map([
        ['team', 'data'],
        ['cost-center', `it's "50%" \\ a/b _ 🦊`],
      ]),
    },
    {
      place: 'rule (bursar.yaml line 3)',
      match: { kind: 'none' },
      from: '2026-10-06' as Day,
      to: END_OF_DAYS,
      outcome: new Map([['cost-center', '0042']]),
    },
  ],
  people: [
    {
      place: 'people.csv line 2',
      session: 'mia.keller@example.com',
      from: '2026-10-11' as Day,
      to: END_OF_DAYS,
      values: new Map([
        ['person', 'Mia Keller'],
        ['team', 'web'],
      ]),
    },
  ],
  peopleFile: 'people.csv',
};

const ALLOCATED_QUESTIONS: Readonly<Record<string, Asked>> = {
  'a team by tags, rules and people': { by: ['team'] },
  'cost centres and people, of each the greatest': { by: ['cost-center', 'person'], top: 4 },
  'allocated by day': { by: ['team', 'cost-center'], grain: 'day' },
  'months of a person': { by: ['person', 'team'], grain: 'month' },
  'what is shared, and with what nobody has': { by: ['principal'], where: [['team', '(shared)', null]] },
  'a few days of nobody': {
    by: ['person', 'model'],
    where: [
      ['!team', null],
      ['cost-center', null],
    ],
    from: '2026-10-10' as Day,
    to: '2026-10-20' as Day,
  },
  'a dimension that nothing tells of': { by: ['unit', 'team'] },
};

function question(asked: Asked, periods: readonly Period[], own = DEFAULT_TAG_DIMENSIONS): Question {
  const dimension = (name: string) => findDimension(name, own);
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

/** Questions that need {@link RULES}. */
export function allocatedQuestions(periods: readonly Period[]): [name: string, question: Question][] {
  return Object.entries(ALLOCATED_QUESTIONS).map(([name, asked]) => [
    name,
    question(asked, asked.grain === 'month' ? periods : periods.slice(-1), OWN_DIMENSIONS),
  ]);
}

/** Every dimension alone, by day, in every cost; in a short run the costs take turns. */
export function everyDimension(periods: readonly Period[]): [name: string, question: Question][] {
  return [...Object.keys(DEFAULT_TAG_DIMENSIONS), ...Object.keys(DIMENSIONS)].flatMap((name, index) =>
    COST_BASES.filter((_, turn) => (index + turn) % COST_BASES.length < times(1, COST_BASES.length)).map(
      (cost): [string, Question] => [`${name}, ${cost}`, question({ by: [name], grain: 'day', cost }, periods)],
    ),
  );
}
