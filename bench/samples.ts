import { join } from 'node:path';
import { writeSampleOrganisation } from '../src/demo/write.ts';
import { duckdbDialect } from '../src/engine/dialect/duckdb.ts';
import { openDuckDB } from '../src/engine/duckdb.ts';
import { openExportFolder } from '../src/source/cur/folder.ts';
import { lineColumns } from '../src/source/cur/normalize.ts';
import { DATA } from './folders.ts';

/** What decides a sample. */
export interface SampleSize {
  /** of all months */
  readonly lines: number;
  /** billing periods, by default one: a month is what an ingest reads whole */
  readonly months?: number;
  readonly callers: number;
  /** role sessions of one application besides the callers */
  readonly sessions: number;
}

export interface BenchSample extends SampleSize {
  /** folder of the CUR 2.0 export */
  readonly cur: string;
  /** the sample's rules and people */
  readonly config: string;
  /** oldest first */
  readonly periods: readonly string[];
  readonly period: string;
  /** the data files of the newest period, as the manifest lists them */
  readonly files: readonly string[];
  /** the columns of the export that an ingest reads */
  readonly columns: readonly string[];
}

const MEMORY = '4GB';

/** Writes a sample organisation into bench/data, or takes the one that an earlier run has left there. */
export async function sample(size: SampleSize): Promise<BenchSample> {
  const { months = 1 } = size;
  const dir = join(DATA, `sample-${nameOf(size)}`);
  const engine = await openDuckDB({ keepOrder: true, memoryLimit: MEMORY, temporaryFolder: join(DATA, 'tmp') });
  try {
    const { exportDir, configFile, periods, kept } = await writeSampleOrganisation({
      dir,
      engine,
      ...size,
      months,
      truth: false,
      onProgress: (done, what) => console.error(`  writing the sample, ${what}: ${Math.round(done * 100)} %`),
    });
    if (!kept) console.error(`  wrote ${dir}`);
    const config = configFile;
    return { ...size, cur: exportDir, config, periods, period: periods.at(-1) ?? '', ...(await inside(exportDir)) };
  } finally {
    await engine.close();
  }
}

/** For folders. */
export function nameOf({ lines, sessions, months = 1 }: SampleSize): string {
  return [lines, sessions, ...(months === 1 ? [] : [months])].join('-');
}

/** The files of the newest delivery, and which of their columns the ingest's own expressions name. */
async function inside(exportDir: string): Promise<Pick<BenchSample, 'files' | 'columns'>> {
  const source = await openExportFolder(exportDir);
  const outcome = (await source.deliveries()).at(-1);
  if (outcome?.kind !== 'delivery') throw new Error(`no delivery in ${exportDir}`);
  const engine = await openDuckDB();
  try {
    const lines = await source.open(engine, outcome.delivery);
    const expressions = Object.values(lineColumns(lines, duckdbDialect)).join(' ');
    // Without the literals: the key 'product_name' of a map is no column.
    const names = new Set(expressions.replaceAll(/'(?:[^']|'')*'/g, '').match(/\w+/g));
    const columns = [...lines.types.keys()].filter((column) => names.has(column));
    return { files: outcome.delivery.files.map(({ path }) => path), columns };
  } finally {
    await engine.close();
  }
}
