import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDuckDB } from './duckdb.ts';

/** With DuckDB's cache of files one in forty was read with pages of the file before. */
const TIMES = 200;

test('a file that is written anew within a moment is read anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-duckdb-'));
  const engine = await openDuckDB();
  try {
    const file = join(folder, 'x.parquet');
    for (let time = 0; time < TIMES; time++) {
      rmSync(file, { force: true });
      await engine.writeParquet(
        `SELECT CAST(hash(r + ${time}) % 1000 AS VARCHAR) AS value, ${time} AS time FROM range(500) AS t(r)`,
        file,
      );
      const [row] = await engine.rows(`SELECT max(time) AS time, count(value) AS lines FROM ${engine.parquet([file])}`);
      expect(row).toEqual({ time, lines: '500' });
    }
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
});
