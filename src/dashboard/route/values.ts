import { formatMoney } from '../../domain/money.ts';
import { valuesBody, valuesQuery } from '../api/values.ts';
import { dimensionsOf, questionOf, scopeOf } from '../asked.ts';
import { envelopeOf } from '../envelope.ts';
import { route } from '../route.ts';

/** The dearest values; who seeks a rarer one can write it out. */
const MOST_VALUES = 5_000;

export const values = route({
  path: '/api/values',
  summary: 'The values of a dimension with their dollars, to choose filters from.',
  query: valuesQuery,
  body: valuesBody,
  answer: async (page, query, signal) => {
    const by = dimensionsOf(page, query.dimension, 1);
    const scope = await scopeOf(page, query);
    // What is filtered by the dimension itself must not hide its other values.
    const where = scope.where.filter(({ dimension }) => dimension.name !== by[0]?.name);
    const question = questionOf({ ...scope, where }, scope.now, { by, top: MOST_VALUES });
    const answer = await page.askCosts(scope.now.snapshots, question, signal);
    const sought = query.containing.toLowerCase();
    const found = answer.rows.filter(
      ({ adjustment, other, values: [value] }) =>
        adjustment === null && !other && (value ?? '').toLowerCase().includes(sought),
    );
    return {
      ...envelopeOf(answer),
      dimension: query.dimension,
      count: found.length,
      values: found
        .slice(0, query.size)
        .map(({ values: [value], cost }) => ({ value: value ?? null, cost: formatMoney(cost) })),
    };
  },
});
