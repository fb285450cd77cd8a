import { OperatingError } from '../../domain/errors.ts';
import { formatMoney, subtract, sum } from '../../domain/money.ts';
import { callersBehind } from '../../query/callers.ts';
import { unownedOf } from '../../report/unowned.ts';
import { unownedBody, unownedQuery } from '../api/unowned.ts';
import { dimensionsOf, noted, questionOf, scopeOf } from '../asked.ts';
import { envelopeOf } from '../envelope.ts';
import { route } from '../route.ts';

/** Callers that are grouped, the dearest; what the others cost is told as one sum. */
const MOST_CALLERS = 5_000;

export const unowned = route({
  path: '/api/unowned',
  summary: 'Dollars that belong to nobody, ranked by what would settle them, each with the rule or row to paste.',
  query: unownedQuery,
  body: unownedBody,
  answer: async (page, query, signal) => {
    const [dimension] = dimensionsOf(page, query.by, 1);
    if (dimension?.source.table !== 'allocated') {
      throw new OperatingError('OPTION_INVALID', `by ${query.by} does not say to whom dollars belong`, {
        hint: `Ask by one of yours: ${Object.keys(page.own).join(', ')}.`,
      });
    }
    const scope = await scopeOf(page, query);
    const where = [{ dimension, negated: false, values: [null] }, ...scope.where];
    const question = questionOf({ ...scope, where }, scope.now, { by: [] });
    const { snapshots } = scope.now;
    const key = ['callers', snapshots.map(({ id }) => id), question];
    const [answer, { callers, cost }] = await Promise.all([
      page.askCosts(snapshots, question, signal),
      page.workOut(key, signal, (engine) =>
        callersBehind(engine, page.ledger, snapshots, question, MOST_CALLERS, page.rules),
      ),
    ]);
    const groups = unownedOf(dimension, callers);
    return {
      ...envelopeOf(noted(answer, scope)),
      dimension: dimension.name,
      cost: formatMoney(cost),
      rest: formatMoney(subtract(cost, sum(callers.map((caller) => caller.cost)))),
      count: groups.length,
      groups: groups.slice(0, query.size).map((group) => ({
        ...group,
        accounts: [...group.accounts],
        cost: formatMoney(group.cost),
        remedies: group.remedies.map((remedy) => ({ ...remedy, paste: [...remedy.paste] })),
      })),
    };
  },
});
