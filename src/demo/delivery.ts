import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { billQuery } from './bill.ts';
import { addTotals, bookAdjustments, startTotals } from './booking.ts';
import type { Cast } from './cast.ts';
import { CUR_COLUMNS } from './columns.ts';
import { drawLines } from './lines.ts';
import type { MonthPlan } from './plan.ts';

export const EXPORT_NAME = 'bursar-sample';
/** The bucket that the manifests name; the files lie on disk as `aws s3 sync` would bring them. */
const BUCKET = 's3://bursar-sample-exports/cur2';

const PART_LINES = 1_000_000;
const LEAST_PARTS = 2;
const ROW_GROUP_LINES = 122_880;

/** What is to happen with the lines of each part beside the export. */
export interface PartListener {
  /** the part is in `sample_part`, without adjustments */
  drawn(): Promise<void>;
  /** lines of the month written so far */
  written(lines: number): void;
}

/**
 * Writes one billing period as AWS Data Exports delivers it: parts in data/, and in metadata/, last, the manifest that
 * says they are complete. `sample_total` holds the totals of all lines afterwards.
 * Source: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html
 */
export async function deliverMonth(
  engine: Engine,
  exportDir: string,
  plan: MonthPlan,
  cast: Cast,
  listener: PartListener,
): Promise<void> {
  const partition = `BILLING_PERIOD=${plan.month.period}`;
  const data = join(exportDir, 'data', partition);
  await mkdir(data, { recursive: true });
  await startTotals(engine);
  const parts = Math.max(LEAST_PARTS, Math.ceil(plan.lines / PART_LINES));
  const size = Math.ceil(plan.lines / parts);
  const files: string[] = [];
  for (let from = 0; from < plan.lines; from += size) {
    const to = Math.min(from + size, plan.lines);
    await drawLines(engine, plan, cast, from, to);
    await addTotals(engine, from);
    await listener.drawn();
    if (to === plan.lines) {
      await bookAdjustments(engine, plan, cast);
      await addTotals(engine, plan.lines);
    }
    const file = `${EXPORT_NAME}-${String(files.length + 1).padStart(5, '0')}.snappy.parquet`;
    await engine.run(`COPY (${billQuery(engine, plan)}) TO ${engine.dialect.text(join(data, file))}
      (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${ROW_GROUP_LINES})`);
    files.push(`${BUCKET}/${EXPORT_NAME}/data/${partition}/${file}`);
    listener.written(to);
  }
  await writeManifest(join(exportDir, 'metadata', partition), plan, files);
}

async function writeManifest(folder: string, { month, base }: MonthPlan, dataFiles: readonly string[]): Promise<void> {
  const manifest = {
    executionId: createHash('sha256').update(`execution ${base}`).digest('hex').slice(0, 32),
    exportName: EXPORT_NAME,
    billingPeriod: { start: `${month.start}T00:00:00.000Z`, end: `${month.end}T00:00:00.000Z` },
    compression: 'Parquet',
    columns: Object.entries(CUR_COLUMNS).map(([name, type]) => ({ name, type })),
    dataFiles,
  };
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${EXPORT_NAME}-Manifest.json`);
  await writeFile(`${file}.tmp`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.tmp`, file);
}
