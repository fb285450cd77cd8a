import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { CLASSIFIER_VERSION } from '../domain/classify-usage.ts';
import type { Period } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import { checkUnchanged, type Delivery } from '../source/cur/manifest.ts';
import type { RawLines } from '../source/cur/read.ts';
import { type ControlScan, finishControl } from './control.ts';
import { reclassify } from './meanings.ts';
import {
  type Ledger,
  newSnapshotFolder,
  publish,
  readingLedger,
  SCHEMA_VERSION,
  type Snapshot,
  snapshotFolder,
} from './snapshot.ts';
import { checkFacts, writeStar } from './star.ts';

/** One period's delivery, opened and added up. */
export interface Scanned {
  readonly delivery: Delivery;
  readonly raw: RawLines;
  readonly scan: ControlScan;
}

/**
 * Writes and publishes the snapshot of one period, when its files are still as they were listed.
 * @param products product codes of Marketplace that are Bedrock's, of every period of the export
 * @throws OperatingError CUR_FILES_CHANGED, CUR_SEVERAL_CURRENCIES, FOLDER_NOT_WRITABLE
 */
export async function writeSnapshot(
  engine: Engine,
  ledger: Ledger,
  { delivery, raw, scan }: Scanned,
  products: ReadonlySet<string>,
  onStep: (what: string) => void,
): Promise<Snapshot> {
  const totals = finishControl(scan, products);
  return publishing(ledger, delivery.period, delivery.fingerprint, async (id, folder) => {
    const star = await writeStar(engine, raw, totals.control, totals.netBasis, folder, onStep);
    await checkUnchanged(delivery);
    await checkFacts(engine, folder, totals.control);
    return {
      schemaVersion: SCHEMA_VERSION,
      classifierVersion: CLASSIFIER_VERSION,
      id,
      period: delivery.period,
      createdAt: new Date().toISOString(),
      fingerprint: delivery.fingerprint,
      manifest: delivery.manifest,
      files: delivery.files.map(({ path, bytes }) => ({ path, bytes })),
      marketplace: scan.marketplace,
      ...totals,
      ...star,
    };
  });
}

/**
 * Publishes the same facts under a newer classifier: no bill is read.
 * @throws OperatingError LEDGER_DAMAGED
 */
export function writeReclassified(engine: Engine, ledger: Ledger, old: Snapshot): Promise<Snapshot> {
  return publishing(ledger, old.period, `${old.fingerprint} ${CLASSIFIER_VERSION}`, async (id, folder) => {
    const unread = await readingLedger(engine, ledger, [old], () =>
      reclassify(engine, snapshotFolder(ledger, old), folder),
    );
    return { ...old, id, classifierVersion: CLASSIFIER_VERSION, createdAt: new Date().toISOString(), unread };
  });
}

/** Makes a snapshot in a folder of its own and publishes it; what fails leaves no folder behind. */
async function publishing(
  ledger: Ledger,
  period: Period,
  seed: string,
  make: (id: string, folder: string) => Promise<Snapshot>,
): Promise<Snapshot> {
  const id = newId(seed);
  const folder = await newSnapshotFolder(ledger, period, id);
  try {
    const snapshot = await make(id, folder);
    await publish(ledger, snapshot);
    return snapshot;
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

/** Sorts by time; the hash tells two snapshots of one second apart. */
function newId(seed: string): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const hash = createHash('sha256').update(`${seed} ${process.pid} ${performance.now()}`).digest('hex').slice(0, 6);
  return `${time}Z-${hash}`;
}
