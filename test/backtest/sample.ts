import { join } from 'node:path';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import type { Day, Period } from '../../src/domain/period.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import type { BacktestCase } from './case.ts';

/** Sample organisations of different sizes, each with 16 months; the first four are history only. */
const ORGANISATIONS = [
  { seed: 1, callers: 60, sessions: 12 },
  { seed: 2, callers: 200, sessions: 100 },
  { seed: 3, callers: 30, sessions: 0 },
] as const;
const MONTHS = 16;
const LINES = 6_000 * MONTHS;

/** The days of Bedrock usage that the sample's own truth tells. */
export async function sampleCases(folder: string): Promise<BacktestCase[]> {
  const cases: BacktestCase[] = [];
  for (const organisation of ORGANISATIONS) {
    const engine = await openDuckDB({ keepOrder: true });
    const dir = join(folder, String(organisation.seed));
    const { truthDir, periods } = await writeSampleOrganisation({
      dir,
      engine,
      months: MONTHS,
      lines: LINES,
      ...organisation,
    });
    const days = engine.dialect.text(join(truthDir, 'days', '*.parquet'));
    const rows = await engine.rows(`SELECT CAST(day AS VARCHAR) AS day, CAST(sum(unblended) AS DOUBLE) AS cost
      FROM read_parquet(${days}) WHERE day >= ${engine.dialect.date(`${periods[0]}-01`)} GROUP BY day ORDER BY day`);
    await engine.close();
    cases.push({
      name: 'the sample organisation',
      first: `${periods[0]}-01` as Day,
      costs: rows.map(({ cost }) => Number(cost)),
      months: periods.slice(-12) as Period[],
    });
  }
  return cases;
}
