import { OperatingError } from '../../domain/errors.ts';
import { jsonLines } from '../../report/format/json.ts';
import { answerBody, answerQuery } from '../api/answer.ts';
import { dimensionsOf, noted, questionOf, scopeOf } from '../asked.ts';
import { route } from '../route.ts';

const MOST_DIMENSIONS = 3;
const MOST_ROWS = 50_000;

export const answer = route({
  path: '/api/answer',
  summary: 'Any question, answered as bursar report --format json answers it.',
  query: answerQuery,
  body: answerBody,
  answer: async (page, query, signal) => {
    const by = dimensionsOf(page, query.by, MOST_DIMENSIONS);
    const scope = await scopeOf(page, query);
    const question = questionOf(scope, scope.now, { by, grain: query.grain ?? null, top: query.top });
    const found = await page.ask(scope.now.snapshots, question, signal);
    if (found.rows.length > MOST_ROWS) {
      throw new OperatingError('ANSWER_TOO_LARGE', `the answer has ${found.rows.length.toLocaleString('en')} rows`, {
        hint: 'Ask with a smaller top, fewer dimensions or fewer days; bursar report gives them all.',
      });
    }
    return JSON.parse([...jsonLines(noted(found, scope))].join(''));
  },
});
