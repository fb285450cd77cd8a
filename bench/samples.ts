import { join } from 'node:path';
import { writeSampleOrganisation } from '../src/demo/write.ts';
import { duckdbDialect } from '../src/engine/dialect/duckdb.ts';
import { openDuckDB } from '../src/engine/duckdb.ts';
import { openExportFolder } from '../src/source/cur/folder.ts';
import { lineColumns } from '../src/source/cur/normalize.ts';
import { DATA } from './folders.ts';

/** What decides a sample. All have one billing period: a month is what an ingest reads whole. */
export interface SampleSize {
  readonly lines: number;
  readonly callers: number;
  /** role sessions of one application besides the callers */
  readonly sessions: number;
}

export interface BenchSample extends SampleSize {
  /** folder of the CUR 2.0 export */
  readonly cur: string;
  readonly period: string;
  /** the data files, as the manifest lists them */
  readonly files: readonly string[];
  /** the columns of the export that an ingest reads */
  readonly columns: readonly string[];
}

const MEMORY = '4GB';

/** Writes a sample organisation into bench/data, or takes the one that an earlier run has left there. */
export async function sample(size: SampleSize): Promise<BenchSample> {
  const dir = join(DATA, `sample-${size.lines}-${size.sessions}`);
  const engine = await openDuckDB({ keepOrder: true, memoryLimit: MEMORY, temporaryFolder: join(DATA, 'tmp') });
  try {
    const { exportDir, periods, kept } = await writeSampleOrganisation({
      dir,
      engine,
      ...size,
      months: 1,
      truth: false,
      onProgress: (done, what) => console.error(`  writing the sample, ${what}: ${Math.round(done * 100)} %`),
    });
    if (!kept) console.error(`  wrote ${dir}`);
    return { ...size, cur: exportDir, period: periods[0] ?? '', ...(await inside(exportDir)) };
  } finally {
    await engine.close();
  }
}

/** The files of the only delivery, and which of their columns the ingest's own expressions name. */
async function inside(exportDir: string): Promise<Pick<BenchSample, 'files' | 'columns'>> {
  const source = await openExportFolder(exportDir);
  const [outcome, ...more] = await source.deliveries();
  if (outcome?.kind !== 'delivery' || more.length > 0) throw new Error(`not one delivery in ${exportDir}`);
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
