import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { billQuery } from './bill.ts';
import { addTotals, bookAdjustments, startTotals } from './booking.ts';
import type { Cast } from './cast.ts';
import { CUR_COLUMNS, WITHOUT_PRINCIPAL } from './columns.ts';
import { FILE_FORMATS, writeDataFile } from './data-file.ts';
import { drawLines } from './lines.ts';
import type { Payer } from './organisation.ts';
import type { MonthPlan } from './plan.ts';

/** The bucket that the manifests name; the files lie on disk as `aws s3 sync` would bring them. */
const BUCKET = 's3://bursar-sample-exports/cur2';

const PART_LINES = 1_000_000;
/** Each later delivery has a part less: what is left over of earlier ones stays where it lies. */
const LEAST_PARTS = 3;

/** What is to happen with the lines of each part beside the export. */
export interface PartListener {
  /** the part is in `sample_part`, without adjustments */
  drawn(): Promise<void>;
  /** lines of the month written so far */
  written(lines: number): void;
}

/** The exports of the payers, each a folder of its own in `folder`. */
export const exportPath = (folder: string, payer: Payer): string => join(folder, payer.exportName);

/**
 * Writes one billing period as AWS Data Exports delivers it, once for each payer: parts in data/, and in metadata/, last,
 * the manifest that says they are complete. An earlier delivery is overwritten. `sample_total` holds the totals of all
 * lines afterwards.
 * Source: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html
 */
export async function deliverMonth(
  engine: Engine,
  folder: string,
  plan: MonthPlan,
  cast: Cast,
  listener: PartListener,
): Promise<void> {
  await startTotals(engine);
  const parts = Math.max(1, Math.max(LEAST_PARTS, Math.ceil(plan.lines / PART_LINES)) - plan.delivery);
  const size = Math.ceil(plan.lines / parts);
  for (let part = 0; part < parts; part += 1) {
    const [from, to] = [part * size, Math.min((part + 1) * size, plan.lines)];
    await drawLines(engine, plan, cast, from, to, namesPrincipals(plan, part));
    await addTotals(engine, from);
    await listener.drawn();
    if (to === plan.lines) {
      await bookAdjustments(engine, plan, cast);
      await addTotals(engine, plan.lines);
    }
    for (const payer of cast.payers) await writePart(engine, folder, plan, cast, payer, part);
    listener.written(to);
  }
  for (const payer of cast.payers) await writeManifest(folder, plan, payer, parts);
}

/** In the month in which identity data was switched on, the first part is of before. */
const namesPrincipals = ({ principals }: MonthPlan, part: number): boolean =>
  principals === 'all' || (principals === 'some' && part > 0);

async function writePart(
  engine: Engine,
  folder: string,
  plan: MonthPlan,
  cast: Cast,
  payer: Payer,
  part: number,
): Promise<void> {
  const data = join(exportPath(folder, payer), 'data', partition(plan));
  await mkdir(data, { recursive: true });
  const columns = namesPrincipals(plan, part) ? CUR_COLUMNS : WITHOUT_PRINCIPAL;
  const query = billQuery(engine, plan, columns, payer, cast);
  await writeDataFile(engine, query, columns, join(data, partName(plan, payer, part)), plan.format);
}

const partition = ({ month }: MonthPlan): string => `BILLING_PERIOD=${month.period}`;
const partName = ({ format }: MonthPlan, { exportName }: Payer, part: number): string =>
  `${exportName}-${String(part + 1).padStart(5, '0')}${FILE_FORMATS[format].ending}`;

async function writeManifest(folder: string, plan: MonthPlan, payer: Payer, parts: number): Promise<void> {
  const { month, base, delivery, format } = plan;
  const { exportName } = payer;
  const columns = plan.principals === 'none' ? WITHOUT_PRINCIPAL : CUR_COLUMNS;
  const manifest = {
    executionId: createHash('sha256').update(`execution ${base} ${delivery}`).digest('hex').slice(0, 32),
    exportName,
    billingPeriod: { start: `${month.start}T00:00:00.000Z`, end: `${month.end}T00:00:00.000Z` },
    compression: FILE_FORMATS[format].compression,
    columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
    dataFiles: Array.from(
      { length: parts },
      (_, part) => `${BUCKET}/${exportName}/data/${partition(plan)}/${partName(plan, payer, part)}`,
    ),
  };
  const metadata = join(exportPath(folder, payer), 'metadata', partition(plan));
  await mkdir(metadata, { recursive: true });
  const file = join(metadata, `${exportName}-Manifest.json`);
  await writeFile(`${file}.tmp`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.tmp`, file);
}
