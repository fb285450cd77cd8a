import { answer } from './route/answer.ts';
import { changes } from './route/changes.ts';
import { columns } from './route/columns.ts';
import { findings } from './route/findings.ts';
import { forecast } from './route/forecast.ts';
import { lines } from './route/lines.ts';
import { mix } from './route/mix.ts';
import { sql } from './route/sql.ts';
import { status } from './route/status.ts';
import { summary } from './route/summary.ts';
import { table, tableCsv } from './route/table.ts';
import { unowned } from './route/unowned.ts';
import { values } from './route/values.ts';
import type { Route } from './route.ts';

/** Every address of the API: a card of the page is a route here and a file of browser/card/. */
export const ROUTES: readonly Route[] = [
  status,
  summary,
  forecast,
  columns,
  table,
  tableCsv,
  changes,
  mix,
  findings,
  unowned,
  lines,
  values,
  answer,
  sql,
];
