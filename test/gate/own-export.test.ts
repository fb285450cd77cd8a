import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { duckdbDialect } from '../../src/engine/dialect/duckdb.ts';
import { checkColumns } from '../../src/source/cur/columns.ts';
import { lineColumns } from '../../src/source/cur/normalize.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/guides/own-export.md'), 'utf8');
const MAPS = ['product', 'tags'];

/** The columns that the guide's export selects, as the engine would tell their types. */
function selected(): Map<string, string> {
  const json = /<!-- export\.json:[^\n]*-->\n```json\n([\s\S]*?)```/.exec(GUIDE)?.[1] ?? '';
  const { QueryStatement } = (JSON.parse(json) as { DataQuery: { QueryStatement: string } }).DataQuery;
  const names = /^SELECT (.*) FROM COST_AND_USAGE_REPORT$/.exec(QueryStatement)?.[1]?.split(', ') ?? [];
  return new Map(names.map((name) => [name, MAPS.includes(name) ? 'MAP(VARCHAR, VARCHAR)' : 'VARCHAR']));
}

test('the export of the guide has every column that Bursar asks for', () => {
  const types = selected();
  checkColumns(types, 'the guide', false);
  const missing: string[] = [];
  const watched = {
    has: (name: string) => types.has(name) || missing.push(name) === 0,
    get: (name: string) => types.get(name),
  } as unknown as ReadonlyMap<string, string>;
  const lines = {
    relation: '',
    types: watched,
    withPrincipals: { files: 1, of: 1 },
    placed: { relation: '', place: '' },
  };
  lineColumns(lines, duckdbDialect);
  expect(missing).toEqual([]);
});
