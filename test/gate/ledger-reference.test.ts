import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { TABLE_NAMES, TABLES } from '../../src/ledger/tables.ts';
import { USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';
import { writtenPage } from './reference.ts';

test('docs/reference/ledger.md lists the columns that the ledger has', async () => {
  const folder = temporaryFolder();
  const cur = join(folder.path, 'cur');
  mkdirSync(cur);
  await writePeriod(cur, '2026-10', [{ lines: [USAGE] }]);
  const { code } = await runBursar(['ingest', '--cur', cur, '--ledger', join(folder.path, 'ledger')]);
  expect(code).toBe(0);
  const period = join(folder.path, 'ledger', 'period=2026-10');
  const snapshot = readdirSync(period).find((name) => name.startsWith('snapshot='));
  const engine = await openDuckDB();
  const real: Record<string, string[]> = {};
  for (const table of TABLE_NAMES) {
    const columns = await engine.columns(engine.parquet([join(period, `${snapshot}`, `${table}.parquet`)]));
    real[table] = [...columns].map(([name, type]) => `${name} ${type}`);
    expect(Object.fromEntries(columns)).toEqual(TABLES[table]);
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
