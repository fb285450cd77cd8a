import { CLASSIFIER_VERSION } from '../domain/classify-usage.ts';
import type { Period } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import type { CurExport, Delivery, RawLines } from '../source/cur/export.ts';
import { type ControlScan, finishControl } from './control.ts';
import type { Ledger } from './ledger.ts';
import { reclassify } from './meanings.ts';
import { periodState } from './period-state.ts';
import { SCHEMA_VERSION, type Snapshot, type SnapshotName } from './snapshot.ts';
import { checkFacts, writeStar } from './star.ts';

/** What an ingest works with: the engine reads the export and writes the ledger. */
export interface Workshop {
  readonly engine: Engine;
  readonly source: CurExport;
  readonly ledger: Ledger;
}

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
  { engine, source, ledger }: Workshop,
  { delivery, raw, scan }: Scanned,
  products: ReadonlySet<string>,
  onStep: (what: string) => void,
): Promise<Snapshot> {
  const { firstIdentified, ...totals } = finishControl(scan, products);
  const before = (await ledger.current([delivery.period])).get(delivery.period) ?? null;
  const { files, of } = raw.withPrincipals;
  return publishing(ledger, delivery.period, async (snapshot) => {
    const target = { engine, ledger, snapshot };
    const star = await writeStar(target, raw, totals.control, totals.netBasis, onStep);
    await source.checkUnchanged(delivery);
    await checkFacts(target, totals.control);
    return {
      schemaVersion: SCHEMA_VERSION,
      classifierVersion: CLASSIFIER_VERSION,
      ...snapshot,
      createdAt: new Date().toISOString(),
      fingerprint: delivery.fingerprint,
      listedBy: delivery.listedBy,
      files: delivery.files.map(({ path, bytes }) => ({ path, bytes })),
      marketplace: scan.marketplace,
      identity: { column: files === 0 ? 'none' : files < of ? 'some' : 'all', firstDay: firstIdentified },
      state: periodState(totals.control, before),
      exports: raw.shares ?? [],
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
  return publishing(ledger, old.period, async (snapshot) => {
    const unread = await ledger.reading(engine, [old], () => reclassify(engine, ledger, old, snapshot));
    return { ...old, ...snapshot, classifierVersion: CLASSIFIER_VERSION, createdAt: new Date().toISOString(), unread };
  });
}

/** Makes a snapshot out of sight and publishes it; what fails leaves nothing behind. */
async function publishing(
  ledger: Ledger,
  period: Period,
  make: (name: SnapshotName) => Promise<Snapshot>,
): Promise<Snapshot> {
  const name = await ledger.begin(period);
  try {
    const snapshot = await make(name);
    await ledger.publish(snapshot);
    return snapshot;
  } catch (error) {
    await ledger.discard(name);
    throw error;
  }
}
