import { explanationJson } from '../../report/format/explanation.ts';
import { linesBody, linesQuery } from '../api/lines.ts';
import { dimensionsOf, questionOf, scopeOf } from '../asked.ts';
import { explained } from '../explained.ts';
import { route } from '../route.ts';

const MOST_DIMENSIONS = 3;

/** Callers and charges: more than anybody reads; bursar explain tells them all. */
const MOST = 100;

export const lines = route({
  path: '/api/lines',
  summary: 'What is behind a row: usage, evidence, callers and files, as bursar explain --format json tells them.',
  query: linesQuery,
  body: linesBody,
  answer: async (page, query, signal) => {
    const by = dimensionsOf(page, query.by, MOST_DIMENSIONS);
    const scope = await scopeOf(page, query);
    const question = questionOf(scope, scope.now, { by });
    const found = await explained(page, scope.now.snapshots, question, MOST, signal);
    return JSON.parse(explanationJson({ ...found, notes: [...scope.notes, ...found.notes] }));
  },
});
