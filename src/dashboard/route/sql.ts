import { openPeriod } from '../../query/allocated.ts';
import { compileRows } from '../../query/compile.ts';
import { needsCallers } from '../../query/dimension-sql.ts';
import type { PeriodTables } from '../../query/period-tables.ts';
import { sqlQuery } from '../api/answer.ts';
import { dimensionsOf, questionOf, scopeOf } from '../asked.ts';
import { route } from '../route.ts';

export const sql = route({
  path: '/api/sql',
  summary: 'The statement behind the table, for the engine that answers here.',
  query: sqlQuery,
  body: { text: 'text/plain; charset=utf-8' },
  answer: async (page, query, signal) => {
    const by = dimensionsOf(page, query.by, 2);
    const scope = await scopeOf(page, query);
    const question = questionOf(scope, scope.now, { by });
    const rules = needsCallers(question) ? page.rules : null;
    return page.desk.run(signal, async (engine) => {
      const tables: PeriodTables[] = [];
      // Of the ledger's own tables, so that it can be run elsewhere.
      for (const snapshot of scope.now.snapshots) tables.push(await openPeriod(engine, page.ledger, snapshot, rules));
      return `${compileRows(question, tables, engine.dialect)} ORDER BY cost DESC`;
    });
  },
});
