import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { ALLOCATION, TABLES } from '../../src/ledger/tables.ts';
import { USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';
import { writtenPage } from './reference.ts';

test('docs/reference/ledger.md lists the columns that the ledger has', async () => {
  const folder = temporaryFolder();
  const cur = join(folder.path, 'cur');
  mkdirSync(cur);
  await writePeriod(cur, '2026-10', [{ lines: [USAGE] }]);
  const { code } = await runBursar(['report', '--by', 'person', '--cur', cur, '--ledger', join(folder.path, 'ledger')]);
  expect(code).toBe(0);
  const period = join(folder.path, 'ledger', 'period=2026-10');
  const snapshot = readdirSync(period).find((name) => name.startsWith('snapshot='));
  const engine = await openDuckDB();
  const real: Record<string, string[]> = {};
  const files = readdirSync(join(period, `${snapshot}`)).filter((name) => name.endsWith('.parquet'));
  for (const [table, expected] of Object.entries({ ...TABLES, allocation: ALLOCATION })) {
    const file = files.find((name) => name.replace(/(-[0-9a-f]+)?\.parquet$/, '') === table) ?? '';
    const columns = await engine.columns(engine.parquet([join(period, `${snapshot}`, file)]));
    real[table] = [...columns].map(([name, type]) => `${name} ${type}`);
    expect(Object.fromEntries(columns)).toEqual(expected);
  }
  await engine.close();
  folder.remove();
  expect(describedColumns(writtenPage('ledger.md'))).toEqual(real);
});

function describedColumns(page: string): Record<string, string[]> {
  const sections = page.split(/^## /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => {
      const rows = [...section.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)];
      return [section.split('\n')[0] ?? '', rows.map(([, name, type]) => `${name} ${type}`)];
    }),
  );
}
